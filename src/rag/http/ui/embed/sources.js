/** What stands below an answer: its quotes, each with a link to where it stands, or the passages that came nearest. */

import { element } from "../dom.js";

const FORMATS = { 4: { year: "numeric" }, 7: { year: "numeric", month: "long" }, 10: { dateStyle: "long" } };
const NEAREST = 3;

/** @param {import("./asking.js").Citation[]} citations */
export function sources(citations) {
  return list("Sources", citations.map(source));
}

/** @param {import("./asking.js").Hit[]} hits */
export function nearest(hits) {
  return list("Nearest passages", hits.slice(0, NEAREST).map(passage));
}

/**
 * An address that may stand in a link: one of the web, and of no other kind.
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
  const about = [author, published && date(published), page !== null && `p. ${page}`].filter(Boolean).join(" · ");
  return element(
    "li",
    {},
    element("span", { class: "number", "aria-hidden": "true" }, String(marker)),
    element("blockquote", { dir: "auto" }, quote),
    element("p", { class: "about", dir: "auto" }, titled(title, link), about && ` · ${about}`),
  );
}

function passage({ title, url, text }) {
  return element(
    "li",
    {},
    element("blockquote", { class: "snippet", dir: "auto" }, text.trim().replaceAll(/\n\s*/g, "\n")),
    element("p", { class: "about", dir: "auto" }, titled(title, url)),
  );
}

function titled(title, url) {
  const address = webAddress(url);
  if (address === null) return element("cite", {}, title);
  const hint = element("span", { class: "unseen" }, ", opens in a new tab");
  return element("cite", {}, element("a", { href: address, target: "_blank", rel: "noreferrer" }, title, hint));
}

/** A day, month or year (ISO 8601) in words; anything else is shown as it stands. */
function date(published) {
  const day = new Date(published);
  const format = FORMATS[published.length];
  if (!format || Number.isNaN(day.valueOf())) return published;
  return new Intl.DateTimeFormat("en-GB", { ...format, timeZone: "UTC" }).format(day).replaceAll(" ", "\u00a0");
}
