/* What the library does beyond HTML: many files at once with the progress of each, the focal point by a click, and the
   same words for all pictures of an upload. Without it files are still sent, described and cut. */
(() => {
  "use strict";

  // --- Uploading

  const AT_ONCE = 2;
  const MOST_DESCRIBED = 500; // cms.admin.describing.MOST

  class Uploads {
    constructor(form) {
      this.form = form;
      this.words = form.dataset;
      const section = form.parentElement;
      this.report = section.querySelector(".upload-report");
      this.list = section.querySelector(".upload-items");
      this.counts = section.querySelector(".upload-counts");
      [this.onward, this.there] = section.querySelectorAll(".upload-summary a");
      this.log = section.querySelector("[role=log]");
      this.template = section.querySelector("template");
      this.queue = [];
      this.running = 0;
      this.all = 0;
      this.taken = [];
      this.refused = 0;
    }

    add(files) {
      [...files].forEach((file) => {
        this.all += 1;
        this.enqueue(new Upload(this, file));
      });
      this.tell();
    }

    enqueue(upload) {
      if (upload.file.size > Number(this.words.limit)) {
        upload.refuse(this.words.tooLarge);
        return;
      }
      upload.say(this.words.waiting);
      this.queue.push(upload);
      this.next();
    }

    next() {
      while (this.running < AT_ONCE && this.queue.length) {
        this.running += 1;
        this.queue.shift().send();
      }
    }

    ended() {
      this.running -= 1;
      this.next();
      this.tell();
    }

    get isBusy() {
      return this.running > 0 || this.queue.length > 0;
    }

    tell() {
      this.report.hidden = false;
      const progress = this.words.progress.replace("{done}", this.taken.length).replace("{all}", this.all);
      const refused = this.refused ? ` ${this.words.refused.replace("{refused}", this.refused)}` : "";
      this.counts.textContent = progress + refused;
      this.onward.hidden = this.there.hidden = this.isBusy || !this.taken.length;
      const numbers = [...new Set(this.taken)].slice(0, MOST_DESCRIBED);
      this.onward.href = `${this.words.describe}?ids=${numbers.join(",")}`;
      if (!this.isBusy) this.announce(progress + refused);
    }

    announce(sentence) {
      const line = document.createElement("p");
      line.textContent = sentence;
      this.log.append(line);
    }
  }

  class Upload {
    constructor(uploads, file) {
      this.uploads = uploads;
      this.file = file;
      this.row = uploads.template.content.firstElementChild.cloneNode(true);
      this.progress = this.row.querySelector("progress");
      this.state = this.row.querySelector(".upload-state");
      this.again = this.row.querySelector("button");
      this.row.querySelector(".upload-name").textContent = file.name;
      this.progress.setAttribute("aria-label", file.name);
      this.again.setAttribute("aria-label", `${this.again.textContent}: ${file.name}`);
      this.again.addEventListener("click", () => this.retry());
      uploads.list.append(this.row);
    }

    say(words) {
      this.state.textContent = words;
    }

    send() {
      const { words, form } = this.uploads;
      const body = new FormData();
      body.append("language", form.elements.language ? form.elements.language.value : "");
      body.append("file", this.file);
      const request = new XMLHttpRequest();
      request.open("POST", words.address);
      request.setRequestHeader("X-CSRFToken", form.elements.csrfmiddlewaretoken.value);
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) this.progress.value = (100 * event.loaded) / event.total;
      });
      request.upload.addEventListener("load", () => {
        this.progress.removeAttribute("value");
        this.say(words.looking);
      });
      request.addEventListener("load", () => this.answered(request));
      request.addEventListener("error", () => this.refuse(words.broken, true));
      request.addEventListener("loadend", () => this.uploads.ended());
      this.say(words.sending);
      request.send(body);
    }

    answered(request) {
      const { words } = this.uploads;
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // A page: of the form check, of a proxy, of a site in trouble.
      }
      if (request.status === 200 || request.status === 201) this.take(answer);
      else if (answer.error) this.refuse(answer.error, request.status === 503);
      else if (request.status === 403) this.refuse(words.signedOut);
      else this.refuse(words.failed, true);
    }

    take(answer) {
      const { words, taken } = this.uploads;
      taken.push(answer.id);
      this.row.classList.add("upload-taken");
      this.progress.value = 100;
      this.say(answer.known ? words.known : words.new);
      if (!answer.thumb) return;
      const picture = document.createElement("img");
      picture.src = answer.thumb;
      picture.alt = "";
      this.row.querySelector(".upload-thumb").append(picture);
    }

    refuse(sentence, worthAnotherTry = false) {
      this.uploads.refused += 1;
      this.row.classList.add("upload-refused");
      this.progress.hidden = true;
      this.again.hidden = !worthAnotherTry;
      this.say(sentence);
      this.uploads.list.prepend(this.row);
      this.uploads.announce(`${this.file.name}: ${sentence}`);
    }

    retry() {
      this.uploads.refused -= 1;
      this.row.classList.remove("upload-refused");
      this.progress.hidden = false;
      this.progress.value = 0;
      this.again.hidden = true;
      this.uploads.enqueue(this);
      this.uploads.tell();
    }
  }

  function takeFiles(form) {
    const uploads = new Uploads(form);
    const field = form.elements.files;
    form.classList.add("upload-by-script");
    field.addEventListener("change", () => {
      uploads.add(field.files);
      field.value = "";
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    window.addEventListener("beforeunload", (event) => {
      if (uploads.isBusy) event.preventDefault();
    });

    let inside = 0; // how many elements the dragged files are over
    const carriesFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
    const show = (change) => {
      inside = Math.max(0, inside + change);
      document.body.classList.toggle("drop-here", inside > 0);
    };
    document.addEventListener("dragenter", (event) => carriesFiles(event) && show(1));
    document.addEventListener("dragleave", (event) => carriesFiles(event) && show(-1));
    document.addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
    document.addEventListener("drop", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      show(-inside);
      uploads.add(event.dataTransfer.files);
    });
  }

  // --- The same words for all

  function fillInForAll(panel) {
    const form = panel.closest("form");
    panel.querySelectorAll("input").forEach((source) => {
      const name = source.name.replace(/^all-/, "");
      source.removeAttribute("name"); // what is emptied below stays empty
      let before = "";
      source.addEventListener("change", () => {
        const fields = [...form.querySelectorAll(`[name$="-${name}"]`)];
        fields.filter((field) => field.value === "" || (before && field.value === before)).forEach((field) => {
          field.value = source.value;
        });
        before = source.value;
        panel.querySelector("[role=status]").textContent = panel.dataset.told;
      });
    });
  }

  // --- The focal point

  /* Where a box of the crops' shape begins, in percent of the room there is (cms.media.renditions.box_of). */
  function start(percent, whole, part) {
    const room = whole - part;
    if (room <= 0) return 50;
    return (100 * Math.min(Math.max((whole * percent) / 100 - part / 2, 0), room)) / room;
  }

  function chooseFocalPoint(frame) {
    const picture = frame.querySelector("img");
    const marker = frame.querySelector(".focal-marker");
    const fields = [document.getElementById("id_focal_x"), document.getElementById("id_focal_y")];
    const stored = fields.map((field) => field.defaultValue);

    function show() {
      const [x, y] = fields.map((field) => Math.min(Math.max(Number(field.value) || 0, 0), 100));
      marker.style.setProperty("--x", `${x}%`);
      marker.style.setProperty("--y", `${y}%`);
      if (fields.every((field, index) => field.value === stored[index])) return;
      const { naturalWidth: width, naturalHeight: height } = picture;
      const [across, down] = width * 2 > height * 3 ? [height * 1.5, height] : [width, width / 1.5];
      document.querySelectorAll(".crop").forEach((crop) => {
        if (crop.getAttribute("src") !== crop.dataset.base) crop.src = crop.dataset.base;
        crop.style.setProperty("--x", `${start(x, width, across)}%`);
        crop.style.setProperty("--y", `${start(y, height, down)}%`);
      });
    }

    picture.addEventListener("click", (event) => {
      const box = picture.getBoundingClientRect();
      fields[0].value = Math.round((100 * (event.clientX - box.left)) / box.width);
      fields[1].value = Math.round((100 * (event.clientY - box.top)) / box.height);
      fields[0].dispatchEvent(new Event("input", { bubbles: true }));
    });
    fields.forEach((field) => field.addEventListener("input", show));
    marker.hidden = false;
    document.querySelector(".focal-hint").hidden = false;
    frame.classList.add("focal-by-click");
    show();
  }

  // --- What was typed is not left behind unasked

  function keep(form) {
    let typed = form.querySelector(".errors, .errorlist") !== null;
    let leaving = false;
    form.addEventListener("input", () => {
      typed = true;
    });
    form.addEventListener("submit", () => {
      leaving = true;
    });
    window.addEventListener("pageshow", () => {
      leaving = false;
    });
    window.addEventListener("beforeunload", (event) => {
      if (typed && !leaving) event.preventDefault();
    });
  }

  const upload = document.getElementById("upload");
  if (upload) takeFiles(upload);
  document.querySelectorAll(".same-for-all").forEach(fillInForAll);
  const focal = document.getElementById("focal");
  if (focal) chooseFocalPoint(focal);
  document.querySelectorAll("form[data-keeps]").forEach(keep);
})();
