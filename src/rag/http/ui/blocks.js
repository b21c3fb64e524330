/** Renders blocks of a text, as the service finds them: headings, paragraphs, lists, footnotes and tables. */

import { element } from "./dom.js";
import { t } from "./language.js";

/**
 * @typedef {import("./passage.js").Span} Span
 * @typedef {import("./service.js").Block} Block
 * @typedef {Span & {href: string, click: EventListener}} Link
 * @typedef {Span & {hidden?: boolean}} Part a part of a text; a hidden one is in the text but not on the page
 */

/** The heading of the pane has level 2, so the headings of the text start at level 3. */
const HIGHEST_LEVEL = 3;
const DEEPEST_LEVEL = 6;

/**
 * Render blocks. The `mark` elements together contain exactly the quoted words, also those that the page hides, such as
 * line breaks and the column names that each row of a table repeats.
 *
 * @param {string} text
 * @param {Block[]} blocks in UTF-16 units
 * @param {Span | null} quoted in UTF-16 units
 * @param {Link[]} links in the order of the text, in UTF-16 units
 * @returns {HTMLElement[]}
 */
export function renderBlocks(text, blocks, quoted = null, links = []) {
  const found = [];
  blocks.forEach((block, i) => {
    const next = blocks[i + 1]?.start ?? text.length;
    if (block.kind !== "item") found.push(renderBlock(text, block, next, quoted, links));
    else if (blocks[i - 1]?.kind === "item") found.at(-1).append(renderItem(text, block, next, quoted, links));
    else found.push(element("ul", { role: "list" }, renderItem(text, block, next, quoted, links)));
  });
  return found;
}

function renderBlock(text, block, next, quoted, links) {
  if (block.kind === "table") return renderTable(text, block, next, quoted, links);
  const { start, end, kind, level } = block;
  const attributes = { class: overlaps(block, next, quoted) && "quoted" };
  if (kind === "footnote") attributes["data-kind"] = kind;
  if (kind === "heading") {
    attributes.role = "heading";
    attributes["aria-level"] = String(Math.min(HIGHEST_LEVEL + level - 1, 6));
  }
  return element("p", attributes, ...marked(text, [{ start, end }, gap(end, next)], quoted, links));
}

/** Render a list item. A bullet is drawn by the style; a number or a letter stands in a column of its own. */
function renderItem(text, block, next, quoted, links) {
  const { start, end, words, bullet, level } = block;
  const marker = { start, end: words, hidden: bullet };
  const rest = [{ start: words, end }, gap(end, next)];
  return element(
    "li",
    {
      "aria-level": String(Math.min(level, DEEPEST_LEVEL)),
      class: overlaps(block, next, quoted) && "quoted",
      "data-bullet": bullet,
    },
    bullet ? null : element("span", { class: "marker" }, ...marked(text, [marker], quoted, links)),
    element("span", {}, ...marked(text, bullet ? [marker, ...rest] : rest, quoted, links)),
  );
}

function renderTable(text, { columns, rows, ...block }, next, quoted, links) {
  const width = Math.max(columns.length, ...rows.flatMap(({ cells }) => cells.map((c) => c.column + c.columns)));
  const isQuoted = overlaps(block, next, quoted);
  const names = columns.map((name) => element("th", { scope: "col" }, name));
  const heads = names.length > 0 ? [element("tr", { class: isQuoted && "quoted" }, ...names)] : [];
  const body = [];
  rows.forEach((row, i) => {
    const rendered = renderRow(text, row, rows[i + 1]?.start ?? next, quoted, width, links);
    (row.header ? heads : body).push(rendered);
    if (row.header && isQuoted) rendered.classList.add("quoted");
  });
  const table = element(
    "table",
    {},
    heads.length > 0 ? element("thead", {}, ...heads) : null,
    element("tbody", {}, ...body),
  );
  return element("div", { class: "table", role: "group", "aria-label": t("Table"), tabindex: "0" }, table);
}

/** Render a row. The column names and the punctuation between its cells are hidden at the start of the next cell. */
function renderRow(text, row, next, quoted, width, links) {
  const cells = [];
  let [place, shown] = [0, row.start];
  for (const { start, end, column, columns } of row.cells) {
    for (; place < column; place += 1) cells.push(element("td"));
    const parts = [{ start: shown, end: start, hidden: true }, { start, end }];
    [place, shown] = [column + columns, end];
    if (row.cells.at(-1).end === end) parts.push(gap(end, next));
    const span = columns > 1 ? String(columns) : null;
    const name = row.header ? "th" : "td";
    const attributes = { colspan: span, scope: row.header ? "col" : null };
    cells.push(element(name, attributes, ...marked(text, parts, quoted, links)));
  }
  for (; place < width; place += 1) cells.push(element("td"));
  return element("tr", { class: overlaps(row, next, quoted) && "quoted" }, ...cells);
}

function overlaps({ start }, next, quoted) {
  return quoted !== null && quoted.start < next && quoted.end > start;
}

/** @returns {Part} the text between a block and the next one */
function gap(start, end) {
  return { start, end, hidden: true };
}

/**
 * Return the parts as nodes, with the quoted words in one mark. Hidden parts are only needed in the mark.
 *
 * @param {string} text
 * @param {Part[]} parts each starts where the one before it ends
 * @param {Span | null} quoted
 * @param {Link[]} links
 * @returns {(string | HTMLElement)[]}
 */
function marked(text, parts, quoted, links) {
  const { start: from, end: to } = quoted ?? { start: Infinity, end: Infinity };
  const cut = (low, high, hide) =>
    parts.flatMap(({ start, end, hidden }) => {
      const [first, last] = [Math.max(start, low), Math.max(Math.min(end, high), start, low)];
      if (first === last || (hidden && hide)) return [];
      return hidden ? [element("span", { hidden: true }, text.slice(first, last))] : linked(text, first, last, links);
    });
  const inside = cut(from, to, false);
  const mark = inside.length > 0 ? [element("mark", {}, ...inside)] : [];
  return [...cut(0, from, true), ...mark, ...(to === Infinity ? [] : cut(to, Infinity, true))];
}

/** Return words as nodes, with the links in them. */
function linked(text, start, end, links) {
  const found = [];
  let shown = start;
  for (const { href, click, ...span } of links) {
    if (span.end <= start || span.start >= end) continue;
    const [from, to] = [Math.max(span.start, start), Math.min(span.end, end)];
    found.push(text.slice(shown, from), element("a", { href, click }, text.slice(from, to)));
    shown = to;
  }
  return [...found, text.slice(shown, end)].filter((part) => part !== "");
}
