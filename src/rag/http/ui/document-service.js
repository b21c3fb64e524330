/** The requests of the view of documents: parts of the list, passages, versions, and changes. */

import { fetchJson, Problem } from "./service.js";

/**
 * @typedef {import("./service.js").Summary} Summary
 *
 * @typedef {object} ListRequest
 * @property {string} [q] words of the title or the author
 * @property {Object<string, unknown>} [filters] as the service expects them
 * @property {string} [sort]
 * @property {number} [offset]
 * @property {number} [limit]
 *
 * @typedef {{documents: Summary[], total: number, next: number | null, snapshot: string}} List
 * @typedef {{start: number, end: number, heading: string[], page: number | null, page_label: string | null,
 *   ocr_confidence: number | null, text: string}} StoredPassage
 * @typedef {{name: string, document_id: string, snapshot: string, since: string, until: string | null, current: boolean,
 *   title: string, valid_from: string | null, valid_to: string | null}} Version
 * @typedef {{id: string, state: string, reason: string | null}} Outcome
 * @typedef {{id: string, state: "waiting" | "running" | "held" | "done" | "failed", reason: string | null, encoded: number,
 *   to_encode: number, outcomes: Outcome[]}} Job
 */

const FIRST_WAIT = 250; // milliseconds between two looks at a job; each wait is longer than the last
const LONGEST_WAIT = 2000;

/** The most values that the service takes in one filter. */
export const MAX_CHOSEN = 100;

/**
 * @param {ListRequest} request
 * @param {AbortSignal} [signal]
 * @returns {Promise<List>}
 */
export async function fetchList({ filters = {}, ...request }, signal) {
  const query = new URLSearchParams({ ...request, filters: JSON.stringify(filters) });
  return fetchJson(`v1/documents?${query}`, { signal });
}

/**
 * Find documents by their ids, at most `MAX_CHOSEN`.
 *
 * @param {string[]} ids
 * @returns {Promise<Summary[]>} those in the index; none if there is no index yet
 */
export async function fetchByIds(ids) {
  if (ids.length === 0) return [];
  try {
    return (await fetchList({ filters: { id: ids.slice(0, MAX_CHOSEN) } })).documents;
  } catch (error) {
    if (error instanceof Problem && error.status === 503) return [];
    throw error;
  }
}

/**
 * @param {string} id
 * @param {number} offset
 * @returns {Promise<{passages: StoredPassage[], total: number, next: number | null, snapshot: string | null}>}
 */
export async function fetchPassages(id, offset) {
  return fetchJson(`${address(id)}/passages?${new URLSearchParams({ offset, limit: 50 })}`);
}

/**
 * Read the passages of a document that is being stored. They are the same as after the job.
 *
 * @param {string} id
 * @param {Job} job
 * @param {number} offset
 */
export async function fetchUploadedPassages(id, job, offset) {
  const query = new URLSearchParams({ document: id, offset, limit: 50 });
  try {
    return await fetchJson(`v1/ingestions/${encodeURIComponent(job.id)}/passages?${query}`);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 404) throw error;
    return fetchPassages(id, offset); // the job has ended
  }
}

/**
 * @param {string} id
 * @returns {Promise<Version[]>} newest first
 */
export async function fetchVersions(id) {
  return (await fetchJson(`${address(id)}/versions`)).versions;
}

/**
 * @param {string} id
 * @param {string} snapshot
 * @returns {Promise<import("./service.js").Document>}
 */
export async function fetchVersion(id, snapshot) {
  return fetchJson(`${address(id)}/versions/${encodeURIComponent(snapshot)}`);
}

/**
 * @param {string} id
 * @returns {Promise<import("./service.js").Document>} the document as it is now
 */
export async function fetchWhole(id) {
  return fetchJson(address(id));
}

/**
 * Store a file as a document. The service reads it in a job.
 *
 * @param {string} id
 * @param {File} file
 * @param {string[]} groups the only groups that may see it; none: everybody
 * @returns {Promise<Job>}
 */
export async function storeFile(id, file, groups) {
  const body = new FormData();
  body.append("file", file);
  if (groups.length > 0) body.append("facts", JSON.stringify({ metadata: { access: groups } }));
  return fetchJson(address(id), { method: "PUT", headers: { Prefer: "respond-async" }, body });
}

/**
 * @param {string} id
 * @returns {Promise<Job>}
 */
export async function removeDocument(id) {
  return fetchJson(address(id), { method: "DELETE", headers: { Prefer: "respond-async" } });
}

/**
 * Wait until a job ends. A held job waits for the decision of a maintainer.
 *
 * @param {Job} job
 * @param {(job: Job) => void} onProgress
 * @returns {Promise<Outcome>} the outcome of its only document. Throws a Problem if the job as a whole failed.
 */
export async function outcomeOf(job, onProgress) {
  let wait = FIRST_WAIT;
  for (let seen = job; ; seen = await fetchJson(`v1/ingestions/${encodeURIComponent(job.id)}`)) {
    if (seen.state === "failed") throw new Problem(seen.reason);
    if (seen.state === "done") return seen.outcomes[0];
    onProgress(seen);
    await new Promise((resolve) => setTimeout(resolve, wait));
    wait = Math.min(wait * 1.5, LONGEST_WAIT);
  }
}

function address(id) {
  return `v1/documents/${encodeURIComponent(id)}`;
}
