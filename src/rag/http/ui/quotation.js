/** Formats a quoted passage with its reference for pasting: plain text, Markdown, BibTeX or CSL-JSON. */

import { date, place, webAddress } from "./format.js";
import { t } from "./language.js";

/** @typedef {import("./service.js").Passage} Passage */

/** @type {Object<string, {name: string, write: (passage: Passage) => string}>} */
export const FORMATS = {
  plain: { name: t("Plain text"), write: plain },
  markdown: { name: "Markdown", write: markdown },
  bibtex: { name: "BibTeX", write: bibtex },
  csl: { name: "CSL-JSON", write: csl },
};

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const LATEX = { "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}" };

function plain(passage) {
  const about = [passage.author, passage.title, day(passage), place(passage), address(passage)];
  return `“${passage.quote.trim()}”\n${about.filter(Boolean).join(", ")}`;
}

function markdown(passage) {
  const quote = escapeMarkdown(passage.quote.trim()).replaceAll("\n", "\n> ");
  const name = escapeMarkdown(passage.title);
  const title = address(passage) ? `[${name}](<${address(passage)}>)` : name;
  const about = [escapeMarkdown(passage.author ?? ""), title, day(passage), escapeMarkdown(place(passage))];
  return `> ${quote}\n>\n> — ${about.filter(Boolean).join(", ")}`;
}

function bibtex(passage) {
  const [year, month] = dateParts(passage);
  const fields = {
    // The extra braces stop BibTeX from splitting the name of an office, and from changing the capitals of a title.
    author: passage.author && `{${escapeLatex(passage.author)}}`,
    title: `{${escapeLatex(passage.title)}}`,
    year: year && String(year),
    url: address(passage)?.replaceAll(/[{}]/g, encodeURIComponent),
    note: escapeLatex([place(passage), `“${passage.quote.trim()}”`].filter(Boolean).join(": ")),
  };
  const lines = Object.entries(fields).filter(([, value]) => value);
  const written = lines.map(([name, value]) => `  ${name} = {${value}},`);
  if (month) written.splice(-1, 0, `  month = ${MONTHS[month - 1]},`);
  return `@misc{${entryKey(passage)},\n${written.join("\n")}\n}`;
}

function csl(passage) {
  const parts = dateParts(passage);
  const item = {
    id: entryKey(passage),
    type: address(passage) ? "webpage" : "document",
    title: passage.title,
    author: passage.author ? [{ literal: passage.author }] : undefined,
    issued: parts.length > 0 ? { "date-parts": [parts] } : undefined,
    URL: address(passage) ?? undefined,
    page: passage.page === null ? undefined : (passage.page_label ?? String(passage.page)),
    locator: passage.pinpoint ?? undefined,
    label: passage.pinpoint ? "section" : undefined,
    section: passage.heading.join(" › ") || undefined,
    custom: { quote: passage.quote, document: passage.document_id, start: passage.start, end: passage.end },
  };
  return JSON.stringify([item], null, 2);
}

function address({ url }) {
  return webAddress(url)?.href ?? null;
}

function day({ published }) {
  return published && date(published).replaceAll("\u00a0", " ");
}

/** @returns {number[]} year, month and day; only the known parts, and none if there is no date */
function dateParts({ published }) {
  return /^\d{4}(-\d\d){0,2}$/.test(published ?? "") ? published.split("-").map(Number) : [];
}

/** Return a bibliography key: letters and digits of the document's id, joined by hyphens, and the quote's offset. */
function entryKey({ document_id, start }) {
  const name = document_id.replaceAll(/[^A-Za-z0-9]+/g, "-").replaceAll(/^-|-$/g, "") || "document";
  return `${name}-${start}`;
}

/** Escape the characters that Markdown would read as markup. */
function escapeMarkdown(text) {
  return text.replaceAll(/[\\`*_[\]<>|~]/g, "\\$&").replaceAll(/^(#|-|\+|\d+[.)])(?=\s)/gm, "\\$1");
}

/** Escape the characters that LaTeX would read as commands; reduce white space to single spaces. */
function escapeLatex(text) {
  return text.replaceAll(/\s+/g, " ").replaceAll(/[\\~^]|[{}$&#_%]/g, (found) => LATEX[found] ?? `\\${found}`);
}
