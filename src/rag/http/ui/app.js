/** The entry point of the page: connects its parts and switches between its views. */

import { Access } from "./access.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { Documents, indexSummary } from "./documents.js";
import { History, KeyboardHelp } from "./dialogs.js";
import { element } from "./dom.js";
import { Filters } from "./filters.js";
import { listen } from "./keys.js";
import { conversations, current } from "./storage.js";
import { fetchFields, fetchGenerator, fetchSnapshot, fetchSuggestions, Problem } from "./service.js";
import { SourcePane } from "./source.js";

const NO_INDEX = 503;

const summary = document.getElementById("index-summary");
const suggestions = document.getElementById("suggestions");
const destination = document.getElementById("destination");
const newConversationButton = document.getElementById("new-conversation");
const historyButton = document.getElementById("show-history");
const documentsLink = document.getElementById("show-documents");
const keysButton = document.getElementById("show-keys");

const pane = new SourcePane();
const filters = new Filters();
const composer = new Composer(
  ask,
  () => conversation.stop(),
);
const conversation = new Conversation(pane, composer);
const documents = new Documents((...args) => pane.open(...args));
const history = new History({ restore, onDelete: leaveDeleted });
const access = new Access(load, document.getElementById("show-access"));

/** @type {import("./keys.js").Shortcut[]} */
const SHORTCUTS = [
  { key: "/", description: "Write a question", action: focusQuestion },
  { key: "Enter", description: "Send the question; with Shift, start a new line" },
  { key: "j", description: "Next citation, or the first one if no source is open", action: () => step(1) },
  { key: "k", description: "Previous citation", action: () => step(-1) },
  { key: "c", description: "Copy the quotation with its reference", action: () => pane.copy() },
  { key: "o", description: "Open the original document", action: () => pane.openOriginal() },
  { key: "Escape", name: "Esc", description: "Close the source and go back to its citation", action: closeSource },
  { key: "f", description: "Show or hide the filters", action: () => isConversationView() && filters.toggle() },
  { key: "n", description: "Start a new conversation", action: startNewConversation },
  { key: "h", description: "Show the history", action: () => history.show() },
  { key: "d", description: "Show the documents, or go back", action: toggleDocuments },
  { key: "?", description: "Show this list", action: () => keyboardHelp.show() },
];
const keyboardHelp = new KeyboardHelp(SHORTCUTS);

function isConversationView() {
  return location.hash !== "#documents";
}

function ask(question) {
  filters.collapse();
  conversation.ask(question, filters.scope);
}

function focusQuestion() {
  location.hash = "";
  showView();
  composer.focus();
}

function step(by) {
  if (pane.isOpen) pane.step(by);
  else conversation.firstCitation?.click();
}

function closeSource() {
  if (pane.isOpen) pane.close();
}

function toggleDocuments() {
  location.hash = isConversationView() ? "#documents" : "";
}

function startNewConversation() {
  conversation.startNewConversation();
  focusQuestion();
}

function restore(saved) {
  location.hash = "";
  conversation.restore(saved);
  composer.focus();
}

/** Clear the page if it shows a deleted conversation; no id means that all were deleted. */
function leaveDeleted(id) {
  if (!id || id === conversation.id) conversation.startNewConversation();
  updateControls();
}

function showView() {
  document.getElementById("conversation").hidden = !isConversationView();
  if (isConversationView()) documentsLink.removeAttribute("aria-current");
  else documentsLink.setAttribute("aria-current", "page");
  if (!isConversationView() && pane.isOpen) pane.dismiss();
  if (isConversationView()) documents.hide();
  else documents.show();
}

/** Show or hide the controls that depend on whether there is a conversation. */
function updateControls() {
  document.body.classList.toggle("empty", conversation.isEmpty);
  composer.setFollowUp(!conversation.isEmpty);
  newConversationButton.hidden = conversation.isEmpty;
  historyButton.hidden = conversations().length === 0;
}

/** Say so if questions and passages leave for another host. */
async function showDestination() {
  try {
    destination.hidden = !(await fetchGenerator()).another_host;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}

/** Load everything that the page shows besides conversations. */
function load() {
  loadIndex();
  showDestination();
  if (!isConversationView()) showView();
}

/** Load the size of the index, the filters and the suggested questions. */
async function loadIndex() {
  try {
    const [fields, snapshot] = await Promise.all([fetchFields(), fetchSnapshot()]);
    filters.setFields(fields);
    if (snapshot?.documents) summary.textContent = `From ${indexSummary(snapshot.documents, snapshot)}`;
    showSuggestions(await fetchSuggestions());
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === NO_INDEX) summary.textContent = error.message;
  }
}

function showSuggestions(questions) {
  const items = questions.map((question) =>
    element("li", {}, element("button", { type: "button", dir: "auto", click: () => ask(question) }, question)),
  );
  suggestions.querySelector("ul").replaceChildren(...items);
  suggestions.hidden = items.length === 0;
}

newConversationButton.addEventListener("click", startNewConversation);
historyButton.addEventListener("click", () => history.show());
keysButton.addEventListener("click", () => keyboardHelp.show());
document.addEventListener("conversation", updateControls);
window.addEventListener("hashchange", showView);
listen(SHORTCUTS);
const saved = current();
if (saved) conversation.restore(saved);
else updateControls();
if (isConversationView()) showView();
access.start();
