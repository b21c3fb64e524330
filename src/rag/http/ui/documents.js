/** The view of all documents: which there are, and of every file that was given what became of it. */

import { element } from "./dom.js";
import { States } from "./states.js";
import { fetchDocuments, fetchSnapshot, Problem } from "./service.js";
import { counted, day, imprint } from "./words.js";

/** @typedef {import("./service.js").Summary} Summary */

const PAGE = 100;

export class Documents {
  #section = document.getElementById("documents");
  #find = element("input", { type: "search", id: "find", autocomplete: "off", input: () => this.#list() });
  #about = element("p", { class: "about", role: "status" });
  #items = element("ul", { class: "shelf", role: "list" });
  #more = element("button", { type: "button", class: "quiet", hidden: true, click: () => this.#grow() }, "Show more");
  /** @type {Summary[]} */
  #documents = [];
  #most = PAGE;
  #open;

  /** @param {(passage: import("./service.js").Passage, among: object[], opener: HTMLElement) => void} open */
  constructor(open) {
    this.#open = open;
    this.#section.append(
      element("h2", { id: "documents-title", tabindex: "-1" }, "Documents"),
      this.#about,
      element("p", { class: "finding" }, element("label", { for: "find" }, "Find by title, author or any field"), this.#find),
      this.#items,
      this.#more,
      new States().element,
    );
  }

  async show() {
    this.#section.hidden = false;
    this.#section.firstElementChild.focus({ preventScroll: true });
    this.#about.textContent = "Fetching the documents…";
    try {
      const [documents, snapshot] = await Promise.all([fetchDocuments(), fetchSnapshot()]);
      this.#documents = documents;
      this.#about.textContent = holdings(documents.length, snapshot);
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
    const found = this.#documents.filter((known) => wanted.every((word) => searched(known).includes(word)));
    const items = found.slice(0, this.#most).map((known) => this.#item(known));
    const nothing = element("li", { class: "nothing" }, "No document matches.");
    this.#items.replaceChildren(...(items.length > 0 || this.#documents.length === 0 ? items : [nothing]));
    this.#more.hidden = found.length <= this.#most;
  }

  #grow() {
    const next = this.#most;
    this.#most += PAGE;
    this.#list();
    this.#items.children[next]?.querySelector("button").focus();
  }

  #item(known) {
    const passage = { ...known, document_id: known.id, page: null, heading: [], start: 0, end: 0, quote: "" };
    const open = ({ currentTarget }) => this.#open(passage, [passage], currentTarget);
    const original = this.#documents.find(({ id }) => id === known.near_duplicate_of);
    return element(
      "li",
      {},
      element("button", { type: "button", dir: "auto", "data-passage": `${known.id} 0 0`, click: open }, known.title),
      element("p", { class: "about", dir: "auto" }, [imprint(known), ...values(known)].filter(Boolean).join(" · ")),
      original ? element("p", { class: "state" }, `Nearly the same as “${original.title}”`) : null,
    );
  }
}

/**
 * @param {number} documents
 * @param {import("./service.js").Snapshot | null} snapshot
 */
export function holdings(documents, snapshot) {
  const passages = snapshot?.chunks ? ` in ${counted(snapshot.chunks, "passage")}` : "";
  const since = snapshot?.created ? `, as of ${day(snapshot.created)}` : "";
  return `${counted(documents, "document")}${passages}${since}.`;
}

const UNSAID = new Set(["description", "format", "sitename"]);

function values({ metadata }) {
  return Object.entries(metadata).flatMap(([name, value]) => (UNSAID.has(name) ? [] : [String([value].flat().join(", "))]));
}

function searched({ title, author, metadata }) {
  return [title, author, ...Object.values(metadata).flat()].join(" ").toLowerCase();
}
