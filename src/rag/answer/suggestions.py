"""From a snapshot to questions that it answers: formed from its documents' own words, and asked before it is said."""

from __future__ import annotations

import re
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias, TypeVar

from rag.snapshots import Snapshot
from rag.text import sentences
from rag.text.definitions import defined_by_is, defined_by_means
from rag.types import Answer, Ask, Document, Heading, Outcome, Span

MOST = 6
"""Questions that are suggested."""

_ASKED = 30
"""Questions that are tried at most: each takes a fraction of a second."""

_IN_A_ROW = 4
"""Questions of one document that are tried until one is answered."""

_TRIED = 18
"""Documents that are looked into, spread evenly through the index."""

_TOPICS = 6
"""Headings of a document that are tried as topics, spread evenly through it."""

_BEGINNING = 100_000
"""Characters of a document that are searched for definitions: what a text is about, it defines early."""

_ENGLISH = ("en", None)

_TOPIC = re.compile(r"[^\W\d_](?:[^\W\d_]|[ ’'-]){6,46}[^\W\d_]")
_MOST_WORDS = 5

_T = TypeVar("_T")

Answering: TypeAlias = Callable[[Ask], Answer]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question, and the words of its document that it was formed from: an answer must begin with some of them."""

    question: str
    span: Span


class Suggester:
    """Finds the questions of a snapshot once, and keeps those of the last one asked about."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: tuple[str, tuple[str, ...]] = ("", ())

    def questions(self, snapshot: Snapshot, answer: Answering) -> tuple[str, ...]:
        """Return at most MOST questions; `answer` answers from the snapshot.

        Finding them takes seconds, and who comes meanwhile gets none, for threads that wait could not answer.
        """
        if not self._lock.acquire(blocking=False):
            return ()
        try:
            if self._known[0] != snapshot.id:
                self._known = (snapshot.id, tuple(_found(snapshot, answer)))
            return self._known[1]
        finally:
            self._lock.release()


def questions(document: Document) -> Iterator[Candidate]:
    """Yield what a document itself asks or defines: headings that are questions, then terms."""
    for heading, span in _sections(document):
        if heading.title.endswith("?"):
            yield Candidate(heading.title, span)
    if document.language in _ENGLISH:
        yield from _definitions(document.text[:_BEGINNING])


def topics(document: Document) -> Iterator[Candidate]:
    """Yield questions about what some of a document's sections are on, then about the whole of it."""
    if document.language not in _ENGLISH:
        return
    named = [(heading.title, span) for heading, span in _sections(document) if _is_topic(heading.title, document)]
    whole = (document.reference.title, Span(0, len(document.text)))
    for title, span in (*_spread(named, _TOPICS), whole):
        yield Candidate(f"What is said about “{title}”?", span)


def _definitions(text: str) -> Iterator[Candidate]:
    for span in sentences(text):
        sentence = span.of(text)
        if term := defined_by_is(sentence):
            yield Candidate(f"What is {_within(term)}?", span)
        elif term := defined_by_means(sentence):
            yield Candidate(f"What does “{term}” mean?", span)


def _sections(document: Document) -> list[tuple[Heading, Span]]:
    """Return each heading that stands once, with the text under it, up to the next of its level or a higher one."""
    times = Counter(heading.title for heading in document.headings)
    found: list[tuple[Heading, Span]] = []
    ends: dict[int, int] = {}  # of each level, where the next heading of it or of a higher one begins
    for heading in reversed(document.headings):
        end = min((ends[level] for level in ends if level <= heading.level), default=len(document.text))
        if times[heading.title] == 1:
            found.append((heading, Span(heading.span.end, end)))
        ends[heading.level] = heading.span.start
    return found[::-1]


def _is_topic(title: str, document: Document) -> bool:
    """Tell whether a heading names something: a few words, not the title again, and no shouting."""
    named = bool(_TOPIC.fullmatch(title)) and 1 < len(title.split()) <= _MOST_WORDS
    return named and not title.isupper() and title != document.reference.title


def _found(snapshot: Snapshot, answer: Answering) -> list[str]:
    """Return what is answered: a question of each document, then a topic of each, then a second one of any."""
    stored = [known.reference.id for known in snapshot.documents() if known.near_duplicate_of is None]
    names = _spread(stored, _TRIED)
    waiting = deque((name, form(snapshot.document(name))) for form in (questions, topics) for name in names)
    found: list[str] = []
    asked = 0
    while waiting and asked < _ASKED and len(found) < MOST:
        name, sought = waiting.popleft()
        for candidate in islice(sought, _IN_A_ROW):
            asked += 1
            if _answers(answer(Ask(candidate.question)), name, candidate.span):
                found.append(candidate.question)
                waiting.append((name, sought))
                break
    return found


def _answers(answer: Answer, document_id: str, span: Span) -> bool:
    """Tell whether an answer begins with words of the span."""
    if answer.outcome is not Outcome.ANSWERED:
        return False
    first = answer.citations[0]
    return first.reference.id == document_id and first.span.start < span.end and span.start < first.span.end


def _spread(items: Sequence[_T], most: int) -> Sequence[_T]:
    return items[:: max(1, -(-len(items) // most))]


def _within(term: str) -> str:
    """Return a term as it stands within a sentence."""
    return term[0].lower() + term[1:]
