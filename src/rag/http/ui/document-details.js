/** The dialog about one document: its passages as they are indexed, its versions, and the changes to it. */

import { element } from "./dom.js";
import { fetchPassages, fetchUploadedPassages, fetchVersion, fetchVersions, fetchWhole } from "./document-service.js";
import { daysInForce, place } from "./format.js";
import { formatDate, number, plural, t } from "./language.js";
import { Problem } from "./service.js";
import { renderText } from "./text.js";

/** @typedef {{id: string, title: string}} Known */

export class DocumentDetails {
  #title = element("h2", { id: "details-title", tabindex: "-1", dir: "auto", autofocus: true });
  #actions = element("p", { class: "choices" });
  #status = element("p", { class: "about", role: "status" });
  #passages = element("ol", { class: "passages", role: "list" });
  #more = element("button", { type: "button", class: "quiet", hidden: true, click: () => this.#showPassages() }, t("Show more passages"));
  #versions = element("div", { class: "versions" });
  #dialog = element(
    "dialog",
    { class: "modal details", "aria-labelledby": "details-title", click: ({ target }) => target === this.#dialog && this.#dialog.close() },
    element("button", { type: "button", class: "close", "aria-label": t("Close"), click: () => this.#dialog.close() }, "×"),
    this.#title,
    this.#actions,
    this.#versions,
    element("h3", {}, t("Passages")),
    this.#status,
    this.#passages,
    this.#more,
  );
  /** @type {Known} */
  #known;
  /** @type {import("./document-service.js").Job | null} the job that stores the document */
  #job = null;
  #next = 0;

  constructor() {
    document.body.append(this.#dialog);
  }

  /**
   * @param {Known} known
   * @param {{name: string, act: () => void, dangerous?: boolean}[]} actions
   * @param {import("./document-service.js").Job | null} [job] stores the document, so its file is shown
   */
  async show(known, actions, job = null) {
    this.#known = known;
    this.#job = job;
    this.#next = 0;
    this.#title.textContent = known.title;
    this.#actions.replaceChildren(...actions.map((action) => this.#action(action)));
    this.#passages.replaceChildren();
    this.#versions.replaceChildren();
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#dialog.scrollTop = 0;
    this.#more.hidden = true;
    await Promise.all([this.#showPassages(), job ? null : this.#showVersions()]);
  }

  #action({ name, act, dangerous = false }) {
    const click = () => {
      this.#dialog.close();
      act();
    };
    return element("button", { type: "button", class: dangerous ? "quiet danger" : "quiet", click }, name);
  }

  async #showPassages() {
    const { id } = this.#known;
    const job = this.#job;
    this.#status.textContent = job ? t("Reading…") : t("Loading the passages…");
    await this.#said(async () => {
      const load = () => (job ? fetchUploadedPassages(id, job, this.#next) : fetchPassages(id, this.#next));
      const { passages, total, next, snapshot } = await load();
      if (id !== this.#known.id || job !== this.#job) return;
      const first = this.#passages.children.length;
      this.#passages.append(...passages.map((passage, index) => passageItem(passage, first + index + 1)));
      const counted = plural("{count} passage", "{count} passages", total);
      this.#status.textContent = snapshot === null ? t("{passages}, not indexed yet", { passages: counted }) : counted;
      this.#more.hidden = next === null;
      this.#next = next;
      if (first > 0) this.#passages.children[first].focus();
    });
  }

  async #showVersions() {
    const { id } = this.#known;
    await this.#said(async () => {
      const versions = await fetchVersions(id);
      if (id !== this.#known.id || versions.length < 2) return;
      const items = versions.map((version, index) => this.#version(version, versions[index + 1]));
      this.#versions.replaceChildren(
        element("h3", {}, t("Versions")),
        element("ul", { class: "version-list", role: "list" }, ...items),
        element("p", {}, element("a", { class: "quiet", href: timelineAddress(id) }, t("Timeline of a provision"))),
      );
    });
  }

  /**
   * @param {import("./document-service.js").Version} version
   * @param {import("./document-service.js").Version | undefined} before the version before it
   */
  #version(version, before) {
    const { document_id: id, snapshot, current, title } = version;
    const text = element("div", { class: "version-text", tabindex: "0", role: "region", "aria-label": title, hidden: true });
    const toggle = async ({ currentTarget: button }) => {
      text.hidden = !text.hidden;
      button.setAttribute("aria-expanded", String(!text.hidden));
      if (text.hidden || text.children.length > 0) return;
      const load = () => (current ? fetchWhole(id) : fetchVersion(id, snapshot));
      await this.#said(async () => text.replaceChildren(renderText(await load(), null)));
    };
    const isNewest = id === this.#known.id && current;
    const label = isNewest ? t("Current version") : id === this.#known.id ? t("Earlier version") : title;
    return element(
      "li",
      { "data-current": String(current) },
      element("span", { dir: "auto" }, label),
      element("span", { class: "about" }, [daysInForce({ first: version.valid_from, last: version.valid_to }), indexed(version)].filter(Boolean).join(" · ")),
      element(
        "span",
        { class: "version-actions" },
        before ? element("a", { class: "plain", href: comparisonAddress(before, version) }, t("Compare with the version before")) : null,
        element("button", { type: "button", class: "plain", "aria-expanded": "false", click: toggle }, t("Text")),
      ),
      text,
    );
  }

  /** Show the sentence of a failure. */
  async #said(work) {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#status.textContent = error.message;
    }
  }
}

function passageItem(passage, count) {
  return element(
    "li",
    { tabindex: "-1" },
    element("p", { class: "about", dir: "auto" }, [t("Passage {number}", { number: number(count) }), place(passage)].filter(Boolean).join(" · ")),
    ...passage.text.trim().split(/\n+/).map((words) => element("p", { class: "words", dir: "auto" }, words)),
  );
}

/** @returns {string} the time in the index */
function indexed({ since, until, current }) {
  if (current || until === null) return t("indexed since {day}", { day: time(since) });
  return t("indexed from {since} to {until}", { since: time(since), until: time(until) });
}

function comparisonAddress(was, became) {
  return `comparisons?${new URLSearchParams({ was: was.name, became: became.name })}`;
}

function timelineAddress(id) {
  return `timelines?${new URLSearchParams({ document: id })}`;
}

/** @param {string} instant formatted with the time of the day, because a document may change twice a day */
function time(instant) {
  return formatDate(new Date(instant), { dateStyle: "medium", timeStyle: "short" });
}
