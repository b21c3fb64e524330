/** The source pane: shows a document, with the quoted words highlighted. */

import { CopyControl } from "./copying.js";
import { element } from "./dom.js";
import { t } from "./language.js";
import { isPdf, OriginalLinks } from "./original.js";
import { PageView } from "./page_view.js";
import { key } from "./passage.js";
import { currentPlace, enterPane, leavePane } from "./places.js";
import { Problem } from "./service.js";
import { loadAround, TextView } from "./text_view.js";
import { ViewSwitch } from "./view_switch.js";
import { imprint, place } from "./format.js";
import { goneWarning } from "./warnings.js";

/**
 * @typedef {import("./service.js").Document} Document
 * @typedef {import("./service.js").Passage} Passage
 */

/** On a window of this width or more, the pane is beside the answer; on a narrower one, it covers the page. */
const WIDE = window.matchMedia("(min-width: 64rem)");

const NOT_FOUND = 404;

export class SourcePane {
  #heading = element("h2", { id: "source-title", tabindex: "-1", dir: "auto" });
  #about = element("p", { class: "about", dir: "auto" });
  #place = element("p", { class: "about", dir: "auto" });
  #originals = new OriginalLinks();
  #previous = stepButton(t("Previous citation"), "k", "←", () => this.step(-1));
  #next = stepButton(t("Next citation"), "j", "→", () => this.step(1));
  #position = element("span", { class: "position" });
  #steps = element(
    "div",
    { class: "steps", role: "group", "aria-label": t("Citations") },
    this.#previous,
    this.#position,
    this.#next,
  );
  #copyControl = new CopyControl();
  #status = element("p", { class: "status", role: "status" });
  #text = new TextView();
  #pages = new PageView();
  #views = new ViewSwitch(WIDE.matches ? "page" : "text", () => this.#showCurrent());
  #element = element(
    "dialog",
    { class: "source", "aria-labelledby": "source-title" },
    // The bar is above the heading, but after it in this order: the heading has the focus first, and Tab goes on from it.
    element("header", {}, this.#heading, this.#about, this.#place, this.#originals.element),
    element("div", { class: "bar" }, this.#steps, closeButton(() => this.close())),
    element("div", { class: "views" }, this.#views.element, this.#pages.zoomButtons),
    this.#status,
    this.#pages.element,
    this.#text.element,
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
    leavePane();
  }

  /** Close the pane without moving the focus. */
  dismiss() {
    this.#loading.abort();
    this.#unhighlightButtons();
    if (this.isOpen) this.#element.close();
    this.#document = null;
    this.#pages.clear();
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
    if (this.isOpen) this.#originals.open();
  }

  /** Show the page instead of the text, or the text instead of the page. */
  switchView() {
    if (this.isOpen && !this.#views.element.hidden) this.#views.toggle();
  }

  get #passage() {
    return this.#passages[this.#index];
  }

  /** Open the pane: beside the page on a wide window, or as a modal dialog over the page on a narrow one. */
  #present() {
    if (this.isOpen) this.#element.close();
    if (WIDE.matches) this.#element.show();
    else this.#cover();
  }

  /** Cover the page, so that Back closes the pane first. */
  #cover() {
    this.#element.showModal();
    if (!currentPlace()?.pane) enterPane();
  }

  /** Show the current passage; load its document first if needed. */
  async #showCurrent() {
    if (this.#document?.id !== this.#passage.document_id) this.#document = null;
    this.#describe();
    this.#loading.abort();
    const { signal } = (this.#loading = new AbortController());
    try {
      await this.#load(signal);
      if (!signal.aborted) await this.#show(signal);
    } catch (error) {
      if (signal.aborted) return;
      const message = error instanceof Problem ? error.message : t("This page could not show the document.");
      const isGone = error.status === NOT_FOUND && this.#passage.quote !== "";
      const single = element("p", { class: "warning", role: "alert" }, message);
      this.#showWarning(isGone ? goneWarning(error.goneSince, this.#passage.quote) : single);
      if (!(error instanceof Problem)) throw error;
    }
  }

  async #load(signal) {
    if (this.#document === null) {
      this.#text.replace();
      this.#switchTo("text");
      this.#status.textContent = t("Opening the document…");
    }
    if (this.#document !== null && this.#view === "page") return; // the page needs no other part of the text
    const loaded = await loadAround(this.#passage, this.#document, signal);
    if (signal.aborted) return;
    this.#document = loaded;
    this.#describe();
  }

  /** @param {HTMLElement} warning shown in place of the document */
  #showWarning(warning) {
    this.#status.textContent = "";
    this.#text.replace(warning);
    this.#switchTo("text");
  }

  /** Show the view with this name, and hide the other one. */
  #switchTo(name) {
    this.#pages.element.hidden = name !== "page";
    this.#pages.zoomButtons.hidden = name !== "page";
    this.#text.element.hidden = name !== "text";
  }

  /** Show everything but the text. The passage is enough for this, so it works before the document is loaded. */
  #describe() {
    const { title, quote } = this.#passage;
    const known = { ...this.#passage, ...imprintFromDocument(this.#document) };
    this.#heading.textContent = title;
    this.#about.textContent = imprint(known);
    this.#place.textContent = place(this.#passage);
    this.#originals.update(this.#passage, this.#document);
    this.#views.element.hidden = !this.#hasPages;
    this.#copyControl.setPassage(quote === "" ? null : known);
    this.#steps.hidden = quote === "";
    this.#position.textContent = t("Citation {number} of {count}", {
      number: this.#index + 1,
      count: this.#passages.length,
    });
    this.#previous.disabled = this.#index === 0;
    this.#next.disabled = this.#index === this.#passages.length - 1;
    this.#highlightButtons();
  }

  /** Whether the passage is on a page that can be drawn. */
  get #hasPages() {
    return isPdf(this.#document) && !this.#passage.record;
  }

  get #view() {
    return this.#hasPages ? this.#views.chosen : "text";
  }

  async #show(signal) {
    const { quote } = this.#passage;
    this.#switchTo(this.#view);
    if (this.#view === "page") {
      await this.#pages.show(this.#passage, signal);
      if (!signal.aborted) this.#status.textContent = quote && t("Quoted: {quote}", { quote });
    } else {
      const isAtPlace = this.#text.show(this.#document, this.#passage);
      this.#status.textContent = isAtPlace && quote ? t("Quoted: {quote}", { quote }) : "";
    }
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
  return element("button", { type: "button", class: "close", "aria-label": t("Close source"), click }, "×");
}

/** Return the document's own author, date and address. They replace those of the passage once it is loaded. */
function imprintFromDocument(document) {
  if (!document) return null;
  const { author, published, url, in_force, indexed } = document;
  return { author, published, url, in_force, indexed };
}
