"""Erase questions from the audit log. The chain of hashes holds, because it does not cover them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rag.audit.auditor import local_user
from rag.audit.entries import Entry, Kind, dump, erased, parse
from rag.audit.files import LogFile
from rag.audit.log import AuditLog, lines
from rag.audit.reading import entries

_BATCH = 1_000  # numbers in one entry


def erase(log: AuditLog, numbers: Sequence[int] = (), client: str | None = None) -> list[int]:
    """Erase the questions with these numbers, and all of a client. Return the numbers of those that held one.

    An entry that records the erasure comes first. If the process is killed then, `rag audit verify` names the questions
    that are still to be erased, and a second call erases them. Raises AuditRefused.
    """
    wanted = set(numbers)

    def is_meant(entry: Entry) -> bool:
        is_named = entry["number"] in wanted or (client is not None and entry.get("client") == client)
        return is_named and entry.get("question") is not None

    found = [entry["number"] for entry in entries(log) if is_meant(entry)]
    for start in range(0, len(found), _BATCH):
        log.append(Kind.ERASED, {"client": local_user(), "entries": found[start : start + _BATCH]})
    meant = frozenset(found)
    for file in log.folder.files() if found else ():
        _erase_in(log, file, lambda entry: entry["number"] in meant)
    return found


def _erase_in(log: AuditLog, file: LogFile, is_meant: Callable[[Entry], bool]) -> None:
    with log.folder.locked():
        before = list(lines(file))
        after = list(_without(before, is_meant))
        if after != before:
            log.folder.replace(file, iter(after))


def _without(before: Sequence[bytes], is_meant: Callable[[Entry], bool]) -> Iterator[bytes]:
    for line in before:
        try:
            entry = parse(line)
        except ValueError:
            yield line
            continue
        yield dump(erased(entry)) if is_meant(entry) else line
