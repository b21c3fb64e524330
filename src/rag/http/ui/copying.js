/** Copies a quotation with its reference, in the form that is chosen. */

import { copy } from "./clipboard.js";
import { element } from "./dom.js";
import { FORMS } from "./quotation.js";

/** @typedef {import("./service.js").Passage} Passage */

export class Copying {
  #form = element("select", { "aria-label": "Form of the quotation" }, ...options());
  #said = element("span", { class: "copied", role: "status" });
  element = element(
    "div",
    { class: "copying" },
    element(
      "button",
      { type: "button", class: "quiet", "aria-keyshortcuts": "c", click: () => this.copy() },
      "Copy quotation",
    ),
    this.#form,
    this.#said,
  );
  /** @type {Passage | null} */
  #passage = null;

  /** @param {Passage | null} passage what can be copied, if anything can */
  offer(passage) {
    this.#passage = passage;
    this.element.hidden = passage === null;
    this.#said.textContent = "";
  }

  async copy() {
    if (this.#passage === null) return;
    const { name, write } = FORMS[this.#form.value];
    const isCopied = await copy(write(this.#passage), this.element);
    this.#said.textContent = isCopied ? `Copied as ${name}.` : "The browser does not let this page copy.";
  }
}

function options() {
  return Object.entries(FORMS).map(([value, { name }]) => element("option", { value }, name));
}
