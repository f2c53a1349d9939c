/* CKEditor 4 under a content security policy without inline script.
 *
 * CKEditor writes its interface as HTML with inline handlers (onclick="CKEDITOR.tools.callFunction(12,this)") and starts
 * the frames of its editing area and of its menus with an inline script or an onload attribute. Our policy blocks all of
 * that. Each of these is a call of a numbered function of CKEditor's own, so this file reads the number and makes the
 * call itself. Nothing is evaluated: what does not look like such a call is not run.
 *
 * It must be loaded after ckeditor.js and before the first editor starts (EditorWidget.media sees to it).
 */
(() => {
  "use strict";

  if (!window.CKEDITOR || CKEDITOR.pressofficeCsp) return;
  CKEDITOR.pressofficeCsp = true;

  const PREFIX = "data-cke-on";
  const EVENTS = [
    "click", "mousedown", "mouseup", "mouseover", "mouseout", "keydown", "keypress", "focus", "blur", "dragstart",
  ];
  // One argument: this, event, window, null, a number, or a string in single quotes.
  const ARGUMENT = String.raw`this|event|window|null|-?\d+|'(?:[^'\\]|\\.)*'`;
  const CALL = new RegExp(
    String.raw`CKEDITOR\s*\)?\.tools\.callFunction\(\s*(\d+)((?:\s*,\s*(?:${ARGUMENT}))*)\s*\)`
  );
  const ARGUMENTS = new RegExp(ARGUMENT, "g");

  /* Make the call that a handler's text describes. Returns what it returned; undefined where it describes none. */
  function call(text, element, event, view) {
    const found = CALL.exec(text);
    if (!found) return undefined;
    const values = (found[2].match(ARGUMENTS) || []).map((word) => {
      if (word === "this") return element;
      if (word === "event") return event;
      if (word === "window") return view;
      if (word === "null") return null;
      if (word[0] === "'") return word.slice(1, -1).replace(/\\(.)/g, "$1");
      return Number(word);
    });
    return CKEDITOR.tools.callFunction(Number(found[1]), ...values);
  }

  /* Do what a handler's text says when its event happens, the default action included. */
  function handle(text, element, event, view) {
    const result = call(text, element, event, view);
    const refuses = /return\s+false/.test(text) || (/^\s*return\s/.test(text) && result === false);
    if (refuses) event.preventDefault();
  }

  /* The handler's text for an event on an element of CKEditor's interface, never of a text that is being edited. */
  function textOf(element, type) {
    return element.getAttribute(PREFIX + type) ?? element.getAttribute("on" + type);
  }

  function belongsToInterface(element, isPanel) {
    return isPanel || (element.closest(".cke, .cke_dialog, .cke_reset_all") && !element.closest(".cke_editable"));
  }

  function listen(document, isPanel) {
    for (const type of EVENTS) {
      const selector = `[${PREFIX}${type}], [on${type}]`;
      document.addEventListener(
        type,
        (event) => {
          const element = event.target instanceof document.defaultView.Element && event.target.closest(selector);
          if (!element || !belongsToInterface(element, isPanel)) return;
          // These two do not bubble: only the element itself is meant.
          if ((type === "focus" || type === "blur") && element !== event.target) return;
          handle(textOf(element, type), element, event, document.defaultView);
        },
        true
      );
    }
    // Buttons are links to javascript:void(...): following one does nothing but report a violation.
    document.addEventListener(
      "click",
      (event) => {
        const link = event.target.closest && event.target.closest("a[href^='javascript:']");
        if (link && belongsToInterface(link, isPanel)) event.preventDefault();
      },
      true
    );
  }

  /* Handlers become data before they ever are attributes that the browser would refuse, and report. */
  const output = CKEDITOR.template.prototype.output;
  CKEDITOR.template.prototype.output = function (data, buffer) {
    const html = output.call(this, data).replace(/\son([a-z]+)=(?=")/g, ` ${PREFIX}$1=`);
    return buffer ? buffer.push(html) : html;
  };

  /* Dialogs are not made from templates. In this page's own document only CKEditor's calls are renamed, nothing else. */
  const setHtml = CKEDITOR.dom.element.prototype.setHtml;
  const CALLING = /\son([a-z]+)=(?="(?:return )?CKEDITOR\.tools\.callFunction\(\s*\d+)/g;
  CKEDITOR.dom.element.prototype.setHtml = function (html) {
    const isOurs = this.$.ownerDocument === document && !(this.$.closest && this.$.closest(".cke_editable"));
    return setHtml.call(this, isOurs && typeof html === "string" ? html.replace(CALLING, ` ${PREFIX}$1=`) : html);
  };

  function whenParsed(document, then) {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", then, { once: true });
    else then();
  }

  function whenLoaded(document, then) {
    if (document.readyState === "complete") then();
    else document.defaultView.addEventListener("load", then, { once: true });
  }

  /* A drop-down or a context menu: a document of its own, with the page's colours. */
  function startPanel(document) {
    const text = document.body && document.body.getAttribute(PREFIX + "load");
    if (!text) return;
    listen(document, true);
    document.documentElement.dataset.theme = window.document.documentElement.dataset.theme || "auto";
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = CKEDITOR.plugins.getPath("pressoffice") + "panel.css";
    document.head.append(style);
    whenLoaded(document, () => call(text, document.body, null, document.defaultView));
  }

  /* Every frame of CKEditor's is written through this one method. */
  const write = CKEDITOR.dom.document.prototype.write;
  CKEDITOR.dom.document.prototype.write = function (html) {
    let start = "";
    const inert = html.replace(/<script id="cke_actscrpt"[^>]*>([\s\S]*?)<\/script>/, (_, code) => {
      start = code;
      return '<script id="cke_actscrpt" type="text/plain"></script>'; // CKEditor looks for it, to take it away
    });
    write.call(this, inert);
    const document = this.$;
    if (start) whenParsed(document, () => call(start, document.body, null, document.defaultView));
    else startPanel(document);
  };

  listen(document, false);
})();
