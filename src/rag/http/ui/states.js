/** What became of every file that was given, for whoever has the key. */

import { element } from "./dom.js";
import { fetchSources, Problem } from "./service.js";
import { counted, day } from "./words.js";

/** Each state and how it is shown; those that call for something stand first. */
const STATES = {
  failed: "Failed",
  skipped: "Skipped",
  duplicate: "Duplicate",
  removed: "Removed",
  indexed: "Indexed",
};

export class States {
  #key = element("input", { type: "password", id: "key", autocomplete: "off", required: true });
  #message = element("p", { class: "about", role: "status" });
  #found = element("div", { class: "found" });
  element = element(
    "section",
    { class: "states", "aria-labelledby": "states-title" },
    element("h3", { id: "states-title" }, "What became of every file"),
    element("p", { class: "about" }, "Whoever has the key of this service can see what failed, was skipped or removed, and why."),
    element(
      "form",
      { class: "finding", submit: (event) => this.#submit(event) },
      element("label", { for: "key" }, "Key"),
      element("span", { class: "pair" }, this.#key, element("button", { class: "quiet" }, "Show")),
    ),
    this.#message,
    this.#found,
  );

  async #submit(event) {
    event.preventDefault();
    this.#message.textContent = "Fetching the states…";
    try {
      const sources = await fetchSources(this.#key.value);
      this.#message.textContent = `${counted(sources.length, "file")}.`;
      const groups = Object.keys(STATES).map((state) => sources.filter((source) => source.state === state));
      this.#found.replaceChildren(...groups.filter((group) => group.length > 0).map(group));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#found.replaceChildren();
      this.#message.textContent = error.message;
    }
  }
}

function group(sources) {
  const [{ state }] = sources;
  return element(
    "details",
    { open: state === "failed", "data-state": state },
    element("summary", {}, STATES[state], element("span", { class: "count" }, ` ${sources.length}`)),
    element("ul", { role: "list" }, ...sources.map(item)),
  );
}

function item({ source, reason, tries, time }) {
  const known = [reason, tries > 1 && `${tries} tries`, time && day(time)].filter(Boolean).join(" · ");
  return element(
    "li",
    {},
    element("p", { class: "path", dir: "auto" }, source),
    known && element("p", { class: "about", dir: "auto" }, known),
  );
}
