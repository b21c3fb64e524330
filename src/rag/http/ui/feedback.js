/** The dialog for feedback on an answer or on one of its citations. It says what is stored before anything is sent. */

import { dialog } from "./dialogs.js";
import { element } from "./dom.js";
import { sendFeedback } from "./kept.js";
import { t } from "./language.js";
import { Problem } from "./service.js";

const MAX_WORDS = 1000;

const REASONS = {
  wrong: t("It is wrong"),
  off_topic: t("It is not what I asked"),
  incomplete: t("Something is missing"),
  outdated: t("It is outdated"),
};

export class FeedbackDialog {
  #answer;
  #verdict;
  #onSent;
  #words = element("textarea", { rows: "3", maxlength: String(MAX_WORDS), id: "feedback-words" });
  #about;
  #error = element("p", { class: "access-error", role: "alert" });
  #dialog;

  /**
   * @param {import("./service.js").Answer} answer
   * @param {"good" | "bad"} verdict
   * @param {() => void} onSent
   */
  constructor(answer, verdict, onSent) {
    this.#answer = answer;
    this.#verdict = verdict;
    this.#onSent = onSent;
    this.#about = element("select", { id: "feedback-about" }, ...parts(answer));
    this.#dialog = dialog(
      verdict === "good" ? t("This answer helps") : t("This answer does not help"),
      t(
        "The service stores your question, this answer with its quotes, and your words, but not your name. The people who run the service can read them.",
      ),
      element(
        "form",
        { class: "feedback-form", submit: (event) => this.#send(event) },
        verdict === "bad" ? reasons() : null,
        row("feedback-about", t("About"), this.#about),
        row("feedback-words", t("In your words (optional)"), this.#words),
        element("button", { class: "quiet" }, t("Send")),
      ),
      this.#error,
    );
    this.#dialog.addEventListener("close", () => this.#dialog.remove());
  }

  show() {
    this.#dialog.showModal();
  }

  async #send(event) {
    event.preventDefault();
    const reason = new FormData(event.target).get("reason");
    const marker = this.#about.value === "" ? null : Number(this.#about.value);
    try {
      const words = this.#words.value.trim();
      await sendFeedback(this.#answer, { verdict: this.#verdict, reason, words, marker });
      this.#dialog.close();
      this.#onSent();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#error.textContent = error.message;
    }
  }
}

/** The whole answer, and each of its citations. */
function parts({ citations }) {
  const cited = citations.map(({ marker, title }) => element("option", { value: String(marker) }, `[${marker}] ${title}`));
  return [element("option", { value: "" }, t("The whole answer")), ...cited];
}

function reasons() {
  const choices = Object.entries(REASONS).map(([value, label], index) =>
    element(
      "label",
      { class: "switch" },
      element("input", { type: "radio", name: "reason", value, checked: index === 0 }),
      label,
    ),
  );
  return element("fieldset", {}, element("legend", {}, t("Reason")), ...choices);
}

function row(id, label, control) {
  return element("p", { class: "form-row" }, element("label", { for: id }, label), control);
}
