/** The question form: its text box, the status of the answer in progress, and the offline notice. */

import { plural, t } from "./language.js";

const FEW_CHARACTERS = 200;

export class Composer {
  #form = document.getElementById("ask");
  #box = document.getElementById("question");
  #charactersLeft = document.getElementById("characters-left");
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
    this.#box.addEventListener("input", () => this.#countCharacters());
    this.#box.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) this.#leave(event);
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit(ask);
    });
    this.#stop.addEventListener("click", stop);
    for (const change of ["online", "offline"]) window.addEventListener(change, () => this.#showNetwork());
    this.#showNetwork();
  }

  focus() {
    this.#box.focus();
  }

  /**
   * Show whether an answer is in progress.
   *
   * @param {boolean} isWaiting
   * @param {string} message a status for screen readers
   */
  setWaiting(isWaiting, message) {
    if (this.#stop === document.activeElement) this.#box.focus();
    this.#form.classList.toggle("waiting", isWaiting);
    this.#stop.hidden = !isWaiting;
    this.#status.textContent = message;
  }

  /** @param {boolean} isFollowUp whether the next question continues a conversation */
  setFollowUp(isFollowUp) {
    this.#box.placeholder = isFollowUp ? t("Follow up") : "";
  }

  /** Leave the text box, so that single-key shortcuts work. An open source stays open. */
  #leave(event) {
    event.preventDefault();
    document.getElementById("main").focus({ preventScroll: true });
  }

  #submit(ask) {
    const question = this.#box.value.trim();
    if (question === "") return;
    this.#box.value = "";
    this.#countCharacters();
    ask(question);
  }

  /** Show the number of characters left when only a few are left. */
  #countCharacters() {
    const left = this.#box.maxLength - this.#box.value.length;
    this.#charactersLeft.textContent = left <= FEW_CHARACTERS ? plural("{count} character left.", "{count} characters left.", left) : "";
  }

  #showNetwork() {
    this.#offline.textContent = navigator.onLine ? "" : t("You are offline. You can still read earlier answers.");
  }
}
