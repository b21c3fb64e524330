/** One conversation: its questions and answers, oldest first, asked of the service and kept in this browser. */

import { Turn } from "./answer.js";
import { EVERYWHERE } from "./filters.js";
import { keep, setCurrent } from "./memory.js";
import { ask, Problem } from "./service.js";
import { counted } from "./words.js";

/**
 * @typedef {import("./composer.js").Composer} Composer
 * @typedef {import("./filters.js").Scope} Scope
 * @typedef {import("./source.js").SourcePane} SourcePane
 */

export class Conversation {
  #list = document.getElementById("turns");
  #asking = new AbortController();
  /** @type {Turn[]} oldest first */
  #turns = [];
  #id = "";
  #pane;
  #composer;

  /**
   * @param {SourcePane} pane
   * @param {Composer} composer
   */
  constructor(pane, composer) {
    this.#pane = pane;
    this.#composer = composer;
  }

  /**
   * @param {string} question
   * @param {Scope} scope
   */
  async ask(question, scope) {
    this.#asking.abort();
    const { signal } = (this.#asking = new AbortController());
    const history = this.#turns.flatMap((earlier) => earlier.said);
    const turn = this.#add(question, scope);
    turn.element.scrollIntoView({ block: "start" });
    this.#wait(turn, "Searching the documents…");
    let outcome = "";
    try {
      const stream = ask(question, history, scope.filters, signal);
      for await (const { event, value } of stream) outcome = this.#show(turn, event, value);
      if (this.#turns.includes(turn)) this.#keep();
    } catch (error) {
      outcome = this.#failed(turn, error, signal);
    } finally {
      if (this.#asking.signal === signal) this.#composer.wait(false, outcome);
    }
  }

  /** Give up the answer that is coming. */
  stop() {
    this.#asking.abort();
  }

  /** Leave this conversation, which stays in the history: the next question stands alone. */
  startAfresh() {
    this.#clear("");
    setCurrent(null);
    this.#composer.wait(false, "A new conversation.");
  }

  /** @param {import("./memory.js").Kept} kept */
  restore({ id, exchanges }) {
    this.#clear(id);
    setCurrent(id);
    for (const { question, scope, answer, time } of exchanges) this.#add(question, scope).finish(answer, time);
    this.#composer.wait(false, "");
  }

  get isEmpty() {
    return this.#turns.length === 0;
  }

  get id() {
    return this.#id;
  }

  /** The first citation of the last answer that has one. */
  get firstCitation() {
    return [...this.#list.querySelectorAll(".turn:has(.citation)")].at(-1)?.querySelector(".citation") ?? null;
  }

  #add(question, scope) {
    const turn = new Turn(question, scope, {
      open: (...passage) => this.#pane.open(...passage),
      again: (within) => this.ask(question, within ?? EVERYWHERE),
    });
    this.#turns.push(turn);
    this.#pane.dismiss();
    this.#list.append(turn.element);
    this.#announce();
    return turn;
  }

  #clear(id) {
    this.#asking.abort();
    this.#asking = new AbortController();
    this.#turns = [];
    this.#id = id;
    this.#pane.dismiss();
    this.#list.replaceChildren();
    this.#announce();
  }

  /** Put one event of the stream on the page; returns what to say once it is the last. */
  #show(turn, event, value) {
    if (event === "evidence") this.#wait(turn, `Reading ${counted(value.hits.length, "passage")}…`);
    if (event === "statement") turn.add(value, value.sources);
    if (event !== "answer") return "";
    turn.finish(value, new Date().toISOString());
    if (value.outcome === "no_evidence") return "The documents do not say.";
    return `Answered, with ${counted(value.citations.length, "citation")}.`;
  }

  #wait(turn, message) {
    turn.wait(message);
    this.#composer.wait(true, message);
  }

  #failed(turn, error, signal) {
    if (signal.aborted) {
      turn.stop();
      return "Stopped.";
    }
    turn.fail(error instanceof Problem ? error.message : "This page failed to show the answer.");
    if (!(error instanceof Problem)) throw error;
    return "";
  }

  /** What was answered outlives the page; questions that failed or were stopped do not. */
  #keep() {
    this.#id ||= crypto.randomUUID?.() ?? String(Date.now());
    const exchanges = this.#turns.map(({ exchange }) => exchange).filter(Boolean);
    keep({ id: this.#id, time: new Date().toISOString(), exchanges });
    setCurrent(this.#id);
    this.#announce();
  }

  #announce() {
    this.#list.dispatchEvent(new CustomEvent("conversation", { bubbles: true }));
  }
}
