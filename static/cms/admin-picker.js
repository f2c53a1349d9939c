/* The window in which pictures and documents are chosen from the library, and put into it. Whoever wants something
   dispatches `library:choose` on the document with { shelf: "image" or "attachment", several, files to be uploaded,
   take(chosen), leave() }; the second is called where nothing was taken. */
(() => {
  "use strict";

  const dialog = document.getElementById("picker");
  if (!dialog || !dialog.showModal) return;

  const part = (selector) => dialog.querySelector(selector);
  const said = part("#picker-said").dataset;
  const grid = part(".picker-grid");
  const uploads = part(".picker-uploads");
  const more = part("[data-does=more]");
  const takeButton = part("[data-does=take]");
  const takeWords = takeButton.textContent;
  const search = part("#picker-words");
  const files = part("#picker-files");

  let asked = null; // what the window is open for
  let chosen = new Map(); // entries by their number, in the order in which they were chosen
  let page = 1;
  let turn = 0; // of the searches; only the newest is shown
  let queue = Promise.resolve(); // uploads go one after the other

  const of = (what) => dialog.dataset[asked.shelf + what]; // of the shelf that is open: its addresses and limits
  const tell = (words) => {
    part(".picker-status").textContent = words;
  };
  const copyOf = (id) => part(id).content.firstElementChild.cloneNode(true);

  // --- What there is

  async function load(next) {
    const mine = ++turn;
    page = next ? page + 1 : 1;
    const query = new URLSearchParams({ q: search.value, page, language: dialog.dataset.language });
    let answer;
    try {
      const response = await fetch(`${of("Choose")}?${query}`, { headers: { Accept: "application/json" } });
      if (!response.ok || response.redirected) throw new Error(response.status);
      answer = await response.json();
    } catch {
      if (mine === turn) tell(said.silent);
      return;
    }
    if (mine !== turn) return;
    if (!next) grid.replaceChildren();
    answer.results.forEach((entry) => grid.append(choiceOf(entry)));
    more.hidden = !answer.more;
    tell(count(grid.children.length, answer.more));
  }

  function count(number, thereIsMore) {
    if (!number) return said.nothing;
    if (thereIsMore) return said.foundMore.replace("%s", number);
    return number === 1 ? said.foundOne : said.found.replace("%s", number);
  }

  function factsOf(entry) {
    if (asked.shelf === "image") return entry.width ? `${entry.width} × ${entry.height}` : "";
    const facts = [entry.format, entry.size_in_words, languageOf(entry.language)];
    if (entry.pages) facts.splice(2, 0, said.pages.replace("%s", entry.pages));
    if (!entry.settled) facts.push(said.unsettled);
    return facts.filter(Boolean).join(", ");
  }

  function languageOf(code) {
    return code && new Intl.DisplayNames([code], { type: "language" }).of(code);
  }

  function choiceOf(entry) {
    const item = copyOf("#picker-entry");
    const input = item.querySelector("input");
    input.type = asked.several ? "checkbox" : "radio";
    input.value = entry.id;
    input.checked = chosen.has(entry.id);
    item.querySelector(".picker-title").textContent = entry.title;
    item.querySelector(".picker-facts").textContent = factsOf(entry);
    if (entry.thumb) item.querySelector("img").src = entry.thumb;
    else item.querySelector("img").remove();
    input.addEventListener("change", () => choose(entry, input.checked));
    return item;
  }

  function choose(entry, yes) {
    if (!asked.several) chosen.clear();
    if (yes) chosen.set(entry.id, entry);
    else chosen.delete(entry.id);
    takeButton.disabled = !chosen.size;
    takeButton.textContent = chosen.size > 1 ? `${takeWords} (${chosen.size})` : takeWords;
  }

  // --- Uploading

  function upload(list) {
    const session = asked;
    [...list].forEach((file) => {
      const row = copyOf("#picker-upload");
      row.querySelector(".picker-title").textContent = file.name;
      uploads.append(row);
      const send = () => (session === asked ? sent(file, row) : undefined);
      queue = queue.then(send);
    });
  }

  async function sent(file, row) {
    const session = asked;
    const progress = row.querySelector("progress");
    const outcome = row.querySelector(".picker-outcome");
    if (file.size > Number(of("Limit"))) return refuse(of("TooLarge"));
    const { status, answer } = await post(file, progress);
    if (session !== asked) return undefined;
    if (status !== 200 && status !== 201) return refuse((answer && answer.error) || said.failed);
    progress.remove();
    outcome.textContent = [status === 200 ? said.known : said.here, ...(answer.told || [])].join(". ");
    offer(answer, row);
    return undefined;

    function refuse(words) {
      progress.remove();
      row.classList.add("is-refused");
      outcome.textContent = words;
    }
  }

  function post(file, progress) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const body = new FormData();
      body.append("language", dialog.dataset.language);
      body.append("file", file);
      request.open("POST", of("Upload"));
      request.responseType = "json";
      request.setRequestHeader("X-CSRFToken", document.querySelector("[name=csrfmiddlewaretoken]").value);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) progress.value = event.loaded / event.total;
      });
      request.addEventListener("loadend", () => resolve({ status: request.status, answer: request.response }));
      request.send(body);
    });
  }

  /* What arrived is chosen at once, and its alternative text asked for. */
  function offer(entry, row) {
    const there = grid.querySelector(`input[value="${entry.id}"]`);
    choose(entry, true);
    if (there) there.checked = true;
    else grid.prepend(choiceOf(entry));
    tell(count(grid.children.length, !more.hidden));
    if (asked.shelf !== "image") return;
    const field = row.querySelector(".picker-alt");
    const input = field.querySelector("input");
    field.hidden = false;
    input.value = entry.alt || "";
    input.addEventListener("input", () => {
      const described = { ...(chosen.get(entry.id) || entry), alt: input.value.trim() };
      if (described.alt) described.decorative = false;
      Object.assign(entry, described);
      if (chosen.has(entry.id)) chosen.set(entry.id, entry);
    });
  }

  // --- Opening and closing

  function open(detail) {
    asked = detail;
    chosen = new Map();
    search.value = "";
    grid.replaceChildren();
    uploads.replaceChildren();
    grid.classList.toggle("is-list", asked.shelf !== "image");
    files.accept = of("Accept");
    files.multiple = Boolean(asked.several);
    more.hidden = true;
    takeButton.disabled = true;
    takeButton.textContent = takeWords;
    tell("");
    dialog.showModal();
    load(false);
    if (asked.files && asked.files.length) upload(asked.files);
  }

  function take() {
    const { take: done } = asked;
    const entries = [...chosen.values()].map((entry) => ({ ...entry, facts: factsOf(entry) }));
    asked.leave = null;
    dialog.close();
    done(entries);
  }

  document.addEventListener("library:choose", (event) => open(event.detail));
  dialog.addEventListener("close", () => {
    const { leave } = asked;
    turn += 1;
    asked = null;
    if (leave) leave();
  });
  dialog.addEventListener("click", (event) => {
    const button = event.target.closest("[data-does]");
    if (!button) return;
    if (button.dataset.does === "close") dialog.close();
    if (button.dataset.does === "more") load(true);
    if (button.dataset.does === "take") take();
  });

  let waiting = 0;
  search.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => asked && load(false), 250);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });

  files.addEventListener("change", () => {
    upload(files.files);
    files.value = "";
  });
  dialog.addEventListener("dragover", (event) => event.preventDefault());
  dialog.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) upload(event.dataTransfer.files);
  });
})();
