/** The switch between the page of a PDF and its text. The browser remembers the choice. */

import { element } from "./dom.js";
import { t } from "./language.js";
import { setSourceView, sourceView } from "./storage.js";

/** @typedef {"page" | "text"} View */

export class ViewSwitch {
  #boxes;
  #onChange;

  /**
   * @param {View} usual the view of readers who have not chosen one
   * @param {() => void} onChange
   */
  constructor(usual, onChange) {
    this.#onChange = onChange;
    const chosen = sourceView() ?? usual;
    this.#boxes = ["page", "text"].map((value) => {
      const box = element("input", { type: "radio", name: "source-view", value, change: () => this.#remember() });
      box.checked = value === chosen;
      return box;
    });
    const [page, text] = this.#boxes;
    this.element = element(
      "fieldset",
      { class: "view-switch", "aria-keyshortcuts": "p" },
      element("legend", {}, t("View of the source")),
      element("label", {}, page, element("span", {}, t("Page"))),
      element("label", {}, text, element("span", {}, t("Text"))),
    );
  }

  /** @returns {View} */
  get chosen() {
    return this.#boxes.find((box) => box.checked).value;
  }

  toggle() {
    const other = this.#boxes.find((box) => !box.checked);
    other.checked = true; // the browser clears the other one
    this.#remember();
  }

  #remember() {
    setSourceView(this.chosen);
    this.#onChange();
  }
}
