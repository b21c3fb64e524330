"""List the entries of the audit log: one row for each question, search and read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rag.audit.entries import Entry, Kind, parse
from rag.audit.log import AuditLog, lines

UNFINISHED = "unfinished"
"""The outcome of a question whose answer has no entry: it is being answered, or the service was killed."""

_SHOWN = frozenset({Kind.ASKED, Kind.SEARCHED, Kind.READ})


@dataclass(frozen=True, slots=True)
class Selection:
    """Conditions on rows. Times are ISO 8601 in UTC, or the beginning of one, such as a day; both ends are included."""

    since: str = ""
    until: str = ""
    client: str | None = None
    question: str | None = None

    def has(self, entry: Entry) -> bool:
        """Return whether an entry meets the conditions."""
        time: str = entry["time"]
        in_time = self.since <= time and (not self.until or time[: len(self.until)] <= self.until)
        is_client = self.client is None or entry.get("client") == self.client
        return in_time and is_client and (self.question is None or entry.get("question") == self.question)


@dataclass(frozen=True, slots=True)
class Row:
    """A question with its answer, a search, or a read. `question` is None if it was erased, and for a read."""

    number: int
    time: str
    kind: str
    client: str
    question: str | None
    outcome: str
    documents: tuple[str, ...]
    cited: tuple[str, ...]
    snapshot: str | None
    request: str | None


def rows(log: AuditLog, selection: Selection) -> list[Row]:
    """Return the rows that meet the conditions, in their order. Raises AuditRefused. A damaged line is left out."""
    if selection.question is not None:
        selection = replace(selection, question=log.questions.held(selection.question))
    found: dict[int, Row] = {}
    for entry in entries(log):
        if entry["kind"] in _SHOWN and selection.has(entry):
            found[entry["number"]] = _row(entry)
        elif entry["kind"] == Kind.ANSWERED and (row := found.get(entry.get("of", 0))):
            found[row.number] = replace(row, **_end(entry))
    return list(found.values())


def entries(log: AuditLog) -> Iterator[Entry]:
    """Yield all entries that can be read. Raises AuditRefused."""
    for file in log.folder.files():
        for line in lines(file):
            try:
                yield parse(line)
            except ValueError:  # `rag audit verify` reports it
                continue


def _row(entry: Entry) -> Row:
    end = _end(entry)
    return Row(
        entry["number"],
        entry["time"],
        entry["kind"],
        str(entry.get("client")),
        entry.get("question"),
        entry.get("outcome", "shown" if entry["kind"] == Kind.READ else UNFINISHED),
        end["documents"],
        end["cited"],
        entry.get("snapshot"),
        entry.get("request"),
    )


def _end(entry: Entry) -> Entry:
    names = {name: tuple(entry.get(name, ())) for name in ("documents", "cited")}
    return {**names, **({"outcome": entry["outcome"]} if "outcome" in entry else {})}
