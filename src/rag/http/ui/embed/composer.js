/** The question form, with a status for screen readers. */

import { element } from "../dom.js";
import { t } from "../language.js";

const MAX_QUESTION_LENGTH = 2000;

export class Composer {
  #box = element("textarea", {
    id: "question",
    rows: "1",
    maxlength: String(MAX_QUESTION_LENGTH),
    required: true,
    enterkeyhint: "send",
  });
  #status = element("p", { class: "visually-hidden", role: "status" });
  #send = element("button", { class: "send" }, t("Ask"));
  #stop;
  #ask;

  /**
   * @param {(question: string) => void} ask
   * @param {() => void} stop
   */
  constructor(ask, stop) {
    this.#ask = ask;
    this.#stop = element("button", { type: "button", class: "quiet", hidden: true, click: stop }, t("Stop"));
    const label = element("label", { for: "question" }, t("Your question"));
    const box = element("div", { class: "box" }, this.#box, this.#stop, this.#send);
    this.element = element("form", { autocomplete: "off" }, label, box, this.#status);
    this.element.addEventListener("submit", (event) => this.#submit(event));
    this.#box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.#submit(event);
    });
  }

  focus() {
    this.#box.focus();
  }

  /** @param {string} message the progress to announce */
  wait(message) {
    this.#stop.hidden = false;
    this.#status.textContent = message;
  }

  /** @param {string} message the result to announce */
  finish(message) {
    if (this.#stop.matches(":focus")) this.focus();
    this.#stop.hidden = true;
    this.#status.textContent = message;
  }

  /** @param {boolean} isFollowUp whether the next question continues a conversation */
  setFollowUp(isFollowUp) {
    this.element.classList.toggle("following", isFollowUp);
    this.#box.placeholder = isFollowUp ? t("Follow up") : "";
  }

  #submit(event) {
    event.preventDefault();
    const question = this.#box.value.trim();
    if (question === "") return;
    this.#box.value = "";
    this.#ask(question);
  }
}
