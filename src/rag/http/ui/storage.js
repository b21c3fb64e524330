/** Conversations and preferences, saved only in this browser. */

/**
 * @typedef {import("./service.js").Answer} Answer
 * @typedef {import("./filters.js").Scope} Scope
 *
 * @typedef {{question: string, scope: Scope, answer: Answer, time: string}} Exchange
 * @typedef {{id: string, time: string, exchanges: Exchange[]}} SavedConversation
 */

const CONVERSATIONS = "rag.conversations";
const CURRENT = "rag.conversation";
const SINGLE_KEYS = "rag.letters";
const LINKS = "rag.links";
const ACCESS_KEY = "rag.key";
const SOURCE_VIEW = "rag.source-view";

/** @returns {SavedConversation[]} newest first */
export function conversations() {
  return read(localStorage, CONVERSATIONS, []).filter((saved) => saved?.exchanges?.length > 0);
}

/**
 * Save a conversation as the newest one. It replaces an earlier version with the same id.
 *
 * @param {SavedConversation} conversation
 */
export function save(conversation) {
  const saved = [conversation, ...conversations().filter(({ id }) => id !== conversation.id)];
  // A browser stores only a few megabytes, so the oldest conversations are dropped until the rest fits.
  while (saved.length > 0 && !write(localStorage, CONVERSATIONS, saved)) saved.pop();
}

/**
 * Delete one conversation, or all.
 *
 * @param {string} [id] if omitted, all are deleted
 */
export function remove(id) {
  write(localStorage, CONVERSATIONS, id ? conversations().filter((saved) => saved.id !== id) : []);
}

/** Return the conversation of this tab, so that a reload can restore it; null if there is none. */
export function current() {
  const id = read(sessionStorage, CURRENT, null);
  return conversations().find((saved) => saved.id === id) ?? null;
}

/** @param {string | null} id of the conversation that this tab shows */
export function setCurrent(id) {
  write(sessionStorage, CURRENT, id);
}

/** @returns {Object<string, import("./kept.js").SharedLink>} the links that were made in this browser, by seal */
export function links() {
  return read(localStorage, LINKS, {});
}

/** @param {Object<string, import("./kept.js").SharedLink>} made */
export function setLinks(made) {
  write(localStorage, LINKS, made);
}

/** @returns {string | null} the key that this tab sends; it ends with the tab */
export function accessKey() {
  return read(sessionStorage, ACCESS_KEY, null);
}

/** @param {string | null} key */
export function setAccessKey(key) {
  if (key === null) sessionStorage.removeItem(ACCESS_KEY);
  else write(sessionStorage, ACCESS_KEY, key);
}

/** @returns {"page" | "text" | null} the view of sources that the reader has chosen */
export function sourceView() {
  const chosen = read(localStorage, SOURCE_VIEW, null);
  return ["page", "text"].includes(chosen) ? chosen : null;
}

/** @param {"page" | "text"} view */
export function setSourceView(view) {
  write(localStorage, SOURCE_VIEW, view);
}

/** Return whether single-key shortcuts are on. */
export function singleKeysEnabled() {
  return read(localStorage, SINGLE_KEYS, true);
}

/** @param {boolean} areEnabled */
export function setSingleKeysEnabled(areEnabled) {
  write(localStorage, SINGLE_KEYS, areEnabled);
}

/**
 * Return a stored value. Return `fallback` if the value is missing or is not JSON, or if one of them is an array and
 * the other is not.
 */
function read(storage, name, fallback) {
  try {
    const value = JSON.parse(storage.getItem(name));
    return value !== null && Array.isArray(value) === Array.isArray(fallback) ? value : fallback;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return fallback;
    throw error;
  }
}

/** @returns {boolean} whether the value was stored; false if the storage is full or disabled */
function write(storage, name, value) {
  try {
    storage.setItem(name, JSON.stringify(value));
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}
