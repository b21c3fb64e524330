/** The two dialogs of the page: earlier conversations, and what the keys do. */

import { element } from "./dom.js";
import { conversations, forget, letters, setLetters } from "./memory.js";
import { counted, day } from "./words.js";

/**
 * @typedef {import("./memory.js").Kept} Kept
 */

export class History {
  #list = element("ul", { class: "kept", role: "list" });
  #clear = element("button", { type: "button", class: "quiet", click: () => this.#forget() }, "Forget all");
  #dialog = dialog("History", "They are kept in this browser alone.", this.#list, this.#clear);
  #acts;

  /** @param {{restore: (kept: Kept) => void, forgotten: (id?: string) => void}} acts */
  constructor(acts) {
    this.#acts = acts;
  }

  show() {
    this.#fill();
    this.#dialog.showModal();
  }

  #fill() {
    const kept = conversations();
    const nothing = element("li", { class: "nothing" }, "No conversation is kept.");
    this.#list.replaceChildren(...(kept.length > 0 ? kept.map((one) => this.#item(one)) : [nothing]));
    this.#clear.hidden = kept.length === 0;
  }

  #item(kept) {
    const [{ question }] = kept.exchanges;
    const restore = () => {
      this.#dialog.close();
      this.#acts.restore(kept);
    };
    return element(
      "li",
      {},
      element("button", { type: "button", class: "restore", dir: "auto", click: restore }, question),
      element("p", { class: "about" }, `${day(kept.time)} · ${counted(kept.exchanges.length, "question")}`),
      element(
        "button",
        { type: "button", class: "close", "aria-label": `Forget “${question}”`, click: () => this.#forget(kept.id) },
        "×",
      ),
    );
  }

  #forget(id) {
    forget(id);
    this.#fill();
    this.#acts.forgotten(id);
    this.#dialog.querySelector("h2").focus();
  }
}

export class Keys {
  #dialog;

  /** @param {import("./keys.js").Key[]} keys */
  constructor(keys) {
    const rows = keys.flatMap(({ key, name, does }) => [
      element("dt", {}, element("kbd", {}, name ?? key)),
      element("dd", {}, does),
    ]);
    const box = element("input", { type: "checkbox", input: ({ target }) => setLetters(target.checked) });
    box.checked = letters();
    const note = "Single keys act while nothing is being written.";
    this.#dialog = dialog(
      "Keyboard",
      note,
      element("dl", { class: "keyboard" }, ...rows),
      element("label", { class: "switch" }, box, "Single keys are shortcuts"),
    );
  }

  show() {
    this.#dialog.showModal();
  }
}

function dialog(title, note, ...children) {
  const id = `${title.toLowerCase()}-title`;
  const made = element(
    "dialog",
    { class: "sheet", "aria-labelledby": id, click: ({ target }) => target === made && made.close() },
    element("button", { type: "button", class: "close", "aria-label": "Close", click: () => made.close() }, "×"),
    element("h2", { id, tabindex: "-1", autofocus: true }, title),
    element("p", { class: "about" }, note),
    ...children,
  );
  document.body.append(made);
  return made;
}
