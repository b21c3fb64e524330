/** Dialogs of the page: earlier conversations and keyboard shortcuts. */

import { element } from "./dom.js";
import { plural, t } from "./language.js";
import { conversations, remove, singleKeysEnabled, setSingleKeysEnabled } from "./storage.js";
import { day } from "./format.js";

/** @typedef {import("./storage.js").SavedConversation} SavedConversation */

export class History {
  #list = element("ul", { class: "saved-conversations", role: "list" });
  #clear = element("button", { type: "button", class: "quiet", click: () => this.#delete() }, t("Delete all"));
  #dialog = dialog(t("History"), t("Conversations are saved only in this browser."), this.#list, this.#clear);
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
    const nothing = element("li", { class: "empty-list" }, t("There are no saved conversations."));
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
      element("p", { class: "about" }, `${day(saved.time)} · ${questions(saved)}`),
      element(
        "button",
        { type: "button", class: "close", "aria-label": t("Delete “{question}”", { question }), click: () => this.#delete(saved.id) },
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
    const note = t("Single-key shortcuts work when you are not typing in a text field.");
    this.#dialog = dialog(
      t("Keyboard"),
      note,
      element("dl", { class: "keyboard" }, ...rows),
      element("label", { class: "switch" }, box, t("Use single-key shortcuts")),
    );
  }

  show() {
    this.#dialog.showModal();
  }
}

function questions({ exchanges }) {
  return plural("{count} question", "{count} questions", exchanges.length);
}

let count = 0;

/** Return a dialog that is part of the page, with a heading, a note and a button that closes it. */
export function dialog(title, note, ...children) {
  const id = `dialog-${++count}-title`;
  const node = element(
    "dialog",
    { class: "modal", "aria-labelledby": id, click: ({ target }) => target === node && node.close() },
    element("button", { type: "button", class: "close", "aria-label": t("Close"), click: () => node.close() }, "×"),
    element("h2", { id, tabindex: "-1", autofocus: true }, title),
    element("p", { class: "about" }, note),
    ...children,
  );
  document.body.append(node);
  return node;
}
