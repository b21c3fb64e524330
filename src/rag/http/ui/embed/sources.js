/** The list below an answer: its quotes with links to them, or the nearest passages if the documents do not answer. */

import { element } from "../dom.js";
import { formatDate, t } from "../language.js";

const FORMATS = { 4: { year: "numeric" }, 7: { year: "numeric", month: "long" }, 10: { dateStyle: "long" } };
const MAX_NEAREST = 3;

/** @param {import("./service.js").Citation[]} citations */
export function sources(citations) {
  return list(t("Sources"), citations.map(source));
}

/** @param {import("./service.js").Hit[]} hits */
export function nearest(hits) {
  return list(t("Nearest passages"), hits.slice(0, MAX_NEAREST).map(passage));
}

/**
 * Return a URL if it starts with http or https, else null. Only such a URL may become a link.
 *
 * @param {string | null} url
 */
export function webAddress(url) {
  return url && URL.canParse(url) && ["http:", "https:"].includes(new URL(url).protocol) ? url : null;
}

function list(title, items) {
  return element("div", { class: "sources" }, element("h4", {}, title), element("ul", { role: "list" }, ...items));
}

function source({ marker, quote, title, author, published, page, link }) {
  const about = [author, published && date(published), page !== null && t("p. {page}", { page })].filter(Boolean).join(" · ");
  return element(
    "li",
    {},
    element("span", { class: "number", "aria-hidden": "true" }, String(marker)),
    element("blockquote", { dir: "auto" }, quote),
    element("p", { class: "about", dir: "auto" }, titleLink(title, link), about && ` · ${about}`),
  );
}

function passage({ title, url, text }) {
  return element(
    "li",
    {},
    element("blockquote", { class: "snippet", dir: "auto" }, text.trim().replaceAll(/\n\s*/g, "\n")),
    element("p", { class: "about", dir: "auto" }, titleLink(title, url)),
  );
}

function titleLink(title, url) {
  const address = webAddress(url);
  if (address === null) return element("cite", {}, title);
  const hint = element("span", { class: "visually-hidden" }, t(", opens in a new tab"));
  return element("cite", {}, element("a", { href: address, target: "_blank", rel: "noreferrer" }, title, hint));
}

/** Format a day, month or year (ISO 8601); any other text is returned unchanged. */
function date(published) {
  const day = new Date(published);
  const format = FORMATS[published.length];
  if (!format || Number.isNaN(day.valueOf())) return published;
  return formatDate(day, { ...format, timeZone: "UTC" });
}
