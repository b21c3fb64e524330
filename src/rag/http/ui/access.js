/** Who uses this tab: the dialog that asks for a key or a sign-in, and the button that signs in and out. */

import { dialog } from "./dialogs.js";
import { element } from "./dom.js";
import { t } from "./language.js";
import { accessKey, setAccessKey } from "./storage.js";
import { fetchAccess, Problem, signOut } from "./service.js";

/** The address of the service, with a slash at its end. */
const ROOT = new URL("..", import.meta.url);

const NEEDS_KEY = t("This service answers only people with a key or a sign-in.");
const MAY_SHOW_MORE = t("You may ask without a key. With one, the service may show you more documents.");
const WRONG = t("This key is wrong. Check that it is complete.");
const NO_LONGER = t("The key or the sign-in of this tab is no longer valid.");

export class Access {
  #key = element("input", {
    type: "password",
    id: "access-key",
    autocomplete: "off",
    required: true,
    "aria-describedby": "access-error",
    input: () => this.#say(""),
  });
  #error = element("p", { id: "access-error", class: "access-error", role: "alert" });
  #link = element("a", { class: "quiet", hidden: true }, t("Sign in with your account"));
  #dialog = dialog(
    t("Access"),
    NEEDS_KEY,
    this.#link,
    element(
      "form",
      { class: "form-row", submit: (event) => this.#submit(event) },
      element("label", { for: "access-key" }, t("Your key")),
      element("span", { class: "input-row" }, this.#key, element("button", { class: "quiet" }, t("Use this key"))),
    ),
    this.#error,
    element("p", { class: "about" }, t("The key stays in this tab until you close it or sign out.")),
  );
  #onChange;
  #button;
  /** @type {import("./service.js").Client | null} */
  #client = null;

  /**
   * @param {() => void} onChange called at the start, and when the client of this tab has changed
   * @param {HTMLButtonElement | null} button signs in and out
   */
  constructor(onChange, button = null) {
    this.#onChange = onChange;
    this.#button = button;
    button?.addEventListener("click", () => (this.#client ? this.#signOut() : this.#show("")));
    document.addEventListener("locked", () => this.#show(accessKey() || this.#client ? NO_LONGER : ""));
  }

  /** Find out who uses this tab. Ask for a key if the service is closed and nobody is known. */
  async start() {
    try {
      await this.#use(accessKey());
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 401) {
        setAccessKey(null);
        this.#show(NO_LONGER);
      } else this.#onChange(); // the page then shows why the service does not answer
    }
  }

  async #submit(event) {
    event.preventDefault();
    const key = this.#key.value.trim();
    try {
      await this.#use(key);
      this.#key.value = "";
      this.#dialog.close();
      this.#onChange();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#say(error.status === 401 ? WRONG : error.message);
      this.#key.select();
    }
  }

  /** Ask the service who has this key. At the start, there may be none, and a session instead. */
  async #use(key) {
    const { asking, sign_in: canSignIn, client, ...allowed } = await fetchAccess(key);
    if (key) setAccessKey(key); // before the event, because its listeners send requests
    this.#client = client;
    document.body.classList.toggle("may-share", Boolean(allowed.sharing));
    document.body.classList.toggle("may-judge", Boolean(allowed.feedback));
    document.body.classList.toggle("may-save", Boolean(allowed.saving));
    this.#dialog.querySelector(".about").textContent = asking === "closed" ? NEEDS_KEY : MAY_SHOW_MORE;
    this.#link.hidden = !canSignIn;
    this.#link.href = signInAddress();
    this.#showButton(asking === "closed" || canSignIn);
    document.dispatchEvent(new CustomEvent("access", { detail: client }));
    if (this.#dialog.open) return;
    if (asking === "closed" && client === null) this.#show("");
    else this.#onChange();
  }

  #showButton(isUseful) {
    if (this.#button === null) return;
    this.#button.hidden = !isUseful && this.#client === null;
    this.#button.textContent = this.#client ? t("Sign out") : t("Sign in");
    if (this.#client) this.#button.title = this.#client.name.replace(/^oidc:/, "");
    else this.#button.removeAttribute("title");
  }

  async #signOut() {
    if (accessKey() === null) await signOut();
    setAccessKey(null);
    location.reload();
  }

  #show(message) {
    this.#say(message);
    this.#link.href = signInAddress();
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#key.focus();
  }

  #say(message) {
    this.#error.textContent = message;
    this.#key.setAttribute("aria-invalid", String(message !== ""));
  }
}

/** Return the address that signs in and comes back to this page. */
function signInAddress() {
  const here = `/${location.href.slice(ROOT.href.length)}`;
  return new URL(`sign-in?${new URLSearchParams({ to: here })}`, ROOT).href;
}
