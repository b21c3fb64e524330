/** An old and a new answer side by side, with the citations that differ. */

import { element } from "./dom.js";
import { imprint } from "./format.js";
import { t } from "./language.js";

/**
 * @typedef {import("./service.js").Citation} Citation
 * @typedef {{outcome: string, text: string}} Side
 * @typedef {{before: Citation | null, after: Citation | null, state: string | null}} Pair
 * @typedef {{effect: string, before: Side, after: Side, citations: Pair[]}} Comparison
 */

const STATES = {
  valid: t("Its words are still there."),
  moved: t("Its words have moved."),
  changed: t("Its document no longer has these words."),
  gone: t("Its document is no longer in the index."),
};

/**
 * @param {Comparison} comparison
 * @param {[string, string]} names of both answers
 */
export function comparisonTable({ before, after, citations }, names) {
  const changed = citations.filter((pair) => !isSame(pair));
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...names.map((name) => element("th", { scope: "col" }, name)))),
    element(
      "tbody",
      {},
      row(...[before.text, after.text].map((text) => text || t("The documents do not say.")), "answer"),
      ...changed.map(pairRow),
    ),
  );
}

function isSame({ before, after }) {
  return before !== null && after !== null && before.document_id === after.document_id && before.quote === after.quote;
}

function pairRow({ before, after, state }) {
  const [was, became] = marked(before?.quote ?? "", after?.quote ?? "");
  return element("tr", {}, cited(before, was, STATES[state]), cited(after, became));
}

function row(before, after, name) {
  return element("tr", { class: name }, ...marked(before, after).map((parts) => element("td", { dir: "auto" }, ...parts)));
}

/** @param {Citation | null} citation */
function cited(citation, words, state) {
  if (citation === null) return element("td", {}, element("span", { class: "about" }, t("No citation")));
  const about = [citation.title, imprint(citation), citation.heading.at(-1)].filter(Boolean).join(" · ");
  return element(
    "td",
    { dir: "auto" },
    element("q", {}, ...words),
    element("p", { class: "about" }, element("a", { href: citation.link }, `[${citation.marker}] ${about}`)),
    state ? element("p", { class: "about" }, state) : null,
  );
}

/**
 * Mark the words between the first and the last difference of two texts.
 *
 * @returns {[(string | Node)[], (string | Node)[]]} the parts of both
 */
function marked(before, after) {
  const [was, became] = [before, after].map((text) => text.split(/(?<=\s)/));
  const shorter = Math.min(was.length, became.length);
  let first = 0;
  while (first < shorter && was[first] === became[first]) first += 1;
  let last = 0;
  while (last < shorter - first && was.at(-1 - last) === became.at(-1 - last)) last += 1;
  return [was, became].map((words) => {
    const middle = words.slice(first, words.length - last).join("");
    const isPart = first + last > 0 && middle !== "";
    const parts = [words.slice(0, first).join(""), isPart ? element("mark", {}, middle) : middle, words.slice(words.length - last).join("")];
    return parts.filter((part) => part !== "");
  });
}
