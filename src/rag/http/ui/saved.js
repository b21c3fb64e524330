/** The saved questions: the service asks them again whenever the index changes. Their list shows what has changed. */

import { comparisonTable } from "./comparison.js";
import { dialog } from "./dialogs.js";
import { element } from "./dom.js";
import { scopeOf } from "./filters.js";
import { day } from "./format.js";
import { t } from "./language.js";
import { fetchJson, Problem, request } from "./service.js";

/**
 * @typedef {{id: string, created: string, client: string | null, question: string, filters: Object<string, unknown>,
 *   as_of?: string | null, answer: import("./comparison.js").Side | null}} SavedQuestion
 * @typedef {{id: number, created: string, comparison: import("./comparison.js").Comparison}} Change
 */

const EFFECTS = {
  refused: t("No longer answered"),
  answered: t("Now answered"),
  changed: t("The answer has changed"),
  citations: t("The citations have changed"),
};

/**
 * Save a question with its filters and its time.
 *
 * @param {string} question
 * @param {import("./filters.js").Scope} scope
 */
export async function saveQuestion(question, { filters, asOf }) {
  const body = JSON.stringify({ question, filters, ...(asOf && { as_of: asOf }) });
  await request("v1/questions", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  document.dispatchEvent(new CustomEvent("question-saved"));
}

export class SavedQuestions {
  #list = element("ul", { class: "saved-questions", role: "list" });
  #error = element("p", { class: "access-error", role: "alert" });
  #dialog = dialog(
    t("Saved questions"),
    t("The service asks them again whenever its documents change. Everybody who may see the same documents sees them."),
    this.#error,
    this.#list,
  );
  /** Loads the changes of a question when it comes into view, because there may be a thousand questions. */
  #observer = new IntersectionObserver((entries) => entries.forEach((entry) => this.#onVisible(entry)), { rootMargin: "50%" });
  /** @type {Map<Element, SavedQuestion>} */
  #items = new Map();
  #shown = "";
  #button;
  #ask;
  /** @type {import("./service.js").Client | null} */
  #client = null;

  /**
   * @param {HTMLButtonElement} button opens the list; it is hidden if there are no saved questions
   * @param {(question: string, scope: import("./filters.js").Scope) => void} ask asks a question in the conversation
   */
  constructor(button, ask) {
    this.#button = button;
    this.#ask = ask;
    this.#dialog.classList.add("wide-modal");
    button.addEventListener("click", () => this.show());
    document.addEventListener("access", ({ detail: client }) => (this.#client = client));
    document.addEventListener("question-saved", () => this.load());
  }

  /** Find out whether there are saved questions. */
  async load() {
    try {
      const { questions } = await fetchJson("v1/questions");
      this.#fill(questions.toReversed());
      this.#button.hidden = questions.length === 0 && !this.#dialog.open;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#button.hidden = true;
    }
  }

  async show() {
    if (this.#dialog.open || this.#button.hidden) return;
    this.#error.textContent = "";
    this.#dialog.showModal();
    await this.load();
  }

  /** @param {SavedQuestion[]} questions newest first */
  #fill(questions) {
    this.#observer.disconnect();
    const shown = JSON.stringify([questions, this.#client]);
    if (shown !== this.#shown) this.#replaceItems(questions); // otherwise a click on an item that is replaced would be lost
    this.#shown = shown;
    for (const item of this.#items.keys()) this.#observer.observe(item);
  }

  /** @param {SavedQuestion[]} questions */
  #replaceItems(questions) {
    this.#items = new Map(questions.map((saved) => [this.#item(saved), saved]));
    const nothing = element("li", { class: "empty-list" }, t("There are no saved questions."));
    this.#list.replaceChildren(...(questions.length > 0 ? this.#items.keys() : [nothing]));
  }

  #item(saved) {
    const scope = scopeOf(saved.filters, saved.as_of);
    const ask = () => {
      this.#dialog.close();
      this.#ask(saved.question, scope);
    };
    const about = [t("saved on {day}", { day: day(saved.created) }), scope.said].filter(Boolean).join(" · ");
    return element(
      "li",
      {},
      element("button", { type: "button", class: "restore", dir: "auto", click: ask }, saved.question),
      element("p", { class: "about", dir: "auto" }, about),
      saved.answer ? element("p", { class: "last-answer", dir: "auto" }, saved.answer.text || t("The documents do not say.")) : null,
      element("div", { class: "changes" }),
      this.#mayRemove(saved) ? this.#removeButton(saved) : null,
    );
  }

  #mayRemove({ client }) {
    return this.#client !== null && (this.#client.role !== "ask" || this.#client.name === client);
  }

  #removeButton({ id, question }) {
    const label = t("Delete “{question}”", { question });
    return element("button", { type: "button", class: "close", "aria-label": label, click: () => this.#remove(id) }, "×");
  }

  async #remove(id) {
    await this.#said(async () => {
      await request(`v1/questions/${encodeURIComponent(id)}`, { method: "DELETE" });
      await this.load();
      this.#dialog.querySelector("h2").focus();
    });
  }

  #onVisible({ target, isIntersecting }) {
    if (!isIntersecting) return;
    this.#observer.unobserve(target);
    this.#said(() => this.#showChanges(target, this.#items.get(target)));
  }

  /** @param {SavedQuestion} saved */
  async #showChanges(item, { id }) {
    const { changes } = await fetchJson(`v1/questions/${encodeURIComponent(id)}/changes`);
    item.querySelector(".changes").replaceChildren(...changes.map(changeDetails));
  }

  /** Show the sentence of a failure. */
  async #said(work) {
    try {
      this.#error.textContent = "";
      await work();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#error.textContent = error.message;
    }
  }
}

/** @param {Change} change */
function changeDetails({ created, comparison }) {
  return element(
    "details",
    { class: "comparison", "data-effect": comparison.effect },
    element("summary", {}, `${EFFECTS[comparison.effect]} · ${day(created)}`),
    comparisonTable(comparison, [t("Before"), t("Since then")]),
  );
}
