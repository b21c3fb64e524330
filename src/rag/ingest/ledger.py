"""The ledger: sources that are not in the index because they failed, were skipped or were removed, and why.

index/LEDGER   the sha256 of the rest of the file, then one source on each line, in JSON; replaced in one step

If the ledger and the snapshot disagree, the snapshot is right: a source in the snapshot is indexed.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias

from rag.ingest.checked_lines import read_lines, write_lines
from rag.ingest.moves import Moves
from rag.ingest.plan import Item
from rag.snapshots import StoredDocument

State: TypeAlias = Literal["indexed", "duplicate", "failed", "skipped", "removed"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One source that is not in the index in its present form.

    `tries` counts its failures in a row. `time` (ISO 8601, UTC) is the time of its last failure, of its removal, or
    of the first run that skipped it. If an earlier version is still indexed, `kept` is the digest of that file.
    """

    source: str
    state: Literal["failed", "skipped", "removed"]
    reason: str | None
    time: str
    tries: int = 0
    kept: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """The state of one source; `tries` and `time` are as in `Entry`."""

    source: str
    state: State
    document_id: str | None = None
    reason: str | None = None
    tries: int | None = None
    time: str | None = None


class Ledger:
    """The ledger file; a missing or damaged one counts as empty, and the next run writes a new one."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "LEDGER"

    @property
    def version(self) -> int:
        """A number that changes with the file; 0 if there is none."""
        try:
            return self._path.stat().st_mtime_ns
        except OSError:
            return 0

    def read(self) -> dict[str, Entry]:
        """Return the entries by source."""
        try:
            entries = [Entry(**line) for line in read_lines(self._path)]
        except (OSError, ValueError, TypeError) as error:
            _log.warning(
                "%s cannot be read (%s): its list of failed, skipped and removed sources is lost", self._path, error
            )
            return {}
        return {entry.source: entry for entry in entries}

    def write(self, entries: Mapping[str, Entry]) -> None:
        """Replace all entries. Raises StorageError."""
        write_lines(self._path, (asdict(entries[source]) for source in sorted(entries)))


def with_results(
    entries: Mapping[str, Entry], items: Iterable[Item], before: Mapping[str, str], after: Mapping[str, str]
) -> dict[str, Entry]:
    """Return the entries for a run that is about to publish.

    `before` and `after` map the sources of the index, before and after the run, to their file digests. The entry of a
    source that enters the index stays until the next run. It is still needed if publishing fails; if not, the snapshot
    overrides it.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    current = {
        source: entry for source, entry in entries.items() if source not in before or _failed_since(entry, before)
    }
    reasons = {}
    for item in items:
        reasons[item.source] = item.reason
        if entry := _with_result(current.pop(item.source, None), item, now, after.get(item.source)):
            current[item.source] = entry
    removed = before.keys() - after.keys()
    return current | {source: Entry(source, "removed", reasons.get(source), now) for source in removed}


def with_moves(entries: Mapping[str, Entry], moves: Moves) -> dict[str, Entry]:
    """Return the entries with the new names of files that moved. If a new name has an entry already, that one stays."""
    updated = {
        new: replace(entry, source=new)
        for source, entry in entries.items()
        if entry.state != "removed" and (new := moves.sources.get(source) or moves.new_place(source))
    }
    old = {source for source in entries if source in moves.sources or moves.new_place(source)}
    kept = {source: entry for source, entry in entries.items() if source not in old or entry.state == "removed"}
    return {**updated, **kept}


def without_missing(entries: Mapping[str, Entry], missing: Collection[str]) -> dict[str, Entry]:
    """Return the entries without the `missing` sources. A failed file that no longer exists becomes a removed one."""
    updated = ((source, _when_missing(entry) if source in missing else entry) for source, entry in entries.items())
    return {source: entry for source, entry in updated if entry}


def without_root(entries: Mapping[str, Entry], sources: Collection[str]) -> dict[str, Entry]:
    """Return the entries without failed and skipped `sources`, because their root is forgotten."""
    return {source: entry for source, entry in entries.items() if source not in sources or entry.state == "removed"}


def statuses(documents: Iterable[StoredDocument], entries: Mapping[str, Entry]) -> list[Status]:
    """Return the status of every source, sorted by source; the documents are those of the current snapshot."""
    indexed = {status.source: status for document in documents for status in _indexed(document, entries)}
    others = (_status(entry) for source, entry in entries.items() if source not in indexed)
    return sorted([*indexed.values(), *others], key=lambda status: status.source)


def _with_result(entry: Entry | None, item: Item, now: str, digest: str | None) -> Entry | None:
    """Return the new entry of a source, or None if it needs none; `digest` is the digest of its indexed file."""
    match item.state:
        case "failed":
            tries = entry.tries + 1 if entry and entry.state == "failed" else 1
            return Entry(item.source, "failed", item.reason, now, tries, digest)
        case "skipped":
            same = entry is not None and (entry.state, entry.reason) == ("skipped", item.reason)
            return entry if same else Entry(item.source, "skipped", item.reason, now)
        case "removed":
            return Entry(item.source, "removed", item.reason, now) if entry else None
        case "unchanged":
            return None
    return entry


def _when_missing(entry: Entry) -> Entry | None:
    """Return the new entry of a missing source, or None if it needs no entry."""
    if entry.state == "failed" and os.path.isabs(entry.source) and not os.path.lexists(entry.source):  # noqa: PTH117
        return replace(entry, state="removed", reason="it is gone", tries=0, kept=None)
    return entry if entry.state == "removed" else None


def _failed_since(entry: Entry, digests: Mapping[str, str]) -> bool:
    """Return whether a source has failed since its indexed version was read."""
    return entry.state == "failed" and entry.kept is not None and entry.kept == digests.get(entry.source)


def _indexed(document: StoredDocument, entries: Mapping[str, Entry]) -> Iterator[Status]:
    """Yield the status of each source of an indexed document."""
    document_id = document.reference.id
    for number, source in enumerate(document.origin.sources):
        entry = entries.get(source.name)
        if entry and _failed_since(entry, {source.name: source.sha256}):
            yield _status(entry, document_id)
        elif number:
            yield Status(source.name, "duplicate", document_id, f"it has the same text as {document_id}")
        else:
            yield Status(source.name, "indexed", document_id)


def _status(entry: Entry, document_id: str | None = None) -> Status:
    tries = entry.tries if entry.state == "failed" else None
    return Status(entry.source, entry.state, document_id, entry.reason, tries, entry.time)
