/** Shortcuts: single keys that act while nothing is being written and nothing lies over the page. */

import { letters } from "./memory.js";

/** @typedef {{key: string, does: string, act?: () => void, name?: string}} Key without an act the browser has it */

const WRITTEN_IN = "textarea, select, input:not([type=checkbox])";

/** @param {Key[]} keys */
export function listen(keys) {
  const acts = new Map(keys.filter(({ act }) => act).map(({ key, act }) => [key, act]));
  document.addEventListener("keydown", (event) => {
    const act = acts.get(event.key);
    if (!act || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const isLetter = event.key.length === 1;
    if (isLetter && (!letters() || event.target.matches(WRITTEN_IN))) return;
    if (document.querySelector("dialog.sheet[open]")) return;
    // Over the page, the source pane alone can be reached, and Escape is the dialog's own.
    if (document.querySelector("dialog.source:modal") && (!isLetter || !"jkco".includes(event.key))) return;
    event.preventDefault();
    act();
  });
}
