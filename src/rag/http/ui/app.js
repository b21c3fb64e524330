/** The page: puts its parts together, and says which of them is seen. */

import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { Documents, holdings } from "./documents.js";
import { History, Keys } from "./dialogs.js";
import { element } from "./dom.js";
import { Filters } from "./filters.js";
import { listen } from "./keys.js";
import { conversations, current } from "./memory.js";
import { fetchFields, fetchSnapshot, fetchSuggestions, Problem } from "./service.js";
import { SourcePane } from "./source.js";

const NO_INDEX = 503;

const welcome = document.getElementById("holdings");
const suggestions = document.getElementById("suggestions");
const [afresh, showHistory, showDocuments, showKeys] = ["afresh", "show-history", "show-documents", "show-keys"].map(
  (id) => document.getElementById(id),
);

const pane = new SourcePane();
const filters = new Filters();
const composer = new Composer(
  ask,
  () => conversation.stop(),
);
const conversation = new Conversation(pane, composer);
const documents = new Documents((...passage) => pane.open(...passage));
const history = new History({ restore, forgotten });

/** @type {import("./keys.js").Key[]} */
const KEYS = [
  { key: "/", does: "Write a question", act: write },
  { key: "Enter", does: "Send it; with Shift, start a new line" },
  { key: "j", does: "Next citation; the first one where none is open", act: () => step(1) },
  { key: "k", does: "Previous citation", act: () => step(-1) },
  { key: "c", does: "Copy the quotation with its reference", act: () => pane.copy() },
  { key: "o", does: "Open the original", act: () => pane.openOriginal() },
  { key: "Escape", name: "Esc", does: "Close the source and go back to its citation", act: () => pane.isOpen && pane.close() },
  { key: "f", does: "Filters", act: () => isAsking() && filters.toggle() },
  { key: "n", does: "New conversation", act: startAfresh },
  { key: "h", does: "History", act: () => history.show() },
  { key: "d", does: "Documents, and back", act: () => (location.hash = isAsking() ? "#documents" : "") },
  { key: "?", does: "This list", act: () => keys.show() },
];
const keys = new Keys(KEYS);

function isAsking() {
  return location.hash !== "#documents";
}

function ask(question) {
  filters.fold();
  conversation.ask(question, filters.scope);
}

function write() {
  location.hash = "";
  view();
  composer.focus();
}

function step(by) {
  if (pane.isOpen) pane.step(by);
  else conversation.firstCitation?.click();
}

function startAfresh() {
  conversation.startAfresh();
  write();
}

function restore(kept) {
  location.hash = "";
  conversation.restore(kept);
  composer.focus();
}

function forgotten(id) {
  if (!id || id === conversation.id) conversation.startAfresh();
  announce();
}

function view() {
  document.getElementById("conversation").hidden = !isAsking();
  if (isAsking()) showDocuments.removeAttribute("aria-current");
  else showDocuments.setAttribute("aria-current", "page");
  if (!isAsking() && pane.isOpen) pane.dismiss();
  if (isAsking()) documents.hide();
  else documents.show();
}

/** What depends on whether there is a conversation. */
function announce() {
  document.body.classList.toggle("empty", conversation.isEmpty);
  composer.expect(!conversation.isEmpty);
  afresh.hidden = conversation.isEmpty;
  showHistory.hidden = conversations().length === 0;
}

/** What the index holds: how much, what can be filtered by, and what it answers. */
async function prepare() {
  try {
    const [fields, snapshot] = await Promise.all([fetchFields(), fetchSnapshot()]);
    filters.offer(fields);
    if (snapshot?.documents) welcome.textContent = `From ${holdings(snapshot.documents, snapshot)}`;
    suggest(await fetchSuggestions());
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === NO_INDEX) welcome.textContent = error.message;
  }
}

function suggest(questions) {
  const items = questions.map((question) =>
    element("li", {}, element("button", { type: "button", dir: "auto", click: () => ask(question) }, question)),
  );
  suggestions.querySelector("ul").replaceChildren(...items);
  suggestions.hidden = items.length === 0;
}

afresh.addEventListener("click", startAfresh);
showHistory.addEventListener("click", () => history.show());
showKeys.addEventListener("click", () => keys.show());
document.addEventListener("conversation", announce);
window.addEventListener("hashchange", view);
listen(KEYS);
const kept = current();
if (kept) conversation.restore(kept);
else announce();
view();
prepare();
