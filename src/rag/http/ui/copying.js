/** The control that copies a quotation with its reference, in the selected format. */

import { copy } from "./clipboard.js";
import { element } from "./dom.js";
import { t } from "./language.js";
import { FORMATS } from "./quotation.js";

/** @typedef {import("./service.js").Passage} Passage */

export class CopyControl {
  #select = element("select", { "aria-label": t("Quotation format") }, ...options());
  #status = element("span", { class: "copied", role: "status" });
  element = element(
    "div",
    { class: "copying" },
    element(
      "button",
      { type: "button", class: "quiet", "aria-keyshortcuts": "c", click: () => this.copy() },
      t("Copy quotation"),
    ),
    this.#select,
    this.#status,
  );
  /** @type {Passage | null} */
  #passage = null;

  /** @param {Passage | null} passage the passage to copy; null hides the control */
  setPassage(passage) {
    this.#passage = passage;
    this.element.hidden = passage === null;
    this.#status.textContent = "";
  }

  async copy() {
    if (this.#passage === null) return;
    const { name, write } = FORMATS[this.#select.value];
    const isCopied = await copy(write(this.#passage), this.element);
    this.#status.textContent = isCopied
      ? t("Copied as {format}.", { format: name })
      : t("Your browser does not allow this page to copy.");
  }
}

function options() {
  return Object.entries(FORMATS).map(([value, { name }]) => element("option", { value }, name));
}
