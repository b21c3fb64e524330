/** Copies text to the clipboard. Browsers offer the Clipboard API only over HTTPS, so there is an older fallback. */

import { element } from "./dom.js";

/**
 * @param {string} text
 * @param {HTMLElement} host the parent of a temporary text field. The field takes the focus, so it must be inside a
 *   modal dialog if one is open
 * @returns {Promise<boolean>} whether the text was copied
 */
export async function copy(text, host) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
    return copyFromField(text, host);
  }
}

function copyFromField(text, host) {
  const focused = document.activeElement;
  const field = element("textarea", { class: "visually-hidden", readonly: true, "aria-hidden": "true" });
  field.value = text;
  host.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  focused?.focus({ preventScroll: true });
  return isCopied;
}
