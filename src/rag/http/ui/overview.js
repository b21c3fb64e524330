/** What is in the index, at first sight: its size, the dates of its documents and their most useful fields. */

import { element } from "./dom.js";
import { date, fieldName } from "./format.js";
import { enumerated, plural, t } from "./language.js";

/** @typedef {import("./service.js").Field} Field */

/** Fields that say of what kind the documents are, the best first. */
const KINDS = ["source_kind", "kind", "type", "category", "topic", "subject", "jurisdiction", "format"];
const MAX_KINDS = 2;
const MAX_VALUES = 3;
const MAX_LENGTH = 40;

/**
 * Describe the documents by their dates and by the fields that say of what kind they are.
 *
 * @param {Field[]} fields
 * @returns {HTMLElement[]} terms and descriptions
 */
export function facts(fields) {
  const named = new Map(fields.map((field) => [field.name, field]));
  const kinds = KINDS.map((name) => named.get(name)).filter(isTelling).slice(0, MAX_KINDS);
  const published = named.get("published");
  const rows = kinds.map((field) => row(fieldName(field.name), values(field)));
  if (published) rows.unshift(row(t("Published"), period(published)));
  return rows.flat();
}

function isTelling(field) {
  return field && field.distinct > 1 && field.values.slice(0, MAX_VALUES).every(({ value }) => value.length <= MAX_LENGTH);
}

function row(name, words) {
  return [element("dt", {}, name), element("dd", { dir: "auto" }, words)];
}

function period({ least, most }) {
  return least === most ? date(most) : t("{first} to {last}", { first: date(least), last: date(most) });
}

function values({ values: all, distinct }) {
  const shown = all.slice(0, MAX_VALUES).map(({ value }) => value);
  const others = distinct - shown.length;
  return enumerated(others > 0 ? [...shown, plural("{count} other", "{count} others", others)] : shown);
}
