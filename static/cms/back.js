// "Go back" leads to the section. Where the reader came from a page of ours, it leads there instead.
(function () {
  "use strict";
  var link = document.querySelector("[data-back]");
  var from = document.referrer;
  if (!link || !from || from.indexOf(location.origin + "/") !== 0 || history.length < 2) return;
  link.addEventListener("click", function (event) {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    history.back();
  });
})();
