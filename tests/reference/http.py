"""The reference page of the HTTP interface, from its OpenAPI description."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rag.http.app import create_app
from rag.http.openapi import ANY_PROBLEM
from tests import samples
from tests.reference.markdown import WRITTEN, code, prose, table
from tests.reference.shapes import Described, Schema

OUTSIDE = {
    "GET /": "The web page.",
    "GET /comparisons": "The page that compares two versions; it takes the parameters of `GET /v1/comparisons`.",
    "GET /timelines": "The page of a provision through the versions; it takes the parameters of `GET /v1/timelines`.",
    "GET /documents/{document_id}": "The page of a document; `?start=...&end=...` highlights the words between them.",
    "GET /ui/rag-chat.js": "The element for a page of your site; see [In your site](../in-your-site.md).",
    "GET /metrics": "Metrics for Prometheus, unless `RAG_METRICS` is false; see [Metrics](../running.md#metrics).",
    "POST /mcp": "The Model Context Protocol; see [Chat clients and assistants](../chat-clients.md#assistants).",
    "GET /sign-in": "The sign-in on the page, at the OpenID Connect provider. Parameter `to`: the path to return to.",
    "GET /sign-in/callback": "The address to which the provider sends the browser back.",
    "POST /sign-out": "Ends the session of the browser.",
    "GET /docs": "This interface with examples, to try in a browser.",
    "GET /openapi.json": "The OpenAPI description that this page is written from.",
}
"""Routes that the OpenAPI description leaves out."""

SECTIONS = {
    "answers": "Questions and passages",
    "documents": "Documents",
    "snapshots": "Snapshots",
    "maintenance": "Changes to the index",
    "kept answers": "Shared answers and feedback",
    "saved questions": "Saved questions and their feeds",
    "access": "Access",
    "health": "Health",
}
"""The heading of each tag of the OpenAPI description; other tags get their own name."""

_ANY_PROBLEM = ANY_PROBLEM["default"]["description"]
"""The description of an error that a route does not list; the head of the page says it once."""

HEAD = f"""# HTTP

A running service shows this interface at `/docs`, with examples. The browser loads the scripts of `/docs` from the
internet. [Asking questions](../asking.md#over-http) and
[Keeping an index](../keeping-an-index.md#change-the-index-over-http) show how to use it.

- Bodies are JSON, unless a route says otherwise.
- Errors are problem details ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)): a [Problem](#problem) with the media
  type `application/problem+json`. A route lists its own errors; any other error has the same shape. The routes for chat
  clients give errors the shape of their protocol.
- Keys are sent as `Authorization: Bearer`. Routes marked with `ask` need one only if `RAG_REQUIRE_KEY` is true. Routes
  marked with `maintain` always need one with this role. [Who may ask](../running.md#who-may-ask) shows how to get keys.

{WRITTEN}
"""


def page() -> str:
    """Return the page: a list of all routes, a section for each, then the shapes that they mention."""
    api = description()
    routes = list(_routes(api))
    shapes = Described(api["components"]["schemas"])
    tags = list(dict.fromkeys(operation["tags"][0] for _, operation in routes))
    parts = [HEAD, *(_listed(tag, routes) for tag in tags), _outside(), "## Routes\n"]
    parts += [_section(name, operation, shapes) for name, operation in routes]
    return "\n".join([*parts, shapes.page()])


def description() -> Schema:
    """Return the OpenAPI description of the service."""
    with TemporaryDirectory() as folder:
        return create_app(samples.service(Path(folder))).openapi()


def _routes(api: Schema) -> Iterator[tuple[str, Schema]]:
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def _listed(tag: str, routes: Sequence[tuple[str, Schema]]) -> str:
    rows = [
        (f"[{code(name)}](#{_anchor(name)})", _key(one), _summary(one)) for name, one in routes if tag in one["tags"]
    ]
    return f"## {SECTIONS.get(tag, tag.capitalize())}\n\n{table(('route', 'key', 'purpose'), rows)}\n"


def _outside() -> str:
    rows = [(code(name), purpose) for name, purpose in OUTSIDE.items()]
    return f"## Pages and other protocols\n\n{table(('route', 'purpose'), rows)}\n"


def _key(operation: Schema) -> str:
    """Return the role of the key that a route needs. The default service is open, so `ask` keys are optional there."""
    security = operation.get("security", [])
    if not security or operation["tags"] == ["access"]:
        return ""
    return "ask" if {} in security else "maintain"


def _summary(operation: Schema) -> str:
    return prose(operation["description"].partition("\n\n")[0])


def _anchor(name: str) -> str:
    """Return the anchor that a heading gets: small letters, hyphens for spaces, no other marks."""
    kept = "".join(letter for letter in name.lower() if letter.isalnum() or letter in " _-")
    return kept.replace(" ", "-")


def _section(name: str, operation: Schema, shapes: Described) -> str:
    parts = [f"### {name}", prose(operation["description"])]
    if _key(operation) == "maintain":
        parts.append("Needs a key with the role `maintain`.")
    if parameters := operation.get("parameters"):
        taken = [_parameter(one, shapes) for one in parameters]
        parts.append(table(("parameter", "in", "type", "meaning"), taken))
    if body := operation.get("requestBody"):
        bodies = [(code(media), shapes.shown(one["schema"])) for media, one in body["content"].items()]
        parts.append(table(("body", "shape"), bodies))
    answers = [_response(status, one, shapes) for status, one in sorted(operation["responses"].items()) if _own(one)]
    parts.append(table(("status", "meaning", "shape"), answers))
    return "\n\n".join(parts) + "\n"


def _own(response: Schema) -> bool:
    """Tell whether a route lists this response itself."""
    return bool(response["description"] != _ANY_PROBLEM)


def _parameter(one: Schema, shapes: Described) -> tuple[str, str, str, str]:
    return code(one["name"]), one["in"], shapes.shown(one["schema"]), prose(one.get("description", ""))


def _response(status: str, response: Schema, shapes: Described) -> tuple[str, str, str]:
    status = "any other" if status == "default" else code(status)
    bodies = [f"{shapes.shown(one['schema'])} as {code(media)}" for media, one in response.get("content", {}).items()]
    return status, prose(response["description"]), "; ".join(bodies)
