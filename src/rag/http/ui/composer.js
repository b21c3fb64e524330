/** Where questions are written: the box, what is said of the answer that is coming, and whether there is a network. */

import { counted } from "./words.js";

const SCARCE = 200;

export class Composer {
  #form = document.getElementById("ask");
  #box = document.getElementById("question");
  #room = document.getElementById("room");
  #status = document.getElementById("status");
  #stop = document.getElementById("stop");
  #offline = document.getElementById("offline");

  /**
   * @param {(question: string) => void} ask
   * @param {() => void} stop
   */
  constructor(ask, stop) {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(ask);
    });
    this.#box.addEventListener("input", () => this.#measure());
    this.#box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit(ask);
    });
    this.#stop.addEventListener("click", stop);
    for (const change of ["online", "offline"]) window.addEventListener(change, () => this.#tellNetwork());
    this.#tellNetwork();
  }

  focus() {
    this.#box.focus();
  }

  /**
   * @param {boolean} isWaiting
   * @param {string} message for those who hear the page
   */
  wait(isWaiting, message) {
    if (this.#stop === document.activeElement) this.#box.focus();
    this.#form.classList.toggle("waiting", isWaiting);
    this.#stop.hidden = !isWaiting;
    this.#status.textContent = message;
  }

  /** @param {boolean} isFollowing whether a question would be a follow-up */
  expect(isFollowing) {
    this.#box.placeholder = isFollowing ? "Follow up" : "";
  }

  #submit(ask) {
    const question = this.#box.value.trim();
    if (question === "") return;
    this.#box.value = "";
    this.#measure();
    ask(question);
  }

  /** Say how much room is left once it becomes scarce. */
  #measure() {
    const left = this.#box.maxLength - this.#box.value.length;
    this.#room.textContent = left <= SCARCE ? `${counted(left, "character")} left.` : "";
  }

  #tellNetwork() {
    this.#offline.textContent = navigator.onLine ? "" : "You are offline. What was answered before can still be read.";
  }
}
