/** A quoted passage with its reference, in the forms that people paste. */

import { date, place, webAddress } from "./words.js";

/** @typedef {import("./service.js").Passage} Passage */

/** @type {Object<string, {name: string, write: (passage: Passage) => string}>} */
export const FORMS = {
  plain: { name: "Plain text", write: plain },
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
  const quote = escaped(passage.quote.trim()).replaceAll("\n", "\n> ");
  const title = address(passage) ? `[${escaped(passage.title)}](<${address(passage)}>)` : escaped(passage.title);
  const about = [escaped(passage.author ?? ""), title, day(passage), escaped(place(passage))];
  return `> ${quote}\n>\n> — ${about.filter(Boolean).join(", ")}`;
}

function bibtex(passage) {
  const [year, month] = dateParts(passage);
  const fields = {
    // A second pair of braces keeps a name whole, for it may be that of an office, and a title's capitals.
    author: passage.author && `{${latex(passage.author)}}`,
    title: `{${latex(passage.title)}}`,
    year: year && String(year),
    url: address(passage)?.replaceAll(/[{}]/g, encodeURIComponent),
    note: latex([place(passage), `“${passage.quote.trim()}”`].filter(Boolean).join(": ")),
  };
  const lines = Object.entries(fields).filter(([, value]) => value);
  const written = lines.map(([name, value]) => `  ${name} = {${value}},`);
  if (month) written.splice(-1, 0, `  month = ${MONTHS[month - 1]},`);
  return `@misc{${entry(passage)},\n${written.join("\n")}\n}`;
}

function csl(passage) {
  const parts = dateParts(passage);
  const item = {
    id: entry(passage),
    type: address(passage) ? "webpage" : "document",
    title: passage.title,
    author: passage.author ? [{ literal: passage.author }] : undefined,
    issued: parts.length > 0 ? { "date-parts": [parts] } : undefined,
    URL: address(passage) ?? undefined,
    page: passage.page === null ? undefined : String(passage.page),
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

/** @returns {number[]} year, month and day, as far as they are known */
function dateParts({ published }) {
  return /^\d{4}(-\d\d){0,2}$/.test(published ?? "") ? published.split("-").map(Number) : [];
}

/** A name for a bibliography: letters, digits and hyphens of the document's id, and the place of the quote. */
function entry({ document_id, start }) {
  const name = document_id.replaceAll(/[^A-Za-z0-9]+/g, "-").replaceAll(/^-|-$/g, "") || "document";
  return `${name}-${start}`;
}

/** What would be markup in Markdown stays words. */
function escaped(text) {
  return text.replaceAll(/[\\`*_[\]<>|~]/g, "\\$&").replaceAll(/^(#|-|\+|\d+[.)])(?=\s)/gm, "\\$1");
}

function latex(text) {
  return text.replaceAll(/\s+/g, " ").replaceAll(/[\\~^]|[{}$&#_%]/g, (found) => LATEX[found] ?? `\\${found}`);
}
