/** The source pane: shows a document, with the quoted words highlighted. */

import { CopyControl } from "./copying.js";
import { element } from "./dom.js";
import { key, locate } from "./passage.js";
import { fetchDocument, Problem } from "./service.js";
import { renderText } from "./text.js";
import { imprint, place, webAddress } from "./format.js";

/**
 * @typedef {import("./service.js").Document} Document
 * @typedef {import("./service.js").Passage} Passage
 */

/** On a window of this width or more, the pane is beside the answer; on a narrower one, it covers the page. */
const WIDE = window.matchMedia("(min-width: 64rem)");

export class SourcePane {
  #heading = element("h2", { id: "source-title", tabindex: "-1", dir: "auto" });
  #about = element("p", { class: "about", dir: "auto" });
  #place = element("p", { class: "about", dir: "auto" });
  #original = element("a", { target: "_blank", rel: "noopener noreferrer", hidden: true, "aria-keyshortcuts": "o" });
  #previous = stepButton("Previous citation", "k", "←", () => this.step(-1));
  #next = stepButton("Next citation", "j", "→", () => this.step(1));
  #position = element("span", { class: "position" });
  #steps = element(
    "div",
    { class: "steps", role: "group", "aria-label": "Citations" },
    this.#previous,
    this.#position,
    this.#next,
  );
  #copyControl = new CopyControl();
  #status = element("p", { class: "status", role: "status" });
  #body = element("div", { class: "text", role: "region", "aria-label": "Text of the document", tabindex: "0" });
  #element = element(
    "dialog",
    { class: "source", "aria-labelledby": "source-title" },
    element("div", { class: "bar" }, this.#steps, closeButton(() => this.close())),
    element("header", {}, this.#heading, this.#about, this.#place, this.#original),
    this.#status,
    this.#body,
    this.#copyControl.element,
  );
  #loading = new AbortController();
  /** @type {Document | null} */
  #document = null;
  /** @type {Passage[]} all citations of the answer, or its nearest passages */
  #passages = [];
  #index = 0;
  /** @type {HTMLElement | null} the button that gets the focus when the pane closes */
  #opener = null;

  constructor() {
    document.body.append(this.#element);
    this.#element.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close();
    });
    this.#element.addEventListener("click", ({ target }) => {
      if (target === this.#element) this.close(); // a click beside a modal dialog has the dialog as its target
    });
    WIDE.addEventListener("change", () => this.isOpen && this.#present());
  }

  get isOpen() {
    return this.#element.open;
  }

  /**
   * Show a passage in its document.
   *
   * @param {Passage} passage if its quote is empty, the document is shown from its start
   * @param {Passage[]} among the passages to step through
   * @param {HTMLElement} opener
   */
  async open(passage, among, opener) {
    this.#unhighlightButtons();
    this.#passages = among;
    this.#index = among.findIndex((other) => key(other) === key(passage));
    this.#opener = opener;
    if (!this.isOpen) this.#present();
    const shown = this.#showCurrent();
    this.#heading.focus({ preventScroll: true });
    await shown;
  }

  /** Close the pane and move the focus back to the citation. */
  close() {
    this.dismiss();
    this.#opener?.focus();
  }

  /** Close the pane without moving the focus. */
  dismiss() {
    this.#loading.abort();
    this.#unhighlightButtons();
    if (this.isOpen) this.#element.close();
    this.#document = null;
  }

  /**
   * Show the next passage (1) or the previous one (-1).
   *
   * @param {1 | -1} by
   */
  step(by) {
    if (!this.isOpen || !this.#passages[this.#index + by]) return;
    this.#unhighlightButtons();
    this.#index += by;
    const pressed = by < 0 ? this.#previous : this.#next;
    const isAtEnd = !this.#passages[this.#index + by];
    if (isAtEnd && pressed === document.activeElement) this.#heading.focus({ preventScroll: true });
    this.#showCurrent();
  }

  copy() {
    if (this.isOpen) this.#copyControl.copy();
  }

  openOriginal() {
    if (this.isOpen && !this.#original.hidden) this.#original.click();
  }

  get #passage() {
    return this.#passages[this.#index];
  }

  /** Open the pane: beside the page on a wide window, or as a modal dialog over the page on a narrow one. */
  #present() {
    if (this.isOpen) this.#element.close();
    if (WIDE.matches) this.#element.show();
    else this.#element.showModal();
  }

  /** Show the current passage; load its document first if needed. */
  async #showCurrent() {
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
      const message = error instanceof Problem ? error.message : "This page could not show the document.";
      this.#body.replaceChildren(element("p", { class: "warning", role: "alert" }, message));
      if (!(error instanceof Problem)) throw error;
    }
  }

  async #load(signal) {
    this.#body.replaceChildren();
    this.#status.textContent = "Opening the document…";
    const loaded = await fetchDocument(this.#passage.document_id, signal);
    if (signal.aborted) return;
    this.#document = loaded;
    this.#describe();
  }

  /** Show everything but the text. The passage is enough for this, so it works before the document is loaded. */
  #describe() {
    const { title, quote } = this.#passage;
    const known = { ...this.#passage, ...imprintFromDocument(this.#document) };
    this.#heading.textContent = title;
    this.#about.textContent = imprint(known);
    this.#place.textContent = place(this.#passage);
    updateLink(this.#original, known.url);
    this.#copyControl.setPassage(quote === "" ? null : known);
    this.#steps.hidden = quote === "";
    this.#position.textContent = `Citation ${this.#index + 1} of ${this.#passages.length}`;
    this.#previous.disabled = this.#index === 0;
    this.#next.disabled = this.#index === this.#passages.length - 1;
    this.#highlightButtons();
  }

  #show() {
    const { quote, record } = this.#passage;
    const shown = record ? { ...this.#document, text: this.#document.record, headings: [] } : this.#document;
    const place = locate(shown.text, this.#passage);
    const text = renderText(shown, place);
    this.#status.textContent = place ? `Quoted: ${quote}` : "";
    this.#body.classList.toggle("unquoted", place === null);
    this.#body.replaceChildren(...(place || quote === "" ? [text] : [misplacedWarning(quote), text]));
    this.#body.scrollTop = 0;
    if (place) this.#reveal([...this.#body.querySelectorAll("mark")]);
  }

  /** Scroll so that the quote is a little above the middle. A long quote starts near the top. */
  #reveal(marks) {
    const { top } = marks[0].getBoundingClientRect();
    const { bottom } = marks.at(-1).getBoundingClientRect();
    const room = this.#body.clientHeight - (bottom - top);
    this.#body.scrollTop += top - this.#body.getBoundingClientRect().top - Math.max(room / 2.5, 24);
  }

  /** Highlight the buttons of the open passage, and make one of them the opener. */
  #highlightButtons() {
    const current = key(this.#passage);
    const buttons = [...(this.#opener.closest(".turn") ?? document).querySelectorAll("[data-passage]")];
    const open = buttons.filter((button) => button.dataset.passage === current);
    for (const button of open) button.setAttribute("aria-current", "true");
    if (!open.includes(this.#opener)) this.#opener = open[0] ?? this.#opener;
    this.#opener.scrollIntoView({ block: "nearest" });
  }

  #unhighlightButtons() {
    const marked = document.querySelectorAll("[data-passage][aria-current]");
    for (const button of marked) button.removeAttribute("aria-current");
  }
}

function stepButton(label, letter, sign, click) {
  return element("button", { type: "button", "aria-label": label, "aria-keyshortcuts": letter, click }, sign);
}

function closeButton(click) {
  return element("button", { type: "button", class: "close", "aria-label": "Close source", click }, "×");
}

/** Return the document's own author, date and address. They replace those of the passage once it is loaded. */
function imprintFromDocument(document) {
  return document && { author: document.author, published: document.published, url: document.url };
}

function updateLink(anchor, url) {
  const address = webAddress(url);
  anchor.hidden = address === null;
  anchor.href = address?.href ?? "";
  anchor.textContent = address === null ? "" : `Open the original at ${address.host}`;
}

function misplacedWarning(quote) {
  const reason = "The quoted words are not at this place in the document, so nothing is highlighted.";
  return element(
    "div",
    { class: "warning", role: "alert" },
    element("p", {}, `${reason} The answer quoted:`),
    element("blockquote", { dir: "auto" }, quote),
  );
}
