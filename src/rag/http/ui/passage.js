/** A passage and the text it points into. */

/** @typedef {import("./service.js").Passage} Passage */

/**
 * The text before the passage, its words and the text after it, or null where its words do not stand there.
 * Offsets count Unicode code points; a JavaScript string counts UTF-16 units, so it is spread first.
 *
 * @param {string} text
 * @param {Passage} passage
 * @returns {[string, string, string] | null}
 */
export function split(text, { start, end, quote }) {
  const points = [...text];
  const words = points.slice(start, end).join("");
  if (words === "" || words !== quote) return null;
  return [points.slice(0, start).join(""), words, points.slice(end).join("")];
}

/**
 * What buttons that open the same passage have in common.
 *
 * @param {Passage} passage
 */
export function key({ document_id, start, end }) {
  return `${document_id} ${start} ${end}`;
}
