// "Go back" leads to the section. Where the reader came from a page of ours, it leads there instead: over the
// paragraphs that were visited on this page in between, too.
(function () {
  "use strict";
  var link = document.querySelector("[data-back]");
  var from = document.referrer;
  if (!link || !from || from.indexOf(location.origin + "/") !== 0 || history.length < 2) return;
  var steps = (history.state && history.state.steps) || 1;
  function remember() {
    history.replaceState({ steps: steps }, "");
  }
  remember();
  window.addEventListener("hashchange", function () {
    // A new place on the page has no state yet; one that was visited before brings its own.
    steps = history.state && history.state.steps ? history.state.steps : steps + 1;
    remember();
  });
  link.addEventListener("click", function (event) {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    history.go(-((history.state && history.state.steps) || steps)); // of this place, before the event told of it
  });
})();
