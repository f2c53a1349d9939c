// "Cite this text": a button that copies the citation, and the address of the paragraph that was gone to.
(function () {
  "use strict";
  var field = document.getElementById("citation");
  var tools = document.querySelector("[data-copying]");
  if (!field || !tools) return;
  var button = tools.querySelector("button");
  var status = tools.querySelector("[role=status]");
  tools.hidden = false;

  function select() {
    field.focus();
    field.select();
    status.textContent = button.dataset.selected;
  }

  function follow() {
    var paragraph = document.getElementById(location.hash.slice(1));
    var anchor = paragraph && paragraph.closest(".e-content") ? location.hash : "";
    var address = field.dataset.address;
    field.value = field.defaultValue.split(address).join(address + anchor);
    status.textContent = "";
  }

  button.addEventListener("click", function () {
    // Browsers give no clipboard to pages that came over plain http, and people may refuse it.
    if (!navigator.clipboard) return select();
    navigator.clipboard.writeText(field.value).then(function () {
      status.textContent = button.dataset.copied;
    }, select);
  });
  window.addEventListener("hashchange", follow);
  follow();
})();
