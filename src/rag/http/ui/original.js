/** Links to the original of a document: on the web, and the file that it was read from. */

import { element } from "./dom.js";
import { webAddress } from "./format.js";
import { t } from "./language.js";
import { fetchOriginal, originalAddress, Problem } from "./service.js";
import { accessKey } from "./storage.js";

/**
 * @typedef {import("./service.js").Document} Document
 * @typedef {import("./service.js").Passage} Passage
 */

/** How long the address of a file that was loaded with a key stays valid, in milliseconds. */
const MINUTE = 60_000;

export class OriginalLinks {
  #web = element("a", { target: "_blank", rel: "noopener noreferrer", hidden: true, "aria-keyshortcuts": "o" });
  #file = element("a", { rel: "noreferrer", hidden: true, click: (event) => this.#loadWithKey(event) });
  element = element("div", { class: "originals" }, this.#web, this.#file);
  /** @type {Document | null} */
  #document = null;

  /**
   * @param {Passage} passage
   * @param {Document | null} document null until it is loaded
   */
  update(passage, document) {
    this.#document = document;
    this.element.querySelector(".warning")?.remove();
    const address = webAddress((document ?? passage).url);
    this.#web.hidden = address === null;
    this.#web.href = address?.href ?? "";
    this.#web.textContent = address === null ? "" : t("Open the original at {host}", { host: address.host });
    this.#file.hidden = !document?.original;
    if (document?.original) this.#updateFile(document, passage.page);
  }

  /** Open the original on the web, or else the file. */
  open() {
    if (!this.#web.hidden) this.#web.click();
    else if (!this.#file.hidden) this.#file.click();
  }

  #updateFile(document, page) {
    const name = document.original_name ?? "";
    this.#file.href = originalAddress(document.id, isPdf(document) ? (page ?? 1) : null);
    if (isPdf(document)) {
      this.#file.target = "_blank";
      this.#file.removeAttribute("download");
      this.#file.textContent = page ? t("Open the PDF at page {page}", { page }) : t("Open the PDF");
    } else {
      this.#file.removeAttribute("target");
      this.#file.download = name;
      this.#file.textContent = t("Download {name}", { name });
    }
  }

  /** Load the file here if this tab has a key, because a link cannot send it. */
  async #loadWithKey(event) {
    if (!accessKey() || this.#file.href.startsWith("blob:")) return;
    event.preventDefault();
    try {
      const address = URL.createObjectURL(await fetchOriginal(this.#document.id));
      const link = element("a", { href: `${address}${this.#file.hash}`, rel: "noreferrer" });
      if (isPdf(this.#document)) link.target = "_blank";
      else link.download = this.#document.original_name ?? "";
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), MINUTE);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.element.append(element("p", { class: "warning", role: "alert" }, error.message));
    }
  }
}

/** @param {Document | null} document whether its original is a PDF, whose pages can be drawn */
export function isPdf(document) {
  return Boolean(document?.original && document.original_name?.toLowerCase().endsWith(".pdf"));
}
