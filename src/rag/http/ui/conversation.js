/** One conversation: it asks the service questions, shows the answers and saves both in this browser. */

import { Turn } from "./answer.js";
import { NO_FILTERS } from "./filters.js";
import { save, setCurrent } from "./storage.js";
import { ask, Problem } from "./service.js";
import { counted } from "./format.js";

/**
 * @typedef {import("./composer.js").Composer} Composer
 * @typedef {import("./filters.js").Scope} Scope
 * @typedef {import("./source.js").SourcePane} SourcePane
 */

export class Conversation {
  #list = document.getElementById("turns");
  #request = new AbortController();
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
    this.#request.abort();
    const { signal } = (this.#request = new AbortController());
    const history = this.#turns.flatMap((earlier) => earlier.messages);
    const turn = this.#add(question, scope);
    turn.element.scrollIntoView({ block: "start" });
    this.#wait(turn, "Searching the documents…");
    let outcome = "";
    try {
      const stream = ask(question, history, scope.filters, signal);
      for await (const { event, value } of stream) outcome = this.#show(turn, event, value);
      if (this.#turns.includes(turn)) this.#save();
    } catch (error) {
      outcome = this.#showFailure(turn, error, signal);
    } finally {
      if (this.#request.signal === signal) this.#composer.setWaiting(false, outcome);
    }
  }

  /** Stop the answer in progress. */
  stop() {
    this.#request.abort();
  }

  /** Start an empty conversation. The earlier one stays in the history. */
  startNewConversation() {
    this.#clear("");
    setCurrent(null);
    this.#composer.setWaiting(false, "New conversation started.");
  }

  /** @param {import("./storage.js").SavedConversation} saved */
  restore({ id, exchanges }) {
    this.#clear(id);
    setCurrent(id);
    for (const { question, scope, answer, time } of exchanges) this.#add(question, scope).finish(answer, time);
    this.#composer.setWaiting(false, "");
  }

  get isEmpty() {
    return this.#turns.length === 0;
  }

  get id() {
    return this.#id;
  }

  /** The first citation of the last answer that has citations. */
  get firstCitation() {
    return [...this.#list.querySelectorAll(".turn:has(.citation)")].at(-1)?.querySelector(".citation") ?? null;
  }

  #add(question, scope) {
    const turn = new Turn(question, scope, {
      open: (...args) => this.#pane.open(...args),
      ask: (suggested) => this.ask(suggested, scope),
      askAgain: (scope) => this.ask(question, scope ?? NO_FILTERS),
    });
    this.#turns.push(turn);
    this.#pane.dismiss();
    this.#list.append(turn.element);
    this.#dispatchChange();
    return turn;
  }

  #clear(id) {
    this.#request.abort();
    this.#request = new AbortController();
    this.#turns = [];
    this.#id = id;
    this.#pane.dismiss();
    this.#list.replaceChildren();
    this.#dispatchChange();
  }

  /** Show one event of the stream; return the final status for the last event, else an empty string. */
  #show(turn, event, value) {
    if (event === "evidence") this.#wait(turn, `Reading ${counted(value.hits.length, "passage")}…`);
    if (event === "statement") turn.add(value, value.sources);
    if (event !== "answer") return "";
    turn.finish(value, new Date().toISOString());
    if (value.abstention === "not_a_question") return value.notices[0].text;
    if (value.outcome === "no_evidence") return "The documents do not say.";
    return `Answer complete, with ${counted(value.citations.length, "citation")}.`;
  }

  #wait(turn, message) {
    turn.wait(message);
    this.#composer.setWaiting(true, message);
  }

  #showFailure(turn, error, signal) {
    if (signal.aborted) {
      turn.stop();
      return "Stopped.";
    }
    turn.fail(error instanceof Problem ? error.message : "This page could not show the answer.");
    if (!(error instanceof Problem)) throw error;
    return "";
  }

  /** Save the answered questions; questions that failed or were stopped are not saved. */
  #save() {
    this.#id ||= crypto.randomUUID?.() ?? String(Date.now());
    const exchanges = this.#turns.map(({ exchange }) => exchange).filter(Boolean);
    save({ id: this.#id, time: new Date().toISOString(), exchanges });
    setCurrent(this.#id);
    this.#dispatchChange();
  }

  #dispatchChange() {
    this.#list.dispatchEvent(new CustomEvent("conversation", { bubbles: true }));
  }
}
