/** The view of all documents: a list that is loaded part by part, changes to documents, and the status of every file. */

import { DocumentDetails } from "./document-details.js";
import { DocumentQuery } from "./document-query.js";
import { fetchByIds, fetchList, MAX_CHOSEN } from "./document-service.js";
import { element } from "./dom.js";
import { day, imprint } from "./format.js";
import { plural, t } from "./language.js";
import { key } from "./passage.js";
import { Review } from "./review.js";
import { fetchFields, fetchSnapshot, Problem } from "./service.js";
import { FileStates } from "./states.js";
import { Uploads } from "./uploads.js";

/** @typedef {import("./service.js").Summary} Summary */

const PART = 100;

export class Documents {
  #section = document.getElementById("documents");
  #query = new DocumentQuery(() => this.#list());
  #about = element("p", { class: "about", role: "status" });
  #found = element("p", { class: "about found-documents", role: "status" });
  #items = element("ul", { class: "document-list", role: "list" });
  #more = element("button", { type: "button", class: "quiet", hidden: true, click: () => this.#showMore() }, t("Show more"));
  #chosen = element("p", { class: "chosen", role: "group", "aria-label": t("Chosen documents"), hidden: true });
  #details = new DocumentDetails();
  #review = new Review(() => this.#refresh());
  #uploads;
  /** @type {Map<string, Summary>} all documents that were loaded */
  #known = new Map();
  /** @type {Map<string, string>} the titles of the chosen documents by id */
  #ids = new Map();
  /** @type {number | null} the place of the next part in the list */
  #next = null;
  #loading = new AbortController();
  #open;
  #ask;

  /**
   * @param {(passage: import("./service.js").Passage, among: object[], opener: HTMLElement) => void} open
   * @param {(documents: {id: string, title: string}[]) => void} ask asks only these documents
   */
  constructor(open, ask) {
    this.#open = open;
    this.#ask = ask;
    this.#uploads = new Uploads(this.#section, { onChange: () => this.#refresh(), open: (...known) => this.#show(...known) });
    this.#section.append(
      element("h2", { id: "documents-title", tabindex: "-1" }, t("Documents")),
      this.#about,
      this.#review.element,
      this.#uploads.element,
      this.#query.element,
      this.#found,
      this.#items,
      this.#more,
      this.#chosen,
      new FileStates().element,
    );
  }

  async show() {
    this.#section.hidden = false;
    this.#section.firstElementChild.focus({ preventScroll: true });
    this.#about.textContent = t("Loading the documents…");
    await this.#refresh();
  }

  hide() {
    this.#section.hidden = true;
  }

  /** Load everything again, because the index may have changed. */
  async #refresh() {
    this.#review.load();
    try {
      const [fields, snapshot] = await Promise.all([fetchFields(), fetchSnapshot()]);
      this.#query.setFields(fields);
      this.#about.textContent = indexSummary(snapshot?.documents ?? 0, snapshot);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#items.replaceChildren();
      this.#about.textContent = error.message;
      return;
    }
    await this.#list();
  }

  /** Show the first part of the list that the user wants now. */
  #list() {
    return this.#load(0);
  }

  async #showMore() {
    const first = this.#items.children.length;
    await this.#load(this.#next);
    this.#items.children[first]?.querySelector(".title").focus();
  }

  async #load(offset) {
    this.#loading.abort();
    const { signal } = (this.#loading = new AbortController());
    try {
      const part = await fetchList({ ...this.#query.request, offset, limit: PART }, signal);
      for (const document of part.documents) this.#known.set(document.id, document);
      await this.#loadOriginals(part.documents);
      if (!signal.aborted) this.#append(part, offset);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      this.#items.replaceChildren();
      this.#more.hidden = true;
      this.#found.textContent = error.message;
    }
  }

  /** Load the documents that others in the list are nearly the same as, to show their titles. */
  async #loadOriginals(documents) {
    const wanted = documents.map(({ near_duplicate_of: id }) => id).filter((id) => id && !this.#known.has(id));
    for (const document of await fetchByIds([...new Set(wanted)])) this.#known.set(document.id, document);
  }

  #append({ documents, total, next }, offset) {
    const items = documents.map((document) => this.#item(document));
    if (offset > 0) this.#items.append(...items);
    else this.#items.replaceChildren(...items);
    this.#found.textContent =
      total > 0 ? plural("{count} document found", "{count} documents found", total) : t("No document matches.");
    this.#next = next;
    this.#more.hidden = next === null;
  }

  #item(document) {
    const { id, title } = document;
    const passage = { ...document, document_id: id, page: null, heading: [], start: 0, end: 0, quote: "" };
    const open = ({ currentTarget }) => this.#open(passage, [passage], currentTarget);
    const about = [imprint(document), ...values(document)].filter(Boolean).join(" · ");
    const original = this.#known.get(document.near_duplicate_of);
    const box = element("input", { type: "checkbox", "aria-label": t("Choose “{title}”", { title }), value: id });
    box.checked = this.#ids.has(id);
    box.addEventListener("change", () => this.#choose(box, document));
    const more = () => this.#show(document);
    return element(
      "li",
      {},
      box,
      element(
        "div",
        {},
        element("button", { type: "button", class: "title", dir: "auto", "data-passage": key(passage), click: open }, title),
        element("p", { class: "about", dir: "auto" }, about),
        original ? element("p", { class: "state" }, t("Nearly the same as “{title}”", { title: original.title })) : null,
      ),
      element("button", { type: "button", class: "plain", "aria-label": t("Details of “{title}”", { title }), click: more }, t("Details")),
    );
  }

  #choose(box, { id, title }) {
    if (box.checked && this.#ids.size < MAX_CHOSEN) this.#ids.set(id, title);
    else this.#ids.delete(id);
    const isFull = box.checked && !this.#ids.has(id);
    box.checked = this.#ids.has(id);
    this.#showChosen(isFull ? t("A question can be limited to at most {count} documents.", { count: MAX_CHOSEN }) : "");
  }

  #showChosen(note = "") {
    const clear = () => {
      this.#ids.clear();
      for (const box of this.#items.querySelectorAll("input:checked")) box.checked = false;
      this.#showChosen();
      this.#section.firstElementChild.focus();
    };
    const ask = () => this.#ask([...this.#ids].map(([id, title]) => ({ id, title })));
    this.#chosen.hidden = this.#ids.size === 0;
    this.#chosen.replaceChildren(
      element("span", { role: "status" }, note || plural("{count} document chosen", "{count} documents chosen", this.#ids.size)),
      element("button", { type: "button", class: "send", click: ask }, t("Ask only these")),
      element("button", { type: "button", class: "quiet", click: clear }, t("Clear")),
    );
  }

  /** Show the details of a document, which may have been added a moment ago. If a job still stores it, show only that. */
  async #show({ id, title }, job) {
    if (job) {
      await this.#details.show({ id, title }, [], job);
      return;
    }
    const [loaded] = await fetchByIds([id]);
    const known = loaded ?? { id, title, access: null };
    const { isAllowed } = this.#uploads;
    const changes = [
      { name: t("Replace…"), act: () => this.#uploads.replace(known) },
      { name: t("Remove…"), act: () => this.#uploads.remove(known), dangerous: true },
    ];
    const ask = { name: t("Ask only this document"), act: () => this.#ask([{ id, title: known.title }]) };
    await this.#details.show(known, isAllowed ? [ask, ...changes] : [ask]);
  }
}

/**
 * Describe the size and date of the index in one line.
 *
 * @param {number} documents
 * @param {import("./service.js").Snapshot | null} snapshot
 */
export function indexSummary(documents, snapshot) {
  const parts = [plural("{count} document", "{count} documents", documents)];
  if (snapshot?.chunks) parts.push(plural("{count} passage", "{count} passages", snapshot.chunks));
  if (snapshot?.created) parts.push(t("as of {day}", { day: day(snapshot.created) }));
  return parts.join(" · ");
}

/** Metadata fields that the list does not show. */
const HIDDEN_FIELDS = new Set(["description", "format", "sitename"]);

/** The address of a page within a value, with the comma before it. It is too long for a line of the list. */
const ADDRESS = /(?:,?\s+|^)https?:\/\/\S+/g;

function values({ metadata }) {
  const shown = Object.entries(metadata).filter(([name]) => !HIDDEN_FIELDS.has(name));
  return shown.map(([, value]) => [value].flat().join(", ").replaceAll(ADDRESS, ""));
}
