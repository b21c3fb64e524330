/** The status of every file. The service shows it only to users who have its key. */

import { element } from "./dom.js";
import { number, plural, t } from "./language.js";
import { fetchSources, Problem } from "./service.js";
import { day } from "./format.js";

/** The label of each state, in display order: states that need attention come first. */
const LABELS = {
  failed: t("Failed"),
  skipped: t("Skipped"),
  duplicate: t("Duplicate"),
  removed: t("Removed"),
  indexed: t("Indexed"),
};

export class FileStates {
  #key = element("input", { type: "password", id: "key", autocomplete: "off", required: true });
  #label = element("label", { for: "key" }, t("Service key"));
  #note = element("p", { class: "about" }, t("With the service key, you can see the status of every file and its reason."));
  #message = element("p", { class: "about", role: "status" });
  #found = element("div", { class: "found" });
  element = element(
    "section",
    { class: "file-states", "aria-labelledby": "states-title" },
    element("h3", { id: "states-title" }, t("Status of every file")),
    this.#note,
    element(
      "form",
      { class: "form-row", submit: (event) => this.#submit(event) },
      this.#label,
      element("span", { class: "input-row" }, this.#key, element("button", { class: "quiet" }, t("Show"))),
    ),
    this.#message,
    this.#found,
  );

  constructor() {
    document.addEventListener("access", ({ detail: client }) => this.#setAllowed(client !== null && client.role !== "ask"));
  }

  /** Ask for a key only if the key or the session of this tab does not suffice. */
  #setAllowed(isAllowed) {
    for (const part of [this.#key, this.#label, this.#note]) part.hidden = isAllowed;
    this.#key.required = !isAllowed;
  }

  async #submit(event) {
    event.preventDefault();
    this.#message.textContent = t("Loading the list…");
    try {
      const sources = await fetchSources(this.#key.value);
      this.#message.textContent = plural("{count} file.", "{count} files.", sources.length);
      const groups = Object.keys(LABELS).map((state) => sources.filter((source) => source.state === state));
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
    element("summary", {}, LABELS[state], element("span", { class: "count" }, ` ${number(sources.length)}`)),
    element("ul", { role: "list" }, ...sources.map(item)),
  );
}

function item({ source, reason, tries, time }) {
  const known = [reason, tries > 1 && plural("{count} try", "{count} tries", tries), time && day(time)].filter(Boolean).join(" · ");
  return element(
    "li",
    {},
    element("p", { class: "path", dir: "auto" }, source),
    known && element("p", { class: "about", dir: "auto" }, known),
  );
}
