/** Shows a document of a closed service: asks for a key, then replaces the error with the document. */

import { Access } from "./access.js";
import { present } from "./document.js";
import { fetchPage } from "./service.js";

/** Pages come as HTML from this service, which escapes everything in a document. */
async function show() {
  const page = new DOMParser().parseFromString(await fetchPage(location.href), "text/html");
  document.title = page.title;
  for (const part of ["header", "main"]) document.querySelector(part).replaceWith(page.querySelector(part));
  present();
  document.getElementById("quote")?.scrollIntoView({ block: "center" });
}

new Access(show).start();
