"""The reference page of the settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rag.settings import Settings
from tests.reference.markdown import WRITTEN, code, prose, table

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Group:
    """A heading of the page, and the settings below it: their names begin with one of `prefixes`."""

    title: str
    about: str
    prefixes: tuple[str, ...]


_FINDING = """\
Every passage has a lexical score (BM25) and a dense score (cosine). `RAG_FUSION` combines them: `z-score` averages the
standardised scores, `rrf` combines the ranks, and `lexical` and `dense` use that score alone. Then `RAG_RERANKER`
orders the best passages: `late-interaction` compares the encoder's token vectors, `cross-encoder:<model>` reads each
passage with the question, and `none` keeps the order."""

_ANSWERS = """\
The extractive generator quotes sentences of the documents; see [Language models](../language-models.md) for others. If
the confidence is below `RAG_LEAST_CONFIDENCE`, `rag` abstains. If it is below 0.5, the answer is `partial`."""

GROUPS = (
    Group(
        "The index",
        "How documents become an index, and how many snapshots of it stay.",
        ("index_", "encoder", "compiled_", "store", "chunk_", "keep_", "past_", "verify_"),
    ),
    Group(
        "Replicas",
        "[Replicas](../replicas.md) explains how several services answer from copies of one index.",
        ("snapshots", "writer"),
    ),
    Group(
        "Parsing files",
        "Limits for each document, so that a hostile file fails alone.",
        ("parse_", "read_", "ocr_", "email_"),
    ),
    Group("Feeds", "How `rag ingest --feed` fetches feeds and pages.", ("feed_",)),
    Group("Finding passages", _FINDING, ("fusion", "reranker")),
    Group("Answers", _ANSWERS, ("generator", "prompts_", "confidence_", "least_", "document_ranks", "conflict_order")),
    Group(
        "Logs, metrics and the audit log",
        "How operators see the service from outside: see [Logs and metrics](../running.md#logs) and the "
        "[audit log](../running.md#the-audit-log).",
        ("log_", "slow_", "metrics", "audit_"),
    ),
    Group(
        "Who may ask",
        "[Who may ask](../running.md#who-may-ask) explains keys and the sign-in.",
        ("api_", "require_", "oidc_"),
    ),
    Group(
        "Shared answers and feedback",
        "[Sharing and judging answers](../sharing.md) explains what the service keeps.",
        ("share_", "feedback", "kept_"),
    ),
    Group(
        "Saved questions, reviews and webhooks",
        "[Following answers](../following.md) explains how questions are saved and changes are held back.",
        ("save_", "review_", "webhook_"),
    ),
    Group(
        "The service",
        "The address of `rag serve`, the clients, sites and proxies that it accepts, and the requests that it refuses.",
        (
            "host",
            "port",
            "base_",
            "trusted_",
            "cors_",
            "allowed_",
            "upload_",
            "active_",
            "queue",
            "workers",
            "shutdown_",
        ),
    ),
)

HEAD = f"""# Settings

Settings are environment variables, or lines in a file `.env` in the folder where you start `rag`. `rag settings` prints
them with their values. An empty variable counts as not set. If a value is wrong, the error names the
variable.

{WRITTEN}
"""


def page() -> str:
    """Return the page. Raises LookupError if a setting is in no group, or in more than one."""
    schema = Settings.model_json_schema()
    grouped: dict[str, list[str]] = {group.title: [] for group in GROUPS}
    for name in Settings.model_fields:
        grouped[_group(name).title].append(name)
    return "\n".join([HEAD, *(_section(group, grouped[group.title], schema) for group in GROUPS)])


def shown(default: object) -> str:
    """Return a default as a person would write it into the environment."""
    return (
        ""
        if default in (None, (), frozenset())
        else format(default, "g")
        if isinstance(default, float)
        else str(default)
    )


def _group(name: str) -> Group:
    found = [group for group in GROUPS if name.startswith(group.prefixes)]
    if len(found) != 1:
        raise LookupError(f"the setting {name!r} is in {len(found)} groups of the page of settings: put it in one")
    return found[0]


def _section(group: Group, names: list[str], schema: Schema) -> str:
    rows = [_row(name, schema) for name in names]
    return f"## {group.title}\n\n{group.about}\n\n{table(('variable', 'default', 'values', 'meaning'), rows)}\n"


def _row(name: str, schema: Schema) -> tuple[str, str, str, str]:
    field = Settings.model_fields[name]
    values = ", ".join(_values(schema["properties"][name], schema))
    return code(f"RAG_{name.upper()}"), code(shown(field.default)), values, prose(field.description or "")


_TYPES = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true` or `false`",
    "array": "a list with commas",
    "string": "text",
}


def _values(one: Schema, schema: Schema) -> Iterator[str]:
    """Yield the type of a setting, then its limits."""
    one = next((choice for choice in one.get("anyOf", ()) if choice["type"] != "null"), one)
    if "$ref" in one:
        choices = schema["$defs"][one["$ref"].rpartition("/")[2]]["enum"]
        yield " ".join(f"`{choice}`" for choice in choices)
        return
    formats = {"path": "a path", "password": "a secret"}
    yield formats.get(one.get("format", ""), _TYPES[one["type"]])
    if "minimum" in one:
        yield f"at least {one['minimum']}"
    if "exclusiveMinimum" in one:
        yield f"more than {one['exclusiveMinimum']}"
    if "maximum" in one:
        yield f"at most {one['maximum']}"
