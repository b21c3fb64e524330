/**
 * `<rag-chat endpoint="https://rag.example.org">`: asks questions and shows cited answers on any web page.
 *
 * It needs no package, and its styles do not affect the page. The page can set colours and fonts with CSS properties;
 * `embed/style.js` lists them. The content of the element is shown until the first question.
 */

import { element } from "./dom.js";
import { date } from "./format.js";
import { markLanguage, t } from "./language.js";
import { ask, Problem } from "./embed/service.js";
import { Composer } from "./embed/composer.js";
import { style } from "./embed/style.js";
import { Turn } from "./embed/turn.js";

const NAME = "rag-chat";

/** @typedef {import("./embed/service.js").Message} Message */

export class RagChat extends HTMLElement {
  static observedAttributes = ["heading", "as-of"];

  #heading = element("h2");
  #time = element("p", { class: "time", hidden: true });
  #newConversation = element(
    "button",
    {
      type: "button",
      class: "plain",
      hidden: true,
      "aria-label": t("New conversation"),
      click: () => this.startNewConversation(),
    },
    element("span", { class: "narrow" }, t("New")),
    element("span", { class: "wide" }, t("New conversation")),
  );
  #welcome = element(
    "div",
    { class: "welcome" },
    element("slot", {}, t("Every sentence of an answer cites the exact words that support it.")),
  );
  #list = element("ol", { class: "turns", role: "list", "aria-label": t("Questions and answers") });
  #composer = new Composer((question) => this.ask(question), () => this.#request.abort());
  #request = new AbortController();
  /** @type {Turn[]} oldest first */
  #turns = [];

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    root.adoptedStyleSheets = [style];
    root.append(
      element("header", {}, element("div", {}, this.#heading, this.#time), this.#newConversation),
      element("div", { class: "talk" }, this.#welcome, this.#list),
      this.#composer.element,
    );
  }

  connectedCallback() {
    this.attributeChangedCallback();
  }

  disconnectedCallback() {
    this.#request.abort();
  }

  attributeChangedCallback() {
    this.#heading.textContent = this.getAttribute("heading") ?? t("Ask the documents");
    this.#time.hidden = this.asOf === null;
    this.#time.textContent = this.asOf ? t("in force on {day}", { day: date(this.asOf) }) : "";
  }

  /** The address of the service. The default is the service that this module was loaded from. */
  get endpoint() {
    return new URL(this.getAttribute("endpoint") ?? new URL("..", import.meta.url), document.baseURI).href;
  }

  /** The day on which the documents must be in force. By default it is the day of the question. */
  get asOf() {
    return this.getAttribute("as-of") || null;
  }

  /**
   * Ask a question, as a follow-up to the earlier ones.
   *
   * @param {string} question
   */
  async ask(question) {
    this.#request.abort();
    const { signal } = (this.#request = new AbortController());
    const history = this.#turns.flatMap((earlier) => earlier.messages);
    const turn = this.#add(question);
    this.#composer.wait(t("Searching the documents…"));
    let outcome = "";
    try {
      const stream = ask(this.endpoint, { question, history, asOf: this.asOf }, signal, this.getAttribute("key"));
      for await (const { event, value } of stream) outcome = turn.show(event, value);
    } catch (error) {
      outcome = showFailure(turn, error, signal);
    } finally {
      if (this.#request.signal === signal) this.#composer.finish(outcome);
    }
  }

  /** Delete the conversation and start an empty one. */
  startNewConversation() {
    this.#request.abort();
    this.#request = new AbortController();
    this.#turns = [];
    this.#list.replaceChildren();
    this.#updateControls();
    this.#composer.finish(t("New conversation started."));
    this.#composer.focus();
  }

  #add(question) {
    const turn = new Turn(question, () => this.ask(question));
    this.#turns.push(turn);
    this.#list.append(turn.element);
    this.#updateControls();
    turn.element.scrollIntoView({ block: "nearest" });
    return turn;
  }

  #updateControls() {
    const hasTurns = this.#turns.length > 0;
    this.#welcome.hidden = hasTurns;
    this.#newConversation.hidden = !hasTurns;
    this.#composer.setFollowUp(hasTurns);
  }
}

/** Show the failure of a request; return the status to announce. */
function showFailure(turn, error, signal) {
  if (signal.aborted) return turn.stop();
  turn.fail(error instanceof Problem ? error.message : t("This page could not show the answer."));
  if (!(error instanceof Problem)) throw error;
  return "";
}

if (!customElements.get(NAME)) customElements.define(NAME, RagChat);
