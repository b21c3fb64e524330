/** Conversations kept in this browser, and nowhere else. */

/**
 * @typedef {import("./service.js").Answer} Answer
 * @typedef {import("./filters.js").Scope} Scope
 *
 * @typedef {{question: string, scope: Scope, answer: Answer, time: string}} Exchange
 * @typedef {{id: string, time: string, exchanges: Exchange[]}} Kept
 */

const CONVERSATIONS = "rag.conversations";
const CURRENT = "rag.conversation";
const LETTERS = "rag.letters";

/** @returns {Kept[]} the newest first */
export function conversations() {
  return read(localStorage, CONVERSATIONS, []).filter((kept) => kept?.exchanges?.length > 0);
}

/** @param {Kept} conversation takes the place of what was kept of it, and is the newest */
export function keep(conversation) {
  const kept = [conversation, ...conversations().filter(({ id }) => id !== conversation.id)];
  // A browser gives a few megabytes: the oldest make room.
  while (kept.length > 0 && !write(localStorage, CONVERSATIONS, kept)) kept.pop();
}

/** @param {string} [id] without one, all are forgotten */
export function forget(id) {
  write(localStorage, CONVERSATIONS, id ? conversations().filter((kept) => kept.id !== id) : []);
}

/** The conversation that this tab shows, which survives a reload. */
export function current() {
  const id = read(sessionStorage, CURRENT, null);
  return conversations().find((kept) => kept.id === id) ?? null;
}

/** @param {string | null} id */
export function setCurrent(id) {
  write(sessionStorage, CURRENT, id);
}

/** Whether single letters are shortcuts. */
export function letters() {
  return read(localStorage, LETTERS, true);
}

/** @param {boolean} areShortcuts */
export function setLetters(areShortcuts) {
  write(localStorage, LETTERS, areShortcuts);
}

/** What is not there, or is not what this page wrote, counts as nothing. */
function read(storage, name, nothing) {
  try {
    const value = JSON.parse(storage.getItem(name));
    return value !== null && Array.isArray(value) === Array.isArray(nothing) ? value : nothing;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return nothing;
    throw error;
  }
}

/** @returns {boolean} whether there was room */
function write(storage, name, value) {
  try {
    storage.setItem(name, JSON.stringify(value));
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}
