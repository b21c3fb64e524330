/** The source pane: a document, opened at the words an answer rests on. */

import { Copying } from "./copying.js";
import { element } from "./dom.js";
import { key, locate } from "./passage.js";
import { fetchDocument, Problem } from "./service.js";
import { words } from "./text.js";
import { imprint, place, webAddress } from "./words.js";

/**
 * @typedef {import("./service.js").Document} Document
 * @typedef {import("./service.js").Passage} Passage
 */

/** From this width on the pane stands beside the answer; below it, over the page. */
const WIDE = window.matchMedia("(min-width: 64rem)");

export class SourcePane {
  #heading = element("h2", { id: "source-title", tabindex: "-1", dir: "auto" });
  #about = element("p", { class: "about", dir: "auto" });
  #place = element("p", { class: "about", dir: "auto" });
  #original = element("a", { target: "_blank", rel: "noopener noreferrer", hidden: true, "aria-keyshortcuts": "o" });
  #previous = stepper("Previous citation", "k", "←", () => this.step(-1));
  #next = stepper("Next citation", "j", "→", () => this.step(1));
  #position = element("span", { class: "position" });
  #steps = element(
    "div",
    { class: "steps", role: "group", "aria-label": "Citations" },
    this.#previous,
    this.#position,
    this.#next,
  );
  #copying = new Copying();
  #status = element("p", { class: "status", role: "status" });
  #body = element("div", { class: "text", role: "region", "aria-label": "Text of the document", tabindex: "0" });
  #element = element(
    "dialog",
    { class: "source", "aria-labelledby": "source-title" },
    element("div", { class: "bar" }, this.#steps, closer(() => this.close())),
    element("header", {}, this.#heading, this.#about, this.#place, this.#original),
    this.#status,
    this.#body,
    this.#copying.element,
  );
  #loading = new AbortController();
  /** @type {Document | null} */
  #document = null;
  /** @type {Passage[]} all that the answer names */
  #passages = [];
  #index = 0;
  /** @type {HTMLElement | null} where the focus goes back to */
  #opener = null;

  constructor() {
    document.body.append(this.#element);
    this.#element.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close();
    });
    this.#element.addEventListener("click", ({ target }) => {
      if (target === this.#element) this.close(); // what is beside a modal dialog counts as the dialog itself
    });
    WIDE.addEventListener("change", () => this.isOpen && this.#present());
  }

  get isOpen() {
    return this.#element.open;
  }

  /**
   * @param {Passage} passage one with no quote shows the document from its beginning
   * @param {Passage[]} among all passages of the answer
   * @param {HTMLElement} opener
   */
  async open(passage, among, opener) {
    this.#unmark();
    this.#passages = among;
    this.#index = among.findIndex((other) => key(other) === key(passage));
    this.#opener = opener;
    if (!this.isOpen) this.#present();
    const shown = this.#turn();
    this.#heading.focus({ preventScroll: true });
    await shown;
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
    if (this.isOpen) this.#element.close();
    this.#document = null;
  }

  /** @param {1 | -1} by */
  step(by) {
    if (!this.isOpen || !this.#passages[this.#index + by]) return;
    this.#unmark();
    this.#index += by;
    const pressed = by < 0 ? this.#previous : this.#next;
    const isLast = !this.#passages[this.#index + by];
    if (isLast && pressed === document.activeElement) this.#heading.focus({ preventScroll: true });
    this.#turn();
  }

  copy() {
    if (this.isOpen) this.#copying.copy();
  }

  openOriginal() {
    if (this.isOpen && !this.#original.hidden) this.#original.click();
  }

  get #passage() {
    return this.#passages[this.#index];
  }

  /** Beside the answer the page goes on; over it, the pane alone can be reached. */
  #present() {
    if (this.isOpen) this.#element.close();
    if (WIDE.matches) this.#element.show();
    else this.#element.showModal();
  }

  /** Show the passage of this index, from a document that may first have to come. */
  async #turn() {
    if (this.#document?.id !== this.#passage.document_id) this.#document = null;
    this.#describe();
    this.#loading.abort();
    const { signal } = (this.#loading = new AbortController());
    try {
      if (this.#document === null) await this.#load(signal);
      if (!signal.aborted) this.#show();
    } catch (error) {
      if (signal.aborted) return;
      this.#status.textContent = "";
      const message = error instanceof Problem ? error.message : "This page failed to show the document.";
      this.#body.replaceChildren(element("p", { class: "warning", role: "alert" }, message));
      if (!(error instanceof Problem)) throw error;
    }
  }

  async #load(signal) {
    this.#body.replaceChildren();
    this.#status.textContent = "Opening the document…";
    const found = await fetchDocument(this.#passage.document_id, signal);
    if (signal.aborted) return;
    this.#document = found;
    this.#describe();
  }

  /** Everything but the text: known from the passage before the document has come. */
  #describe() {
    const { title, quote } = this.#passage;
    const known = { ...this.#passage, ...imprintOf(this.#document) };
    this.#heading.textContent = title;
    this.#about.textContent = imprint(known);
    this.#place.textContent = place(this.#passage);
    link(this.#original, known.url);
    this.#copying.offer(quote === "" ? null : known);
    this.#steps.hidden = quote === "";
    this.#position.textContent = `Citation ${this.#index + 1} of ${this.#passages.length}`;
    this.#previous.disabled = this.#index === 0;
    this.#next.disabled = this.#index === this.#passages.length - 1;
    this.#mark();
  }

  #show() {
    const { quote } = this.#passage;
    const place = locate(this.#document.text, this.#passage);
    const text = words(this.#document, place);
    this.#status.textContent = place ? `Quoted: ${quote}` : "";
    this.#body.classList.toggle("whole", place === null);
    this.#body.replaceChildren(...(place || quote === "" ? [text] : [misplaced(quote), text]));
    this.#body.scrollTop = 0;
    if (place) this.#reveal([...this.#body.querySelectorAll("mark")]);
  }

  /** Bring the quote a little above the middle of the text, or its beginning to the top. */
  #reveal(marks) {
    const { top } = marks[0].getBoundingClientRect();
    const { bottom } = marks.at(-1).getBoundingClientRect();
    const room = this.#body.clientHeight - (bottom - top);
    this.#body.scrollTop += top - this.#body.getBoundingClientRect().top - Math.max(room / 2.5, 24);
  }

  /** Light up the buttons of the passage that is open; the focus will go back to one of them. */
  #mark() {
    const current = key(this.#passage);
    const buttons = [...(this.#opener.closest(".turn") ?? document).querySelectorAll("[data-passage]")];
    const open = buttons.filter((button) => button.dataset.passage === current);
    for (const button of open) button.setAttribute("aria-current", "true");
    if (!open.includes(this.#opener)) this.#opener = open[0] ?? this.#opener;
    this.#opener.scrollIntoView({ block: "nearest" });
  }

  #unmark() {
    const marked = document.querySelectorAll("[data-passage][aria-current]");
    for (const button of marked) button.removeAttribute("aria-current");
  }
}

function stepper(label, letter, sign, click) {
  return element("button", { type: "button", "aria-label": label, "aria-keyshortcuts": letter, click }, sign);
}

function closer(click) {
  return element("button", { type: "button", class: "close", "aria-label": "Close source", click }, "×");
}

/** What the document says of itself has the last word, once it is there. */
function imprintOf(document) {
  return document && { author: document.author, published: document.published, url: document.url };
}

function link(anchor, url) {
  const address = webAddress(url);
  anchor.hidden = address === null;
  anchor.href = address?.href ?? "";
  anchor.textContent = address === null ? "" : `Open the original at ${address.host}`;
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
