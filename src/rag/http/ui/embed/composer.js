/** Where questions are written, and what those who hear the page are told of the answer that is coming. */

import { element } from "../dom.js";

const LONGEST_QUESTION = 2000;

export class Composer {
  #box = element("textarea", { id: "question", rows: "1", maxlength: String(LONGEST_QUESTION), required: true, enterkeyhint: "send" });
  #status = element("p", { class: "unseen", role: "status" });
  #send = element("button", { class: "send" }, "Ask");
  #stop;
  #ask;

  /**
   * @param {(question: string) => void} ask
   * @param {() => void} stop
   */
  constructor(ask, stop) {
    this.#ask = ask;
    this.#stop = element("button", { type: "button", class: "quiet", hidden: true, click: stop }, "Stop");
    const label = element("label", { for: "question" }, "Your question");
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

  /** @param {string} message what is being done */
  wait(message) {
    this.#stop.hidden = false;
    this.#status.textContent = message;
  }

  /** @param {string} message what came of it */
  rest(message) {
    if (this.#stop.matches(":focus")) this.focus();
    this.#stop.hidden = true;
    this.#status.textContent = message;
  }

  /** @param {boolean} isFollowing whether a question would be a follow-up */
  expect(isFollowing) {
    this.element.classList.toggle("following", isFollowing);
    this.#box.placeholder = isFollowing ? "Follow up" : "";
  }

  #submit(event) {
    event.preventDefault();
    const question = this.#box.value.trim();
    if (question === "") return;
    this.#box.value = "";
    this.#ask(question);
  }
}
