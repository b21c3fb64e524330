/** The list below an answer: its numbered references, or the nearest passages if the documents do not answer. */

import { element } from "./dom.js";
import { t } from "./language.js";
import { key } from "./passage.js";
import { day, imprint, place, webAddress } from "./format.js";

/**
 * @typedef {import("./service.js").Citation} Citation
 * @typedef {import("./service.js").Hit} Hit
 */

/**
 * List the cited documents in order of first citation, each with its citations.
 *
 * @param {Citation[]} citations
 * @param {(citation: Citation) => EventListener} openListener returns the click listener of a citation
 * @param {string} support how well they support the answer, in words
 */
export function references(citations, openListener, support) {
  const items = byDocument(citations).map((cited) => reference(cited, openListener));
  return element(
    "section",
    { class: "references" },
    element("div", { class: "references-head" }, element("h3", {}, t("References")), about(support)),
    element("ul", { role: "list" }, ...items),
  );
}

/**
 * List the passages that are nearest to the question.
 *
 * @param {Hit[]} evidence
 * @param {import("./answer.js").Open} open
 */
export function nearest(evidence, open) {
  const passages = evidence.map((hit) => ({ ...hit, quote: hit.text }));
  const openListener = (passage) => ({ currentTarget }) => open(passage, passages, currentTarget);
  const items = passages.map((passage) => nearPassage(passage, openListener(passage)));
  return element(
    "section",
    { class: "references" },
    element("h3", {}, t("Nearest passages")),
    element("ul", { class: "passages", role: "list" }, ...items),
  );
}

function reference(citations, openListener) {
  const [first] = citations;
  return element(
    "li",
    { class: "reference" },
    element("p", { class: "title", dir: "auto" }, first.title),
    about(imprint(first)),
    ...citations.map((citation) => citationRow(citation, openListener(citation))),
    webAddress(first.url) && element("p", { class: "print-url" }, first.url),
  );
}

function citationRow(citation, click) {
  const where = place(citation);
  const change = changeWords(citation.check);
  return element(
    "button",
    { type: "button", class: "row", "data-passage": key(citation), click },
    element("span", { class: "number" }, String(citation.marker)),
    element(
      "span",
      {},
      element("q", { class: "snippet", dir: "auto" }, citation.quote.trim()),
      where && element("span", { class: "about", dir: "auto" }, where),
      change && element("span", { class: "about change" }, change),
    ),
  );
}

/** Return the words for a quote of a shared answer that is no longer at its place; empty if it is. */
function changeWords(check) {
  if (check?.state === "moved") return t("These words have moved since. This is their new place.");
  if (check?.state === "changed") return t("The document has changed and no longer has these words.");
  if (check?.state !== "gone") return "";
  return check.since
    ? t("The document was removed on {day}.", { day: day(check.since) })
    : t("The document is no longer in the index.");
}

function nearPassage(passage, click) {
  return element(
    "li",
    { class: "reference" },
    element("button", { type: "button", dir: "auto", "data-passage": key(passage), click }, passage.title),
    about([imprint(passage), place(passage)].filter(Boolean).join(" · ")),
    element("p", { class: "snippet", dir: "auto" }, withoutHeadings(passage)),
  );
}

/** Return the text of a passage without the title and headings at its start, because the list shows them separately. */
function withoutHeadings({ quote, title, heading }) {
  let text = quote.trim();
  for (const line of [title, ...heading]) if (text.startsWith(line)) text = text.slice(line.length).trim();
  return text || quote.trim();
}

function about(words) {
  return words && element("p", { class: "about", dir: "auto" }, words);
}

/** @param {Citation[]} citations */
function byDocument(citations) {
  const documents = new Map(citations.map(({ document_id }) => [document_id, []]));
  for (const citation of citations) documents.get(citation.document_id).push(citation);
  return [...documents.values()];
}
