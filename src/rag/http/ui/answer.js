/** One turn: a question and its answer, which grows as the service streams it. */

import { AnswerActions } from "./actions.js";
import { element } from "./dom.js";
import { plural, t } from "./language.js";
import { key } from "./passage.js";
import { nearest, references } from "./references.js";
import { date, day, label, abstentionReason, support } from "./format.js";
import { inOwnWords } from "./said.js";
import { renderStatement } from "./statement.js";
import { verified } from "./verification.js";

/**
 * @typedef {import("./service.js").Answer} Answer
 * @typedef {import("./service.js").Citation} Citation
 * @typedef {import("./service.js").Passage} Passage
 * @typedef {import("./service.js").Statement} Statement
 * @typedef {import("./filters.js").Scope} Scope
 * @typedef {(passage: Passage, among: Passage[], opener: HTMLElement) => void} Open opens a passage in its document
 * @typedef {{open: Open, ask: (question: string) => void, askAgain: (scope?: Scope) => void, retry: () => void,
 *   answers: () => Answer[]}} Actions `ask` asks another question; `askAgain` repeats this one; with no scope, it searches
 *   all documents; `retry` puts a new turn in the place of this one; `answers` are those of the conversation
 */

let count = 0;

export class Turn {
  #prose = element("div", { class: "prose", dir: "auto", "aria-live": "polite", "aria-relevant": "additions" });
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

  /** The question, and the filters that it was asked with. */
  get asked() {
    return { question: this.#question, scope: this.#scope };
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
    this.#prose.append(renderStatement(statement, buttons), " ");
    this.#shown.push(JSON.stringify([statement.text, statement.citations]));
  }

  /**
   * @param {Answer} answer
   * @param {string} time when the service gave the answer
   * @param {import("./kept.js").Check[]} [checks] of the citations of a shared answer
   */
  finish(answer, time, checks = []) {
    this.#showFinal(answer, checks);
    this.#record(answer, time);
    this.#pending.remove();
    const asked = answer.abstention !== "not_a_question";
    if (answer.outcome === "no_evidence" && asked) this.#abstain(answer);
    if (answer.outcome === "partial") this.#note(partial(answer));
    if (answer.outcome === "conflicting") this.#note(t("Documents in force contradict each other. Both sides are quoted."));
    for (const notice of answer.notices ?? []) this.#notice(notice);
    if (answer.as_of && answer.statements.length > 0) this.#note(t("The answer is what is in force as of {day}.", { day: date(answer.as_of) }));
    const checked = verified(answer.verification);
    if (checked && !answer.degraded) this.#note(checked);
    if (answer.degraded && answer.statements.length > 0) {
      this.#note(t("These sentences are quoted from the documents, because {reason}.", { reason: inOwnWords(answer.degraded) }));
    }
    const openListener = (citation) => this.#openListener(citation);
    if (this.#citations.length > 0) this.#append(references(this.#citations, openListener, support(answer)));
    if (asked) this.#append(new AnswerActions(this.exchange.answer, this.#scope, this.#actions.answers).element);
    const footer = t("Answered on {day} from snapshot {snapshot}.", { day: day(time), snapshot: answer.snapshot });
    this.#append(element("p", { class: "print-footer" }, footer));
  }

  /** Show that the user stopped the answer. */
  stop() {
    this.#pending.remove();
    this.#note(t("You stopped this answer."));
  }

  /**
   * Show an error, with a button that asks again.
   *
   * @param {string} message
   */
  fail(message) {
    this.#pending.remove();
    this.#append(
      element(
        "div",
        { class: "failure" },
        element("p", { role: "alert" }, message),
        element("button", { type: "button", class: "quiet", click: () => this.#actions.retry() }, t("Ask again")),
      ),
    );
  }

  /** Show the statements of the complete answer. If it starts with the streamed statements, only add the others. */
  #showFinal({ statements, citations }, checks) {
    this.#citations = citations.map((citation) => checked(citation, checks));
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
    this.#prose.append(t("The documents do not say."));
    const reason = abstentionReason(abstention);
    if (reason) this.#append(element("p", { class: "reason" }, reason));
    if (this.#scope.said) {
      const askAgain = () => this.#actions.askAgain();
      const button = element("button", { type: "button", class: "quiet", click: askAgain }, t("Ask without filters"));
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
    this.#append(element("p", { class: "notice", "data-kind": kind, dir: "auto" }, inOwnWords(text)));
    if (items.length > 0) this.#append(element("ul", { class: "suggested", role: "list" }, ...items));
  }

  #note(text) {
    this.#append(element("p", { class: "note" }, text));
  }

  /**
   * Show that the answer was shared, and how many of its quotes have changed since.
   *
   * @param {string} time when it was shared
   * @param {import("./kept.js").Check[]} checks
   */
  noteShared(time, checks) {
    const changed = checks.filter(({ state }) => state === "changed" || state === "gone").length;
    const state =
      changed > 0
        ? plural("{count} of its quotes is no longer in its document.", "{count} of its quotes are no longer in their documents.", changed)
        : t("All its quotes are still in their documents.");
    const note = element("p", { class: "note shared" }, `${t("This answer was shared on {day}.", { day: day(time) })} ${state}`);
    this.#prose.before(note);
  }

  #append(...nodes) {
    this.element.firstElementChild.append(...nodes);
  }
}

/** Say that a part of the question has no answer. If the service knows which part, a notice names it. */
function partial({ notices }) {
  const isNamed = notices?.some(({ kind }) => kind === "unanswered");
  if (isNamed) return t("The documents answer only part of this question.");
  return t("The documents may answer only part of this question.");
}

/** Return a citation with its check, at the place where its words are now. */
function checked(citation, checks) {
  const check = checks.find(({ marker }) => marker === citation.marker);
  return check ? { ...citation, ...check.now, check } : citation;
}
