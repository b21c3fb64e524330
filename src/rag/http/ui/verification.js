/** The line about sentences of a language model that are not shown as it wrote them. */

import { plural, t } from "./language.js";

/**
 * @typedef {{kept: number, replaced: number, withheld: number, doubts: Object<string, number>}} Verification
 *
 * @param {Verification | null | undefined} verification
 * @returns {string} an empty string if every sentence is shown in the model's words
 */
export function verified(verification) {
  if (!verification || verification.replaced + verification.withheld === 0) return "";
  const { kept, replaced, withheld } = verification;
  const all = kept + replaced + withheld;
  const parts = [
    plural(
      "{kept} of {count} sentence of the language model is supported by its sources",
      "{kept} of {count} sentences of the language model are supported by their sources",
      all,
      { kept },
    ),
  ];
  if (replaced) parts.push(t("{replaced} replaced with a quote", { replaced }));
  if (withheld) parts.push(t("{withheld} withheld", { withheld }));
  return `${parts.join("; ")}.`;
}
