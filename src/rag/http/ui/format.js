/** Formats values for the page: dates, places in a document, and the reason for a missing answer. */

import { formatDate, t } from "./language.js";

/** @typedef {import("./service.js").Passage} Passage */

const FORMATS = { 4: { year: "numeric" }, 7: { year: "numeric", month: "long" }, 10: { dateStyle: "long" } };

/** The least confidence of an answer that is well supported, and of one that is not partial. */
const [WELL_SUPPORTED, SUPPORTED] = [0.8, 0.5];

/** The number of words that the name of a citation quotes. */
const NAME_WORDS = 6;

const DAY = { day: "numeric", month: "long", year: "numeric" };

const ABSTENTIONS = {
  empty_index: t("No documents have been added yet."),
  filtered_out: t("No document matches the filters of this question."),
  weak_evidence: t("No passage is close enough to the question to support an answer."),
  unsupported: t("Passages were found, but none of them supports an answer."),
  before_first_version: t("What answers the question was not yet in force at that time."),
  not_in_force: t("What answers the question is not in force at that time."),
};

const FIELDS = {
  author: t("Author"),
  jurisdiction: t("Jurisdiction"),
  language: t("Language"),
  source_kind: t("Source kind"),
  topic: t("Topic"),
};

/** @param {string} published an ISO 8601 date of 4, 7 or 10 characters; any other text is returned unchanged */
export function date(published) {
  const day = new Date(published);
  const format = FORMATS[published.length];
  if (!format || Number.isNaN(day.valueOf())) return published;
  return formatDate(day, { ...format, timeZone: "UTC" });
}

/**
 * Format the provision, the page, the heading path and the confidence of OCR; parts that are unknown are left out.
 *
 * @param {Passage} passage
 */
export function place(passage) {
  return [passage.pinpoint, pageName(passage), passage.heading.join(" › "), recognition(passage)].filter(Boolean).join(" · ");
}

/** @param {Passage} passage its page is formatted as printed, or as `slide 3`, with its number in the file if that differs */
function pageName({ page, page_label: printed }) {
  if (page === null) return "";
  const slide = /^slide (\d+)$/.exec(printed ?? "");
  if (slide) return t("slide {number}", { number: slide[1] });
  if (printed?.includes(" ")) return printed;
  return printed ? t("p. {printed} (page {page} of the file)", { printed, page }) : t("p. {page}", { page });
}

/** @param {Passage} passage if OCR read it, its confidence is formatted */
function recognition({ ocr_confidence: confidence }) {
  if (typeof confidence !== "number") return "";
  return t("read by OCR, confidence {percent} %", { percent: Math.round(100 * confidence) });
}

/**
 * Return the accessible name of a citation's button.
 *
 * @param {import("./service.js").Citation} citation
 */
export function label(citation) {
  const { marker, title } = citation;
  return [t("Source {marker}: {title}", { marker, title }), citation.pinpoint, pageName(citation), firstWords(citation)].filter(Boolean).join(", ");
}

/** Quote the start of a citation. It tells the citations of one document apart. */
function firstWords({ quote }) {
  const words = quote.trim().split(/\s+/);
  return words.length > NAME_WORDS ? `“${words.slice(0, NAME_WORDS).join(" ")}…”` : `“${words.join(" ")}”`;
}

/**
 * Format the author and the dates; parts that are unknown are left out. If it is known when the document is in force,
 * each date has its name: published, in force, and indexed.
 *
 * @param {{author?: string | null, published: string | null, in_force?: {first: string | null, last: string | null} | null,
 *   indexed?: string | null}} document
 */
export function imprint({ author, published, in_force: inForce, indexed }) {
  if (!inForce) return [author, published && date(published)].filter(Boolean).join(" · ");
  const dates = [
    published && t("published {day}", { day: date(published) }),
    daysInForce(inForce),
    indexed && t("indexed {day}", { day: day(indexed) }),
  ];
  return [author, ...dates].filter(Boolean).join(" · ");
}

/** Return the days in force in words; empty if neither is known. */
export function daysInForce({ first, last }) {
  const [since, until] = [first, last].map((one) => one && date(one));
  if (since && until) return t("in force from {since} to {until}", { since, until });
  if (since) return t("in force from {since}", { since });
  return until ? t("in force until {until}", { until }) : "";
}

/**
 * Explain why there is no answer.
 *
 * @param {string | null} reason
 */
export function abstentionReason(reason) {
  return ABSTENTIONS[reason] ?? "";
}

/**
 * Put the confidence of an answer into words. It is a calibrated probability; docs/asking.md explains the limits.
 *
 * @param {{confidence?: number}} answer an answer that an earlier version of this page saved may have none
 */
export function support({ confidence }) {
  if (typeof confidence !== "number") return "";
  if (confidence >= WELL_SUPPORTED) return t("Well supported by the documents");
  return confidence >= SUPPORTED ? t("Supported by the documents") : t("Weakly supported by the documents");
}

/** @param {string} time an instant (RFC 3339), formatted as the day in the user's time zone */
export function day(time) {
  return formatDate(new Date(time), DAY);
}

/** @param {string} name of a field: `source_kind` is shown as Source kind; the page translates those that most indexes have */
export function fieldName(name) {
  if (FIELDS[name]) return FIELDS[name];
  const spaced = name.replaceAll(/[_-]+/g, " ").trim();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
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
