/** The client for the HTTP service. It turns each failure into a sentence for the user. */

import { t } from "./language.js";
import { accessKey } from "./storage.js";
import { events } from "./stream.js";

/**
 * @typedef {object} Passage a part of a document: `quote` is `[...text].slice(start, end).join("")`
 * @property {string} document_id
 * @property {string} title
 * @property {string | null} url
 * @property {string | null} [author]
 * @property {string | null} published
 * @property {number | null} page
 * @property {string | null} [page_label] the printed number of the page, if it differs, or `slide 3`
 * @property {number | null} [ocr_confidence] from 0 to 1, if the words were read from a picture by OCR
 * @property {string | null} [pinpoint] the provision that has the words, such as `Art. 5(1)(a)`
 * @property {string[]} heading
 * @property {boolean} [record] whether the words are in the record of the document instead of its text
 * @property {number} start
 * @property {number} end
 * @property {string} quote
 *
 * @typedef {Passage & {marker: number}} Citation
 * @typedef {{text: string, citations: number[], quoted: boolean, exception?: boolean, blocks?: Block[]}} Statement `blocks` is missing in
 *   conversations of an earlier version
 * @typedef {Omit<Passage, "quote"> & {text: string}} Hit
 *
 * @typedef {object} Answer
 * @property {"answered" | "partial" | "conflicting" | "no_evidence"} outcome
 * @property {Statement[]} statements
 * @property {Citation[]} citations
 * @property {Hit[]} evidence
 * @property {number} confidence the probability that the evidence answers the question, from 0 to 1
 * @property {string | null} abstention
 * @property {{kind: string, text: string, questions: string[]}[]} notices lines of the service about the answer
 * @property {import("./verification.js").Verification | null} verification the decisions on the sentences of a language model
 * @property {string | null} degraded
 * @property {string | null} [seal] proves that the service gave the answer
 *
 * @typedef {{role: "user" | "assistant", content: string}} Message
 *
 * @typedef {object} Summary a document without its text
 * @property {string} id
 * @property {string} title
 * @property {string | null} url
 * @property {string | null} author
 * @property {string | null} published
 * @property {string | null} language
 * @property {Object<string, unknown>} metadata
 * @property {string | null} near_duplicate_of
 * @property {string[] | null} access the groups that may see it; null if this client does not see them
 *
 * @typedef {{start: number, end: number, column: number, columns: number}} Cell
 * @typedef {{start: number, end: number, header: boolean, cells: Cell[]}} Row
 * @typedef {{kind: "heading", start: number, end: number, level: number}
 *   | {kind: "paragraph" | "footnote", start: number, end: number}
 *   | {kind: "item", start: number, end: number, words: number, level: number, bullet: boolean}
 *   | {kind: "table", start: number, end: number, columns: string[], rows: Row[]}} Block a span of a text, and its look
 * @typedef {Summary & {text: string, start: number, end: number, length: number, record: string, blocks: Block[],
 *   references?: {start: number, end: number, target_start: number, target_end: number}[],
 *   original: string | null, original_name: string | null}} Document a part of a document; all offsets count the whole
 *   text
 * @typedef {{left: number, top: number, right: number, bottom: number}} Box in parts of the width and height of a page
 *
 * @typedef {{name: string, documents: number, distinct: number, least: string, most: string,
 *   values: {value: string, documents: number}[]}} Field
 * @typedef {{id: string, current: boolean, created: string | null, documents: number | null,
 *   chunks: number | null}} Snapshot
 * @typedef {{source: string, state: string, document_id: string | null, reason: string | null, tries: number | null,
 *   time: string | null}} Source
 *
 * @typedef {{name: string, role: "ask" | "maintain" | "admin", groups: string[] | null}} Client
 * @typedef {{asking: "open" | "closed", sign_in: boolean, sharing: boolean, feedback: boolean, saving: boolean,
 *   client: Client | null}} Access
 */

/** A failure, with a sentence for the user as its message; `status` is the HTTP status, if the service answered. */
export class Problem extends Error {
  /**
   * @param {string} message
   * @param {number} [status]
   * @param {string | null} [goneSince] when the document left the index, if the service knows
   */
  constructor(message, status, goneSince = null) {
    super(message);
    this.status = status;
    this.goneSince = goneSince;
  }
}

const UNAUTHORIZED = 401;

/** The service's limits for a conversation. */
const MAX_MESSAGES = 50;
const MAX_MESSAGE_LENGTH = 8000;

/**
 * Ask one question and yield the events of the answer; the last event is the complete answer.
 *
 * @param {string} question
 * @param {Message[]} conversation earlier messages, oldest first
 * @param {import("./filters.js").Scope} scope
 * @param {AbortSignal} signal
 */
export async function* ask(question, conversation, { filters, asOf }, signal) {
  const history = conversation
    .slice(-MAX_MESSAGES)
    .map(({ role, content }) => ({ role, content: [...content].slice(0, MAX_MESSAGE_LENGTH).join("") }));
  const response = await request("v1/answers", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: JSON.stringify({
      question,
      history,
      ...(Object.keys(filters).length > 0 && { filters }),
      ...(asOf && { as_of: asOf }),
    }),
    signal,
  });
  let complete = false;
  try {
    for await (const { event, data } of events(response.body)) {
      const value = JSON.parse(data);
      if (event === "error") throw new Problem(sentence(value));
      complete ||= event === "answer";
      yield { event, value };
    }
  } catch (error) {
    throw toProblem(error);
  }
  if (!complete) throw new Problem(t("The answer was cut off before it was complete."));
}

/**
 * Fetch the paragraphs of a part of a document.
 *
 * @param {string} id
 * @param {{start: number, end: number}} span
 * @param {AbortSignal} [signal]
 * @returns {Promise<Document>}
 */
export async function fetchDocument(id, { start, end }, signal) {
  return fetchJson(`v1/documents/${encodeURIComponent(id)}?start=${start}&end=${end}`, { signal });
}

/**
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<{width: number, height: number, label: string | null}[]>} the pages of its PDF, sizes in points
 */
export async function fetchPages(id, signal) {
  return (await fetchJson(`v1/pages/${encodeURIComponent(id)}`, { signal })).pages;
}

/**
 * @param {string} id
 * @param {number} page from 1
 * @param {string} scale
 * @returns {Promise<Blob>} the image of a page
 */
export async function fetchPageImage(id, page, scale) {
  return fetchBlob(`v1/page-images/${encodeURIComponent(id)}?page=${page}&scale=${scale}`);
}

/**
 * @param {string} id
 * @param {{start: number, end: number}} span
 * @param {AbortSignal} signal
 * @returns {Promise<{quote: string, found: number, pages: {page: number, boxes: Box[]}[]}>} the boxes of a quote
 */
export async function fetchPageBoxes(id, { start, end }, signal) {
  return fetchJson(`v1/page-boxes/${encodeURIComponent(id)}?start=${start}&end=${end}`, { signal });
}

/**
 * @param {string} id
 * @param {number | null} page of a PDF, which the browser then shows; null to save the file
 */
export function originalAddress(id, page) {
  const path = `../v1/documents/${encodeURIComponent(id)}/original${page ? `?show=true#page=${page}` : ""}`;
  return new URL(path, import.meta.url).href;
}

/**
 * @param {string} id
 * @returns {Promise<Blob>} the original of a document
 */
export async function fetchOriginal(id) {
  return fetchBlob(`v1/documents/${encodeURIComponent(id)}/original`);
}

/** @returns {Promise<Field[]>} the fields that filters can use */
export async function fetchFields() {
  return (await fetchJson("v1/fields")).fields;
}

/** @returns {Promise<{kind: string, another_host: boolean}>} the part that writes answers */
export async function fetchGenerator() {
  return fetchJson("v1/generator");
}

/**
 * @param {string[]} [documents] the ids of documents that the questions are about; none stands for all
 * @returns {Promise<string[]>} questions that the documents answer
 */
export async function fetchSuggestions(documents = []) {
  const query = new URLSearchParams(documents.map((id) => ["document", id]));
  return (await fetchJson(documents.length > 0 ? `v1/suggestions?${query}` : "v1/suggestions")).questions;
}

/** @returns {Promise<Snapshot | null>} the current snapshot */
export async function fetchSnapshot() {
  return (await fetchJson("v1/snapshots")).snapshots.find(({ current }) => current) ?? null;
}

/**
 * @param {string} secret a key; if it is empty, the key or the session of this tab is used
 * @returns {Promise<Source[]>} the status of every file
 */
export async function fetchSources(secret) {
  return (await fetchJson("v1/sources", secret ? { headers: bearer(secret) } : {})).sources;
}

/**
 * @param {string | null} secret a key to try
 * @returns {Promise<Access>} whether asking needs a key, and who this client is
 */
export async function fetchAccess(secret) {
  return fetchJson("v1/access", { headers: bearer(secret) });
}

/** End the session of this browser. */
export async function signOut() {
  await request("sign-out", { method: "POST" });
}

/**
 * @param {string} address a page of this service
 * @returns {Promise<string>} its HTML, also if it is a page about an error
 */
export async function fetchPage(address) {
  return (await fetch(address, { headers: bearer(accessKey()) })).text();
}

/** @param {string | null} secret */
function bearer(secret) {
  return secret ? { Authorization: `Bearer ${secret}` } : {};
}

/** Request JSON. Throws a Problem. */
export async function fetchJson(path, options) {
  const response = await request(path, options);
  try {
    return await response.json();
  } catch (error) {
    throw toProblem(error);
  }
}

async function fetchBlob(path) {
  const response = await request(path);
  try {
    return await response.blob();
  } catch (error) {
    throw toProblem(error);
  }
}

/**
 * Send a request with the key of this tab, unless it has its own. If the key is missing or wrong, the document gets the
 * event "locked". Paths are relative to this module's URL, so the service can run under any path prefix.
 */
export async function request(path, options = {}) {
  const own = options.headers && "Authorization" in options.headers;
  const headers = own ? options.headers : { ...options.headers, ...bearer(accessKey()) };
  let response;
  try {
    response = await fetch(new URL(`../${path}`, import.meta.url), { ...options, headers });
  } catch (error) {
    throw toProblem(error);
  }
  if (response.ok) return response;
  const problem = await responseProblem(response);
  if (response.status === UNAUTHORIZED && !own) document.dispatchEvent(new CustomEvent("locked"));
  throw problem;
}

async function responseProblem(response) {
  const isProblem = response.headers.get("Content-Type")?.includes("json");
  const problem = isProblem ? await response.json().catch(() => null) : null;
  const { status } = response;
  const unexplained = t("The service answered with an error ({status}).", { status });
  return new Problem(problem?.title ? sentence(problem) : unexplained, status, problem?.gone_since);
}

/** Return the detail of a problem, or else its title, as a sentence. */
function sentence({ title, detail }) {
  const text = (detail || title).trim().replace(/\.$/, "");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/**
 * Convert an error to a Problem. `fetch` and its streams throw a TypeError if the connection is lost, and `JSON.parse`
 * throws a SyntaxError if the response is not JSON.
 */
function toProblem(error) {
  if (error instanceof TypeError) {
    return new Problem(
      navigator.onLine
        ? t("The service cannot be reached. It may be restarting.")
        : t("You are offline, so the service cannot be reached."),
    );
  }
  if (!(error instanceof SyntaxError)) return error;
  return new Problem(t("The service sent a response that this page cannot read."));
}
