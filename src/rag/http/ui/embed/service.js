/** The client for the HTTP service. It turns each failure into a sentence for the user. */

import { t } from "../language.js";
import { events } from "../stream.js";

/**
 * @typedef {{marker: number, title: string, author: string | null, published: string | null, page: number | null,
 *   quote: string, link: string}} Citation
 * @typedef {{text: string, citations: number[], quoted: boolean, exception?: boolean}} Statement
 * @typedef {{title: string, url: string | null, text: string}} Hit
 * @typedef {{outcome: "answered" | "partial" | "conflicting" | "no_evidence", statements: Statement[], citations: Citation[],
 *   evidence: Hit[], abstention: string | null, degraded: string | null,
 *   verification: {kept: number, replaced: number, withheld: number} | null,
 *   notices: {kind: string, text: string, questions: string[]}[]}} Answer
 * @typedef {{role: "user" | "assistant", content: string}} Message
 */

/** A failure, with a sentence for the user as its message. */
export class Problem extends Error {}

/** The service's limits for a conversation. */
const MAX_MESSAGES = 50;
const MAX_MESSAGE_LENGTH = 8000;

/**
 * Ask one question and yield the events of the answer; the last event is the complete answer.
 *
 * @param {string} endpoint
 * @param {{question: string, history: Message[], asOf: string | null}} asked `history` has the earlier messages, oldest
 *   first; `asOf` is the day on which the documents must be in force
 * @param {AbortSignal} signal
 * @param {string | null} key of the service, if it asks for one
 */
export async function* ask(endpoint, { question, history: conversation, asOf }, signal, key) {
  const history = conversation
    .slice(-MAX_MESSAGES)
    .map(({ role, content }) => ({ role, content: [...content].slice(0, MAX_MESSAGE_LENGTH).join("") }));
  let isComplete = false;
  try {
    const response = await post(endpoint, { question, history, ...(asOf && { as_of: asOf }) }, signal, key);
    for await (const { event, data } of events(response.body)) {
      const value = JSON.parse(data);
      if (event === "error") throw new Problem(sentence(value));
      isComplete ||= event === "answer";
      yield { event, value };
    }
  } catch (error) {
    throw toProblem(error);
  }
  if (!isComplete) throw new Problem(t("The answer was cut off before it was complete."));
}

async function post(endpoint, body, signal, key) {
  const authorization = key ? { Authorization: `Bearer ${key}` } : {};
  const response = await fetch(new URL("v1/answers", endpoint.replace(/\/?$/, "/")), {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream", ...authorization },
    body: JSON.stringify(body),
    signal,
  });
  if (!response.ok) throw new Problem(await errorMessage(response));
  return response;
}

async function errorMessage(response) {
  const problem = await response.json().catch(() => null);
  return problem?.detail
    ? sentence(problem)
    : t("The service answered with an error ({status}).", { status: response.status });
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
    return new Problem(navigator.onLine ? t("The service cannot be reached right now.") : t("You are offline."));
  }
  if (!(error instanceof SyntaxError)) return error;
  return new Problem(t("The service sent a response that this page cannot read."));
}
