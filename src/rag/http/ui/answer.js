/** One turn: a question and its answer, growing as the service sends it. */

import { element } from "./dom.js";
import { key } from "./passage.js";
import { abstained, date, label, place, webAddress } from "./words.js";

/**
 * @typedef {import("./service.js").Answer} Answer
 * @typedef {import("./service.js").Citation} Citation
 * @typedef {import("./service.js").Passage} Passage
 * @typedef {import("./service.js").Statement} Statement
 * @typedef {(passage: Passage, among: Passage[], opener: HTMLElement) => void} Open shows a passage in its document
 */

let count = 0;

export class Turn {
  #prose = element("p", { class: "prose", dir: "auto", "aria-live": "polite", "aria-relevant": "additions" });
  #pending = element("div", { class: "pending", "aria-hidden": "true" }, element("i"), element("i"), element("i"));
  /** @type {Citation[]} */
  #citations = [];
  /** @type {string[]} what the statements on the page were made from */
  #shown = [];
  #open;
  #question;
  /** @type {import("./service.js").Message[]} what later questions may lean on: nothing until the answer is whole */
  said = [];

  /**
   * @param {string} question
   * @param {Open} open
   */
  constructor(question, open) {
    const id = `question-${++count}`;
    this.#open = open;
    this.#question = question;
    const heading = element("h2", { id, dir: "auto" }, question);
    const article = element("article", { "aria-labelledby": id }, heading, this.#prose, this.#pending);
    this.element = element("li", { class: "turn" }, article);
  }

  /**
   * @param {Statement} statement
   * @param {Citation[]} sources
   */
  add(statement, sources) {
    const known = new Set(this.#citations.map(({ marker }) => marker));
    this.#citations.push(...sources.filter(({ marker }) => !known.has(marker)));
    const buttons = statement.citations.map((marker) => this.#button(this.#citations.find((c) => c.marker === marker)));
    this.#prose.append(element("span", { class: "statement" }, statement.text, ...buttons), " ");
    this.#shown.push(JSON.stringify([statement.text, statement.citations]));
  }

  /** @param {Answer} answer */
  finish(answer) {
    this.#settle(answer);
    const words = answer.statements.map(({ text }) => text).join(" ");
    this.said = [{ role: "user", content: this.#question }];
    if (words) this.said.push({ role: "assistant", content: words });
    this.#pending.remove();
    if (answer.outcome === "no_evidence") this.#abstain(answer);
    if (answer.outcome === "partial") this.#note("The documents answer only part of this question.");
    if (answer.degraded) {
      this.#note(`These are the documents' own sentences, because the language model failed (${answer.degraded}).`);
    }
    if (this.#citations.length > 0) this.#append(this.#sources());
  }

  /** The reader stopped the answer. */
  stop() {
    this.#pending.remove();
    this.#note("You stopped this answer.");
  }

  /**
   * @param {string} message
   * @param {() => void} again
   */
  fail(message, again) {
    this.#pending.remove();
    this.#append(
      element(
        "div",
        { class: "failure" },
        element("p", { role: "alert" }, message),
        element("button", { type: "button", class: "quiet", click: again }, "Ask again"),
      ),
    );
  }

  /** The whole answer has the last word: keep the statements it confirms, replace the others. */
  #settle({ statements, citations }) {
    this.#citations = [...citations];
    const isShown = ({ text, citations }, i) => this.#shown[i] === JSON.stringify([text, citations]);
    if (this.#shown.length <= statements.length && statements.slice(0, this.#shown.length).every(isShown)) {
      statements = statements.slice(this.#shown.length);
    } else {
      this.#prose.replaceChildren();
      this.#shown = [];
    }
    for (const statement of statements) this.add(statement, []);
  }

  #abstain({ abstention, evidence }) {
    this.#prose.append(abstained(abstention));
    if (evidence.length === 0) return;
    const passages = evidence.map((hit) => ({ ...hit, quote: hit.text }));
    const items = passages.map((passage) => this.#nearest(passage, passages));
    this.#append(
      element("h3", {}, "Nearest passages"),
      element("ul", { class: "passages", role: "list" }, ...items),
    );
  }

  #nearest(passage, among) {
    const open = ({ currentTarget }) => this.#open(passage, among, currentTarget);
    return element(
      "li",
      {},
      element("button", { type: "button", dir: "auto", "data-passage": key(passage), click: open }, passage.title),
      about([passage.published && date(passage.published), place(passage)]),
      element("p", { class: "snippet", dir: "auto" }, passage.quote.trim()),
    );
  }

  /** Documents in the order they are first cited, each with its citations. */
  #sources() {
    const entries = byDocument(this.#citations).map((citations) => {
      const [{ title, author, published, url }] = citations;
      return element(
        "li",
        {},
        element("p", { class: "title", dir: "auto" }, title),
        about([author, published && date(published)]),
        webAddress(url) && element("p", { class: "printed" }, url),
        ...citations.map((citation) => this.#row(citation)),
      );
    });
    return element(
      "section",
      { class: "sources" },
      element("h3", {}, "Sources"),
      element("ul", { role: "list" }, ...entries),
    );
  }

  #row(citation) {
    const where = place(citation);
    return element(
      "button",
      { type: "button", class: "row", "data-passage": key(citation), click: this.#opens(citation) },
      element("span", { class: "number" }, `[${citation.marker}]`),
      element(
        "span",
        {},
        where && element("span", { class: "about", dir: "auto" }, where),
        element("q", { class: "snippet", dir: "auto" }, citation.quote.trim()),
      ),
    );
  }

  #button(citation) {
    return element(
      "button",
      {
        type: "button",
        class: "citation",
        "aria-label": label(citation),
        "data-passage": key(citation),
        click: this.#opens(citation),
      },
      `[${citation.marker}]`,
    );
  }

  #opens(citation) {
    return ({ currentTarget }) => this.#open(citation, this.#citations, currentTarget);
  }

  #note(text) {
    this.#append(element("p", { class: "note" }, text));
  }

  #append(...nodes) {
    this.element.firstElementChild.append(...nodes);
  }
}

/** @param {Citation[]} citations */
function byDocument(citations) {
  const documents = new Map(citations.map(({ document_id }) => [document_id, []]));
  for (const citation of citations) documents.get(citation.document_id).push(citation);
  return [...documents.values()];
}

function about(parts) {
  const known = parts.filter(Boolean).join(" · ");
  return known ? element("p", { class: "about", dir: "auto" }, known) : null;
}
