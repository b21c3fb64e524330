/** Below the newest answer: questions that its cited documents answer too. */

import { element } from "./dom.js";
import { t } from "./language.js";
import { fetchSuggestions, Problem } from "./service.js";

const CLASS = "next-questions";
const MAX_DOCUMENTS = 2;

/**
 * Fetch the questions about the cited documents and add them to the turn. Without any, the turn stays as it is.
 *
 * @param {HTMLElement} turn
 * @param {string[]} asked the questions of this conversation
 * @param {import("./service.js").Citation[]} citations
 * @param {(question: string) => void} ask
 */
export async function addNextQuestions(turn, asked, citations, ask) {
  const cited = [...new Set(citations.map(({ document_id }) => document_id))].slice(0, MAX_DOCUMENTS);
  if (cited.length === 0) return;
  const known = new Set(asked.map(folded));
  const questions = (await fetched(cited)).filter((question) => !known.has(folded(question)));
  if (questions.length > 0 && turn.matches(":last-child")) turn.append(list(questions, ask));
}

/** Remove the questions below earlier answers. */
export function removeNextQuestions() {
  for (const shown of document.querySelectorAll(`.${CLASS}`)) shown.remove();
}

/** The questions are an extra, so the page does not report why they cannot be had. */
async function fetched(documents) {
  try {
    return await fetchSuggestions(documents);
  } catch (error) {
    if (error instanceof Problem) return [];
    throw error;
  }
}

function list(questions, ask) {
  const items = questions.map((question) => {
    const click = () => ask(question);
    return element("li", {}, element("button", { type: "button", class: "quiet", dir: "auto", click }, question));
  });
  return element(
    "section",
    { class: CLASS },
    element("h3", {}, t("These documents also answer")),
    element("ul", { class: "suggested", role: "list" }, ...items),
  );
}

function folded(question) {
  return question.trim().toLowerCase();
}
