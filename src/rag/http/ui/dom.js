/** Creates elements. The other modules use only this function, so outside text becomes text nodes, never markup. */

/**
 * @param {string} name
 * @param {Object<string, string | boolean | null | EventListener>} [attributes] null and false are left out;
 *   a function is added as a listener for the event of that name
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
