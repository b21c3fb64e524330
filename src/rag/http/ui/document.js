/** Shows the page of a document in the language of the reader. The page works without it, in English. */

import { date } from "./format.js";
import { translate } from "./language.js";

/** Translate the page and write its dates in words. */
export function present() {
  translate(document);
  for (const time of document.querySelectorAll("time")) time.textContent = date(time.textContent);
}

present();
