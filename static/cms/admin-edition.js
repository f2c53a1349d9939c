/* What the form of an edition does beyond HTML: it warns before something typed is left behind, and lets rows be put
   in order. Without it everything can still be written and stored. */
(() => {
  "use strict";

  // --- A search field is called what its label says, also while nothing is chosen
  function callByLabel() {
    document.querySelectorAll("select.select2-hidden-accessible").forEach((select) => {
      const label = document.querySelector(`label[for="${select.id}"]`);
      const field = select.nextElementSibling;
      if (!label || !field) return;
      label.id = label.id || `${select.id}_label`;
      field.querySelectorAll("[role=combobox], [role=textbox]").forEach((part) => {
        const shown = part.matches("[role=combobox]") ? ` select2-${select.id}-container` : "";
        part.setAttribute("aria-labelledby", label.id + shown);
      });
    });
  }
  if (window.django && window.django.jQuery) window.django.jQuery(callByLabel);
  document.addEventListener("formset:added", () => window.setTimeout(callByLabel, 0));

  const form = document.getElementById("edition-form");
  if (!form) return;

  // --- Something typed is not left behind unasked
  const hint = form.querySelector(".unsaved");
  let typed = form.querySelector(".errornote") !== null;
  let leaving = false;

  const editorChanged = () =>
    Boolean(window.CKEDITOR) && Object.values(window.CKEDITOR.instances).some((editor) => editor.checkDirty());
  const changed = () => typed || editorChanged();
  const show = () => {
    if (hint) hint.hidden = !changed();
  };

  form.addEventListener("input", () => {
    typed = true;
    show();
  });
  form.addEventListener("change", () => {
    typed = true;
    show();
  });
  document.addEventListener("formset:removed", () => {
    typed = true;
    show();
  });
  window.setInterval(show, 2000);
  form.addEventListener("submit", () => {
    leaving = true;
    number();
  });
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && changed()) event.preventDefault();
  });

  // --- Rows in order
  const rowsOf = (group) => [...group.querySelectorAll(".part:not(.empty-form)")];

  function number() {
    form.querySelectorAll(".parts").forEach((group) => {
      rowsOf(group).forEach((row, index) => {
        const position = row.querySelector("input[name$='-position']");
        const filled = [...row.querySelectorAll("select, input:not([type='hidden'])")].some((field) => field.value);
        if (position) position.value = filled ? index : "";
      });
    });
  }

  function addUp(row) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "part-up";
    button.textContent = form.dataset.moveUp;
    button.addEventListener("click", () => {
      const rows = rowsOf(row.parentElement);
      const above = rows[rows.indexOf(row) - 1];
      if (above) above.before(row);
      typed = true;
      show();
      button.focus();
    });
    row.firstElementChild.prepend(button);
  }

  rowsOf(form).forEach(addUp);
  document.addEventListener("formset:added", (event) => addUp(event.target));

  // --- Another person: the name and post of the one before are not theirs
  if (window.django && window.django.jQuery) {
    // Only once the admin's own scripts, which announce a change of every search field as they start, are through.
    window.django.jQuery(() => {
      window.django.jQuery(form).on("change", "select", () => {
        typed = true;
        show();
      });
    });
    window.django.jQuery(form).on("select2:select", "select[name$='-person']", (event) => {
      const row = event.target.closest(".part");
      row.querySelectorAll("input[name$='-name'], input[name$='-post']").forEach((field) => {
        field.value = "";
      });
    });
  }
})();
