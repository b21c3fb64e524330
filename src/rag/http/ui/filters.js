/** Which documents may answer: filters drawn from the fields that the documents have. */

import { element } from "./dom.js";
import { date, fieldName } from "./words.js";

/**
 * @typedef {import("./service.js").Field} Field
 * @typedef {{filters: Object<string, unknown>, said: string}} Scope filters as the service takes them, and in words
 */

const DATE = "published";
const FIRST = [DATE, "jurisdiction", "author"]; // by which people choose most
const LONGEST_VALUE = 60; // what is longer, such as a description, nobody chooses from a list
const MOST_VALUES = 100;

/** @type {Scope} */
export const EVERYWHERE = { filters: {}, said: "" };

export class Filters {
  #panel = document.getElementById("filters");
  #chosen = document.getElementById("chosen");
  #toggle = document.getElementById("show-filters");

  constructor() {
    this.#toggle.addEventListener("click", () => this.toggle());
    this.#panel.addEventListener("input", () => this.#tell());
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.toggle(false);
      if (event.key === "Enter") event.preventDefault(); // it would send the question
    });
  }

  /** @param {Field[]} fields */
  offer(fields) {
    const choices = fields.filter(isChoice).sort((one, other) => rank(one) - rank(other));
    const groups = choices.map((field) => (field.name === DATE ? period(field) : choice(field)));
    this.#panel.replaceChildren(...groups);
    this.#toggle.hidden = groups.length === 0;
    this.#tell();
  }

  /** @param {boolean} [isShown] */
  toggle(isShown = this.#panel.hidden) {
    if (this.#toggle.hidden) return;
    this.#panel.hidden = !isShown;
    this.#toggle.setAttribute("aria-expanded", String(isShown));
    (isShown ? this.#panel.querySelector("input") : this.#toggle).focus();
    if (isShown) this.#panel.scrollIntoView({ block: "nearest" });
  }

  /** Make room for the answer. */
  fold() {
    this.#panel.hidden = true;
    this.#toggle.setAttribute("aria-expanded", "false");
  }

  /** @returns {Scope} */
  get scope() {
    const { since, until } = this.#period;
    const filters = Object.fromEntries(this.#values);
    if (since || until) filters[DATE] = { ...(since && { gte: earliest(since) }), ...(until && { lte: until }) };
    const values = [...this.#values].map(([name, chosen]) => `${fieldName(name)}: ${chosen.join(", ")}`);
    return { filters, said: [...values, ...periodWords(since, until)].join(" · ") };
  }

  /** Names with the values that are ticked. */
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

  /** Show what is in force, each with a button that lifts it. */
  #tell() {
    const inputs = [...this.#panel.querySelectorAll("input:checked, input[type=date]")].filter(({ value }) => value);
    this.#chosen.replaceChildren(...inputs.map((input) => this.#chip(input)));
    this.#chosen.hidden = inputs.length === 0;
    this.#toggle.textContent = inputs.length > 0 ? `Filters (${inputs.length})` : "Filters";
  }

  #chip(input) {
    const isDate = input.type === "date";
    const words = isDate ? `${input.dataset.label} ${date(input.value)}` : input.value;
    const lift = () => {
      if (isDate) input.value = "";
      else input.checked = false;
      this.#tell();
      (this.#chosen.querySelector("button") ?? this.#toggle).focus();
    };
    const label = `Lift the filter ${words}`;
    return element("li", {}, element("button", { type: "button", "aria-label": label, click: lift }, `${words} ×`));
  }
}

/** Whether there is something to choose: two values or more that are short enough to be read in a list. */
function isChoice({ name, distinct, values }) {
  if (distinct < 2) return false;
  return name === DATE || (distinct <= MOST_VALUES && values.every(({ value }) => value.length <= LONGEST_VALUE));
}

function rank({ name }) {
  return FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length;
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
  return element("fieldset", {}, element("legend", {}, fieldName(name)), element("div", { class: "options" }, ...options));
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

/** A document of which only the year or month is known is later than the first day of it. */
function earliest(since) {
  return since.replace(/-01$/, "").replace(/-01$/, "");
}

function periodWords(since, until) {
  return [since && `from ${date(since)}`, until && `until ${date(until)}`].filter(Boolean);
}
