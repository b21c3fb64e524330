/** Dialogs of the page: earlier conversations and keyboard shortcuts. */

import { element } from "./dom.js";
import { conversations, remove, singleKeysEnabled, setSingleKeysEnabled } from "./storage.js";
import { counted, day } from "./format.js";

/** @typedef {import("./storage.js").SavedConversation} SavedConversation */

export class History {
  #list = element("ul", { class: "saved-conversations", role: "list" });
  #clear = element("button", { type: "button", class: "quiet", click: () => this.#delete() }, "Delete all");
  #dialog = dialog("History", "Conversations are saved only in this browser.", this.#list, this.#clear);
  #actions;

  /** @param {{restore: (saved: SavedConversation) => void, onDelete: (id?: string) => void}} actions */
  constructor(actions) {
    this.#actions = actions;
  }

  show() {
    this.#fill();
    this.#dialog.showModal();
  }

  #fill() {
    const saved = conversations();
    const nothing = element("li", { class: "empty-list" }, "There are no saved conversations.");
    this.#list.replaceChildren(...(saved.length > 0 ? saved.map((one) => this.#item(one)) : [nothing]));
    this.#clear.hidden = saved.length === 0;
  }

  #item(saved) {
    const [{ question }] = saved.exchanges;
    const restore = () => {
      this.#dialog.close();
      this.#actions.restore(saved);
    };
    return element(
      "li",
      {},
      element("button", { type: "button", class: "restore", dir: "auto", click: restore }, question),
      element("p", { class: "about" }, `${day(saved.time)} · ${counted(saved.exchanges.length, "question")}`),
      element(
        "button",
        { type: "button", class: "close", "aria-label": `Delete “${question}”`, click: () => this.#delete(saved.id) },
        "×",
      ),
    );
  }

  #delete(id) {
    remove(id);
    this.#fill();
    this.#actions.onDelete(id);
    this.#dialog.querySelector("h2").focus();
  }
}

export class KeyboardHelp {
  #dialog;

  /** @param {import("./keys.js").Shortcut[]} shortcuts */
  constructor(shortcuts) {
    const rows = shortcuts.flatMap(({ key, name, description }) => [
      element("dt", {}, element("kbd", {}, name ?? key)),
      element("dd", {}, description),
    ]);
    const box = element("input", { type: "checkbox", input: ({ target }) => setSingleKeysEnabled(target.checked) });
    box.checked = singleKeysEnabled();
    const note = "Single-key shortcuts work when you are not typing in a text field.";
    this.#dialog = dialog(
      "Keyboard",
      note,
      element("dl", { class: "keyboard" }, ...rows),
      element("label", { class: "switch" }, box, "Use single-key shortcuts"),
    );
  }

  show() {
    this.#dialog.showModal();
  }
}

/** Return a dialog that is part of the page, with a heading, a note and a button that closes it. */
export function dialog(title, note, ...children) {
  const id = `${title.toLowerCase()}-title`;
  const node = element(
    "dialog",
    { class: "modal", "aria-labelledby": id, click: ({ target }) => target === node && node.close() },
    element("button", { type: "button", class: "close", "aria-label": "Close", click: () => node.close() }, "×"),
    element("h2", { id, tabindex: "-1", autofocus: true }, title),
    element("p", { class: "about" }, note),
    ...children,
  );
  document.body.append(node);
  return node;
}
