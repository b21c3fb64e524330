/** The controls above the list of documents: words of the title, the order, and a choice for each field. */

import { element } from "./dom.js";
import { date, fieldName } from "./format.js";
import { number, t } from "./language.js";

const TYPING_PAUSE = 200; // milliseconds
const DATE = "published";
const MAX_OPTIONS = 100; // the service lists at most this many values of a field
const MAX_VALUE_LENGTH = 60; // longer values do not fit into a list

export class DocumentQuery {
  #words = element("input", { type: "search", id: "find", autocomplete: "off", maxlength: "200" });
  #order = element(
    "select",
    { id: "order" },
    ...orders().map(([value, name]) => element("option", { value }, name)),
  );
  #fields = element("div", { class: "field-filters" });
  #summary = element("summary", {}, t("Filter by fields"));
  #details = element("details", { class: "field-choice", hidden: true }, this.#summary, this.#fields);
  #typing = 0;
  element = element(
    "search",
    { class: "document-query" },
    row(t("Words of the title or the author"), this.#words),
    row(t("Order"), this.#order),
    this.#details,
  );

  /** @param {() => void} onChange called when the user wants another list */
  constructor(onChange) {
    this.element.addEventListener("input", ({ target }) => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(onChange, target.tagName === "SELECT" ? 0 : TYPING_PAUSE);
      this.#showCount();
    });
  }

  /**
   * Offer a choice for each field. A field that is offered already keeps its value.
   *
   * @param {import("./service.js").Field[]} fields
   */
  setFields(fields) {
    const before = new Map([...this.#inputs].map(({ id, value }) => [id, value]));
    this.#fields.replaceChildren(...fields.flatMap(choice));
    for (const input of this.#inputs) input.value = before.get(input.id) ?? "";
    this.#details.hidden = fields.length === 0;
    this.#showCount();
  }

  /** @returns {import("./document-service.js").ListRequest} */
  get request() {
    const filters = {};
    for (const { name, value, dataset } of this.#inputs) {
      if (value === "") continue;
      filters[name] = dataset.bound ? { ...filters[name], [dataset.bound]: value } : value;
    }
    return { q: this.#words.value, sort: this.#order.value, filters };
  }

  get #inputs() {
    return this.#fields.querySelectorAll("input, select");
  }

  #showCount() {
    const count = [...this.#inputs].filter(({ value }) => value !== "").length;
    this.#summary.textContent = count > 0 ? t("Filter by fields ({count})", { count: number(count) }) : t("Filter by fields");
  }
}

function orders() {
  return [
    ["title", t("Title, A to Z")],
    ["-title", t("Title, Z to A")],
    ["-published", t("Newest first")],
    ["published", t("Oldest first")],
    ["index", t("As they were added")],
  ];
}

function row(label, input) {
  return element("p", { class: "form-row" }, element("label", { for: input.id }, label), input);
}

/** Return the controls for a field: a list of its values, a text box if there are too many, or two bounds of dates. */
function choice({ name, distinct, values, least, most }) {
  const id = `field-${name}`;
  if (name === DATE) {
    return ["gte", "lte"].map((bound) => {
      const year = element("input", { id: `${id}-${bound}`, name, "data-bound": bound, inputmode: "numeric", maxlength: "10", placeholder: (bound === "gte" ? least : most).slice(0, 4) });
      return row(bound === "gte" ? t("Published from") : t("Published until"), year);
    });
  }
  if (distinct > MAX_OPTIONS || values.some(({ value }) => value.length > MAX_VALUE_LENGTH)) {
    const list = element("datalist", { id: `${id}-values` }, ...values.map(({ value }) => element("option", { value })));
    return [row(fieldName(name), element("input", { id, name, list: list.id, autocomplete: "off" })), list];
  }
  const options = values.map(({ value, documents }) => element("option", { value }, `${shown(name, value)} (${number(documents)})`));
  return [row(fieldName(name), element("select", { id, name, dir: "auto" }, element("option", { value: "" }, t("Any")), ...options))];
}

function shown(name, value) {
  return name.endsWith("date") ? date(value) : value;
}
