/** The view of all documents, with the status of every file. */

import { element } from "./dom.js";
import { key } from "./passage.js";
import { FileStates } from "./states.js";
import { fetchDocuments, fetchSnapshot, Problem } from "./service.js";
import { counted, day, imprint } from "./format.js";

/** @typedef {import("./service.js").Summary} Summary */

const PAGE_SIZE = 100;

export class Documents {
  #section = document.getElementById("documents");
  #find = element("input", { type: "search", id: "find", autocomplete: "off", input: () => this.#list() });
  #about = element("p", { class: "about", role: "status" });
  #items = element("ul", { class: "document-list", role: "list" });
  #more = element(
    "button",
    { type: "button", class: "quiet", hidden: true, click: () => this.#showMore() },
    "Show more",
  );
  /** @type {Summary[]} */
  #documents = [];
  #limit = PAGE_SIZE;
  #open;

  /** @param {(passage: import("./service.js").Passage, among: object[], opener: HTMLElement) => void} open */
  constructor(open) {
    this.#open = open;
    this.#section.append(
      element("h2", { id: "documents-title", tabindex: "-1" }, "Documents"),
      this.#about,
      element(
        "p",
        { class: "form-row" },
        element("label", { for: "find" }, "Find by title, author or any field"),
        this.#find,
      ),
      this.#items,
      this.#more,
      new FileStates().element,
    );
  }

  async show() {
    this.#section.hidden = false;
    this.#section.firstElementChild.focus({ preventScroll: true });
    this.#about.textContent = "Loading the documents…";
    try {
      const [documents, snapshot] = await Promise.all([fetchDocuments(), fetchSnapshot()]);
      this.#documents = documents;
      this.#about.textContent = indexSummary(documents.length, snapshot);
      this.#list();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#items.replaceChildren();
      this.#about.textContent = error.message;
    }
  }

  hide() {
    this.#section.hidden = true;
  }

  #list() {
    const wanted = this.#find.value.toLowerCase().split(/\s+/);
    const found = this.#documents.filter((document) => wanted.every((word) => searchText(document).includes(word)));
    const items = found.slice(0, this.#limit).map((document) => this.#item(document));
    const nothing = element("li", { class: "empty-list" }, "No document matches.");
    this.#items.replaceChildren(...(items.length > 0 || this.#documents.length === 0 ? items : [nothing]));
    this.#more.hidden = found.length <= this.#limit;
  }

  #showMore() {
    const next = this.#limit;
    this.#limit += PAGE_SIZE;
    this.#list();
    this.#items.children[next]?.querySelector("button").focus();
  }

  #item(document) {
    const passage = { ...document, document_id: document.id, page: null, heading: [], start: 0, end: 0, quote: "" };
    const open = ({ currentTarget }) => this.#open(passage, [passage], currentTarget);
    const about = [imprint(document), ...values(document)].filter(Boolean).join(" · ");
    const original = this.#documents.find(({ id }) => id === document.near_duplicate_of);
    return element(
      "li",
      {},
      element("button", { type: "button", dir: "auto", "data-passage": key(passage), click: open }, document.title),
      element("p", { class: "about", dir: "auto" }, about),
      original ? element("p", { class: "state" }, `Nearly the same as “${original.title}”`) : null,
    );
  }
}

/**
 * Describe the size and date of the index in one sentence.
 *
 * @param {number} documents
 * @param {import("./service.js").Snapshot | null} snapshot
 */
export function indexSummary(documents, snapshot) {
  const passages = snapshot?.chunks ? ` in ${counted(snapshot.chunks, "passage")}` : "";
  const date = snapshot?.created ? `, as of ${day(snapshot.created)}` : "";
  return `${counted(documents, "document")}${passages}${date}.`;
}

/** Metadata fields that the list does not show. */
const HIDDEN_FIELDS = new Set(["description", "format", "sitename"]);

function values({ metadata }) {
  const shown = Object.entries(metadata).filter(([name]) => !HIDDEN_FIELDS.has(name));
  return shown.map(([, value]) => [value].flat().join(", "));
}

function searchText({ title, author, metadata }) {
  return [title, author, ...Object.values(metadata).flat()].join(" ").toLowerCase();
}
