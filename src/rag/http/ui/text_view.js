/** The text of a document around a quote. More of it is loaded when the reader scrolls to one of its ends. */

import { element } from "./dom.js";
import { t } from "./language.js";
import { locate, toUtf16 } from "./passage.js";
import { fetchDocument, Problem } from "./service.js";
import { renderText } from "./text.js";
import { misplacedWarning } from "./warnings.js";

/**
 * @typedef {import("./service.js").Document} Document
 * @typedef {import("./service.js").Passage} Passage
 */

/** The code points that are loaded on each side of a quote, and each time that the reader scrolls to an end. */
const WINDOW = 8000;

/** The distance to an end of the text, in pixels, at which more is loaded. */
const NEAR = 600;

export class TextView {
  element = element("div", {
    class: "text",
    role: "region",
    "aria-label": t("Text of the document"),
    tabindex: "0",
    scroll: () => this.#loadMore(),
  });
  /** @type {Document | null} */
  #document = null;
  /** @type {Passage | null} */
  #passage = null;
  #isLoading = false;

  /**
   * Show a part of a document, with the passage marked.
   *
   * @param {Document} part it has the passage, as `loadAround` returns it
   * @param {Passage} passage
   * @returns {boolean} whether the quoted words are at their place, or there are none
   */
  show(part, passage) {
    [this.#document, this.#passage] = [part, passage];
    const isAtPlace = this.#render() || passage.quote === "";
    if (!isAtPlace) this.element.prepend(misplacedWarning(passage.quote));
    this.element.scrollTop = 0;
    const marks = [...this.element.querySelectorAll("mark")];
    if (marks.length > 0) this.#reveal(marks);
    return isAtPlace;
  }

  /** @param {...Node} children shown instead of the text */
  replace(...children) {
    this.#document = null;
    this.element.replaceChildren(...children);
  }

  /** Show the text, and return the place of the quote in it; null if the words there are others. */
  #render() {
    const shown = this.#passage.record ? recordOf(this.#document) : this.#document;
    const offset = shown.start ?? 0;
    const quoted = locate(shown.text, shifted(this.#passage, -offset));
    this.element.classList.toggle("unquoted", quoted === null);
    const links = this.#passage.record ? [] : this.#links(shown);
    this.element.replaceChildren(renderText(shown, quoted, links));
    return quoted;
  }

  /** @returns {import("./blocks.js").Link[]} the references to other provisions of the document, as links to them */
  #links({ id, text, start: first = 0, references = [] }) {
    const spans = references.map((one) => ({ ...one, start: one.start - first, end: one.end - first }));
    return toUtf16(text, spans).map(({ start, end, target_start: from, target_end: to }) => ({
      start,
      end,
      href: `documents/${id.split("/").map(encodeURIComponent).join("/")}?start=${from}&end=${to}#quote`,
      click: (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return; // the reader wants another tab or window
        event.preventDefault();
        this.#follow({ start: from, end: to });
      },
    }));
  }

  /** Show the provision at a span, with its words marked. */
  async #follow({ start, end }) {
    const shown = this.#document;
    try {
      const passage = { document_id: shown.id, start, end, record: false };
      const part = await loadAround(passage, shown, new AbortController().signal);
      if (this.#document !== shown) return; // another passage was opened meanwhile
      const [span] = toUtf16(part.text, [{ start: start - (part.start ?? 0), end: end - (part.start ?? 0) }]);
      this.show(part, { ...passage, quote: part.text.slice(span.start, span.end) });
      this.element.focus({ preventScroll: true });
    } catch (error) {
      if (!(error instanceof Problem)) throw error; // the text that is shown stays
    }
  }

  /** Scroll so that the quote is a little above the middle. A long quote starts near the top. */
  #reveal(marks) {
    const { top } = marks[0].getBoundingClientRect();
    const { bottom } = marks.at(-1).getBoundingClientRect();
    const room = this.element.clientHeight - (bottom - top);
    this.element.scrollTop += top - this.element.getBoundingClientRect().top - Math.max(room / 2.5, 24);
    marks[0].scrollIntoView({ block: "nearest" }); // in a low window, the whole pane scrolls
  }

  /** Load the text before or after the part that is shown, if the reader is near it. */
  async #loadMore() {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    const shown = this.#document;
    if (!shown || this.#isLoading || this.#passage.record) return;
    const before = scrollTop < NEAR && shown.start > 0;
    const after = scrollHeight - clientHeight - scrollTop < NEAR && shown.end < shown.length;
    if (!before && !after) return;
    this.#isLoading = true;
    try {
      const span = before
        ? { start: Math.max(0, shown.start - WINDOW), end: shown.end }
        : { start: shown.start, end: shown.end + WINDOW };
      const more = await fetchDocument(shown.id, span);
      if (this.#document === shown) this.#extend(more, before);
    } catch (error) {
      if (!(error instanceof Problem)) throw error; // the text that is shown stays
    } finally {
      this.#isLoading = false;
    }
  }

  /** Show a longer part. The words that the reader sees stay at their place. */
  #extend(more, isBefore) {
    const { scrollTop, scrollHeight } = this.element;
    this.#document = more;
    this.#render();
    this.element.scrollTop = isBefore ? this.element.scrollHeight - scrollHeight + scrollTop : scrollTop;
  }
}

/**
 * Return a part of a document that has a passage.
 *
 * @param {Passage} passage
 * @param {Document | null} known a part that is returned if it has the passage
 * @param {AbortSignal} signal
 * @returns {Promise<Document>}
 */
export async function loadAround(passage, known, signal) {
  const { document_id: id, start, end, record } = passage;
  const isKnown = known?.id === id && (record || ((known.start ?? 0) <= start && end <= (known.end ?? Infinity)));
  if (isKnown) return known;
  const span = record ? { start: 0, end: WINDOW } : { start: Math.max(0, start - WINDOW), end: end + WINDOW };
  return fetchDocument(id, span, signal);
}

function recordOf(document) {
  return { ...document, text: document.record, blocks: undefined, start: 0 };
}

function shifted(span, by) {
  return { ...span, start: span.start + by, end: span.end + by };
}
