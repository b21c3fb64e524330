/** One turn: a question and its answer, which grows as the service streams it. */

import { element } from "./dom.js";
import { key } from "./passage.js";
import { nearest, references } from "./references.js";
import { day, label, abstentionReason } from "./format.js";
import { verified } from "./verification.js";

/**
 * @typedef {import("./service.js").Answer} Answer
 * @typedef {import("./service.js").Citation} Citation
 * @typedef {import("./service.js").Passage} Passage
 * @typedef {import("./service.js").Statement} Statement
 * @typedef {import("./filters.js").Scope} Scope
 * @typedef {(passage: Passage, among: Passage[], opener: HTMLElement) => void} Open opens a passage in its document
 * @typedef {{open: Open, ask: (question: string) => void, askAgain: (scope?: Scope) => void}} Actions `ask` asks another
 *   question; `askAgain` repeats this one; with no scope, it searches all documents
 */

let count = 0;

export class Turn {
  #prose = element("p", { class: "prose", dir: "auto", "aria-live": "polite", "aria-relevant": "additions" });
  #progress = element("p", { class: "about" });
  #pending = element(
    "div",
    { class: "pending", "aria-hidden": "true" },
    this.#progress,
    element("i"),
    element("i"),
    element("i"),
  );
  /** @type {Citation[]} */
  #citations = [];
  /** @type {string[]} text and markers of each statement on the page, as JSON */
  #shown = [];
  #question;
  #scope;
  #actions;
  /** @type {import("./service.js").Message[]} history for later questions; empty until the answer is complete */
  messages = [];
  /** @type {import("./storage.js").Exchange | null} the value to save: null until the answer is complete */
  exchange = null;

  /**
   * @param {string} question
   * @param {Scope} scope
   * @param {Actions} actions
   */
  constructor(question, scope, actions) {
    const id = `question-${++count}`;
    this.#question = question;
    this.#scope = scope;
    this.#actions = actions;
    const filtersUsed = scope.said && element("p", { class: "about question-filters", dir: "auto" }, scope.said);
    const heading = element("h2", { id, dir: "auto" }, question);
    const article = element("article", { "aria-labelledby": id }, heading, filtersUsed, this.#prose, this.#pending);
    this.element = element("li", { class: "turn" }, article);
  }

  /** @param {string} message the progress to show; the composer announces it to screen readers */
  wait(message) {
    this.#progress.textContent = message;
  }

  /**
   * @param {Statement} statement
   * @param {Citation[]} sources
   */
  add(statement, sources) {
    const known = new Set(this.#citations.map(({ marker }) => marker));
    this.#citations.push(...sources.filter(({ marker }) => !known.has(marker)));
    const buttons = statement.citations.map((marker) => this.#button(this.#citations.find((c) => c.marker === marker)));
    const name = statement.quoted ? "statement quoted" : "statement";
    this.#prose.append(element("span", { class: name }, statement.text, ...buttons), " ");
    this.#shown.push(JSON.stringify([statement.text, statement.citations]));
  }

  /**
   * @param {Answer} answer
   * @param {string} time when the service gave the answer
   */
  finish(answer, time) {
    this.#showFinal(answer);
    this.#record(answer, time);
    this.#pending.remove();
    const asked = answer.abstention !== "not_a_question";
    if (answer.outcome === "no_evidence" && asked) this.#abstain(answer);
    for (const notice of answer.notices ?? []) this.#notice(notice);
    if (answer.outcome === "partial") this.#note("The documents may answer only part of this question.");
    const checked = verified(answer.verification);
    if (checked && !answer.degraded) this.#note(checked);
    if (answer.degraded && answer.statements.length > 0) {
      this.#note(`These sentences are quoted from the documents, because ${answer.degraded}.`);
    }
    const openListener = (citation) => this.#openListener(citation);
    if (this.#citations.length > 0) this.#append(references(this.#citations, openListener));
    this.#append(element("p", { class: "print-footer" }, `Answered on ${day(time)} from snapshot ${answer.snapshot}.`));
  }

  /** Show that the user stopped the answer. */
  stop() {
    this.#pending.remove();
    this.#note("You stopped this answer.");
  }

  /**
   * Show an error, with a button that asks again.
   *
   * @param {string} message
   */
  fail(message) {
    this.#pending.remove();
    const askAgain = () => this.#actions.askAgain(this.#scope);
    this.#append(
      element(
        "div",
        { class: "failure" },
        element("p", { role: "alert" }, message),
        element("button", { type: "button", class: "quiet", click: askAgain }, "Ask again"),
      ),
    );
  }

  /** Show the statements of the complete answer. If it starts with the streamed statements, only add the others. */
  #showFinal({ statements, citations }) {
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

  #record(answer, time) {
    const words = answer.statements.map(({ text }) => text).join(" ");
    this.messages = [{ role: "user", content: this.#question }];
    if (words) this.messages.push({ role: "assistant", content: words });
    // The page shows evidence only when an answer has no statements, so only then is it saved.
    const saved = { ...answer, text: "", evidence: words ? [] : answer.evidence };
    this.exchange = { question: this.#question, scope: this.#scope, answer: saved, time };
  }

  #abstain({ abstention, evidence }) {
    this.#prose.append("The documents do not say.");
    const reason = abstentionReason(abstention);
    if (reason) this.#append(element("p", { class: "reason" }, reason));
    if (this.#scope.said) {
      const askAgain = () => this.#actions.askAgain();
      const button = element("button", { type: "button", class: "quiet", click: askAgain }, "Ask without filters");
      this.#append(element("p", { class: "without-filters" }, button));
    }
    if (evidence.length > 0) this.#append(nearest(evidence, this.#actions.open));
  }

  #button(citation) {
    return element(
      "button",
      {
        type: "button",
        class: "citation",
        "aria-label": label(citation),
        "data-passage": key(citation),
        click: this.#openListener(citation),
      },
      String(citation.marker),
    );
  }

  #openListener(citation) {
    return ({ currentTarget }) => this.#actions.open(citation, this.#citations, currentTarget);
  }

  /** Show a line of the service, with buttons that ask the suggested questions. */
  #notice({ kind, text, questions }) {
    const ask = (question) =>
      element("button", { type: "button", class: "quiet", click: () => this.#actions.ask(question) }, question);
    const items = questions.map((question) => element("li", {}, ask(question)));
    this.#append(element("p", { class: "notice", "data-kind": kind, dir: "auto" }, text));
    if (items.length > 0) this.#append(element("ul", { class: "suggested", role: "list" }, ...items));
  }

  #note(text) {
    this.#append(element("p", { class: "note" }, text));
  }

  #append(...nodes) {
    this.element.firstElementChild.append(...nodes);
  }
}
