/** One turn: a question and its answer, growing as the service sends it. */

import { element } from "./dom.js";
import { key } from "./passage.js";
import { nearest, references } from "./references.js";
import { day, label, whyNot } from "./words.js";

/**
 * @typedef {import("./service.js").Answer} Answer
 * @typedef {import("./service.js").Citation} Citation
 * @typedef {import("./service.js").Passage} Passage
 * @typedef {import("./service.js").Statement} Statement
 * @typedef {import("./filters.js").Scope} Scope
 * @typedef {(passage: Passage, among: Passage[], opener: HTMLElement) => void} Open shows a passage in its document
 * @typedef {{open: Open, again: (scope?: Scope) => void}} Acts `again` asks the question once more, without a scope
 *   of all documents
 */

let count = 0;

export class Turn {
  #prose = element("p", { class: "prose", dir: "auto", "aria-live": "polite", "aria-relevant": "additions" });
  #waiting = element("p", { class: "about" });
  #pending = element(
    "div",
    { class: "pending", "aria-hidden": "true" },
    this.#waiting,
    element("i"),
    element("i"),
    element("i"),
  );
  /** @type {Citation[]} */
  #citations = [];
  /** @type {string[]} what the statements on the page were made from */
  #shown = [];
  #question;
  #scope;
  #acts;
  /** @type {import("./service.js").Message[]} what later questions may lean on: nothing until the answer is whole */
  said = [];
  /** @type {import("./memory.js").Exchange | null} what is worth keeping: nothing until the answer is whole */
  exchange = null;

  /**
   * @param {string} question
   * @param {Scope} scope
   * @param {Acts} acts
   */
  constructor(question, scope, acts) {
    const id = `question-${++count}`;
    this.#question = question;
    this.#scope = scope;
    this.#acts = acts;
    const within = scope.said && element("p", { class: "about within", dir: "auto" }, scope.said);
    const heading = element("h2", { id, dir: "auto" }, question);
    const article = element("article", { "aria-labelledby": id }, heading, within, this.#prose, this.#pending);
    this.element = element("li", { class: "turn" }, article);
  }

  /** @param {string} message what is being done; the page says it aloud elsewhere */
  wait(message) {
    this.#waiting.textContent = message;
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

  /**
   * @param {Answer} answer
   * @param {string} time when it was given
   */
  finish(answer, time) {
    this.#settle(answer);
    this.#remember(answer, time);
    this.#pending.remove();
    if (answer.outcome === "no_evidence") this.#abstain(answer);
    if (answer.outcome === "partial") this.#note("The documents answer only part of this question.");
    if (answer.degraded) {
      this.#note(`These are the documents' own sentences, because the language model failed (${answer.degraded}).`);
    }
    if (this.#citations.length > 0) this.#append(references(this.#citations, (citation) => this.#opens(citation)));
    this.#append(element("p", { class: "colophon" }, `Answered on ${day(time)} from snapshot ${answer.snapshot}.`));
  }

  /** The reader stopped the answer. */
  stop() {
    this.#pending.remove();
    this.#note("You stopped this answer.");
  }

  /** @param {string} message */
  fail(message) {
    this.#pending.remove();
    const again = () => this.#acts.again(this.#scope);
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

  #remember(answer, time) {
    const words = answer.statements.map(({ text }) => text).join(" ");
    this.said = [{ role: "user", content: this.#question }];
    if (words) this.said.push({ role: "assistant", content: words });
    // Of the evidence, only that of an answer with no citations is ever shown.
    const kept = { ...answer, text: "", evidence: words ? [] : answer.evidence };
    this.exchange = { question: this.#question, scope: this.#scope, answer: kept, time };
  }

  #abstain({ abstention, evidence }) {
    this.#prose.append("The documents do not say.");
    const reason = whyNot(abstention);
    if (reason) this.#append(element("p", { class: "reason" }, reason));
    if (this.#scope.said) {
      const widen = element("button", { type: "button", class: "quiet", click: () => this.#acts.again() }, "Ask without filters");
      this.#append(element("p", { class: "widen" }, widen));
    }
    if (evidence.length > 0) this.#append(nearest(evidence, this.#acts.open));
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
      String(citation.marker),
    );
  }

  #opens(citation) {
    return ({ currentTarget }) => this.#acts.open(citation, this.#citations, currentTarget);
  }

  #note(text) {
    this.#append(element("p", { class: "note" }, text));
  }

  #append(...nodes) {
    this.element.firstElementChild.append(...nodes);
  }
}
