/** One turn: a question and its answer, growing as the service sends it. */

import { element } from "../dom.js";
import { nearest, sources, webAddress } from "./sources.js";

/**
 * @typedef {import("./asking.js").Answer} Answer
 * @typedef {import("./asking.js").Citation} Citation
 * @typedef {import("./asking.js").Statement} Statement
 */

const ABSTENTIONS = {
  empty_index: "No documents have been added yet.",
  filtered_out: "No document matches what was asked for.",
  weak_evidence: "No passage comes close enough to the question to rest an answer on.",
  unsupported: "Passages were found, but none of their words support an answer.",
};

let count = 0;

export class Turn {
  #prose = element("p", { class: "prose", dir: "auto", "aria-live": "polite", "aria-relevant": "additions" });
  #pending = element("div", { class: "pending", "aria-hidden": "true" }, element("i"), element("i"), element("i"));
  #article;
  #question;
  #again;
  /** @type {string[]} what the statements that are shown were made from */
  #shown = [];
  /** @type {import("./asking.js").Message[]} what later questions may lean on: nothing until the answer is whole */
  said = [];

  /**
   * @param {string} question
   * @param {() => void} again asks it once more
   */
  constructor(question, again) {
    const id = `question-${++count}`;
    this.#question = question;
    this.#again = again;
    const heading = element("h3", { id, dir: "auto" }, question);
    this.#article = element("article", { "aria-labelledby": id }, heading, this.#prose, this.#pending);
    this.element = element("li", {}, this.#article);
  }

  /** Show one event of the stream; returns what to say of it, once it is the last. */
  show(event, value) {
    if (event === "statement") this.#add(value, value.sources);
    return event === "answer" ? this.#finish(value) : "";
  }

  /** The reader stopped the answer; returns what to say of that. */
  stop() {
    this.#pending.remove();
    this.#note("You stopped this answer.");
    return "Stopped.";
  }

  /** @param {string} message */
  fail(message) {
    this.#pending.remove();
    const again = element("button", { type: "button", class: "quiet", click: this.#again }, "Ask again");
    this.#article.append(element("div", { class: "failure" }, element("p", { role: "alert" }, message), again));
  }

  /**
   * @param {Statement} statement
   * @param {Citation[]} cited
   */
  #add(statement, cited) {
    const links = statement.citations.flatMap((marker) => ["\u00a0", marked(cited.find((one) => one.marker === marker))]);
    this.#prose.append(element("span", { class: "statement" }, statement.text, ...links), " ");
    this.#shown.push(JSON.stringify([statement.text, statement.citations]));
  }

  #finish(answer) {
    this.#settle(answer);
    this.#pending.remove();
    const words = answer.statements.map(({ text }) => text).join(" ");
    this.said = [{ role: "user", content: this.#question }];
    if (words === "") return this.#abstain(answer);
    this.said.push({ role: "assistant", content: words });
    if (answer.outcome === "partial") this.#note("The documents may answer only part of this question.");
    if (answer.degraded) this.#note("These are the documents' own sentences, because the language model failed.");
    this.#article.append(sources(answer.citations));
    return `Answered, with ${answer.citations.length} ${answer.citations.length === 1 ? "source" : "sources"}.`;
  }

  /** The whole answer has the last word: keep the statements it confirms, replace the others. */
  #settle({ statements, citations }) {
    const isShown = ({ text, citations }, i) => this.#shown[i] === JSON.stringify([text, citations]);
    if (statements.length === this.#shown.length && statements.every(isShown)) return;
    this.#prose.replaceChildren();
    this.#shown = [];
    for (const statement of statements) this.#add(statement, citations);
  }

  #abstain({ abstention, evidence }) {
    this.#prose.append("The documents do not say.");
    const reason = ABSTENTIONS[abstention];
    if (reason) this.#article.append(element("p", { class: "reason" }, reason));
    if (evidence.length > 0) this.#article.append(nearest(evidence));
    return "The documents do not say.";
  }

  #note(message) {
    this.#article.append(element("p", { class: "note" }, message));
  }
}

function marked({ marker, title, link }) {
  const name = `Source ${marker}: ${title}, opens in a new tab`;
  const address = webAddress(link);
  return element("a", { class: "citation", href: address, target: "_blank", rel: "noreferrer", "aria-label": name }, String(marker));
}
