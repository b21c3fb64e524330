/** Adds files: they are dropped on the view or chosen, and each has a line that says what became of it. */

import { asked } from "./confirming.js";
import { element } from "./dom.js";
import { fetchByIds, outcomeOf, removeDocument, storeFile } from "./document-service.js";
import { number, t } from "./language.js";
import { Problem } from "./service.js";

const LONGEST_ID = 500;

export class Uploads {
  #groups = element("input", { id: "upload-groups", autocomplete: "off", "aria-describedby": "upload-groups-hint" });
  #lines = element("ul", { class: "upload-lines", role: "list" });
  #onChange;
  #open;
  /** @type {import("./service.js").Client | null} */
  #client = null;
  element = element(
    "section",
    { class: "uploads", "aria-labelledby": "uploads-title", hidden: true },
    element("h3", { id: "uploads-title" }, t("Add documents")),
    element(
      "p",
      { class: "drop" },
      element("button", { type: "button", class: "quiet", click: () => this.#choose() }, t("Choose files")),
      element("span", { class: "about" }, t("or drop them here")),
    ),
    element(
      "p",
      { class: "form-row" },
      element("label", { for: "upload-groups" }, t("Only for these groups")),
      this.#groups,
      element("span", { id: "upload-groups-hint", class: "about" }, t("Separate them with commas. Leave it empty for everybody.")),
    ),
    this.#lines,
  );

  /**
   * @param {HTMLElement} area files may be dropped anywhere on it
   * @param {{onChange: () => void, open: (document: {id: string, title: string},
   *   job?: import("./document-service.js").Job) => void}} actions `onChange` is called when the index has changed;
   *   `job` still stores the document
   */
  constructor(area, { onChange, open }) {
    this.#onChange = onChange;
    this.#open = open;
    document.addEventListener("access", ({ detail: client }) => this.#setClient(client));
    area.addEventListener("dragover", (event) => this.#accept(event));
    for (const end of ["dragleave", "drop"]) area.addEventListener(end, () => this.element.classList.remove("over"));
    area.addEventListener("drop", (event) => {
      if (!this.isAllowed) return;
      event.preventDefault();
      this.#add([...event.dataTransfer.files]);
    });
  }

  /** Whether the client may change the index. */
  get isAllowed() {
    return this.#client !== null && this.#client.role !== "ask";
  }

  /**
   * Replace a document with a file that the user chooses.
   *
   * @param {import("./service.js").Summary} known
   */
  replace(known) {
    // The labels are hidden from clients of some groups. Their own groups keep the document from everybody else.
    const groups = known.access ?? this.#client.groups ?? [];
    this.#choose({ only: true, then: ([file]) => this.#replace(known, file, groups) });
  }

  /**
   * Remove a document after a confirmation.
   *
   * @param {{id: string, title: string}} known
   */
  async remove(known) {
    const question = t("Remove “{title}”?", { title: known.title });
    const note = t("Answers no longer cite it. The file that it was read from stays where it is.");
    if (!(await asked(question, note, t("Remove")))) return;
    await this.#follow(this.#line(known.title), () => removeDocument(known.id), known);
  }

  #setClient(client) {
    this.#client = client;
    this.element.hidden = !this.isAllowed;
  }

  #accept(event) {
    if (!this.isAllowed || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    this.element.classList.add("over");
  }

  #choose({ only = false, then = (files) => this.#add(files) } = {}) {
    const input = element("input", { type: "file", multiple: !only });
    input.addEventListener("change", () => then([...input.files]));
    input.click();
  }

  async #replace(known, file, groups) {
    const question = t("Replace “{title}” with {file}?", { title: known.title, file: file.name });
    const note = t("Questions are answered from the new text. Snapshots on the disk keep the old one for some time.");
    if (await asked(question, note, t("Replace"))) await this.#store(file.name, known.id, file, groups);
  }

  /** @param {File[]} files */
  async #add(files) {
    const groups = this.#groups.value.split(",").map((name) => name.trim()).filter(Boolean);
    const named = withIds(files);
    try {
      const known = await knownDocuments(named.map(({ id }) => id));
      await Promise.all(named.map(({ id, file }) => this.#addOne(id, file, groups, known.get(id))));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      for (const file of files) this.#say(this.#line(file.name), "failed", error.message);
    }
  }

  async #addOne(id, file, groups, known) {
    if (known === undefined) {
      await this.#store(file.name, id, file, groups);
      return;
    }
    const line = this.#line(file.name);
    this.#say(line, "question", t("“{title}” has the same name.", { title: known.title }));
    const replace = () => {
      line.remove();
      this.#store(file.name, id, file, groups.length > 0 ? groups : known.access ?? this.#client.groups ?? []);
    };
    line.append(
      element("button", { type: "button", class: "quiet", click: replace }, t("Replace")),
      element("button", { type: "button", class: "quiet", click: () => line.remove() }, t("Leave it")),
    );
  }

  #store(name, id, file, groups) {
    const line = this.#line(name);
    return this.#follow(line, () => storeFile(id, file, groups), { id, title: name, file });
  }

  /** Start a job and show its progress and its outcome. */
  async #follow(line, start, known) {
    this.#say(line, "running", t("Sending…"));
    try {
      const outcome = await outcomeOf(await start(), (job) => this.#report(line, job, known));
      this.#say(line, outcome.state, said(outcome));
      this.#offerPassages(line, ["added", "updated"].includes(outcome.state) && (() => this.#open(known)));
      this.#onChange();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#say(line, "failed", error.message);
      this.#offerPassages(line, false);
    }
  }

  #report(line, job, known) {
    const isHeld = job.state === "held";
    const isNewlyHeld = isHeld && line.dataset.state !== "held";
    this.#say(line, isHeld ? "held" : "running", progress(job));
    this.#offerPassages(line, !isHeld && known.file !== undefined && (() => this.#open(known, job)));
    if (isNewlyHeld) this.#onChange();
  }

  /**
   * Show a button that opens the passages of a document, also while it waits to be indexed.
   *
   * @param {HTMLElement} line
   * @param {(() => void) | false} open false if there is nothing to see
   */
  #offerPassages(line, open) {
    const known = line.querySelector(".see-passages");
    if (!open) known?.remove();
    else if (!known) line.append(element("button", { type: "button", class: "quiet see-passages" }, t("See its passages")));
    if (open) line.querySelector(".see-passages").onclick = open;
  }

  #line(name) {
    const line = element("li", {}, element("p", { class: "path", dir: "auto" }, name), element("p", { class: "about", role: "status" }));
    this.#lines.prepend(line);
    return line;
  }

  #say(line, state, words) {
    line.dataset.state = state;
    line.querySelector(".about").textContent = words;
  }
}

/**
 * Give each file an id: its name without the last suffix, or the whole name if another file of the same drop has it.
 *
 * @param {File[]} files
 */
function withIds(files) {
  const taken = new Set();
  return files.map((file) => {
    const whole = file.name.normalize("NFC").replaceAll(/\s+/g, " ").trim().slice(0, LONGEST_ID);
    const stem = whole.replace(/(.)\.[^.]*$/, "$1").trim() || whole;
    const id = taken.has(stem) ? whole : stem;
    taken.add(id);
    return { id, file };
  });
}

/** @returns {Promise<Map<string, import("./service.js").Summary>>} by id */
async function knownDocuments(ids) {
  const found = [];
  for (let first = 0; first < ids.length; first += 100) found.push(...(await fetchByIds(ids.slice(first, first + 100))));
  return new Map(found.map((document) => [document.id, document]));
}

function progress({ state, reason, encoded, to_encode: total }) {
  if (reason) return reason;
  if (state === "waiting") return t("Waiting for earlier changes…");
  return total > 0
    ? t("Indexing: {done} of {total} passages", { done: number(encoded), total: number(total) })
    : t("Reading…");
}

/** Say in one sentence what became of a document. */
function said({ state, reason }) {
  const because = reason ? reason.replace(/\.$/, "") : "";
  switch (state) {
    case "added":
      return t("Indexed.");
    case "updated":
      return t("Replaced.");
    case "removed":
      return t("Removed.");
    case "unchanged":
      return t("Unchanged: the index has exactly this document already.");
    case "duplicate":
      return t("Duplicate: {reason}.", { reason: because });
    default:
      return t("Rejected: {reason}.", { reason: because });
  }
}
