"""Check the chain of the audit log: find lines that were changed, removed, added or moved.

Somebody who may write to the folder can cut the end of the log, or write a whole new chain. Only a head that was noted
elsewhere shows that: the number and the hash of an entry that the log had.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

from rag.audit.entries import FIRST, Entry, Kind, commitment, dump, hash_of, parse
from rag.audit.files import LogFile
from rag.audit.log import AuditLog, lines
from rag.errors import ConfigurationError

_HASH_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Head:
    """An entry that the log had: its number and its hash."""

    number: int
    hash: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the head in a text such as `12:af09...`. Raises ConfigurationError."""
        number, _, digest = text.partition(":")
        if not number.isdecimal() or len(digest) != _HASH_LENGTH:
            raise ConfigurationError(
                f"{text!r} is not a head: give the number and the hash that 'rag audit verify' printed, as NUMBER:HASH"
            )
        return cls(int(number), digest)

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Verified:
    """The result of a check. `head` is the last entry; None if the log is empty. `faults` are sentences."""

    entries: int
    files: int
    erased: int
    head: Head | None
    faults: tuple[str, ...]


@dataclass(slots=True)
class _Check:
    """Reads the entries in their order, and collects the faults."""

    noted: Head | None
    faults: list[str] = field(default_factory=list)
    entries: int = 0
    first: Entry | None = None
    last: Head | None = None
    missing: dict[int, str] = field(default_factory=dict)  # questions without a text, with their places
    texts: set[int] = field(default_factory=set)
    to_erase: set[int] = field(default_factory=set)
    pruned: dict[int, str] = field(default_factory=dict)  # by the number of the last deleted entry, its hash
    has_noted: bool = False

    def read(self, place: str, line: bytes) -> None:
        try:
            entry = parse(line)
        except ValueError:
            self.faults.append(f"{place}: the line is damaged")
            return
        self.entries += 1
        self.first = self.first or entry
        self.faults += [f"{place}: {fault}" for fault in (*self._of_order(entry), *_of_content(entry, line))]
        self.last = Head(entry["number"], entry["hash"])
        self.has_noted = self.has_noted or self.last == self.noted
        self._note(place, entry)

    def end(self) -> list[str]:
        return [*self.faults, *self._of_beginning(), *self._of_texts(), *self._of_noted()]

    def _of_order(self, entry: Entry) -> Iterator[str]:
        if self.last is None:
            return
        number, expected = entry["number"], self.last.number + 1
        if number > expected:
            gone = f"entry {expected} is" if number == expected + 1 else f"entries {expected} to {number - 1} are"
            yield f"{gone} missing before entry {number}"
        elif number < expected:
            yield f"entry {number} stands after entry {self.last.number}"
        elif entry["previous"] != self.last.hash:
            yield f"entry {number} does not follow the line before it, which was changed"

    def _note(self, place: str, entry: Entry) -> None:
        if "commitment" in entry:
            if entry.get("question") is None:
                self.missing[entry["number"]] = place
            else:
                self.texts.add(entry["number"])
        if entry["kind"] == Kind.ERASED:
            self.to_erase.update(entry.get("entries", ()))
        if entry["kind"] == Kind.PRUNED:
            self.pruned[entry["through"]] = entry["of"]

    def _of_beginning(self) -> Iterator[str]:
        """Check that retention deleted the entries before the first one."""
        if self.first is None:
            return
        gone, previous = self.first["number"] - 1, self.first["previous"]
        if gone == 0:
            if previous != FIRST:
                yield "entry 1 does not begin a chain"
        elif gone > max(self.pruned, default=0) or self.pruned.get(gone, previous) != previous:
            yield f"entries 1 to {gone} are missing, and no entry says that retention deleted them"

    def _of_texts(self) -> Iterator[str]:
        for number in sorted(self.missing.keys() - self.to_erase):
            fault = f"the question of entry {number} is missing, and no entry says that it was erased"
            yield f"{self.missing[number]}: {fault}"
        for number in sorted(self.texts & self.to_erase):
            yield f"the question of entry {number} was to be erased: run 'rag audit erase --entry {number}'"

    def _of_noted(self) -> Iterator[str]:
        if self.noted is None or self.has_noted:
            return
        if self.first is not None and self.noted.number < self.first["number"]:
            return  # retention deleted it
        yield f"the entry {self.noted.number} that was noted is not in the log: its end was cut, or it was written anew"


def verify(log: AuditLog, noted: Head | None = None) -> Verified:
    """Check every line. If `noted` is given, check that the log still has that entry. Raises AuditRefused."""
    check = _Check(noted)
    files = log.folder.files()
    previous: LogFile | None = None
    for file in files:
        if previous is not None and file.number != previous.number + 1:
            check.faults.append(f"{file.path.name}: the file before it is not number {file.number - 1}")
        for number, line in enumerate(lines(file), 1):
            check.read(f"{file.path.name}:{number}", line)
        previous = file
    faults = check.end()
    return Verified(check.entries, len(files), len(check.missing), check.last, tuple(faults))


def _of_content(entry: Entry, line: bytes) -> Iterator[str]:
    number = entry["number"]
    if hash_of(entry) != entry["hash"] or dump(entry) != line:
        yield f"entry {number} was changed"
    elif entry.get("question") is not None and commitment(str(entry["question"]), str(entry.get("salt"))) != entry.get(
        "commitment"
    ):
        yield f"the question of entry {number} was changed"
