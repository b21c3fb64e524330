/** The entry point of the page: connects its parts and switches between its views. */

import { Access } from "./access.js";
import { addressOf, askedInAddress, sharedInAddress } from "./address.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { Documents, indexSummary } from "./documents.js";
import { History, KeyboardHelp } from "./dialogs.js";
import { element } from "./dom.js";
import { Filters } from "./filters.js";
import { fetchShared } from "./kept.js";
import { listen } from "./keys.js";
import { languageChoice, t, translate } from "./language.js";
import { currentPlace, enter, mark } from "./places.js";
import { conversations, current } from "./storage.js";
import { fetchFields, fetchGenerator, fetchSnapshot, fetchSuggestions, Problem } from "./service.js";
import { facts } from "./overview.js";
import { SavedQuestions } from "./saved.js";
import { SourcePane } from "./source.js";

const NO_INDEX = 503;

translate(document);

const summary = document.getElementById("index-summary");
const missing = element("p", { class: "access-error", role: "alert" });
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
const conversation = new Conversation(pane, composer, enterQuestion);
const documents = new Documents((...args) => pane.open(...args), askOnly);
const history = new History({ restore, onDelete: leaveDeleted });
const savedQuestions = new SavedQuestions(document.getElementById("show-saved"), askSaved);
const access = new Access(load, document.getElementById("show-access"));

/** @type {import("./keys.js").Shortcut[]} */
const SHORTCUTS = [
  { key: "/", description: t("Write a question"), action: focusQuestion },
  { key: "Enter", name: t("Enter"), description: t("Send the question; with Shift, start a new line") },
  { key: "j", description: t("Next citation, or the first one if no source is open"), action: () => step(1) },
  { key: "k", description: t("Previous citation"), action: () => step(-1) },
  { key: "c", description: t("Copy the quotation with its reference"), action: () => pane.copy() },
  { key: "o", description: t("Open the original document"), action: () => pane.openOriginal() },
  { key: "p", description: t("Show the page of the PDF, or its text"), action: () => pane.switchView() },
  { key: "Escape", name: t("Esc"), description: t("Leave the question, or close the source and go back to its citation"), action: closeSource },
  { key: "f", description: t("Show or hide the filters"), action: () => isConversationView() && filters.toggle() },
  { key: "n", description: t("Start a new conversation"), action: startNewConversation },
  { key: "h", description: t("Show the history"), action: () => history.show() },
  { key: "s", description: t("Show the saved questions"), action: () => savedQuestions.show() },
  { key: "d", description: t("Show the documents, or go back"), action: toggleDocuments },
  { key: "?", description: t("Show this list"), action: () => keyboardHelp.show() },
];
const keyboardHelp = new KeyboardHelp(SHORTCUTS);

function isConversationView() {
  return location.hash !== "#documents";
}

function ask(question) {
  filters.collapse();
  conversation.ask(question, filters.scope);
}

/** Ask a saved question in the conversation. */
function askSaved(question, scope) {
  if (!isConversationView()) enterConversation();
  conversation.ask(question, scope);
}

/** Limit the next questions to some documents. */
function askOnly(chosen) {
  filters.setDocuments(chosen);
  focusQuestion();
}

/** Give the last question an entry in the history of the browser, with its address. */
function enterQuestion(question, scope) {
  enter({ conversation: conversation.id, turn: conversation.size - 1 }, addressOf(question, scope));
}

/** Enter the conversation of this page: that of its last question, or an empty one. */
function enterConversation() {
  if (conversation.last) enterQuestion(conversation.last.question, conversation.last.scope);
  else enter({ conversation: "" }, location.pathname);
  showView();
}

function focusQuestion() {
  if (!isConversationView()) enterConversation();
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
  if (isConversationView()) location.hash = "#documents";
  else enterConversation();
}

function startNewConversation() {
  conversation.startNewConversation();
  enterConversation();
  composer.focus();
}

function restore(saved) {
  conversation.restore(saved);
  enterConversation();
  composer.focus();
}

/** Show the place of the current entry of the history, after Back or Forward. */
function showPlace() {
  const place = currentPlace();
  if (pane.isOpen && !place?.pane) pane.close();
  if (place?.conversation !== undefined && place.conversation !== conversation.id) {
    const saved = find(place.conversation);
    if (saved) conversation.restore(saved);
    else conversation.startNewConversation();
  }
  if (place?.turn !== undefined && !place.pane) conversation.scrollTo(place.turn);
  if (sharedInAddress()) showShared();
  else if (place === null && isConversationView()) mark({ conversation: conversation.id });
}

/** Show the shared answer that the address names, or why it cannot be shown. */
async function showShared() {
  try {
    conversation.showShared(await fetchShared(sharedInAddress()));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    conversation.startNewConversation();
    missing.textContent = error.message;
    summary.after(missing);
  }
}

/** The action that the address asks for. It waits until the service may be asked. */
let opening = null;

/** Show the place that the page was opened at, or loaded again at. */
function showFirstPlace() {
  const [place, asked] = [currentPlace(), askedInAddress()];
  const saved = place?.conversation === undefined ? current() : find(place.conversation);
  const isNew = asked !== null && (place?.conversation === undefined || (place.conversation !== "" && !saved));
  if (sharedInAddress()) opening = showShared;
  else if (isNew && isConversationView()) opening = () => conversation.ask(asked.question, asked.scope);
  else if (saved) conversation.restore(saved);
  if (opening === null && isConversationView()) mark({ ...place, conversation: conversation.id, pane: false });
  updateControls();
  if (isConversationView()) showView(); // the documents wait until the service may be asked
}

function find(id) {
  return conversations().find((saved) => saved.id === id) ?? null;
}

/** Clear the page if it shows a deleted conversation; no id means that all were deleted. */
function leaveDeleted(id) {
  if (!id || id === conversation.id) {
    conversation.startNewConversation();
    enterConversation();
  }
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
  missing.remove();
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
  savedQuestions.load();
  opening?.();
  opening = null;
  if (!isConversationView()) showView();
}

/** Load the size of the index, the filters and the suggested questions. */
async function loadIndex() {
  try {
    const [fields, snapshot] = await Promise.all([fetchFields(), fetchSnapshot()]);
    filters.setFields(fields);
    document.getElementById("index-facts").replaceChildren(...facts(fields));
    if (snapshot?.documents) summary.textContent = indexSummary(snapshot.documents, snapshot);
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

document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address of the link would leave the list of documents
  document.getElementById("main").focus();
});
document.querySelector(".page-footer").append(languageChoice());
newConversationButton.addEventListener("click", startNewConversation);
historyButton.addEventListener("click", () => history.show());
keysButton.addEventListener("click", () => keyboardHelp.show());
document.addEventListener("conversation", updateControls);
window.addEventListener("popstate", showPlace);
window.addEventListener("hashchange", showView); // after the browser has moved the focus to the fragment
listen(SHORTCUTS);
showFirstPlace();
access.start();
