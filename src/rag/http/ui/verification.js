/** The line about sentences of a language model that are not shown as it wrote them. */

/**
 * @typedef {{kept: number, replaced: number, withheld: number, doubts: Object<string, number>}} Verification
 *
 * @param {Verification | null | undefined} verification
 * @returns {string} an empty string if every sentence is shown in the model's words
 */
export function verified(verification) {
  if (!verification || verification.replaced + verification.withheld === 0) return "";
  const { kept, replaced, withheld } = verification;
  const parts = [`${kept} of ${kept + replaced + withheld} sentences of the language model are supported by their sources`];
  if (replaced) parts.push(`${replaced} replaced with a quote`);
  if (withheld) parts.push(`${withheld} withheld`);
  return `${parts.join("; ")}.`;
}
