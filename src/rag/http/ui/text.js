/** Renders the text of a document as its author set it, with marks around the quoted words. */

import { renderBlocks } from "./blocks.js";
import { element } from "./dom.js";
import { blocksToUtf16 } from "./passage.js";

/**
 * @param {import("./service.js").Document} document `start` is the offset of its text in the whole text, which its blocks
 *   count; without blocks, the text is one paragraph
 * @param {import("./passage.js").Span | null} quoted in UTF-16 units
 * @param {import("./blocks.js").Link[]} [links] in UTF-16 units
 * @returns {HTMLElement} its `mark` elements together contain exactly the quoted words
 */
export function renderText({ title, text, start = 0, blocks, language }, quoted, links = []) {
  const shown = blocks ? blocksToUtf16(text, blocks, start) : [{ kind: "paragraph", start: 0, end: text.length }];
  const parts = renderBlocks(text, shown, quoted, links);
  const [first] = parts;
  if (first) first.hidden = first.textContent === title && !first.querySelector("mark"); // the pane shows the title above
  return element("div", { class: "words", dir: "auto", lang: language || null }, ...parts);
}
