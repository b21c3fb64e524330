/** Sentences of the service that the page can say in its own language. The service writes them in English. */

import { t } from "./language.js";

/** Sentences of notices and reasons, with `{name}` for each part that differs. `rag.answer.notices` writes most of them. */
const KNOWN = [
  spoken("Hello! Ask a question about the documents."),
  spoken("You are welcome. Ask another question at any time."),
  spoken("The documents do not say: {parts}."),
  spoken("Shown {count} of {total}: the others are in “{title}” from “{following}” on."),
  spoken("Shown {count} of {total} documents."),
  spoken("No sentence says how many {noun} there are. The answer lists {shown}."),
  spoken("No sentence says how many {noun} there are."),
  spoken("“{title}” does not name its author."),
  spoken("“{title}” does not name its date."),
  spoken("Shown 1 of {places} provisions with the name “{name}”. Name its section or document for another one."),
  spoken("No document has “{name}”."),
  spoken("“{title}” is replaced by “{replacement}”."),
  spoken("“{title}” says that it is no longer in force."),
  spoken("As of {day}, “{title}” is not yet in force: its first day is {first}."),
  spoken("As of {day}, “{title}” is not yet in force: its text says that its first day is {first}."),
  spoken("As of {day}, “{title}” is no longer in force: its last day is {last}."),
  spoken("As of {day}, “{title}” is no longer in force: its text says that its last day is {last}."),
  spoken("As of {day}, “{title}” is no longer in force: “{replacement}” replaced it after {last}."),
  spoken("The question was read as of {day}, because of “{words}”."),
  spoken("Exceptions and conditions were looked for in “{place}”: found {count}."),
  spoken("Exceptions and conditions were looked for in “{place}” and in {provisions}: found {count}."),
  spoken("A cited rule of “{place}” is limited by {missing}, which the document does not have."),
  spoken("The documents contradict each other: {first} and {second} state different figures."),
  spoken("The documents contradict each other: {first} and {second} state different dates."),
  spoken("The documents contradict each other: {first} and {second} differ in what must or may be done."),
  spoken("The documents contradict each other: {first} and {second} say the opposite."),
  spoken("“{title}” goes first: its rank is higher."),
  spoken("“{title}” goes first: it is newer."),
  spoken("“{title}” goes first: it is more specific."),
  spoken("The question was read with “{typed}” as “{word}”."),
  spoken("The question was read as “{question}”"),
  spoken("the language model found no answer in the passages"),
  spoken("the language model did not answer in time"),
  spoken("the language model failed"),
];

/**
 * Return a sentence of the service in the language of the page. An unknown one is returned unchanged.
 *
 * @param {string} english
 */
export function inOwnWords(english) {
  for (const { sentence, pattern } of KNOWN) {
    const found = pattern.exec(english);
    if (found) return t(sentence, found.groups);
  }
  return english;
}

/** Each value is as short as possible, so a value with the words of a sentence cannot take the place of another one. */
function spoken(sentence) {
  const literal = sentence.replaceAll(/[.*+?^$()[\]\\|]/g, "\\$&");
  return { sentence, pattern: new RegExp(`^${literal.replaceAll(/\{(\w+)\}/g, "(?<$1>.+?)")}$`, "s") };
}
