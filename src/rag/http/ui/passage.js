/** Finds a passage in the text of its document, and divides the text into blocks. */

/**
 * @typedef {import("./service.js").Passage} Passage
 * @typedef {{start: number, end: number}} Span
 * @typedef {Span & {level: number | null, break: number}} Block a paragraph (level null) or a heading; the
 *   line breaks after it run from `end` to `break`
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
  const wanted = [...new Set(spans.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
  const units = new Map();
  let [point, unit] = [0, 0];
  for (const offset of wanted) {
    while (point < offset && unit < text.length) {
      unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
      point += 1;
    }
    units.set(offset, unit);
  }
  return spans.map((span) => ({ ...span, start: units.get(span.start), end: units.get(span.end) }));
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
 * Divide the text into blocks. A block ends at a blank line or at the end of a heading.
 *
 * @param {string} text
 * @param {(Span & {level: number})[]} headings in UTF-16 units, in the order of the text
 * @returns {Block[]}
 */
export function blocks(text, headings) {
  const levels = new Map(headings.map(({ start, level }) => [start, level]));
  const ends = new Set(headings.map(({ end }) => end));
  const found = [];
  let start = 0;
  for (const { 0: gap, index } of text.matchAll(/\n+|$/g)) {
    if (gap.length < 2 && !ends.has(index) && index < text.length) continue;
    const next = index + gap.length;
    if (next > start) found.push({ start, end: index, break: next, level: levels.get(start) ?? null });
    start = next;
  }
  return found;
}

/**
 * Return a key that is equal for all buttons that open the same passage.
 *
 * @param {Passage} passage
 */
export function key({ document_id, start, end }) {
  return `${document_id} ${start} ${end}`;
}
