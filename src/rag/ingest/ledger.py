"""What is known of sources that are not in the index: which failed, were skipped or removed, and why.

index/LEDGER   the sha256 of what follows, then one source a line, in JSON; replaced in one step

What the index holds, its snapshot says: a source that stands there is indexed, whatever stands here.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal, TypeAlias

from rag.ingest.plan import Item
from rag.snapshots import StoredDocument
from rag.snapshots.durable import atomic_write

State: TypeAlias = Literal["indexed", "duplicate", "failed", "skipped", "removed"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One source that is not in the index as it is now.

    `tries` counts how often in a row it failed, `time` (ISO 8601, UTC) is that of the last failure, or when it was
    first skipped, or removed. `kept` is the digest of the file as the index has it, where it failed since.
    """

    source: str
    state: Literal["failed", "skipped", "removed"]
    reason: str | None
    time: str
    tries: int = 0
    kept: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """What became of one source, `tries` and `time` being those of an `Entry`."""

    source: str
    state: State
    document_id: str | None = None
    reason: str | None = None
    tries: int | None = None
    time: str | None = None


class Ledger:
    """The file; one that is damaged or missing tells of no source, and is begun anew by the next run."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "LEDGER"

    def read(self) -> dict[str, Entry]:
        """Return what it tells of each source."""
        try:
            first, _, rest = self._path.read_bytes().partition(b"\n")
            if first.decode() != sha256(rest).hexdigest():
                raise ValueError("it is not what was written")
            entries = [Entry(**json.loads(line)) for line in rest.splitlines()]
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError) as error:
            _log.warning(
                "%s cannot be read, %s: what failed, was skipped or removed before is forgotten", self._path, error
            )
            return {}
        return {entry.source: entry for entry in entries}

    def write(self, entries: Mapping[str, Entry]) -> None:
        """Put these in place of what it told. Raises StorageError."""
        lines = b"".join(json.dumps(asdict(entries[source])).encode() + b"\n" for source in sorted(entries))
        content = sha256(lines).hexdigest().encode() + b"\n" + lines
        if (entries or self._path.exists()) and content != self._content():
            with atomic_write(self._path) as file:
                file.write(content)

    def _content(self) -> bytes | None:
        try:
            return self._path.read_bytes()
        except OSError:
            return None


def noted(
    before: Mapping[str, Entry], items: Iterable[Item], had: Mapping[str, str], has: Mapping[str, str]
) -> dict[str, Entry]:
    """Return what there is to tell of a run that is about to publish.

    `had` and `has` are the sources of the index before and after it, with their digests. What was told of a source that
    comes into the index stays until the next run, for who reads it knows what the index has.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    entries = {source: entry for source, entry in before.items() if source not in had or _failed_since(entry, had)}
    reasons = {}
    for item in items:
        reasons[item.source] = item.reason
        if item.state == "failed":
            old = entries.get(item.source)
            tries = old.tries + 1 if old and old.state == "failed" else 1
            entries[item.source] = Entry(item.source, "failed", item.reason, now, tries, has.get(item.source))
        elif item.state == "skipped":
            entries[item.source] = _skipped(item, entries.get(item.source), now)
        elif item.state == "removed" and item.source in entries:
            entries[item.source] = Entry(item.source, "removed", item.reason, now)
        elif item.state == "unchanged":
            entries.pop(item.source, None)
    removed = had.keys() - has.keys()
    return {**entries, **{source: Entry(source, "removed", reasons.get(source), now) for source in removed}}


def without(entries: Mapping[str, Entry], unmet: Iterable[str]) -> dict[str, Entry]:
    """Return the entries without what a run should have met and did not: of a file that failed, that it is gone."""
    left = dict(entries)
    for source in unmet:
        entry = left[source]
        lost = entry.state == "failed" and os.path.isabs(source) and not os.path.lexists(source)  # noqa: PTH117
        if lost:
            left[source] = replace(entry, state="removed", reason="it is gone", tries=0, kept=None)
        elif entry.state != "removed":
            del left[source]
    return left


def _failed_since(entry: Entry, digests: Mapping[str, str]) -> bool:
    """Tell whether a source failed, and what the index has of it is from before."""
    return entry.state == "failed" and entry.kept is not None and entry.kept == digests.get(entry.source)


def _skipped(item: Item, old: Entry | None, now: str) -> Entry:
    same = old is not None and (old.state, old.reason) == ("skipped", item.reason)
    return old if old and same else Entry(item.source, "skipped", item.reason, now)


def statuses(documents: Iterable[StoredDocument], entries: Mapping[str, Entry]) -> list[Status]:
    """Return the state of every source, sorted; the documents are those of the snapshot in force."""
    known = {status.source: status for document in documents for status in _indexed(document, entries)}
    absent = (_absent(entry) for source, entry in entries.items() if source not in known)
    return sorted([*known.values(), *absent], key=lambda status: status.source)


def _indexed(document: StoredDocument, entries: Mapping[str, Entry]) -> Iterator[Status]:
    name = document.reference.id
    for number, source in enumerate(document.origin.sources):
        entry = entries.get(source.name)
        if entry and _failed_since(entry, {source.name: source.sha256}):
            yield _absent(entry, name)
        elif number:
            yield Status(source.name, "duplicate", name, f"its text is that of {name}")
        else:
            yield Status(source.name, "indexed", name)


def _absent(entry: Entry, document_id: str | None = None) -> Status:
    tries = entry.tries if entry.state == "failed" else None
    return Status(entry.source, entry.state, document_id, entry.reason, tries, entry.time)
