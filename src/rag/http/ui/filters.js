/** Filters that limit which documents are searched. The choices come from the fields of the documents. */

import { element } from "./dom.js";
import { number, plural, t } from "./language.js";
import { date, fieldName } from "./format.js";

/**
 * @typedef {import("./service.js").Field} Field
 * @typedef {{filters: Object<string, unknown>, said: string, asOf?: string}} Scope `filters` has the format of the
 *   service; `asOf` is the date at which the documents must be in force; `said` describes both for the user; saved
 *   conversations contain them
 */

const DATE = "published";
const VALIDITY = ["valid_from", "valid_to"];
const NAMES_OF_DOCUMENTS = ["supersedes", "superseded_by", "version_of"];
const FIRST_FIELDS = [DATE, "jurisdiction", "author"]; // people use these most
const MAX_VALUE_LENGTH = 60; // longer values, such as descriptions, are not useful in a list
const MAX_VALUES = 100;
const MAX_NAMED = 3;

/** @type {Scope} */
export const NO_FILTERS = { filters: {}, said: "" };

export class Filters {
  #panel = document.getElementById("filters");
  #active = document.getElementById("active-filters");
  #toggle = document.getElementById("show-filters");
  /** @type {{id: string, title: string}[]} */
  #documents = [];

  constructor() {
    this.#toggle.addEventListener("click", () => this.toggle());
    this.#panel.addEventListener("input", () => this.#showActive());
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.toggle(false);
      if (event.key === "Enter") event.preventDefault(); // Enter would send the question
    });
  }

  /**
   * Show a choice for each field that is useful as a filter.
   *
   * @param {Field[]} fields
   */
  setFields(fields) {
    const choices = fields.filter(isUsefulFilter).sort((one, other) => order(one) - order(other));
    const groups = choices.map((field) => (field.name === DATE ? period(field) : choice(field)));
    if (fields.some(({ name }) => VALIDITY.includes(name))) groups.unshift(timeInForce());
    this.#panel.replaceChildren(...groups);
    this.#toggle.hidden = groups.length === 0;
    this.#showActive();
  }

  /** @param {boolean} [isShown] */
  toggle(isShown = this.#panel.hidden) {
    if (this.#toggle.hidden) return;
    this.#panel.hidden = !isShown;
    this.#toggle.setAttribute("aria-expanded", String(isShown));
    (isShown ? this.#panel.querySelector("input") : this.#toggle).focus();
    if (isShown) this.#panel.scrollIntoView({ block: "nearest" });
  }

  /** Hide the panel, to make room for the answer. */
  collapse() {
    this.#panel.hidden = true;
    this.#toggle.setAttribute("aria-expanded", "false");
  }

  /**
   * Ask only these documents from now on.
   *
   * @param {{id: string, title: string}[]} documents none: ask all
   */
  setDocuments(documents) {
    this.#documents = documents;
    this.#showActive();
  }

  /** @returns {Scope} */
  get scope() {
    const { since, until } = this.#period;
    const filters = Object.fromEntries(this.#values);
    if (this.#documents.length > 0) filters.id = this.#documents.map(({ id }) => id);
    if (since || until) filters[DATE] = { ...(since && { gte: lowerBound(since) }), ...(until && { lte: until }) };
    const shown = [...this.#values].map(([name, chosen]) => describeValues(name, chosen));
    const only = this.#documents.length > 0 ? [documentsOnly(this.#documents, MAX_NAMED)] : [];
    const asOf = this.#panel.querySelector("input[data-as-of]")?.value;
    const said = [...only, ...shown, ...describePeriod(since, until), ...describeTime(asOf)].join(" · ");
    return asOf ? { filters, said, asOf } : { filters, said };
  }

  /** A map from the name of each field to its ticked values. */
  get #values() {
    const values = new Map();
    for (const { name, value } of this.#panel.querySelectorAll("input:checked")) {
      values.set(name, [...(values.get(name) ?? []), value]);
    }
    return values;
  }

  get #period() {
    const [since, until] = [...this.#panel.querySelectorAll(".period input[data-bound]")].map(({ value }) => value);
    return { since, until };
  }

  /** List the active filters, each with a button that removes it. */
  #showActive() {
    const inputs = [...this.#panel.querySelectorAll("input:checked, input[type=date]")].filter(({ value }) => value);
    const only = this.#documents.length > 0 ? [this.#documentsChip()] : [];
    this.#active.replaceChildren(...only, ...inputs.map((input) => this.#chip(input)));
    this.#active.hidden = this.#active.children.length === 0;
    this.#toggle.textContent = inputs.length > 0 ? t("Filters ({count})", { count: inputs.length }) : t("Filters");
  }

  #documentsChip() {
    const words = documentsOnly(this.#documents, 1);
    return this.#button(words, t("Ask all documents again, not {words}", { words }), () => (this.#documents = []));
  }

  #chip(input) {
    const isDate = input.type === "date";
    const words = isDate ? `${input.dataset.label} ${date(input.value)}` : input.value;
    const clear = () => {
      if (isDate) input.value = "";
      else input.checked = false;
    };
    return this.#button(words, t("Remove the filter {words}", { words }), clear);
  }

  #button(words, label, clear) {
    const remove = () => {
      clear();
      this.#showActive();
      (this.#active.querySelector("button") ?? this.#fallback).focus();
    };
    const button = element("button", { type: "button", "aria-label": label, click: remove }, `${words} ×`);
    return element("li", { dir: "auto" }, button);
  }

  /** The control that gets the focus when the last filter is removed. */
  get #fallback() {
    return this.#toggle.hidden ? document.getElementById("question") : this.#toggle;
  }
}

/** Name the documents of a question if there are at most `few`, or else count them. */
function documentsOnly(documents, few) {
  if (documents.length > few) return plural("{count} document only", "{count} documents only", documents.length);
  return t("Only: {titles}", { titles: documents.map(({ title }) => `“${title}”`).join(", ") });
}

/**
 * Describe filters for the user.
 *
 * @param {Object<string, unknown>} filters as the service expects them
 */
export function describe(filters) {
  return Object.entries(filters).flatMap(describeCondition).join(" · ");
}

/**
 * @param {Object<string, unknown>} filters as the service expects them
 * @param {string | null} [asOf] the day on which the documents must be in force
 * @returns {Scope}
 */
export function scopeOf(filters, asOf) {
  const said = [describe(filters), ...describeTime(asOf)].filter(Boolean).join(" · ");
  return asOf ? { filters, said, asOf } : { filters, said };
}

function describeCondition([name, condition]) {
  if (Array.isArray(condition)) return [describeValues(name, condition)];
  const { gte, lte, ...others } = condition;
  const period = name === DATE ? describePeriod(gte, lte) : [gte, lte].filter(Boolean).map((value) => `${fieldName(name)}: ${value}`);
  return [...period, ...Object.values(others).map((value) => `${fieldName(name)}: ${value}`)];
}

function describeValues(name, values) {
  return `${fieldName(name)}: ${values.join(", ")}`;
}

/** Return whether a field is useful as a filter: it has several values, and they fit in a list or are dates. */
function isUsefulFilter({ name, distinct, values }) {
  if (distinct < 2 || VALIDITY.includes(name) || NAMES_OF_DOCUMENTS.includes(name)) return false;
  return name === DATE || (distinct <= MAX_VALUES && values.every(({ value }) => value.length <= MAX_VALUE_LENGTH));
}

function order({ name }) {
  return FIRST_FIELDS.includes(name) ? FIRST_FIELDS.indexOf(name) : FIRST_FIELDS.length;
}

function choice({ name, values }) {
  const options = values.map(({ value, documents }) =>
    element(
      "label",
      {},
      element("input", { type: "checkbox", name, value }),
      element("span", { dir: "auto" }, value),
      element("span", { class: "count", "aria-hidden": "true" }, number(documents)),
    ),
  );
  const list = element("div", { class: "options" }, ...options);
  return element("fieldset", {}, element("legend", {}, fieldName(name)), list);
}

function period({ least, most }) {
  const [min, max] = [`${least}-01-01`.slice(0, 10), `${most}-12-31`.slice(0, 10)];
  const bound = (label) =>
    element(
      "label",
      {},
      element("span", {}, label),
      element("input", { type: "date", min, max, "data-label": label, "data-bound": "" }),
    );
  const bounds = element("div", { class: "period" }, bound(t("From")), bound(t("Until")));
  return element("fieldset", {}, element("legend", {}, t("Published")), bounds);
}

/** The choice of the day on which the documents must be in force; without one, it is the day of the question. */
function timeInForce() {
  const label = t("In force on");
  const day = element(
    "label",
    {},
    element("span", {}, t("Day")),
    element("input", { type: "date", "data-label": label, "data-as-of": "" }),
  );
  return element("fieldset", {}, element("legend", {}, label), element("div", { class: "period" }, day));
}

/**
 * Describe the time as of which a question is asked.
 *
 * @param {string | null | undefined} asOf
 * @returns {string[]} none if the question is asked as of today
 */
function describeTime(asOf) {
  return asOf ? [t("in force on {day}", { day: date(asOf) })] : [];
}

/**
 * Shorten a date at the start of a year or month: "2022-01-01" becomes "2022", and "2022-03-01" becomes "2022-03".
 * Dates are compared as strings, so the filter then includes documents that have only a year or month.
 */
function lowerBound(since) {
  return since.replace(/-01$/, "").replace(/-01$/, "");
}

function describePeriod(since, until) {
  return [since && t("from {day}", { day: date(since) }), until && t("until {day}", { day: date(until) })].filter(Boolean);
}
