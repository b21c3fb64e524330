/**
 * Gives the sentences of the page in the language of the reader. Each is written in English where it is used; a file in
 * `languages/` translates all of them. To add a language, add its file, and its code to `LANGUAGES`.
 */

import { element } from "./dom.js";

/** The file of a language is `languages/<code>.json`. English needs none. */
export const LANGUAGES = ["en", "de", "fr"];

const CHOICE = "rag.language";
const ENGLISH = { direction: "ltr", sentences: {} };
const ATTRIBUTES = ["aria-label", "placeholder", "title"];

/** Whether this is a page of the service. `<rag-chat>` is part of another site's page, and follows its language. */
const isOwnPage = document.documentElement.hasAttribute("data-t");
const [language, locale] = choose([...stated(), ...navigator.languages].filter(isLanguageTag));

/** A module that needs sentences waits here for the file, so `t` may also be called while a module is loaded. */
const { direction, sentences } = language === "en" ? ENGLISH : await load();

const plurals = new Intl.PluralRules(language);

/**
 * Return a sentence with its values.
 *
 * @param {string} english the sentence, with `{name}` where a value belongs
 * @param {Record<string, string | number>} [values]
 */
export function t(english, values = {}) {
  return fill(sentences[english] ?? english, values);
}

/**
 * Return a sentence about a number of things. A language file gives its plural forms under the English plural.
 *
 * @param {string} one the English sentence for one thing
 * @param {string} other the English sentence for any other number, with `{count}`
 * @param {number} count
 * @param {Record<string, string | number>} [values]
 */
export function plural(one, other, count, values = {}) {
  const forms = sentences[other] ?? { one, other };
  return fill(forms[plurals.select(count)] ?? forms.other, { count: number(count), ...values });
}

/** @param {number} value */
export function number(value) {
  return new Intl.NumberFormat(locale).format(value);
}

/** @param {string[]} items joined as in a sentence: "a, b and c" */
export function enumerated(items) {
  return new Intl.ListFormat(locale, { type: "conjunction" }).format(items);
}

/**
 * Format a date. Its parts stay on one line.
 *
 * @param {Date} day
 * @param {Intl.DateTimeFormatOptions} options
 */
export function formatDate(day, options) {
  return new Intl.DateTimeFormat(locale, options).format(day).replaceAll(" ", "\u00a0");
}

/** @param {string} code of a language; an unknown one is returned unchanged */
export function languageName(code) {
  return isLanguageTag(code) ? new Intl.DisplayNames([locale], { type: "language" }).of(code) : code;
}

/**
 * Mark text with its language and direction.
 *
 * @param {HTMLElement} node
 */
export function markLanguage(node) {
  node.lang = language;
  node.dir = direction;
}

/**
 * Translate the parts of a page that are written in HTML: the words and the names of elements with `data-t`.
 *
 * @param {Document} page
 */
export function translate(page) {
  markLanguage(page.documentElement);
  for (const node of page.querySelectorAll("body [data-t], title[data-t]")) {
    if (node.childElementCount === 0 && node.textContent.trim()) node.textContent = t(inOneLine(node.textContent));
    for (const name of ATTRIBUTES) if (node.hasAttribute(name)) node.setAttribute(name, t(node.getAttribute(name)));
  }
}

/** Return the control that chooses the language. The page is loaded again, because every part of it has sentences. */
export function languageChoice() {
  const options = LANGUAGES.map((code) => {
    const name = new Intl.DisplayNames([code], { type: "language" }).of(code);
    return element("option", { value: code, lang: code, selected: code === language }, capitalised(name, code));
  });
  const remember = ({ target }) => {
    localStorage.setItem(CHOICE, target.value);
    location.reload();
  };
  const select = element("select", { change: remember }, ...options);
  return element("label", { class: "language" }, element("span", {}, t("Language")), select);
}

/** Return the language that was chosen on this page, or that the site of `<rag-chat>` has. */
function stated() {
  if (!isOwnPage) return [document.documentElement.lang];
  try {
    return [localStorage.getItem(CHOICE) ?? ""];
  } catch (error) {
    if (error instanceof DOMException) return []; // the browser stores nothing
    throw error;
  }
}

/**
 * Return the first wanted language that the page has, and the locale for its dates and numbers.
 *
 * @param {string[]} wanted language tags, the best first
 */
function choose(wanted) {
  const found = wanted.map(baseLanguage).find((code) => LANGUAGES.includes(code)) ?? "en";
  const regional = navigator.languages.filter(isLanguageTag).find((tag) => baseLanguage(tag) === found);
  return [found, regional ?? (found === "en" ? "en-GB" : found)];
}

/** Load the file of the language. Without it, the page is in English. */
async function load() {
  try {
    const response = await fetch(new URL(`languages/${language}.json`, import.meta.url));
    return response.ok ? await response.json() : ENGLISH;
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) return ENGLISH;
    throw error;
  }
}

function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

function inOneLine(text) {
  return text.trim().replaceAll(/\s+/g, " ");
}

function capitalised(name, code) {
  return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
}

function baseLanguage(tag) {
  return new Intl.Locale(tag).language;
}

/** Some browsers name languages that are not tags of BCP 47, such as `en-US@posix`. */
function isLanguageTag(text) {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
