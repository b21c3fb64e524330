/** The pages of a PDF as images, with boxes around the quoted words. Only the pages in view are loaded. */

import { element } from "./dom.js";
import { t } from "./language.js";
import { fetchPageBoxes, fetchPageImage, fetchPages, Problem } from "./service.js";
import { misplacedWarning } from "./warnings.js";

/** @typedef {import("./service.js").Passage} Passage */

/** The scales that the service draws, in pixels for each point. */
const SCALES = [1, 1.5, 2, 3, 4];

/** The widths of a page, as multiples of the width of the pane. */
const ZOOMS = [1, 1.25, 1.5, 2, 3, 4];

/** The least width of a page, as a part of its width on paper, at which its words can be read. */
const READABLE = 0.9;

/** How long to wait for the boxes before saying so, in milliseconds. */
const PATIENCE = 800;

/** The least part of a quote that must be found; fewer letters are equal by chance. */
const LEAST_FOUND = 0.5;

export class PageView {
  #sheets = element("div", { class: "sheets", role: "region", "aria-label": t("Pages of the document"), tabindex: "0" });
  #notice = element("div", { class: "notice" });
  #smaller = zoomButton(t("Smaller"), "−", () => this.#setZoom(this.#zoom - 1));
  #larger = zoomButton(t("Larger"), "+", () => this.#setZoom(this.#zoom + 1));
  zoomButtons = element("div", { class: "zoom", role: "group", "aria-label": t("Size") }, this.#smaller, this.#larger);
  element = element("div", { class: "page-view" }, this.#notice, this.#sheets);
  #observer = new IntersectionObserver((entries) => entries.forEach((entry) => this.#onVisible(entry)), {
    root: this.#sheets,
    rootMargin: "50%",
  });
  #resized = new ResizeObserver(() => this.#redraw());
  /** @type {string | null} the document whose pages are shown */
  #id = null;
  /** @type {{width: number, height: number, label: string | null}[]} */
  #pages = [];
  #zoom = 0;

  constructor() {
    this.#resized.observe(this.#sheets);
  }

  /**
   * Show the pages of a document, with boxes around the words of a passage.
   *
   * @param {Passage} passage
   * @param {AbortSignal} signal
   */
  async show(passage, signal) {
    this.#notice.replaceChildren();
    const boxes = passage.quote === "" ? null : fetchPageBoxes(passage.document_id, passage, signal);
    boxes?.catch(() => {}); // an error is shown below, after the pages
    if (this.#id !== passage.document_id) await this.#loadPages(passage.document_id, signal);
    if (signal.aborted) return;
    this.#clearBoxes();
    this.#reveal(this.#sheetOf(passage.page ?? 1));
    if (boxes !== null) await this.#awaitBoxes(boxes, passage, signal);
  }

  /** Show the boxes when they arrive. For a scan, this takes some seconds, and the pages are there without them. */
  async #awaitBoxes(boxes, passage, signal) {
    const waiting = element("p", { role: "status" }, t("Looking for the quoted words on the page…"));
    const timer = setTimeout(() => this.#notice.replaceChildren(waiting), PATIENCE);
    try {
      const found = await boxes;
      if (!signal.aborted) this.#showBoxes(found, passage);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (!signal.aborted) this.#notice.replaceChildren(warning(error.message));
    } finally {
      clearTimeout(timer);
      waiting.remove();
    }
  }

  /** Forget the document, so that its pages are loaded again. */
  clear() {
    this.#id = null;
    this.#observer.disconnect();
    this.#sheets.replaceChildren();
  }

  async #loadPages(id, signal) {
    this.clear();
    const pages = await fetchPages(id, signal);
    if (signal.aborted) return;
    [this.#id, this.#pages] = [id, pages];
    const sheets = pages.map((page, index) => this.#sheet(page, index + 1));
    this.#sheets.replaceChildren(...sheets);
    const width = this.#sheets.clientWidth;
    const wanted = ZOOMS.findIndex((zoom) => zoom * width >= READABLE * pages[0].width);
    this.#setZoom(wanted < 0 ? ZOOMS.length - 1 : wanted);
    for (const sheet of sheets) this.#observer.observe(sheet);
  }

  #sheet({ width, height, label }, number) {
    const values = { number, count: this.#pages.length };
    const name = label
      ? t("Page {label}, {number} of {count} in the file", { ...values, label })
      : t("Page {number} of {count}", values);
    const canvas = element("canvas", { role: "img", "aria-label": name, width: "1", height: "1" });
    const sheet = element("div", { class: "sheet", "data-page": String(number) }, canvas);
    sheet.style.aspectRatio = `${width} / ${height}`;
    return sheet;
  }

  #sheetOf(number) {
    return this.#sheets.children[Math.min(number, this.#sheets.children.length) - 1];
  }

  /** Draw a page that comes into view; free the memory of one that leaves it. */
  #onVisible({ target, isIntersecting }) {
    target.toggleAttribute("data-visible", isIntersecting);
    if (isIntersecting) this.#draw(target);
    else this.#erase(target);
  }

  async #draw(sheet) {
    const number = Number(sheet.dataset.page);
    const { width } = this.#pages[number - 1];
    const wanted = (sheet.clientWidth * window.devicePixelRatio) / width;
    const scale = String(SCALES.find((one) => one >= wanted) ?? SCALES.at(-1));
    if (sheet.dataset.scale === scale) return;
    sheet.dataset.scale = scale;
    try {
      const image = await createImageBitmap(await fetchPageImage(this.#id, number, scale));
      if (sheet.dataset.scale !== scale) return;
      const canvas = sheet.querySelector("canvas");
      [canvas.width, canvas.height] = [image.width, image.height];
      canvas.getContext("2d").drawImage(image, 0, 0);
      sheet.querySelector(".warning")?.remove();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      delete sheet.dataset.scale;
      if (sheet.isConnected) sheet.prepend(warning(error.message));
    }
  }

  #erase(sheet) {
    delete sheet.dataset.scale;
    const canvas = sheet.querySelector("canvas");
    canvas.width = canvas.height = 1;
  }

  #redraw() {
    for (const sheet of this.#sheets.querySelectorAll("[data-visible]")) this.#draw(sheet);
  }

  #showBoxes({ quote, found, pages }, passage) {
    if (quote !== passage.quote) {
      this.#notice.replaceChildren(misplacedWarning(passage.quote));
      return;
    }
    if (found < LEAST_FOUND || pages.length === 0) {
      this.#notice.replaceChildren(warning(t("The quoted words were not found on the page. The text has them.")));
      return;
    }
    for (const { page, boxes } of pages) {
      this.#sheetOf(page)?.append(element("div", { class: "boxes" }, ...boxes.map(boxElement)));
    }
    const first = pages.find(({ page }) => page === passage.page) ?? pages[0];
    this.#reveal(this.#sheetOf(first.page));
  }

  #clearBoxes() {
    for (const boxes of this.#sheets.querySelectorAll(".boxes")) boxes.remove();
  }

  /** Scroll to the first box of a page, or to its top. The box is a little above the middle. */
  #reveal(sheet) {
    if (!sheet) return;
    const box = sheet.querySelector(".quote-box");
    const view = this.#sheets.getBoundingClientRect();
    const { top, left, right } = (box ?? sheet).getBoundingClientRect();
    this.#sheets.scrollTop += top - view.top - (box ? view.height / 3 : 8);
    const outside = Math.max(0, right - view.right + 16) || Math.min(0, left - view.left - 16);
    if (box) this.#sheets.scrollLeft += Math.min(outside, left - view.left - 16);
  }

  #setZoom(zoom) {
    const { scrollHeight, scrollTop, clientHeight } = this.#sheets;
    const middle = (scrollTop + clientHeight / 2) / Math.max(scrollHeight, 1);
    this.#zoom = Math.min(Math.max(zoom, 0), ZOOMS.length - 1);
    this.#sheets.style.setProperty("--zoom", String(ZOOMS[this.#zoom]));
    this.#smaller.disabled = this.#zoom === 0;
    this.#larger.disabled = this.#zoom === ZOOMS.length - 1;
    this.#sheets.scrollTop = middle * this.#sheets.scrollHeight - clientHeight / 2;
    this.#redraw();
  }
}

function boxElement({ left, top, right, bottom }) {
  const box = element("div", { class: "quote-box" });
  const [width, height] = [right - left, bottom - top];
  for (const [name, part] of Object.entries({ left, top, width, height })) box.style[name] = `${100 * part}%`;
  return box;
}

function warning(message) {
  return element("p", { class: "warning", role: "alert" }, message);
}

function zoomButton(label, sign, click) {
  return element("button", { type: "button", "aria-label": label, click }, sign);
}
