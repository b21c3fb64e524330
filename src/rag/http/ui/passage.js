/** A passage and the text it points into. */

/**
 * @typedef {import("./service.js").Passage} Passage
 * @typedef {{start: number, end: number}} Span
 * @typedef {Span & {level: number | null, break: number}} Block a paragraph, or a heading with its level; what parts it
 *   from the next ends at `break`
 */

/**
 * Spans as a JavaScript string counts them, in UTF-16 units; the service counts Unicode code points.
 *
 * @template {Span} T
 * @param {string} text
 * @param {T[]} spans in any order
 * @returns {T[]}
 */
export function inUnits(text, spans) {
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
 * Where the passage stands, or null where its words do not stand there.
 *
 * @param {string} text
 * @param {Passage} passage
 * @returns {Span | null} in UTF-16 units
 */
export function locate(text, { start, end, quote }) {
  const [span] = inUnits(text, [{ start, end }]);
  return quote !== "" && text.slice(span.start, span.end) === quote ? span : null;
}

/**
 * The blocks that partition the text: they are parted by blank lines, and by a heading's end.
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
    if (index > start || gap !== "") found.push({ start, end: index, break: index + gap.length, level: levels.get(start) ?? null });
    start = index + gap.length;
  }
  return found;
}

/**
 * What buttons that open the same passage have in common.
 *
 * @param {Passage} passage
 */
export function key({ document_id, start, end }) {
  return `${document_id} ${start} ${end}`;
}
