/** The text of a document on the page: headings, paragraphs, and the quoted words marked in them. */

import { element } from "./dom.js";
import { blocks, inUnits } from "./passage.js";

/** Below the heading of the pane, which is of level 2. */
const HIGHEST_LEVEL = 3;

/**
 * @param {import("./service.js").Document} document
 * @param {import("./passage.js").Span | null} quoted in UTF-16 units
 * @returns {HTMLElement} joined, the texts of its `mark` elements are the quoted words
 */
export function words({ title, text, headings = [], language }, quoted) {
  const parts = blocks(text, inUnits(text, headings)).map((block) => part(text, block, quoted));
  parts[0].hidden = parts[0].textContent === title; // which stands above
  return element("div", { class: "words", dir: "auto", lang: language || null }, ...parts);
}

function part(text, block, quoted) {
  const { start, end, level } = block;
  const isQuoted = quoted !== null && quoted.start < block.break && quoted.end > start;
  const children = isQuoted ? marked(text, block, quoted) : [text.slice(start, end)];
  if (level === null) return element("p", { class: isQuoted && "around" }, ...children);
  const depth = String(Math.min(HIGHEST_LEVEL + level - 1, 6));
  return element("p", { role: "heading", "aria-level": depth, class: isQuoted && "around" }, ...children);
}

/** The line breaks between two blocks belong to a quote that goes on: they are there, and not seen. */
function marked(text, { start, end, break: next }, quoted) {
  const [from, to] = [Math.max(quoted.start, start), Math.min(quoted.end, next)];
  const gap = text.slice(Math.max(from, end), to);
  const mark = element("mark", {}, text.slice(from, Math.min(to, end)), gap && element("span", { hidden: true }, gap));
  return [text.slice(start, Math.min(from, end)), mark, text.slice(Math.min(to, end), end)];
}
