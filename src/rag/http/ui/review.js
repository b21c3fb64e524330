/** The change that is held back: maintainers see old and new answers side by side, and let it go in force or drop it. */

import { comparisonTable } from "./comparison.js";
import { asked } from "./confirming.js";
import { element } from "./dom.js";
import { date } from "./format.js";
import { plural, t } from "./language.js";
import { fetchJson, Problem } from "./service.js";

/**
 * @typedef {{id: string, created: string, asked: number,
 *   changed: {id: string, question: string, as_of: string | null, comparison: import("./comparison.js").Comparison}[]}} Held
 */

const EFFECTS = {
  refused: t("No longer answered"),
  answered: t("Now answered"),
  changed: t("The answer changes"),
  citations: t("The citations change"),
};

export class Review {
  element = element("section", { class: "review", "aria-labelledby": "review-title", hidden: true });
  #isAllowed = false;
  #onDecided;

  /** @param {() => void} onDecided called when the index or its waiting changes may be others */
  constructor(onDecided) {
    this.#onDecided = onDecided;
    document.addEventListener("access", ({ detail: client }) => {
      this.#isAllowed = client !== null && client.role !== "ask";
      this.load();
    });
  }

  /** Show the change that is held back, if there is one and the user may decide. */
  async load() {
    try {
      this.#show(this.#isAllowed ? (await fetchJson("v1/review")).held : null);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#show(null);
    }
  }

  /** @param {Held | null} held */
  #show(held) {
    this.element.hidden = held === null;
    if (held === null) return;
    this.element.replaceChildren(
      element("h3", { id: "review-title", tabindex: "-1" }, t("A change waits for your decision")),
      element("p", { class: "about" }, counted(held)),
      ...held.changed.map(article),
      element("p", { class: "about", role: "alert" }),
      element(
        "p",
        { class: "choices" },
        element("button", { type: "button", class: "send", click: () => this.#decide(held, "accept") }, t("Let it go in force")),
        element("button", { type: "button", class: "quiet danger", click: () => this.#drop(held) }, t("Drop it…")),
      ),
    );
  }

  async #drop(held) {
    const note = t("The documents stay as they are. Documents that were given in this change must be given again.");
    if (await asked(t("Drop this change?"), note, t("Drop it"))) await this.#decide(held, "drop");
  }

  async #decide({ id }, decision) {
    try {
      const body = JSON.stringify({ id, decision });
      const { held } = await fetchJson("v1/review", { method: "POST", headers: { "Content-Type": "application/json" }, body });
      this.#show(held);
      this.#onDecided();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.element.querySelector("[role=alert]").textContent = error.message;
    }
  }
}

function counted({ asked: all, changed }) {
  const answers = plural("{count} answer would change", "{count} answers would change", changed.length);
  return `${answers} · ${plural("{count} saved question", "{count} saved questions", all)}`;
}

function article({ id, question, as_of: asOf, comparison }) {
  return element(
    "article",
    { class: "comparison", "aria-labelledby": `review-${id}` },
    element("h4", { id: `review-${id}`, dir: "auto" }, asOf ? `${question} (${date(asOf)})` : question),
    element("p", { class: "state", "data-effect": comparison.effect }, EFFECTS[comparison.effect]),
    comparisonTable(comparison, [t("In force"), t("After the change")]),
  );
}
