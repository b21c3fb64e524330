/** The row of actions below an answer: share, copy, download, and judge. */

import { copy } from "./clipboard.js";
import { element } from "./dom.js";
import { FeedbackDialog } from "./feedback.js";
import { download, FILES } from "./kept.js";
import { t } from "./language.js";
import { FORMATS } from "./quotation.js";
import { saveQuestion } from "./saved.js";
import { Problem } from "./service.js";
import { ShareDialog } from "./sharing.js";

/**
 * @typedef {import("./service.js").Answer} Answer
 * @typedef {import("./filters.js").Scope} Scope
 */

export class AnswerActions {
  #status = element("span", { class: "copied", role: "status" });
  #whole = element("input", { type: "checkbox" });
  #wholeLabel = element("label", { class: "switch" }, this.#whole, t("The whole conversation"));
  #menu = element("details", { class: "menu", keydown: (event) => this.#closeOnEscape(event) });
  #answer;
  #others;

  /**
   * @param {Answer} answer
   * @param {Scope} scope
   * @param {() => Answer[]} conversation returns all answers of the conversation
   */
  constructor(answer, scope, conversation) {
    this.#answer = answer;
    this.#others = conversation;
    const parts = [
      button("share", t("Share"), () => new ShareDialog(answer, scope).show()),
      button("copy", t("Copy"), () => this.#copy()),
      button("save-question", t("Save question"), () => this.#save(answer.question, scope)),
    ];
    // An answer that an earlier version of the service gave has no seal, and the service would refuse it.
    if (answer.seal) parts.push(this.#menu, ...this.#verdicts());
    this.#menu.append(element("summary", { class: "plain" }, t("Download")), this.#files());
    this.#menu.addEventListener("toggle", () => this.#openMenu());
    this.element = element(
      "div",
      { class: "actions", role: "group", "aria-label": t("Actions for this answer") },
      ...parts,
      this.#status,
    );
  }

  #files() {
    const items = FILES.map((form) => {
      const translate = form.isName ? "no" : null;
      const click = () => this.#download(form);
      return element("li", {}, element("button", { type: "button", class: "plain", translate, click }, form.name));
    });
    const title = (text) => element("p", { class: "about" }, text);
    const [texts, lists] = [items.slice(0, 3), items.slice(3)];
    return element(
      "div",
      { class: "menu-items" },
      title(t("The answer with its quotes")),
      element("ul", { role: "list" }, ...texts),
      title(t("The cited documents")),
      element("ul", { role: "list" }, ...lists),
      this.#wholeLabel,
    );
  }

  #verdicts() {
    const judge = (verdict, label) => {
      const click = ({ currentTarget }) => {
        const done = () => {
          currentTarget.setAttribute("aria-pressed", "true");
          this.#status.textContent = t("Thank you. Your feedback was stored.");
        };
        new FeedbackDialog(this.#answer, verdict, done).show();
      };
      return element(
        "button",
        { type: "button", class: "plain feedback", "aria-pressed": "false", click },
        label,
      );
    };
    return [judge("good", t("Helpful")), judge("bad", t("Not helpful"))];
  }

  #openMenu() {
    this.#wholeLabel.hidden = this.#others().length < 2;
    if (!this.#menu.open) return;
    this.#menu.lastElementChild.scrollIntoView({ block: "nearest" });
    const close = ({ target }) => {
      if (!this.#menu.contains(target)) this.#menu.open = false;
      if (!this.#menu.open) document.removeEventListener("pointerdown", close);
    };
    document.addEventListener("pointerdown", close);
  }

  #closeOnEscape(event) {
    if (event.key !== "Escape" || !this.#menu.open) return;
    event.preventDefault();
    this.#menu.open = false;
    this.#menu.querySelector("summary").focus();
  }

  async #copy() {
    const isCopied = await copy(asText(this.#answer), this.element);
    this.#status.textContent = isCopied ? t("Copied.") : t("Your browser does not allow this page to copy.");
  }

  async #save(question, scope) {
    try {
      await saveQuestion(question, scope);
      this.#status.textContent = t("Saved. “Saved questions” shows when its answer changes.");
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#status.textContent = error.message;
    }
  }

  async #download(form) {
    const answers = this.#whole.checked ? this.#others() : [this.#answer];
    this.#menu.open = false;
    this.#menu.querySelector("summary").focus();
    this.#status.textContent = t("Preparing the file…");
    try {
      await download(answers.filter(({ seal }) => seal), form);
      this.#status.textContent = t("Downloaded as {file}.", { file: form.file });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#status.textContent = error.message;
    }
  }
}

/** Return an answer as plain text, with its quotes below. */
function asText({ question, statements, citations }) {
  const said = statements.map(({ text, citations }) => `${text} ${citations.map((marker) => `[${marker}]`).join(" ")}`);
  const quotes = citations.map((citation) => `[${citation.marker}] ${FORMATS.plain.write(citation)}`);
  return [question, said.join(" ") || t("The documents do not say."), ...quotes].join("\n\n");
}

function button(name, label, click) {
  return element("button", { type: "button", class: `plain ${name}`, click }, label);
}
