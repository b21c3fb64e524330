/** Renders the text of a document: headings, paragraphs, and marks around the quoted words. */

import { element } from "./dom.js";
import { blocks, toUtf16 } from "./passage.js";

/** The heading of the pane has level 2, so the headings of the text start at level 3. */
const HIGHEST_LEVEL = 3;

/**
 * @param {import("./service.js").Document} document
 * @param {import("./passage.js").Span | null} quoted in UTF-16 units
 * @returns {HTMLElement} its `mark` elements together contain exactly the quoted words
 */
export function renderText({ title, text, headings = [], language }, quoted) {
  const parts = blocks(text, toUtf16(text, headings)).map((block) => renderBlock(text, block, quoted));
  parts[0].hidden = parts[0].textContent === title; // the pane shows the title above the text
  return element("div", { class: "words", dir: "auto", lang: language || null }, ...parts);
}

function renderBlock(text, block, quoted) {
  const { start, end, level } = block;
  const isQuoted = quoted !== null && quoted.start < block.break && quoted.end > start;
  const children = isQuoted ? marked(text, block, quoted) : [text.slice(start, end)];
  if (level === null) return element("p", { class: isQuoted && "quoted" }, ...children);
  const depth = String(Math.min(HIGHEST_LEVEL + level - 1, 6));
  return element("p", { role: "heading", "aria-level": depth, class: isQuoted && "quoted" }, ...children);
}

/** Mark the quoted part of a block. If the quote continues in the next block, the mark ends with hidden line breaks. */
function marked(text, { start, end, break: next }, quoted) {
  const [from, to] = [Math.max(quoted.start, start), Math.min(quoted.end, next)];
  const gap = text.slice(Math.max(from, end), to);
  const mark = element("mark", {}, text.slice(from, Math.min(to, end)), gap && element("span", { hidden: true }, gap));
  return [text.slice(start, Math.min(from, end)), mark, text.slice(Math.min(to, end), end)];
}
