/* What the press office adds to CKEditor: clean paste, block ids that stay unique, calm dialogs, the page's colours, and
   pictures of the library (picture.js). */
(() => {
  "use strict";

  const DELETED = /<del\b[^>]*>[\s\S]*?<\/del\s*>/gi; // Word writes a tracked deletion so; its text is not the text
  const PICTURE = /<(?:img|v:imagedata)\b[^>]*>/gi; // come from the library, not pasted; the server says what was removed
  const OURS = /\sdata-image="[1-9]\d*"/;
  const CARRIES_ID = new Set(["p", "h2", "h3", "h4", "blockquote", "ul", "ol", "li", "table", "dd", "dt", "figure"]);

  function strip(html) {
    let before;
    do {
      before = html;
      html = html.replace(DELETED, "");
    } while (html !== before); // deletions in deletions
    return html.replace(PICTURE, (tag) => (OURS.test(tag) ? tag : ""));
  }

  /* Before CKEditor's own filters (3 and later), which read the clipboard again: so it is stripped there, too. */
  function cleanPaste(editor) {
    editor.on(
      "paste",
      (event) => {
        const { data } = event;
        const clipboard = data.dataTransfer.getData("text/html", true);
        if (clipboard) data.dataTransfer.setData("text/html", strip(clipboard));
        if (data.dataValue) data.dataValue = strip(data.dataValue);
      },
      null,
      null,
      1
    );
  }

  /* A paragraph that Enter splits, or that is pasted a second time, is a new one: the first keeps the id. */
  function keepIdsUnique(editor) {
    const sweep = () => {
      const seen = new Set();
      if (editor.mode !== "wysiwyg" || !editor.editable()) return;
      for (const element of editor.editable().$.querySelectorAll("[id]")) {
        if (!CARRIES_ID.has(element.localName)) continue;
        if (seen.has(element.id)) element.removeAttribute("id");
        else seen.add(element.id);
      }
    };
    editor.on("change", sweep);
    editor.on("afterPaste", sweep);
  }

  /* The editing frame follows the page's light or dark, also when it is switched. */
  function followTheme(editor) {
    const root = document.documentElement;
    const follow = () => {
      if (editor.document) editor.document.$.documentElement.dataset.theme = root.dataset.theme || "auto";
    };
    const observer = new MutationObserver(follow);
    observer.observe(root, { attributes: true, attributeFilter: ["data-theme"] });
    editor.on("contentDom", follow);
    editor.on("destroy", () => observer.disconnect());
  }

  /* Only what the server keeps is offered: no anchors, no FTP, no upload. */
  function calmLinkDialog(definition) {
    definition.removeContents("upload");
    const info = definition.getContents("info");
    const type = info && info.get("linkType");
    const protocol = info && info.get("protocol");
    if (type) type.items = type.items.filter(([, value]) => value !== "anchor");
    if (protocol) protocol.items = protocol.items.filter(([, value]) => ["http://", "https://", ""].includes(value));
  }

  CKEDITOR.on("dialogDefinition", ({ data }) => {
    if (data.name === "link") calmLinkDialog(data.definition);
    if (data.name === "table") {
      const headers = data.definition.getContents("info").get("selHeaders");
      if (headers) headers["default"] = "row"; // a table without a header row cannot be read aloud
    }
  });

  CKEDITOR.plugins.add("pressoffice", {
    requires: "presspicture",
    init(editor) {
      cleanPaste(editor);
      keepIdsUnique(editor);
      followTheme(editor);
    },
  });
})();
