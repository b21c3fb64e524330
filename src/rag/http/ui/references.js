/** What stands below an answer: its numbered references, or the passages that came nearest. */

import { element } from "./dom.js";
import { key } from "./passage.js";
import { imprint, place, webAddress } from "./words.js";

/**
 * @typedef {import("./service.js").Citation} Citation
 * @typedef {import("./service.js").Hit} Hit
 */

/**
 * Documents in the order they are first cited, each with its citations.
 *
 * @param {Citation[]} citations
 * @param {(citation: Citation) => EventListener} opens
 */
export function references(citations, opens) {
  const works = byDocument(citations).map((cited) => work(cited, opens));
  return element(
    "section",
    { class: "references" },
    element("h3", {}, "References"),
    element("ul", { role: "list" }, ...works),
  );
}

/**
 * @param {Hit[]} evidence
 * @param {import("./answer.js").Open} open
 */
export function nearest(evidence, open) {
  const passages = evidence.map((hit) => ({ ...hit, quote: hit.text }));
  const items = passages.map((passage) => near(passage, ({ currentTarget }) => open(passage, passages, currentTarget)));
  return element(
    "section",
    { class: "references" },
    element("h3", {}, "Nearest passages"),
    element("ul", { class: "passages", role: "list" }, ...items),
  );
}

function work(citations, opens) {
  const [first] = citations;
  return element(
    "li",
    { class: "work" },
    element("p", { class: "title", dir: "auto" }, first.title),
    about(imprint(first)),
    ...citations.map((citation) => row(citation, opens(citation))),
    webAddress(first.url) && element("p", { class: "printed" }, first.url),
  );
}

function row(citation, click) {
  const where = place(citation);
  return element(
    "button",
    { type: "button", class: "row", "data-passage": key(citation), click },
    element("span", { class: "number" }, String(citation.marker)),
    element(
      "span",
      {},
      element("q", { class: "snippet", dir: "auto" }, citation.quote.trim()),
      where && element("span", { class: "about", dir: "auto" }, where),
    ),
  );
}

function near(passage, click) {
  return element(
    "li",
    { class: "work" },
    element("button", { type: "button", dir: "auto", "data-passage": key(passage), click }, passage.title),
    about([imprint(passage), place(passage)].filter(Boolean).join(" · ")),
    element("p", { class: "snippet", dir: "auto" }, beginning(passage)),
  );
}

/** A passage without the headings that it opens with, which are told beside it. */
function beginning({ quote, title, heading }) {
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
