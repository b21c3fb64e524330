/** Addresses of questions: `?q=` with the question, `as_of` with its time, and `filter` conditions as `rag ask` has them. */

import { scopeOf } from "./filters.js";

const BOUNDS = { ">=": "gte", "<=": "lte", ">": "gt", "<": "lt" };
const FILTER = /^([^=<>]+?)(>=|<=|=|>|<)(.*)$/s;

/**
 * @param {string} question
 * @param {import("./filters.js").Scope} scope
 * @returns {string} the address of this page that asks the question
 */
export function addressOf(question, { filters, asOf }) {
  const parts = new URLSearchParams({ q: question, ...(asOf && { as_of: asOf }) });
  for (const [name, condition] of Object.entries(filters)) {
    for (const text of conditions(condition)) parts.append("filter", `${name}${text}`);
  }
  return `${location.origin}${location.pathname}?${parts}`;
}

/**
 * @returns {{question: string, scope: import("./filters.js").Scope} | null} the question in the address of this page
 */
export function askedInAddress() {
  const parts = new URLSearchParams(location.search);
  const question = (parts.get("q") ?? "").trim();
  if (question === "") return null;
  const filters = {};
  for (const text of parts.getAll("filter")) {
    const [, name, operator, value] = FILTER.exec(text) ?? [];
    if (operator === "=") filters[name] = [...(Array.isArray(filters[name]) ? filters[name] : []), value];
    else if (operator) filters[name] = { ...(Array.isArray(filters[name]) ? {} : filters[name]), [BOUNDS[operator]]: value };
  }
  return { question, scope: scopeOf(filters, parts.get("as_of")) };
}

/** @returns {string | null} the id of the shared answer in the address of this page */
export function sharedInAddress() {
  const found = /^#answer=(.+)$/.exec(location.hash);
  return found && decodeURIComponent(found[1]);
}

function conditions(condition) {
  if (Array.isArray(condition)) return condition.map((value) => `=${value}`);
  if (typeof condition !== "object") return [`=${condition}`];
  const signs = Object.fromEntries(Object.entries(BOUNDS).map(([sign, name]) => [name, sign]));
  return Object.entries(condition).map(([name, value]) => `${signs[name]}${value}`);
}
