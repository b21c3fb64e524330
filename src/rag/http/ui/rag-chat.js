/**
 * `<rag-chat endpoint="https://rag.example.org">`: questions and cited answers in the page of any site.
 *
 * It depends on no package, keeps its styles to itself, and takes colours and fonts from a few properties of CSS, which
 * `embed/style.js` lists. What stands inside the element is shown until the first question is asked.
 */

import { element } from "./dom.js";
import { ask, Problem } from "./embed/asking.js";
import { Composer } from "./embed/composer.js";
import { style } from "./embed/style.js";
import { Turn } from "./embed/turn.js";

const NAME = "rag-chat";

/** @typedef {import("./embed/asking.js").Message} Message */

export class RagChat extends HTMLElement {
  static observedAttributes = ["heading"];

  #heading = element("h2");
  #afresh = element(
    "button",
    { type: "button", class: "plain", hidden: true, "aria-label": "New conversation", click: () => this.startAfresh() },
    "New",
    element("span", { class: "wide" }, " conversation"),
  );
  #welcome = element(
    "div",
    { class: "welcome" },
    element("slot", {}, "Every sentence of an answer cites the exact words it rests on."),
  );
  #list = element("ol", { class: "turns", role: "list", "aria-label": "Questions and answers" });
  #composer = new Composer((question) => this.ask(question), () => this.#asking.abort());
  #asking = new AbortController();
  /** @type {Turn[]} oldest first */
  #turns = [];

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    root.adoptedStyleSheets = [style];
    root.append(
      element("header", {}, this.#heading, this.#afresh),
      element("div", { class: "talk" }, this.#welcome, this.#list),
      this.#composer.element,
    );
  }

  connectedCallback() {
    this.attributeChangedCallback();
  }

  disconnectedCallback() {
    this.#asking.abort();
  }

  attributeChangedCallback() {
    this.#heading.textContent = this.getAttribute("heading") ?? "Ask the documents";
  }

  /** The address of the service; where nothing else is said, the one that this module comes from. */
  get endpoint() {
    return new URL(this.getAttribute("endpoint") ?? new URL("..", import.meta.url), document.baseURI).href;
  }

  /**
   * Ask a question, as a follow-up to those before it.
   *
   * @param {string} question
   */
  async ask(question) {
    this.#asking.abort();
    const { signal } = (this.#asking = new AbortController());
    const history = this.#turns.flatMap((earlier) => earlier.said);
    const turn = this.#add(question);
    this.#composer.wait("Searching the documents…");
    let outcome = "";
    try {
      for await (const { event, value } of ask(this.endpoint, question, history, signal)) outcome = turn.show(event, value);
    } catch (error) {
      outcome = failed(turn, error, signal);
    } finally {
      if (this.#asking.signal === signal) this.#composer.rest(outcome);
    }
  }

  /** Forget the conversation: the next question stands alone. */
  startAfresh() {
    this.#asking.abort();
    this.#asking = new AbortController();
    this.#turns = [];
    this.#list.replaceChildren();
    this.#tellBegun();
    this.#composer.rest("A new conversation.");
    this.#composer.focus();
  }

  #add(question) {
    const turn = new Turn(question, () => this.ask(question));
    this.#turns.push(turn);
    this.#list.append(turn.element);
    this.#tellBegun();
    turn.element.scrollIntoView({ block: "nearest" });
    return turn;
  }

  #tellBegun() {
    const hasBegun = this.#turns.length > 0;
    this.#welcome.hidden = hasBegun;
    this.#afresh.hidden = !hasBegun;
    this.#composer.expect(hasBegun);
  }
}

/** @returns {string} what to say of it */
function failed(turn, error, signal) {
  if (signal.aborted) return turn.stop();
  turn.fail(error instanceof Problem ? error.message : "The answer cannot be shown.");
  if (!(error instanceof Problem)) throw error;
  return "";
}

if (!customElements.get(NAME)) customElements.define(NAME, RagChat);
