/** The dialog that makes a link to a question, or to an answer that the service then keeps. */

import { addressOf } from "./address.js";
import { copy } from "./clipboard.js";
import { dialog } from "./dialogs.js";
import { element } from "./dom.js";
import { share, sharedLink, unshare } from "./kept.js";
import { t } from "./language.js";
import { Problem } from "./service.js";

export class ShareDialog {
  #answer;
  #status = element("p", { class: "about", role: "status" });
  #made = element("div", { class: "link-row" });
  #dialog;

  /**
   * @param {import("./service.js").Answer} answer
   * @param {import("./filters.js").Scope} scope
   */
  constructor(answer, scope) {
    this.#answer = answer;
    const stored = t(
      "Whoever has the link can read the question and this answer with its quotes, if they may see all documents that it cites. The service keeps them until you delete the link.",
    );
    const title = element("h3", {}, t("Link to this answer"));
    const ofAnswer = [title, element("p", { class: "about" }, stored), this.#made];
    this.#dialog = dialog(
      t("Share"),
      t("A link to the question asks it again. It stores nothing."),
      this.#linkRow(t("Link to the question"), addressOf(answer.question, scope)),
      answer.seal ? element("section", { class: "share-answer" }, ...ofAnswer) : null,
      this.#status,
    );
    this.#dialog.addEventListener("close", () => this.#dialog.remove());
    this.#show();
  }

  show() {
    this.#dialog.showModal();
  }

  #show() {
    const made = sharedLink(this.#answer);
    const make = element("button", { type: "button", class: "quiet", click: () => this.#make() }, t("Create the link"));
    const end = element("button", { type: "button", class: "quiet", click: () => this.#delete() }, t("Delete the link"));
    this.#made.replaceChildren(...(made ? [this.#linkRow(t("Link to this answer"), made.link), end] : [make]));
  }

  #linkRow(label, link) {
    const field = element("input", { type: "text", readonly: true, value: link, "aria-label": label, focus: select });
    const copyLink = element(
      "button",
      { type: "button", class: "quiet", "aria-label": `${t("Copy")}: ${label}`, click: () => this.#copy(link) },
      t("Copy"),
    );
    return element("span", { class: "input-row" }, field, copyLink);
  }

  async #make() {
    await this.#try(async () => {
      await share(this.#answer);
      this.#show();
      this.#made.querySelector("input").focus();
      return t("The link is ready.");
    });
  }

  async #delete() {
    await this.#try(async () => {
      await unshare(this.#answer);
      this.#show();
      this.#made.querySelector("button").focus();
      return t("The link is deleted.");
    });
  }

  async #copy(link) {
    const isCopied = await copy(link, this.#dialog);
    this.#status.textContent = isCopied ? t("Copied.") : t("Your browser does not allow this page to copy.");
  }

  async #try(action) {
    try {
      this.#status.textContent = await action();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#status.textContent = error.message;
    }
  }
}

function select({ currentTarget }) {
  currentTarget.select();
}
