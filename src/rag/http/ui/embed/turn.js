/** One turn: a question and its answer, which grows as the service streams it. */

import { element } from "../dom.js";
import { plural, t } from "../language.js";
import { inOwnWords } from "../said.js";
import { renderStatement } from "../statement.js";
import { verified } from "../verification.js";
import { nearest, sources, webAddress } from "./sources.js";

/**
 * @typedef {import("./service.js").Answer} Answer
 * @typedef {import("./service.js").Citation} Citation
 * @typedef {import("./service.js").Statement} Statement
 */

const ABSTENTIONS = {
  empty_index: t("No documents have been added yet."),
  filtered_out: t("No document matches the filters of this question."),
  weak_evidence: t("No passage is close enough to the question to support an answer."),
  unsupported: t("Passages were found, but none of them supports an answer."),
  before_first_version: t("What answers the question was not yet in force at that time."),
  not_in_force: t("What answers the question is not in force at that time."),
};

let count = 0;

export class Turn {
  #prose = element("div", { class: "prose", dir: "auto", "aria-live": "polite", "aria-relevant": "additions" });
  #pending = element("div", { class: "pending", "aria-hidden": "true" }, element("i"), element("i"), element("i"));
  #article;
  #question;
  #askAgain;
  /** @type {string[]} text and markers of each statement on the page, as JSON */
  #shown = [];
  /** @type {import("./service.js").Message[]} history for later questions; empty until the answer is complete */
  messages = [];

  /**
   * @param {string} question
   * @param {() => void} askAgain repeats the question
   */
  constructor(question, askAgain) {
    const id = `question-${++count}`;
    this.#question = question;
    this.#askAgain = askAgain;
    const heading = element("h3", { id, dir: "auto" }, question);
    this.#article = element("article", { "aria-labelledby": id }, heading, this.#prose, this.#pending);
    this.element = element("li", {}, this.#article);
  }

  /** Show one event of the stream; return the final status for the last event, else an empty string. */
  show(event, value) {
    if (event === "statement") this.#add(value, value.sources);
    return event === "answer" ? this.#finish(value) : "";
  }

  /** Show that the user stopped the answer; return the status to announce. */
  stop() {
    this.#pending.remove();
    this.#note(t("You stopped this answer."));
    return t("Stopped.");
  }

  /**
   * Show an error, with a button that asks again.
   *
   * @param {string} message
   */
  fail(message) {
    this.#pending.remove();
    const again = element("button", { type: "button", class: "quiet", click: this.#askAgain }, t("Ask again"));
    this.#article.append(element("div", { class: "failure" }, element("p", { role: "alert" }, message), again));
  }

  /**
   * @param {Statement} statement
   * @param {Citation[]} cited
   */
  #add(statement, cited) {
    const find = (marker) => cited.find((one) => one.marker === marker);
    const links = statement.citations.flatMap((marker) => ["\u00a0", citationLink(find(marker))]);
    this.#prose.append(renderStatement(statement, links), " ");
    this.#shown.push(JSON.stringify([statement.text, statement.citations]));
  }

  #finish(answer) {
    this.#showFinal(answer);
    this.#pending.remove();
    const words = answer.statements.map(({ text }) => text).join(" ");
    this.messages = [{ role: "user", content: this.#question }];
    for (const { text, questions } of answer.notices ?? []) this.#note([inOwnWords(text), ...questions].join(" "));
    if (answer.abstention === "not_a_question") return inOwnWords(answer.notices[0].text);
    if (words === "") return this.#abstain(answer);
    this.messages.push({ role: "assistant", content: words });
    if (answer.outcome === "partial") this.#note(t("The documents may answer only part of this question."));
    if (answer.outcome === "conflicting") this.#note(t("Documents in force contradict each other. Both sides are quoted."));
    const checked = verified(answer.verification);
    if (checked && !answer.degraded) this.#note(checked);
    const reason = answer.degraded && inOwnWords(answer.degraded);
    if (reason) this.#note(t("These sentences are quoted from the documents, because {reason}.", { reason }));
    this.#article.append(sources(answer.citations));
    const { length } = answer.citations;
    return plural("Answer complete, with {count} source.", "Answer complete, with {count} sources.", length);
  }

  /** Show the statements of the complete answer, unless the streamed ones are the same. */
  #showFinal({ statements, citations }) {
    const isShown = ({ text, citations }, i) => this.#shown[i] === JSON.stringify([text, citations]);
    if (statements.length === this.#shown.length && statements.every(isShown)) return;
    this.#prose.replaceChildren();
    this.#shown = [];
    for (const statement of statements) this.#add(statement, citations);
  }

  #abstain({ abstention, evidence }) {
    this.#prose.append(t("The documents do not say."));
    const reason = ABSTENTIONS[abstention];
    if (reason) this.#article.append(element("p", { class: "reason" }, reason));
    if (evidence.length > 0) this.#article.append(nearest(evidence));
    return t("The documents do not say.");
  }

  #note(message) {
    this.#article.append(element("p", { class: "note" }, message));
  }
}

function citationLink({ marker, title, link }) {
  const name = t("Source {marker}: {title}", { marker, title }) + t(", opens in a new tab");
  const address = webAddress(link);
  const attributes = { class: "citation", href: address, target: "_blank", rel: "noreferrer", "aria-label": name };
  return element("a", attributes, String(marker));
}
