/** The source pane: a document, opened at the words an answer rests on. */

import { element } from "./dom.js";
import { key, split } from "./passage.js";
import { fetchDocument, Problem } from "./service.js";
import { date, place, webAddress } from "./words.js";

/**
 * @typedef {import("./service.js").Document} Document
 * @typedef {import("./service.js").Passage} Passage
 */

export class SourcePane {
  #close = element(
    "button",
    { type: "button", class: "close", "aria-label": "Close source", click: () => this.close() },
    "×",
  );
  #heading = element("h3", { id: "source-title", tabindex: "-1", dir: "auto" });
  #about = element("p", { class: "about", dir: "auto" });
  #place = element("p", { class: "about", dir: "auto" });
  #original = element("a", { target: "_blank", rel: "noopener noreferrer", hidden: true });
  #steps = element(
    "div",
    { class: "steps", role: "group", "aria-label": "Passages cited from this document" },
    element("button", { type: "button", class: "quiet", click: () => this.#step(-1) }, "Previous"),
    element("span", {}),
    element("button", { type: "button", class: "quiet", click: () => this.#step(1) }, "Next"),
  );
  #status = element("p", { class: "status", role: "status" });
  #body = element("div", { class: "text", role: "region", "aria-label": "Text of the document", tabindex: "0" });
  #element = element(
    "aside",
    { class: "source", "aria-labelledby": "source-title" },
    element(
      "header",
      {},
      this.#close,
      this.#heading,
      this.#about,
      this.#place,
      this.#original,
      this.#steps,
    ),
    this.#status,
    this.#body,
  );
  #loading = new AbortController();
  /** @type {Document | null} */
  #document = null;
  /** @type {Passage[]} the passages of this document that the answer names */
  #passages = [];
  #index = 0;
  /** @type {HTMLElement | null} where the focus goes back to */
  #opener = null;

  constructor() {
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#element.isConnected) this.close();
    });
  }

  /**
   * @param {Passage} passage
   * @param {Passage[]} among all passages of the answer
   * @param {HTMLElement} opener
   */
  async open(passage, among, opener) {
    const turn = opener.closest(".turn");
    if (this.#element.parentNode !== turn || this.#document?.id !== passage.document_id) this.#document = null;
    this.#unmark();
    this.#passages = among.filter(({ document_id }) => document_id === passage.document_id);
    this.#index = this.#passages.findIndex((other) => key(other) === key(passage));
    this.#opener = opener;
    if (this.#element.parentNode !== turn) turn.append(this.#element);
    this.#describe();
    this.#heading.focus({ preventScroll: true });
    this.#element.scrollIntoView({ block: "start" });
    await this.#load(passage.document_id);
  }

  /** Close the pane and go back to the citation it was opened from. */
  close() {
    this.dismiss();
    this.#opener?.focus();
  }

  /** Close the pane and leave the focus where it is. */
  dismiss() {
    this.#loading.abort();
    this.#unmark();
    this.#element.remove();
    this.#document = null;
  }

  get #passage() {
    return this.#passages[this.#index];
  }

  #step(by) {
    this.#unmark();
    this.#index += by;
    this.#describe();
    const pressed = by < 0 ? this.#steps.firstElementChild : this.#steps.lastElementChild;
    if (pressed.disabled) this.#heading.focus({ preventScroll: true });
    this.#load(this.#passage.document_id);
  }

  async #load(id) {
    this.#loading.abort();
    const { signal } = (this.#loading = new AbortController());
    try {
      if (this.#document === null) {
        this.#body.replaceChildren();
        this.#status.textContent = "Opening the document…";
        const found = await fetchDocument(id, signal);
        if (signal.aborted) return;
        this.#document = found;
        this.#describe();
      }
      this.#show();
    } catch (error) {
      if (signal.aborted) return;
      this.#status.textContent = "";
      const message = error instanceof Problem ? error.message : "This page failed to show the document.";
      this.#body.replaceChildren(element("p", { class: "warning", role: "alert" }, message));
      if (!(error instanceof Problem)) throw error;
    }
  }

  /** Everything but the text: known from the passage before the document has come. */
  #describe() {
    const { title, author, published, url } = { ...this.#passage, ...this.#document };
    const day = published && date(published);
    this.#heading.textContent = title;
    this.#about.textContent = [author, day].filter(Boolean).join(" · ");
    this.#place.textContent = place(this.#passage);
    link(this.#original, url);
    this.#mark();
    const [previous, position, next] = this.#steps.children;
    this.#steps.hidden = this.#passages.length < 2;
    position.textContent = `${this.#index + 1} of ${this.#passages.length}`;
    previous.disabled = this.#index === 0;
    next.disabled = this.#index === this.#passages.length - 1;
  }

  #show() {
    const { quote } = this.#passage;
    const parts = split(this.#document.text, this.#passage);
    if (parts === null) {
      this.#status.textContent = "";
      this.#body.replaceChildren(misplaced(quote), words(this.#document.text));
      this.#body.scrollTop = 0;
      return;
    }
    const [before, quoted, after] = parts;
    const mark = element("mark", {}, quoted);
    this.#status.textContent = `Quoted: ${quote}`;
    this.#body.replaceChildren(words(before, mark, after));
    this.#reveal(mark);
  }

  /** Bring the quote to the middle of the text, or its beginning to the top, and into the window. */
  #reveal(mark) {
    const { top, height } = mark.getBoundingClientRect();
    const room = this.#body.clientHeight - height;
    this.#body.scrollTop += top - this.#body.getBoundingClientRect().top - Math.max(room / 2, 24);
    mark.scrollIntoView({ block: "nearest" });
  }

  /** Light up the buttons of the passage that is open; the focus will go back to one of them. */
  #mark() {
    const current = key(this.#passage);
    const buttons = [...this.#element.parentNode.querySelectorAll("[data-passage]")];
    const open = buttons.filter((button) => button.dataset.passage === current);
    for (const button of open) button.setAttribute("aria-current", "true");
    if (!open.includes(this.#opener)) this.#opener = open[0];
  }

  #unmark() {
    const marked = document.querySelectorAll("[data-passage][aria-current]");
    for (const button of marked) button.removeAttribute("aria-current");
  }
}

function link(anchor, url) {
  const address = webAddress(url);
  anchor.hidden = address === null;
  anchor.href = address?.href ?? "";
  anchor.textContent = address === null ? "" : `Open the original at ${address.host}`;
}

function words(...children) {
  return element("div", { class: "words", dir: "auto" }, ...children);
}

function misplaced(quote) {
  const reason = "The quoted words do not stand at this place in the document, so nothing is highlighted.";
  return element(
    "div",
    { class: "warning", role: "alert" },
    element("p", {}, `${reason} The answer quoted:`),
    element("blockquote", { dir: "auto" }, quote),
  );
}
