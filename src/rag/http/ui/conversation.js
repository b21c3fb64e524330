/** One conversation: it asks the service questions, shows the answers and saves both in this browser. */

import { Turn } from "./answer.js";
import { NO_FILTERS } from "./filters.js";
import { addNextQuestions, removeNextQuestions } from "./next-questions.js";
import { inOwnWords } from "./said.js";
import { save, setCurrent } from "./storage.js";
import { ask, Problem } from "./service.js";
import { plural, t } from "./language.js";

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
  #onAsk;

  /**
   * @param {SourcePane} pane
   * @param {Composer} composer
   * @param {(question: string, scope: Scope) => void} onAsk called when a question has become the last turn
   */
  constructor(pane, composer, onAsk) {
    this.#pane = pane;
    this.#composer = composer;
    this.#onAsk = onAsk;
  }

  /**
   * @param {string} question
   * @param {Scope} scope
   */
  async ask(question, scope) {
    this.#request.abort();
    const { signal } = (this.#request = new AbortController());
    const history = this.#turns.flatMap((earlier) => earlier.messages);
    this.#id ||= crypto.randomUUID?.() ?? String(Date.now());
    const turn = this.#add(question, scope);
    this.#onAsk(question, scope);
    turn.element.scrollIntoView({ block: "start" });
    this.#wait(turn, t("Searching the documents…"));
    let outcome = "";
    try {
      const stream = ask(question, history, scope, signal);
      for await (const { event, value } of stream) outcome = this.#show(turn, event, value);
      if (this.#turns.includes(turn)) this.#save();
    } catch (error) {
      outcome = this.#showFailure(turn, error, signal);
    } finally {
      if (this.#request.signal === signal) this.#composer.setWaiting(false, outcome);
    }
    if (turn.exchange) await this.#addNextQuestions(turn, scope);
  }

  /** Stop the answer in progress. */
  stop() {
    this.#request.abort();
  }

  /** Start an empty conversation. The earlier one stays in the history. */
  startNewConversation() {
    this.#clear("");
    setCurrent(null);
    this.#composer.setWaiting(false, t("New conversation started."));
  }

  /** @param {import("./storage.js").SavedConversation} saved */
  restore({ id, exchanges }) {
    this.#clear(id);
    setCurrent(id);
    for (const { question, scope, answer, time } of exchanges) this.#add(question, scope).finish(answer, time);
    this.#composer.setWaiting(false, "");
  }

  /** @param {import("./kept.js").SharedAnswer} shared shown as the only turn of a new conversation */
  showShared({ answer, created, checks }) {
    this.#clear("");
    setCurrent(null);
    const turn = this.#add(answer.question, NO_FILTERS);
    turn.finish(answer, created, checks);
    turn.noteShared(created, checks);
    this.#composer.setWaiting(false, "");
  }

  /** @param {number} number of a turn, counted from 0; nothing happens if there is no such turn */
  scrollTo(number) {
    this.#turns[number]?.element.scrollIntoView({ block: "start" });
  }

  get isEmpty() {
    return this.#turns.length === 0;
  }

  get id() {
    return this.#id;
  }

  /** The number of questions. */
  get size() {
    return this.#turns.length;
  }

  /** The question and the scope of the last turn. */
  get last() {
    return this.#turns.at(-1)?.asked ?? null;
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
      retry: () => this.#retry(turn, question, scope),
      answers: () => this.#turns.map(({ exchange }) => exchange?.answer).filter(Boolean),
    });
    removeNextQuestions();
    this.#turns.push(turn);
    this.#pane.dismiss();
    this.#list.append(turn.element);
    this.#dispatchChange();
    return turn;
  }

  /** Say what else the cited documents answer. The answer is already complete. */
  async #addNextQuestions({ element, exchange }, scope) {
    const asked = this.#turns.flatMap(({ messages }) => messages.filter(({ role }) => role === "user"));
    const questions = asked.map(({ content }) => content);
    await addNextQuestions(element, questions, exchange.answer.citations, (question) => this.ask(question, scope));
  }

  /** Ask the question of a failed turn again, in its place. */
  #retry(turn, question, scope) {
    this.#turns = this.#turns.filter((other) => other !== turn);
    turn.element.remove();
    this.ask(question, scope);
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
    if (event === "evidence") this.#wait(turn, reading(value.hits));
    if (event === "statement") turn.add(value, value.sources);
    if (event !== "answer") return "";
    turn.finish(value, new Date().toISOString());
    if (value.abstention === "not_a_question") return inOwnWords(value.notices[0].text);
    if (value.outcome === "no_evidence") return t("The documents do not say.");
    const { length } = value.citations;
    return plural("Answer complete, with {count} citation.", "Answer complete, with {count} citations.", length);
  }

  #wait(turn, message) {
    turn.wait(message);
    this.#composer.setWaiting(true, message);
  }

  #showFailure(turn, error, signal) {
    if (signal.aborted) {
      turn.stop();
      return t("Stopped.");
    }
    turn.fail(error instanceof Problem ? error.message : t("This page could not show the answer."));
    if (!(error instanceof Problem)) throw error;
    return "";
  }

  /** Save the answered questions; questions that failed or were stopped are not saved. */
  #save() {
    const exchanges = this.#turns.map(({ exchange }) => exchange).filter(Boolean);
    save({ id: this.#id, time: new Date().toISOString(), exchanges });
    setCurrent(this.#id);
    this.#dispatchChange();
  }

  #dispatchChange() {
    this.#list.dispatchEvent(new CustomEvent("conversation", { bubbles: true }));
  }
}

/** @param {import("./service.js").Hit[]} hits the passages that the service has found */
function reading(hits) {
  if (hits.length === 0) return t("Searching the documents…");
  const documents = new Set(hits.map(({ document_id }) => document_id)).size;
  return t("Reading {passages} {documents}…", {
    passages: plural("{count} passage", "{count} passages", hits.length),
    documents: plural("from {count} document", "from {count} documents", documents),
  });
}
