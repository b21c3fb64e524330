/**
 * The places of the page in the history of the browser, so that Back and Forward move in it. Each question has an entry
 * with its address, and so has the source pane where it covers the page.
 *
 * @typedef {{conversation?: string, turn?: number, pane?: boolean}} Place `conversation` is the id of a saved one, or
 *   empty; `turn` counts its questions from 0
 */

/** @returns {Place | null} the place of the current entry; null if this page has not set one */
export function currentPlace() {
  return history.state;
}

/**
 * Add an entry for a place. If it is the same place, the entry is replaced.
 *
 * @param {Place} place
 * @param {string} address
 */
export function enter(place, address) {
  if (JSON.stringify(place) === JSON.stringify(history.state)) history.replaceState(place, "", address);
  else history.pushState(place, "", address);
}

/** @param {Place} place of the current entry, whose address stays */
export function mark(place) {
  history.replaceState(place, "", location.href);
}

/** Add an entry for the source pane, which covers the page. */
export function enterPane() {
  history.pushState({ ...history.state, pane: true }, "", location.href);
}

/** Leave the entry of the source pane, if it is the current one. */
export function leavePane() {
  if (history.state?.pane) history.back();
}
