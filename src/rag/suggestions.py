"""From a snapshot to questions that it answers: formed from its documents' own words, and asked before it is said."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from itertools import islice

from rag.snapshots import Snapshot
from rag.text import sentences
from rag.types import Answer, Document, Outcome

MOST = 6
"""Questions that are suggested."""

_TRIED = 18
"""Documents that are looked into, spread evenly through the index: asking takes a fraction of a second each."""

_ASKED = 3
"""Questions that are tried with each of them."""

_BEGINNING = 20_000
"""Characters of a document that are read: what a text is about, it defines early."""

# "A carbon tax is a charge ..." defines; so does "The Kigali Amendment is an ...", by the name in it.
_DEFINITION = re.compile(
    r"(?P<term>An?\ [a-z][\w-]*(?:\ [\w-]+){0,3} | The(?:\ [A-Z][\w-]*){1,5}) \ is\ (?:an?|the)\ ", re.VERBOSE
)
_ENGLISH = ("en", None)

Ask = Callable[[str], Answer]


class Suggester:
    """Finds the questions of a snapshot once, and keeps those of the last one asked about."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: tuple[str, tuple[str, ...]] = ("", ())

    def questions(self, snapshot: Snapshot, ask: Ask) -> tuple[str, ...]:
        """Return at most MOST questions; `ask` says what the snapshot answers.

        Finding them takes seconds, and who comes meanwhile gets none, for threads that wait could not answer.
        """
        if not self._lock.acquire(blocking=False):
            return ()
        try:
            if self._known[0] != snapshot.id:
                self._known = (snapshot.id, tuple(_found(snapshot, ask)))
            return self._known[1]
        finally:
            self._lock.release()


def candidates(document: Document) -> Iterator[str]:
    """Yield questions that a document may answer: those among its headings, then what it defines."""
    for heading in document.headings:
        if heading.title.endswith("?"):
            yield heading.title
    if document.language in _ENGLISH:
        beginning = document.text[:_BEGINNING]
        for span in sentences(beginning):
            if defined := _DEFINITION.match(span.of(beginning)):
                yield f"What is {_within(defined['term'])}?"


def _found(snapshot: Snapshot, ask: Ask) -> list[str]:
    """Return what is answered, from one document one question, and from it before any other document."""
    found: list[str] = []
    stored = snapshot.documents()
    for known in stored[:: max(1, len(stored) // _TRIED)]:
        if known.near_duplicate_of is None:
            document = snapshot.document(known.reference.id)
            tried = islice(candidates(document), _ASKED)
            found += islice((question for question in tried if _answers(ask(question), document)), 1)
        if len(found) == MOST:
            break
    return found


def _answers(answer: Answer, document: Document) -> bool:
    return answer.outcome is Outcome.ANSWERED and answer.citations[0].reference.id == document.reference.id


def _within(term: str) -> str:
    """Return a term as it stands within a sentence."""
    return term[0].lower() + term[1:]
