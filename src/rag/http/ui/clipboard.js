/** Puts text on the clipboard, also where the page did not come over TLS and browsers keep the newer way to themselves. */

import { element } from "./dom.js";

/**
 * @param {string} text
 * @param {HTMLElement} host what holds the focus meanwhile: a modal dialog lets it go nowhere else
 * @returns {Promise<boolean>} whether it is there
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
  const field = element("textarea", { class: "unseen", readonly: true, "aria-hidden": "true" });
  field.value = text;
  host.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  focused?.focus({ preventScroll: true });
  return isCopied;
}
