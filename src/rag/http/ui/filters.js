/** Filters that limit which documents are searched. The choices come from the fields of the documents. */

import { element } from "./dom.js";
import { date, fieldName } from "./format.js";

/**
 * @typedef {import("./service.js").Field} Field
 * @typedef {{filters: Object<string, unknown>, said: string}} Scope `filters` has the format of the service; `said`
 *   describes them for the user; saved conversations contain both
 */

const DATE = "published";
const FIRST_FIELDS = [DATE, "jurisdiction", "author"]; // people use these most
const MAX_VALUE_LENGTH = 60; // longer values, such as descriptions, are not useful in a list
const MAX_VALUES = 100;

/** @type {Scope} */
export const NO_FILTERS = { filters: {}, said: "" };

export class Filters {
  #panel = document.getElementById("filters");
  #active = document.getElementById("active-filters");
  #toggle = document.getElementById("show-filters");

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

  /** @returns {Scope} */
  get scope() {
    const { since, until } = this.#period;
    const filters = Object.fromEntries(this.#values);
    if (since || until) filters[DATE] = { ...(since && { gte: lowerBound(since) }), ...(until && { lte: until }) };
    const values = [...this.#values].map(([name, chosen]) => `${fieldName(name)}: ${chosen.join(", ")}`);
    return { filters, said: [...values, ...describePeriod(since, until)].join(" · ") };
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
    const [since, until] = [...this.#panel.querySelectorAll("input[type=date]")].map(({ value }) => value);
    return { since, until };
  }

  /** List the active filters, each with a button that removes it. */
  #showActive() {
    const inputs = [...this.#panel.querySelectorAll("input:checked, input[type=date]")].filter(({ value }) => value);
    this.#active.replaceChildren(...inputs.map((input) => this.#chip(input)));
    this.#active.hidden = inputs.length === 0;
    this.#toggle.textContent = inputs.length > 0 ? `Filters (${inputs.length})` : "Filters";
  }

  #chip(input) {
    const isDate = input.type === "date";
    const words = isDate ? `${input.dataset.label} ${date(input.value)}` : input.value;
    const remove = () => {
      if (isDate) input.value = "";
      else input.checked = false;
      this.#showActive();
      (this.#active.querySelector("button") ?? this.#toggle).focus();
    };
    const label = `Remove the filter ${words}`;
    return element("li", {}, element("button", { type: "button", "aria-label": label, click: remove }, `${words} ×`));
  }
}

/** Return whether a field is useful as a filter: it has several values, and they fit in a list or are dates. */
function isUsefulFilter({ name, distinct, values }) {
  if (distinct < 2) return false;
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
      element("span", { class: "count", "aria-hidden": "true" }, String(documents)),
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
      element("input", { type: "date", min, max, "data-label": label }),
    );
  const bounds = element("div", { class: "period" }, bound("From"), bound("Until"));
  return element("fieldset", {}, element("legend", {}, "Published"), bounds);
}

/**
 * Shorten a date at the start of a year or month: "2022-01-01" becomes "2022", and "2022-03-01" becomes "2022-03".
 * Dates are compared as strings, so the filter then includes documents that have only a year or month.
 */
function lowerBound(since) {
  return since.replace(/-01$/, "").replace(/-01$/, "");
}

function describePeriod(since, until) {
  return [since && `from ${date(since)}`, until && `until ${date(until)}`].filter(Boolean);
}
