"""Record questions, searches and document reads. The service calls it, so every way of asking is recorded.

A question has two entries. `asked` is on the disk before any work for it begins, so nothing is shown of which the log
does not know. `answered` is on the disk before the end of the answer is sent.
"""

from __future__ import annotations

import getpass
import logging
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from rag.answer.trace import current_trace
from rag.audit.entries import Kind
from rag.audit.log import AuditLog
from rag.errors import AuditRefused
from rag.types import Answer, Hit

REFUSAL = "audit"
"""The reason in the trace if the log refused a request."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Asked:
    """A question in progress. `documents` are those whose passages the client may have seen."""

    auditor: Auditor
    number: int
    snapshot: str
    documents: list[str] = field(default_factory=list)
    is_open: bool = True

    def found(self, hits: Sequence[Hit]) -> None:
        """Note the passages that the client sees from now on."""
        self.documents = _documents(hits)

    def answered(self, answer: Answer) -> None:
        """Record the answer. Raises AuditRefused: the answer must not be sent then."""
        self.is_open = False
        cited = list(dict.fromkeys(citation.reference.id for citation in answer.citations))
        self.found(answer.evidence)
        self.auditor.append(Kind.ANSWERED, self.fields(answer.outcome, cited=cited))

    def fields(self, outcome: str, **more: object) -> dict[str, object]:
        """Return the fields of the entry that ends the question."""
        return {"of": self.number, "outcome": outcome, "documents": self.documents, **more, "snapshot": self.snapshot}


class Auditor:
    """Records with the client and the request of the current trace. Without a log, it records nothing."""

    def __init__(self, log: AuditLog | None, days: int | None = None) -> None:
        self.log = log
        self._days = days

    @contextmanager
    def question(self, question: str, snapshot: str) -> Iterator[Asked | None]:
        """Record a question for the block, and its end if the block ends before the answer. Raises AuditRefused."""
        if self.log is None:
            yield None
            return
        number = self.append(Kind.ASKED, {**_caller(), "snapshot": snapshot}, question)
        asked = Asked(self, number, snapshot)
        try:
            yield asked
        except GeneratorExit:
            # The generator of a client that left is closed in the event loop, which must not wait for the disk.
            if asked.is_open:
                self._late.submit(self._end, asked, "left")
            raise
        except Exception:
            if asked.is_open:
                self._end(asked, "failed")
            raise

    def searched(self, question: str, hits: Sequence[Hit], snapshot: str) -> None:
        """Record a search. Raises AuditRefused."""
        if self.log is not None:
            fields = {**_caller(), "outcome": "found" if hits else "nothing", "documents": _documents(hits)}
            self.append(Kind.SEARCHED, {**fields, "snapshot": snapshot}, question)

    def read(self, document_ids: Sequence[str], part: Literal["text", "original", "answer"], snapshot: str) -> None:
        """Record that a client sees a whole document, or the quotes of a shared answer. Raises AuditRefused."""
        if self.log is not None:
            self.append(Kind.READ, {**_caller(), "part": part, "documents": list(document_ids), "snapshot": snapshot})

    def append(self, kind: Kind, fields: dict[str, Any], question: str | None = None) -> int:
        """Add an entry. Raises AuditRefused."""
        assert self.log is not None
        try:
            return self.log.append(kind, fields, question)
        except AuditRefused as error:
            if trace := current_trace.get():
                trace.refusal = REFUSAL
                _log.error("a request is refused: %s", error)
            raise

    def check(self) -> None:
        """Raise AuditRefused if the log refuses entries now."""
        if self.log is not None:
            self.log.check()

    def retain(self) -> None:
        """Delete the files that are older than the retention. Raises AuditRefused."""
        if self.log is not None and self._days is not None:
            for path in self.log.retain(self._days):
                _log.info("deleted %s of the audit log, which is older than %d days", path.name, self._days)

    @cached_property
    def _late(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(1, "audit")

    def _end(self, asked: Asked, outcome: Literal["left", "failed"]) -> None:
        """Record the end of a question without an answer. If that fails, the entry `asked` still stands."""
        try:
            self.append(Kind.ANSWERED, asked.fields(outcome))
        except AuditRefused:
            return


def local_user() -> str:
    """Return the name of a user of this machine, who asks without HTTP."""
    try:
        return f"local user {getpass.getuser()}"
    except (KeyError, OSError):
        return f"local user {os.getuid()}"


def _caller() -> dict[str, str]:
    if trace := current_trace.get():
        return {"client": trace.client(), "request": trace.id}
    return {"client": local_user()}


def _documents(hits: Sequence[Hit]) -> list[str]:
    return list(dict.fromkeys(hit.reference.id for hit in hits))
