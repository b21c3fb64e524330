/** What the page asks of the service, and the sentence to show where the service fails. */

import { events } from "./stream.js";

/**
 * @typedef {object} Passage words of a document: `[...text].slice(start, end).join("")` is `quote`
 * @property {string} document_id
 * @property {string} title
 * @property {string | null} url
 * @property {string | null} [author]
 * @property {string | null} published
 * @property {number | null} page
 * @property {string[]} heading
 * @property {number} start
 * @property {number} end
 * @property {string} quote
 *
 * @typedef {Passage & {marker: number}} Citation
 * @typedef {{text: string, citations: number[]}} Statement
 * @typedef {Omit<Passage, "quote"> & {text: string}} Hit
 *
 * @typedef {object} Answer
 * @property {"answered" | "partial" | "no_evidence"} outcome
 * @property {Statement[]} statements
 * @property {Citation[]} citations
 * @property {Hit[]} evidence
 * @property {string | null} abstention
 * @property {string | null} degraded
 *
 * @typedef {{role: "user" | "assistant", content: string}} Message
 *
 * @typedef {object} Summary what is known of a document
 * @property {string} id
 * @property {string} title
 * @property {string | null} url
 * @property {string | null} author
 * @property {string | null} published
 * @property {string | null} language
 * @property {Object<string, unknown>} metadata
 * @property {string | null} near_duplicate_of
 *
 * @typedef {Summary & {text: string, headings: {start: number, end: number, level: number}[]}} Document
 *
 * @typedef {{name: string, documents: number, distinct: number, least: string, most: string,
 *   values: {value: string, documents: number}[]}} Field
 * @typedef {{id: string, current: boolean, created: string | null, documents: number | null,
 *   chunks: number | null}} Snapshot
 * @typedef {{source: string, state: string, document_id: string | null, reason: string | null, tries: number | null,
 *   time: string | null}} Source
 */

/** A failure whose message is a sentence for the reader; `status` is HTTP's, where the service answered. */
export class Problem extends Error {
  /**
   * @param {string} message
   * @param {number} [status]
   */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** What the service takes of a conversation. */
const MOST_MESSAGES = 50;
const LONGEST_MESSAGE = 8000;

/**
 * Ask one question; the last event is the whole answer.
 *
 * @param {string} question
 * @param {Message[]} conversation what was said before, oldest first
 * @param {Object<string, unknown>} filters as the service takes them
 * @param {AbortSignal} signal
 */
export async function* ask(question, conversation, filters, signal) {
  const history = conversation
    .slice(-MOST_MESSAGES)
    .map(({ role, content }) => ({ role, content: [...content].slice(0, LONGEST_MESSAGE).join("") }));
  const response = await request("v1/answers", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: JSON.stringify(Object.keys(filters).length > 0 ? { question, history, filters } : { question, history }),
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
    throw readable(error);
  }
  if (!complete) throw new Problem("The answer broke off before its end.");
}

/**
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<Document>}
 */
export async function fetchDocument(id, signal) {
  return found(`v1/documents/${encodeURIComponent(id)}`, { signal });
}

/** @returns {Promise<Field[]>} what filters can ask for */
export async function fetchFields() {
  return (await found("v1/fields")).fields;
}

/** @returns {Promise<string[]>} questions that the documents answer */
export async function fetchSuggestions() {
  return (await found("v1/suggestions")).questions;
}

/** @returns {Promise<Summary[]>} */
export async function fetchDocuments() {
  return (await found("v1/documents")).documents;
}

/** @returns {Promise<Snapshot | null>} the one in force */
export async function fetchSnapshot() {
  return (await found("v1/snapshots")).snapshots.find(({ current }) => current) ?? null;
}

/**
 * @param {string} secret the key to what changes the index
 * @returns {Promise<Source[]>} what became of every file that was given
 */
export async function fetchSources(secret) {
  return (await found("v1/sources", { headers: { Authorization: `Bearer ${secret}` } })).sources;
}

async function found(path, options) {
  const response = await request(path, options);
  try {
    return await response.json();
  } catch (error) {
    throw readable(error);
  }
}

/** Paths are taken from where this module lies, so the service may stand under any prefix. */
async function request(path, options) {
  let response;
  try {
    response = await fetch(new URL(`../${path}`, import.meta.url), options);
  } catch (error) {
    throw readable(error);
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

async function refusal(response) {
  const isProblem = response.headers.get("Content-Type")?.includes("json");
  const problem = isProblem ? await response.json().catch(() => null) : null;
  const { status } = response;
  return new Problem(problem?.title ? sentence(problem) : `The service answered with an error (${status}).`, status);
}

/** One sentence from a problem's title and detail. */
function sentence({ title, detail }) {
  const parts = [title, detail].filter(Boolean).map((part) => part.trim().replace(/\.$/, ""));
  return `${parts.join(": ")}.`;
}

/** Fetch and its streams report a lost connection as a TypeError; what is not JSON is a SyntaxError. */
function readable(error) {
  if (error instanceof TypeError) {
    return new Problem(
      navigator.onLine
        ? "The service cannot be reached; it may be restarting."
        : "You are offline, so the service cannot be reached.",
    );
  }
  return error instanceof SyntaxError ? new Problem("The service sent something this page cannot read.") : error;
}
