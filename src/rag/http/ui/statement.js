/** Renders a statement of an answer: as a sentence, or as the list or the table that it quotes. */

import { renderBlocks } from "./blocks.js";
import { element } from "./dom.js";
import { t } from "./language.js";
import { blocksToUtf16 } from "./passage.js";

/**
 * @param {import("./service.js").Statement} statement
 * @param {(Node | string)[]} citations they follow the last words
 * @returns {HTMLElement}
 */
export function renderStatement({ text, quoted, exception = false, blocks = [] }, citations) {
  const name = ["statement", quoted && "quoted", exception && "exception"].filter(Boolean).join(" ");
  const label = exception ? [element("strong", {}, t("Exception or condition:")), " "] : [];
  if (blocks.length === 0) return element("span", { class: name }, ...label, text, ...citations);
  const parts = renderBlocks(text, blocksToUtf16(text, blocks));
  const last = parts.at(-1);
  if (last.matches(".table")) parts.push(element("p", {}, ...citations));
  else (last.matches("ul") ? last.lastElementChild.lastElementChild : last).append(...citations);
  return element("div", { class: `${name} set` }, ...label, ...parts);
}
