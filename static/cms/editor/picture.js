/* Pictures of the library in CKEditor: a figure with its number, an alternative text and a caption that is written in
   place. Which picture it is, is chosen in the page's own window (admin-picker.js), which also takes uploads. */
(() => {
  "use strict";

  const OWN = /^\/(?!\/)/; // an address below our own host
  const encode = CKEDITOR.tools.htmlEncode;
  const quoted = CKEDITOR.tools.htmlEncodeAttr;

  /* The address of a size that every picture has, from that of its thumbnail. */
  const addressOf = ({ thumb }) => thumb.replace(/[^/]+$/, "base.jpg");

  const isDecorative = (picture) => Boolean(picture.decorative && !picture.alt);

  const figure = (picture) =>
    `<figure><img alt="${quoted(picture.alt)}"${isDecorative(picture) ? ' data-decorative=""' : ""} ` +
    `data-image="${Number(picture.id)}" src="${quoted(addressOf(picture))}">` +
    `<figcaption>${encode(picture.caption)}</figcaption></figure>`;

  /* Have the page's window opened. files: to be uploaded there. take: called with what was chosen. */
  function choose(editor, detail) {
    const leave = () => editor.focus();
    document.dispatchEvent(new CustomEvent("library:choose", { detail: { shelf: "image", files: [], leave, ...detail } }));
  }

  function insert(editor, files = []) {
    choose(editor, {
      several: true,
      files,
      take(pictures) {
        editor.focus();
        stepOutOfCaption(editor);
        editor.fire("saveSnapshot");
        const before = new Set(Object.keys(editor.widgets.instances));
        editor.insertHtml(pictures.map(figure).join("")); // at once: each would take the place of the one before
        editor.fire("saveSnapshot");
        editor.widgets.checkWidgets({ initOnlyNew: true });
        const added = Object.values(editor.widgets.instances).filter((widget) => !before.has(String(widget.id)));
        ask(added.filter(isSilent).sort(asTheyStand));
      },
    });
  }

  /* Neither an alternative text nor a word that it needs none. */
  const isSilent = (widget) => widget.name === "presspicture" && !widget.data.alt && !widget.data.decorative;

  const asTheyStand = (one, other) =>
    one.wrapper.$.compareDocumentPosition(other.wrapper.$) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;

  /* Have what nobody said of pictures written in their dialog, one after the other. */
  function ask([widget, ...others]) {
    if (!widget) return;
    widget.once("dialog", ({ data: dialog }) => {
      dialog.once("hide", () => window.setTimeout(() => ask(others)));
    });
    widget.edit();
  }

  /* A picture is a block of its own: never a part of another picture's caption. */
  function stepOutOfCaption(editor) {
    const around = editor.widgets.widgetHoldingFocusedEditable || editor.widgets.focused;
    if (!around) return;
    const range = editor.createRange();
    range.setStartAfter(around.wrapper);
    range.collapse(true);
    range.select();
  }

  /* A file that is dropped or pasted into the text goes to the library first. */
  function takeFiles(editor) {
    editor.on(
      "paste",
      (event) => {
        const { dataTransfer } = event.data;
        const count = dataTransfer.getFilesCount();
        if (!count || dataTransfer.getData("text/html", true) || dataTransfer.getData("text/plain", true)) return;
        event.cancel();
        insert(editor, Array.from({ length: count }, (_, index) => dataTransfer.getFile(index)));
      },
      null,
      null,
      0
    );
  }

  function isOurs(element) {
    return element.name === "img" && /^[1-9]\d*$/.test(element.attributes["data-image"] || "");
  }

  const definition = (editor) => ({
    dialog: "presspicture",
    requiredContent: "figure; img[data-image]",
    template: '<figure><img alt="" data-image="1" src=""><figcaption></figcaption></figure>',
    parts: { image: "img", caption: "figcaption" },
    editables: {
      caption: {
        selector: "figcaption",
        allowedContent: "strong em sub sup cite q; abbr[title]; br; a[!href,title,hreflang]; span[!lang]; span[!dir]",
      },
    },

    getLabel() {
      return `${editor.config.picture.edit}: ${this.data.alt}`;
    },

    insert() {
      insert(editor);
    },

    upcast(element) {
      if (element.name !== "figure") return false;
      const image = element.getFirst(isOurs);
      if (!image) return false;
      if (!OWN.test(image.attributes.src || "")) {
        delete image.attributes.src;
        delete image.attributes["data-cke-saved-src"];
      }
      if (!element.getFirst("figcaption")) element.add(new CKEDITOR.htmlParser.element("figcaption", {}));
      return true;
    },

    downcast(element) {
      const caption = element.getFirst("figcaption");
      if (caption && !this.parts.caption.getText().trim()) caption.remove();
    },

    init() {
      const { image, caption } = this.parts;
      this.setData({ alt: image.getAttribute("alt") || "", decorative: image.hasAttribute("data-decorative") });
      caption.data("cke-placeholder", editor.config.picture.caption);
    },

    data() {
      const { image } = this.parts;
      image.setAttribute("alt", this.data.alt);
      if (isDecorative(this.data)) image.setAttribute("data-decorative", "");
      else image.removeAttribute("data-decorative");
      this.wrapper.setAttribute("aria-label", this.getLabel());
      if (!this.data.picture) return;
      const { id } = this.data.picture;
      const address = addressOf(this.data.picture);
      image.setAttributes({ "data-image": String(Number(id)), src: address });
      image.data("cke-saved-src", address);
    },
  });

  CKEDITOR.dialog.add("presspicture", (editor) => {
    const words = editor.config.picture;
    return {
      title: words.edit,
      minWidth: 420,
      minHeight: 140,
      contents: [
        {
          id: "info",
          elements: [
            {
              id: "alt",
              type: "text",
              label: words.alt,
              maxLength: 300,
              setup(widget) {
                this.setValue(widget.data.alt);
              },
              validate() {
                const decorative = this.getDialog().getValueOf("info", "decorative");
                return Boolean(decorative) || this.getValue().trim() !== "" || words.missing;
              },
              commit(widget) {
                const decorative = this.getDialog().getValueOf("info", "decorative");
                widget.setData({ alt: decorative ? "" : this.getValue().trim(), decorative: Boolean(decorative) });
              },
            },
            {
              id: "decorative",
              type: "checkbox",
              label: words.decorative,
              setup(widget) {
                this.setValue(isDecorative(widget.data));
              },
            },
            {
              id: "another",
              type: "button",
              label: words.another,
              onClick() {
                const dialog = this.getDialog();
                const widget = dialog.getModel ? dialog.getModel(editor) : dialog.widget;
                dialog.hide();
                choose(editor, {
                  several: false,
                  take([picture]) {
                    editor.focus();
                    editor.fire("saveSnapshot");
                    widget.setData({ picture, alt: picture.alt, decorative: isDecorative(picture) });
                    editor.fire("saveSnapshot");
                    if (isSilent(widget)) ask([widget]);
                  },
                });
              },
            },
          ],
        },
      ],
    };
  });

  CKEDITOR.plugins.add("presspicture", {
    requires: "widget,dialog",
    init(editor) {
      editor.widgets.add("presspicture", definition(editor));
      editor.ui.addButton("Picture", {
        label: editor.config.picture.button,
        command: "presspicture",
        icon: `${this.path}picture.svg`,
      });
      takeFiles(editor);
    },
  });
})();
