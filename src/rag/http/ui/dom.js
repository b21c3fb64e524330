/** The one way this page makes elements: words from outside become text nodes, never markup. */

/**
 * @param {string} name
 * @param {Object<string, string | boolean | null | EventListener>} [attributes] null and false leave one out;
 *   a function under "click" listens for clicks
 * @param {...(Node | string | null)} children
 * @returns {HTMLElement}
 */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(key, value);
    else if (value !== null && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== ""));
  return node;
}
