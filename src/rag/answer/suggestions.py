"""Suggest questions that a snapshot answers: form them from the documents' words, and try each one first."""

from __future__ import annotations

import re
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias, TypeVar

from cachetools import LRUCache

from rag.snapshots import Snapshot
from rag.text import sentences
from rag.text.commands import is_misplaced
from rag.text.definitions import defined_by_is, defined_by_means
from rag.types import Answer, Ask, Document, Heading, Outcome, Span

MAX_SUGGESTIONS = 6
"""The most suggestions."""

_MAX_ASKED = 30
"""The most questions to try. Each takes a fraction of a second."""

_MAX_TRIES = 4
"""The most questions of one document to try before the next document has its turn."""

_MAX_DOCUMENTS = 18
"""The most documents to read, spread evenly through the index."""

_MAX_TOPICS = 6
"""The most headings of a document to try as topics, spread evenly through it."""

_DEFINITION_CHARS = 100_000
"""Characters to search for definitions. A document usually defines its main terms early."""

_CACHED = 32  # sets of questions

_ENGLISH = ("en", None)

_TOPIC = re.compile(r"[^\W\d_](?:[^\W\d_]|[ ’'-]){6,46}[^\W\d_]")
_MAX_TOPIC_WORDS = 5

_T = TypeVar("_T")

Answering: TypeAlias = Callable[[Ask], Answer]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question and the span that it was formed from. The first citation of its answer must overlap that span."""

    question: str
    span: Span


class Suggester:
    """Finds questions that a snapshot answers, and caches those of the latest snapshots and groups of clients."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: LRUCache[object, tuple[str, ...]] = LRUCache(_CACHED)

    def questions(self, snapshot: Snapshot, answer: Answering) -> tuple[str, ...]:
        """Return at most MAX_SUGGESTIONS questions; `answer` answers from the snapshot.

        The first call takes seconds. A call during that time returns no questions, because a thread that waits cannot
        answer other requests.
        """
        if not self._lock.acquire(blocking=False):
            return ()
        try:
            if snapshot.cache_key not in self._known:
                self._known[snapshot.cache_key] = tuple(_answered_questions(snapshot, answer))
            return self._known[snapshot.cache_key]
        finally:
            self._lock.release()


def questions(document: Document) -> Iterator[Candidate]:
    """Yield questions that a document asks in its headings, then questions about the terms that it defines."""
    for heading, span in _sections(document):
        if heading.title.endswith("?") and not is_misplaced(heading.title, ""):
            yield Candidate(heading.title, span)
    if document.language in _ENGLISH:
        yield from _definitions(document.text[:_DEFINITION_CHARS])


def topics(document: Document) -> Iterator[Candidate]:
    """Yield questions about the topics of some sections, then about the whole document."""
    if document.language not in _ENGLISH:
        return
    named = [(heading.title, span) for heading, span in _sections(document) if _is_topic(heading.title, document)]
    whole = (document.reference.title, Span(0, len(document.text)))
    for title, span in (*_spread(named, _MAX_TOPICS), whole):
        if is_misplaced(title, ""):
            continue
        yield Candidate(f"What is said about “{title}”?", span)


def _definitions(text: str) -> Iterator[Candidate]:
    for span in sentences(text):
        sentence = span.of(text)
        if term := defined_by_is(sentence):
            yield Candidate(f"What is {_lowered(term)}?", span)
        elif term := defined_by_means(sentence):
            yield Candidate(f"What does “{term}” mean?", span)


def _sections(document: Document) -> list[tuple[Heading, Span]]:
    """Return each unique heading with its section, which ends at the next heading of the same or a higher level."""
    times = Counter(heading.title for heading in document.headings)
    found: list[tuple[Heading, Span]] = []
    ends: dict[int, int] = {}  # by level, the start of the next heading of that level
    for heading in reversed(document.headings):
        end = min((ends[level] for level in ends if level <= heading.level), default=len(document.text))
        if times[heading.title] == 1:
            found.append((heading, Span(heading.span.end, end)))
        ends[heading.level] = heading.span.start
    return found[::-1]


def _is_topic(title: str, document: Document) -> bool:
    """Tell whether a heading names a topic: a few words, not all capitals, and not the document's title."""
    named = bool(_TOPIC.fullmatch(title)) and 1 < len(title.split()) <= _MAX_TOPIC_WORDS
    return named and not title.isupper() and title != document.reference.title


def _answered_questions(snapshot: Snapshot, answer: Answering) -> list[str]:
    """Return answered questions: first one per document, then one topic per document, then second questions."""
    stored = [known.reference.id for known in snapshot.documents() if known.near_duplicate_of is None]
    ids = _spread(stored, _MAX_DOCUMENTS)
    waiting = deque((id_, form(snapshot.document(id_))) for form in (questions, topics) for id_ in ids)
    found: list[str] = []
    asked = 0
    while waiting and asked < _MAX_ASKED and len(found) < MAX_SUGGESTIONS:
        id_, candidates = waiting.popleft()
        for candidate in islice(candidates, _MAX_TRIES):
            asked += 1
            if _answers(answer(Ask(candidate.question)), id_, candidate.span):
                found.append(candidate.question)
                waiting.append((id_, candidates))
                break
    return found


def _answers(answer: Answer, document_id: str, span: Span) -> bool:
    """Tell whether the first citation of an answer overlaps the span."""
    if answer.outcome is not Outcome.ANSWERED:
        return False
    first = answer.citations[0]
    return first.reference.id == document_id and first.span.start < span.end and span.start < first.span.end


def _spread(items: Sequence[_T], most: int) -> Sequence[_T]:
    """Return at most `most` items, at equal distances."""
    return items[:: max(1, -(-len(items) // most))]


def _lowered(term: str) -> str:
    """Return a term with a lower-case first letter, for the middle of a sentence."""
    return term[0].lower() + term[1:]
