/** Formats values for the page: dates, places in a document, and the reason for a missing answer. */

/** @typedef {import("./service.js").Passage} Passage */

const FORMATS = { 4: { year: "numeric" }, 7: { year: "numeric", month: "long" }, 10: { dateStyle: "long" } };

const DAY = { day: "numeric", month: "long", year: "numeric" };

const ABSTENTIONS = {
  empty_index: "No documents have been added yet.",
  filtered_out: "No document matches the filters of this question.",
  weak_evidence: "No passage is close enough to the question to support an answer.",
  unsupported: "Passages were found, but none of them supports an answer.",
};

/** @param {string} published an ISO 8601 date of 4, 7 or 10 characters; any other text is returned unchanged */
export function date(published) {
  const day = new Date(published);
  const format = FORMATS[published.length];
  if (!format || Number.isNaN(day.valueOf())) return published;
  const words = new Intl.DateTimeFormat("en-GB", { ...format, timeZone: "UTC" }).format(day);
  return words.replaceAll(" ", "\u00a0");
}

/**
 * Format the page, the heading path and the confidence of OCR; parts that are unknown are left out.
 *
 * @param {Passage} passage
 */
export function place(passage) {
  return [pageName(passage), passage.heading.join(" › "), recognition(passage)].filter(Boolean).join(" · ");
}

/** @param {Passage} passage its page is formatted as printed, or as `slide 3`, with its number in the file if that differs */
function pageName({ page, page_label: printed }) {
  if (page === null) return "";
  if (printed?.includes(" ")) return printed;
  return printed ? `p. ${printed} (page ${page} of the file)` : `p. ${page}`;
}

/** @param {Passage} passage if OCR read it, its confidence is formatted */
function recognition({ ocr_confidence: confidence }) {
  return typeof confidence === "number" ? `read by OCR, confidence ${Math.round(100 * confidence)} %` : "";
}

/**
 * Return the accessible name of a citation's button.
 *
 * @param {import("./service.js").Citation} citation
 */
export function label(citation) {
  return [`Source ${citation.marker}: ${citation.title}`, pageName(citation)].filter(Boolean).join(", ");
}

/**
 * Format the author and the date; parts that are unknown are left out.
 *
 * @param {{author?: string | null, published: string | null}} document
 */
export function imprint({ author, published }) {
  return [author, published && date(published)].filter(Boolean).join(" · ");
}

/**
 * Explain why there is no answer.
 *
 * @param {string | null} reason
 */
export function abstentionReason(reason) {
  return ABSTENTIONS[reason] ?? "";
}

/** @param {string} time an instant (RFC 3339), formatted as the day in the user's time zone */
export function day(time) {
  return new Intl.DateTimeFormat("en-GB", DAY).format(new Date(time)).replaceAll(" ", "\u00a0");
}

/** @param {string} name of a field: `source_kind` is shown as Source kind */
export function fieldName(name) {
  const spaced = name.replaceAll(/[_-]+/g, " ").trim();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/**
 * Format a count with its noun: "1 passage", "1,200 passages".
 *
 * @param {number} count
 * @param {string} noun
 */
export function counted(count, noun) {
  return `${count.toLocaleString("en-GB")} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * Return a URL if it starts with http or https, else null. Only such a URL may become a link.
 *
 * @param {string | null} url
 */
export function webAddress(url) {
  const address = url && URL.canParse(url) ? new URL(url) : null;
  return ["http:", "https:"].includes(address?.protocol) ? address : null;
}
