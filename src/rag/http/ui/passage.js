/** Finds a passage in the text of its document, and converts offsets to those of JavaScript strings. */

/**
 * @typedef {import("./service.js").Passage} Passage
 * @typedef {import("./service.js").Block} Block
 * @typedef {{start: number, end: number}} Span
 */

/**
 * Convert spans from Unicode code points, which the service counts, to UTF-16 units, which JavaScript strings count.
 *
 * @template {Span} T
 * @param {string} text
 * @param {T[]} spans in any order
 * @returns {T[]}
 */
export function toUtf16(text, spans) {
  const unit = converter(
    text,
    spans.flatMap(({ start, end }) => [start, end]),
  );
  return spans.map((span) => ({ ...span, start: unit(span.start), end: unit(span.end) }));
}

/**
 * Convert blocks with their rows and cells from code points to UTF-16 units of `text`.
 *
 * @param {string} text
 * @param {Block[]} blocks
 * @param {number} [first] the offset of `text` in the whole text, whose code points the blocks count
 * @returns {Block[]}
 */
export function blocksToUtf16(text, blocks, first = 0) {
  const offsets = ({ start, end, words = start, rows = [], cells = [] }) => [
    start,
    end,
    words,
    ...[...rows, ...cells].flatMap(offsets),
  ];
  const known = converter(
    text,
    blocks.flatMap(offsets).map((offset) => offset - first),
  );
  const unit = (offset) => known(offset - first);
  const convert = (block) => ({
    ...block,
    start: unit(block.start),
    end: unit(block.end),
    ...("words" in block && { words: unit(block.words) }),
    ...("rows" in block && { rows: block.rows.map(convert) }),
    ...("cells" in block && { cells: block.cells.map(convert) }),
  });
  return blocks.map(convert);
}

/** Return a function that converts any of `offsets` from code points to UTF-16 units. */
function converter(text, offsets) {
  const units = new Map();
  let [point, unit] = [0, 0];
  for (const offset of [...new Set(offsets)].sort((a, b) => a - b)) {
    while (point < offset && unit < text.length) {
      unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
      point += 1;
    }
    units.set(offset, unit);
  }
  return (offset) => units.get(offset);
}

/**
 * Return the span of the passage in the text, or null if the quote is empty or the text there is different.
 *
 * @param {string} text
 * @param {Passage} passage
 * @returns {Span | null} in UTF-16 units
 */
export function locate(text, { start, end, quote }) {
  const [span] = toUtf16(text, [{ start, end }]);
  return quote !== "" && text.slice(span.start, span.end) === quote ? span : null;
}

/**
 * Return a key that is equal for all buttons that open the same passage.
 *
 * @param {Passage} passage
 */
export function key({ document_id, start, end }) {
  return `${document_id} ${start} ${end}`;
}
