/** How the page says things: dates, places in a document, and why there is no answer. */

/** @typedef {import("./service.js").Passage} Passage */

const FORMATS = { 4: { year: "numeric" }, 7: { year: "numeric", month: "long" }, 10: { dateStyle: "long" } };

const DAY = { day: "numeric", month: "long", year: "numeric" };

const ABSTENTIONS = {
  empty_index: "No documents have been added yet.",
  filtered_out: "No document passes the filters this question was asked with.",
  weak_evidence: "No passage comes close enough to the question to rest an answer on.",
  unsupported: "Passages were found, but none of their words support an answer.",
};

/** @param {string} published an ISO 8601 date of 4, 7 or 10 characters; anything else is shown as it stands */
export function date(published) {
  const day = new Date(published);
  const format = FORMATS[published.length];
  if (!format || Number.isNaN(day.valueOf())) return published;
  const words = new Intl.DateTimeFormat("en-GB", { ...format, timeZone: "UTC" }).format(day);
  return words.replaceAll(" ", "\u00a0");
}

/**
 * Page and heading path, as far as they are known.
 *
 * @param {Passage} passage
 */
export function place({ page, heading }) {
  return [page === null ? "" : `p. ${page}`, heading.join(" › ")].filter(Boolean).join(" · ");
}

/** @param {import("./service.js").Citation} citation */
export function label({ marker, title, page }) {
  return `Source ${marker}: ${title}${page === null ? "" : `, p. ${page}`}`;
}

/**
 * Author and day, as far as they are known.
 *
 * @param {{author?: string | null, published: string | null}} document
 */
export function imprint({ author, published }) {
  return [author, published && date(published)].filter(Boolean).join(" · ");
}

/** @param {string | null} reason */
export function whyNot(reason) {
  return ABSTENTIONS[reason] ?? "";
}

/** @param {string} time an instant (RFC 3339); the day it fell on here */
export function day(time) {
  return new Intl.DateTimeFormat("en-GB", DAY).format(new Date(time)).replaceAll(" ", "\u00a0");
}

/** @param {string} name of a field: `source_kind` is shown as Source kind */
export function fieldName(name) {
  const spaced = name.replaceAll(/[_-]+/g, " ").trim();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/**
 * @param {number} count
 * @param {string} noun
 */
export function counted(count, noun) {
  return `${count.toLocaleString("en-GB")} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * The address of an original, where it is one of the web; no other kind may become a link.
 *
 * @param {string | null} url
 */
export function webAddress(url) {
  const address = url && URL.canParse(url) ? new URL(url) : null;
  return ["http:", "https:"].includes(address?.protocol) ? address : null;
}
