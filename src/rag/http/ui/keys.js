/** Single-key shortcuts. They work when the user is not typing and no dialog covers the page. */

import { singleKeysEnabled } from "./storage.js";

/**
 * @typedef {{key: string, description: string, action?: () => void, name?: string}} Shortcut if it has no `action`,
 *   other code handles the key, and the shortcut is only listed; `name` is shown instead of `key`
 */

const TEXT_FIELDS = "textarea, select, input:not([type=checkbox])";

/** @param {Shortcut[]} shortcuts */
export function listen(shortcuts) {
  const actions = new Map(shortcuts.filter(({ action }) => action).map(({ key, action }) => [key, action]));
  document.addEventListener("keydown", (event) => {
    const action = actions.get(event.key);
    if (!action || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const isCharacter = event.key.length === 1;
    if (isCharacter && (!singleKeysEnabled() || event.target.matches(TEXT_FIELDS))) return;
    if (document.querySelector("dialog.modal[open]")) return;
    // A modal source pane blocks the rest of the page, and handles Escape itself. Only its own shortcuts work.
    if (document.querySelector("dialog.source:modal") && (!isCharacter || !"jkco".includes(event.key))) return;
    event.preventDefault();
    action();
  });
}
