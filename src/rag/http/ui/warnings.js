/** Warnings in place of a quote that cannot be shown in its document. They show the words that were quoted. */

import { element } from "./dom.js";
import { day } from "./format.js";
import { t } from "./language.js";

/** @param {string} quote words that are not at their place in the document */
export function misplacedWarning(quote) {
  return quotedWarning(
    t("The quoted words are not at this place in the document, so nothing is highlighted. The answer quoted:"),
    quote,
  );
}

/**
 * @param {string | null} since when the document left the index; null if the service does not say
 * @param {string} quote
 */
export function goneWarning(since, quote) {
  const reason = since
    ? t("This document left the index on {day}. The answer quoted:", { day: day(since) })
    : t("This document is not in the index. The answer quoted:");
  return quotedWarning(reason, quote);
}

function quotedWarning(reason, quote) {
  return element(
    "div",
    { class: "warning", role: "alert" },
    element("p", {}, reason),
    element("blockquote", { dir: "auto" }, quote),
  );
}
