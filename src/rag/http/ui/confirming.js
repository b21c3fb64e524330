/** Asks before a change that cannot be taken back. */

import { element } from "./dom.js";
import { t } from "./language.js";

/**
 * @param {string} question
 * @param {string} note the consequences
 * @param {string} action the name of the button that confirms
 * @returns {Promise<boolean>} whether the user confirmed
 */
export function asked(question, note, action) {
  const node = element(
    "dialog",
    { class: "modal confirm", "aria-labelledby": "confirm-title", "aria-describedby": "confirm-note" },
    element("h2", { id: "confirm-title", dir: "auto" }, question),
    element("p", { id: "confirm-note", class: "about" }, note),
    element(
      "p",
      { class: "choices" },
      element("button", { type: "button", class: "quiet", autofocus: true, click: () => node.close() }, t("Cancel")),
      element("button", { type: "button", class: "quiet danger", click: () => node.close("yes") }, action),
    ),
  );
  document.body.append(node);
  node.showModal();
  return new Promise((resolve) => {
    node.addEventListener("close", () => {
      node.remove();
      resolve(node.returnValue === "yes");
    });
  });
}
