"""The form of an entry, and the hash that chains it to the one before.

{"number": 7, "time": "...", "kind": "asked", ..., "question": "...", "salt": "...", "commitment": "...",
 "previous": "<hash of entry 6>", "hash": "..."}

The hash covers everything but `question` and `salt`, the two fields that an erasure empties. It covers the commitment,
which is the hash of the salt and the question. So a question cannot be changed, and the chain holds when it is erased.
Without the salt, nobody can find the question by trying likely ones.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, TypeAlias

Entry: TypeAlias = dict[str, Any]

FIRST = "0" * 64
"""The hash before the first entry."""

_ERASABLE = frozenset({"question", "salt"})


class Kind(StrEnum):
    """The event that an entry records."""

    ASKED = "asked"
    ANSWERED = "answered"
    SEARCHED = "searched"
    READ = "read"
    ERASED = "erased"
    PRUNED = "pruned"
    REPAIRED = "repaired"


def sealed(number: int, previous: str, kind: Kind, fields: Mapping[str, Any], question: str | None) -> Entry:
    """Return the entry that follows the one with the hash `previous`."""
    time = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    entry: Entry = {"number": number, "time": time, "kind": kind.value, **fields}
    if question is not None:
        salt = secrets.token_hex(16)
        entry |= {"question": question, "salt": salt, "commitment": commitment(question, salt)}
    entry["previous"] = previous
    return {**entry, "hash": hash_of(entry)}


def hash_of(entry: Mapping[str, Any]) -> str:
    """Return the hash of an entry, from all its fields that no erasure empties."""
    covered = {name: value for name, value in entry.items() if name not in _ERASABLE and name != "hash"}
    return sha256(json.dumps(covered, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def commitment(question: str, salt: str) -> str:
    """Return the hash of a question with its salt."""
    return sha256(f"{salt}{question}".encode("utf-8", "surrogatepass")).hexdigest()


def erased(entry: Entry) -> Entry:
    """Return an entry without its question. Its hash stays right."""
    return {**entry, **dict.fromkeys(_ERASABLE & entry.keys())}


def dump(entry: Mapping[str, Any]) -> bytes:
    """Return the line of an entry. It is the only form in which the log holds this entry."""
    text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace") + b"\n"  # a lone surrogate becomes the escape of JSON


def parse(line: bytes) -> Entry:
    """Return the entry of a line. Raises ValueError."""
    entry = json.loads(line)
    if not isinstance(entry, dict) or not isinstance(entry.get("number"), int):
        raise ValueError("it is not an entry of the audit log")
    if not all(isinstance(entry.get(name), str) for name in ("time", "kind", "previous", "hash")):
        raise ValueError("it is not an entry of the audit log")
    return entry
