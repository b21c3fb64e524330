/** The page: one conversation at a time, its questions with their answers, the newest first. */

import { Turn } from "./answer.js";
import { ask, Problem } from "./service.js";
import { SourcePane } from "./source.js";
import { counted } from "./words.js";

const form = document.getElementById("ask");
const box = document.getElementById("question");
const room = document.getElementById("room");
const status = document.getElementById("status");
const stop = document.getElementById("stop");
const turns = document.getElementById("turns");
const afresh = document.getElementById("afresh");
const suggestions = document.getElementById("suggestions");
const pane = new SourcePane();

let asking = new AbortController();
/** @type {Turn[]} oldest first */
let conversation = [];

/** @param {string} question */
async function answer(question) {
  asking.abort();
  const { signal } = (asking = new AbortController());
  const history = conversation.flatMap((earlier) => earlier.said);
  const turn = new Turn(question, (...passage) => pane.open(...passage));
  conversation.push(turn);
  pane.dismiss();
  turns.prepend(turn.element);
  afresh.hidden = false;
  wait(true, "Searching the documents…");
  let outcome = "";
  try {
    for await (const { event, value } of ask(question, history, signal)) outcome = show(turn, event, value);
  } catch (error) {
    if (signal.aborted) {
      turn.stop();
      outcome = "Stopped.";
    } else {
      const message = error instanceof Problem ? error.message : "This page failed to show the answer.";
      turn.fail(message, () => answer(question));
      if (!(error instanceof Problem)) throw error;
    }
  } finally {
    if (asking.signal === signal) wait(false, outcome);
  }
}

/** Put one event of the stream on the page; returns what to say once it is the last. */
function show(turn, event, value) {
  if (event === "evidence") status.textContent = `Reading ${counted(value.hits.length, "passage")}…`;
  if (event === "statement") turn.add(value, value.sources);
  if (event !== "answer") return "";
  turn.finish(value);
  if (value.outcome === "no_evidence") return "The documents do not say.";
  return `Answered, with ${counted(value.citations.length, "citation")}.`;
}

/** Forget the conversation: the next question stands alone. */
function startAfresh() {
  asking.abort();
  asking = new AbortController();
  conversation = [];
  pane.dismiss();
  turns.replaceChildren();
  afresh.hidden = true;
  wait(false, "A new conversation.");
  box.focus();
}

function wait(isWaiting, message) {
  if (stop === document.activeElement) box.focus();
  form.classList.toggle("waiting", isWaiting);
  stop.hidden = !isWaiting;
  status.textContent = message;
}

function submit() {
  const question = box.value.trim();
  if (question === "") return;
  box.value = "";
  measure();
  answer(question);
}

/** Say how much room is left once it becomes scarce. */
function measure() {
  const left = box.maxLength - box.value.length;
  room.textContent = left <= 200 ? `${counted(left, "character")} left.` : "";
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
box.addEventListener("input", measure);
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
stop.addEventListener("click", () => asking.abort());
afresh.addEventListener("click", startAfresh);
suggestions.addEventListener("click", ({ target }) => {
  const suggestion = target.closest("button");
  if (suggestion) answer(suggestion.textContent);
});
