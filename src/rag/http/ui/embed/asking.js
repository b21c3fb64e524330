/** What the element asks of the service, and the sentence to show where that fails. */

import { events } from "../stream.js";

/**
 * @typedef {{marker: number, title: string, author: string | null, published: string | null, page: number | null,
 *   quote: string, link: string}} Citation
 * @typedef {{text: string, citations: number[]}} Statement
 * @typedef {{title: string, url: string | null, text: string}} Hit
 * @typedef {{outcome: "answered" | "partial" | "no_evidence", statements: Statement[], citations: Citation[],
 *   evidence: Hit[], abstention: string | null, degraded: string | null}} Answer
 * @typedef {{role: "user" | "assistant", content: string}} Message
 */

/** A failure whose message is a sentence for the reader. */
export class Problem extends Error {}

/** What the service takes of a conversation. */
const MOST_MESSAGES = 50;
const LONGEST_MESSAGE = 8000;

/**
 * Ask one question; the last event is the whole answer.
 *
 * @param {string} endpoint
 * @param {string} question
 * @param {Message[]} conversation what was said before, oldest first
 * @param {AbortSignal} signal
 */
export async function* ask(endpoint, question, conversation, signal) {
  const history = conversation
    .slice(-MOST_MESSAGES)
    .map(({ role, content }) => ({ role, content: [...content].slice(0, LONGEST_MESSAGE).join("") }));
  let isComplete = false;
  try {
    const response = await post(endpoint, { question, history }, signal);
    for await (const { event, data } of events(response.body)) {
      const value = JSON.parse(data);
      if (event === "error") throw new Problem(sentence(value));
      isComplete ||= event === "answer";
      yield { event, value };
    }
  } catch (error) {
    throw readable(error);
  }
  if (!isComplete) throw new Problem("The answer broke off before its end.");
}

async function post(endpoint, body, signal) {
  const response = await fetch(new URL("v1/answers", endpoint.replace(/\/?$/, "/")), {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: JSON.stringify(body),
    signal,
  });
  if (!response.ok) throw new Problem(await refusal(response));
  return response;
}

async function refusal(response) {
  const problem = await response.json().catch(() => null);
  return problem?.detail ? sentence(problem) : `The service answered with an error (${response.status}).`;
}

function sentence({ title, detail }) {
  const said = (detail || title).trim().replace(/\.$/, "");
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
}

/** Fetch and its streams report a lost connection as a TypeError; what is not JSON is a SyntaxError. */
function readable(error) {
  if (error instanceof TypeError) {
    return new Problem(navigator.onLine ? "The service cannot be reached just now." : "You are offline.");
  }
  return error instanceof SyntaxError ? new Problem("The service sent something that cannot be read.") : error;
}
