/** The client for shared answers, feedback and files. Nothing is kept on the server unless the user asks for it. */

import { t } from "./language.js";
import { fetchJson, request } from "./service.js";
import { links, setLinks } from "./storage.js";

/**
 * @typedef {import("./service.js").Answer} Answer
 * @typedef {import("./service.js").Citation} Citation
 * @typedef {{id: string, link: string, deletion_key: string}} SharedLink
 * @typedef {{marker: number, state: "valid" | "moved" | "changed" | "gone", now: Citation | null,
 *   since: string | null}} Check
 * @typedef {{id: string, created: string, answer: Answer, checks: Check[]}} SharedAnswer
 * @typedef {{verdict: "good" | "bad", reason: string | null, words: string, marker: number | null}} Feedback
 */

/** The formats of files: those with the answers, then those with the cited documents. Names are not translated. */
export const FILES = [
  { format: "word", name: t("Word document"), file: "answers.docx" },
  { format: "markdown", name: t("Markdown"), file: "answers.md" },
  { format: "text", name: t("Plain text"), file: "answers.txt" },
  { format: "bibtex", name: "BibTeX", isName: true, file: "sources.bib" },
  { format: "csl", name: "CSL-JSON", isName: true, file: "sources.json" },
  { format: "ris", name: "RIS", isName: true, file: "sources.ris" },
];

/**
 * Keep an answer on the server, and remember its link in this browser.
 *
 * @param {Answer} answer
 * @returns {Promise<SharedLink>}
 */
export async function share(answer) {
  const shared = await fetchJson("v1/shared-answers", post({ answer: sent(answer) }));
  setLinks({ ...links(), [answer.seal]: shared });
  return shared;
}

/**
 * @param {Answer} answer
 * @returns {SharedLink | null} the link that was made in this browser
 */
export function sharedLink({ seal }) {
  return links()[seal] ?? null;
}

/** @param {Answer} answer shared in this browser; its link leads nowhere afterwards */
export async function unshare({ seal }) {
  const { [seal]: shared, ...others } = links();
  const headers = { "Deletion-Key": shared.deletion_key };
  await request(`v1/shared-answers/${encodeURIComponent(shared.id)}`, { method: "DELETE", headers });
  setLinks(others);
}

/**
 * @param {string} id
 * @returns {Promise<SharedAnswer>}
 */
export async function fetchShared(id) {
  return fetchJson(`v1/shared-answers/${encodeURIComponent(id)}`);
}

/**
 * @param {Answer} answer
 * @param {Feedback} feedback
 */
export async function sendFeedback(answer, feedback) {
  await request("v1/feedback", post({ answer: sent(answer), ...feedback }));
}

/**
 * Let the user save answers as a file.
 *
 * @param {Answer[]} answers
 * @param {{format: string, file: string}} form
 */
export async function download(answers, { format, file }) {
  const response = await request("v1/exports", post({ answers: answers.map(sent), format }));
  const address = URL.createObjectURL(await response.blob());
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = file;
  anchor.click();
  URL.revokeObjectURL(address);
}

/** The parts of an answer that the service needs. */
function sent({ timings, evidence, text, ...answer }) {
  return answer;
}

function post(body) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}
