/* Lead picture, gallery, documents and recordings in the form of an edition: rows are added from the library, put in
   order, taken out and put back. Without it a row is a number to be typed, and a box to take it out. */
(() => {
  "use strict";

  const form = document.getElementById("edition-form");
  const spoken = document.getElementById("picker-said");
  if (!form || !spoken) return;

  const said = spoken.dataset;
  const WORDS = ["alt", "caption", "credit", "taken_on", "place", "people", "terms", "title"];
  const groups = [...form.querySelectorAll("section.media")];

  const rowsOf = (group) => [...group.querySelectorAll(".media-row")];
  const field = (row, name) => row.querySelector(`[name$='-${name}']`);
  const isGone = (row) => row.classList.contains("is-gone");
  const entryOf = (group, row) => (group.dataset.chooses ? field(row, group.dataset.chooses).value : "");
  const tell = (group, words) => {
    group.querySelector("[role=status]").textContent = words;
  };

  /* Tells the rest of the page (admin-edition.js) that something was changed. */
  function changed(group) {
    refresh(group);
    group.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function refresh(group) {
    const rows = rowsOf(group);
    rows.forEach((row, index) => {
      row.querySelector("[data-does=up]").disabled = index === 0;
      row.querySelector("[data-does=down]").disabled = index === rows.length - 1;
    });
    group.classList.toggle("is-single", rows.length < 2);
  }

  // --- Rows come and go

  function isBlank(row) {
    const fields = [...row.querySelectorAll("textarea, input:not([type=checkbox], [type=hidden])")];
    return !isGone(row) && !row.querySelector(".errorlist") && fields.every((one) => !one.value);
  }

  function add(group) {
    const total = group.querySelector("[name$='-TOTAL_FORMS']");
    const made = document.createElement("template");
    made.innerHTML = group.querySelector("template").innerHTML.replaceAll("__prefix__", total.value);
    const row = made.content.firstElementChild;
    total.value = Number(total.value) + 1;
    group.querySelector(".media-rows").append(row);
    return row;
  }

  function fill(group, row, entry) {
    field(row, group.dataset.chooses).value = entry.id;
    WORDS.forEach((name) => {
      if (field(row, name)) field(row, name).value = entry[name] || "";
    });
    if (field(row, "decorative")) field(row, "decorative").checked = Boolean(entry.decorative);
    row.querySelector(".media-name").textContent = entry.title;
    const thumb = row.querySelector(".media-thumb");
    if (thumb) thumb.src = entry.thumb;
    const facts = row.querySelector(".media-facts");
    if (facts) facts.textContent = entry.facts;
    const unsettled = row.querySelector(".media-unsettled");
    if (unsettled) unsettled.hidden = entry.settled !== false;
    row.querySelectorAll(".errorlist").forEach((list) => list.remove());
  }

  function setGone(row, yes) {
    row.classList.toggle("is-gone", yes);
    field(row, "gone").checked = yes;
  }

  function take(group, entries) {
    const most = Number(group.dataset.most);
    const added = [];
    for (const entry of entries) {
      const rows = rowsOf(group);
      const there = rows.find((row) => entryOf(group, row) === String(entry.id));
      if (there) {
        setGone(there, false);
      } else if (most === 1 && rows.length) {
        setGone(rows[0], false);
        fill(group, rows[0], entry);
        added.push(entry.title);
      } else if (rows.filter((row) => !isGone(row)).length < most) {
        fill(group, add(group), entry);
        added.push(entry.title);
      } else {
        tell(group, said.full.replace("%s", most));
        break;
      }
    }
    if (added.length) tell(group, said.added.replace("%s", added.join(", ")));
    changed(group);
  }

  function ask(group) {
    const { chooses, most } = group.dataset;
    if (!chooses) {
      add(group).querySelector("input:not([type=hidden])").focus();
      changed(group);
      return;
    }
    const detail = { shelf: chooses, several: most !== "1", take: (entries) => take(group, entries) };
    document.dispatchEvent(new CustomEvent("library:choose", { detail }));
  }

  // --- Order

  function move(group, row, step, button) {
    const rows = rowsOf(group);
    const other = rows[rows.indexOf(row) + step];
    if (!other) return;
    if (step < 0) other.before(row);
    else other.after(row);
    changed(group);
    const opposite = row.querySelector(`[data-does=${step < 0 ? "down" : "up"}]`);
    (button.disabled ? opposite : button).focus();
    tell(group, said.moved.replace("%1", rowsOf(group).indexOf(row) + 1).replace("%2", rows.length));
  }

  let dragged = null;

  function drag(group) {
    group.addEventListener("dragstart", (event) => {
      if (!event.target.closest(".media-handle")) return;
      dragged = event.target.closest(".media-row");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("application/x-row", "row"); // no text: no field shall take it
      event.dataTransfer.setDragImage(dragged, 0, 0);
    });
    group.addEventListener("dragover", (event) => {
      const over = event.target.closest(".media-row");
      if (!dragged || !group.contains(dragged)) return;
      event.preventDefault();
      if (!over || over === dragged) return;
      const { top, height } = over.getBoundingClientRect();
      if (event.clientY < top + height / 2) over.before(dragged);
      else over.after(dragged);
    });
    group.addEventListener("drop", (event) => {
      if (dragged) event.preventDefault();
    });
    group.addEventListener("dragend", () => {
      if (!dragged) return;
      dragged = null;
      changed(group);
    });
  }

  // --- Start

  function click(group, event) {
    const button = event.target.closest("[data-does]");
    if (!button) return;
    const row = button.closest(".media-row");
    const { does } = button.dataset;
    if (does === "add") ask(group);
    if (does === "up") move(group, row, -1, button);
    if (does === "down") move(group, row, 1, button);
    if (does === "remove" || does === "undo") {
      setGone(row, does === "remove");
      row.querySelector(`[data-does=${does === "remove" ? "undo" : "remove"}]`).focus();
      tell(group, does === "remove" ? said.removed : said.back);
      changed(group);
    }
  }

  groups.forEach((group) => {
    group.classList.add("has-script");
    rowsOf(group)
      .filter(isBlank)
      .forEach((row) => row.remove());
    group.addEventListener("click", (event) => click(group, event));
    drag(group);
    refresh(group);
  });
  form.addEventListener("submit", () => {
    groups.forEach((group) => {
      rowsOf(group).forEach((row, index) => {
        field(row, "position").value = index;
      });
    });
  });
})();
