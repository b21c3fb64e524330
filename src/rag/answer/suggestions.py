"""Suggest questions that a snapshot answers: form them from the documents' words, and try each one first."""

from __future__ import annotations

import re
import threading
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from typing import TypeAlias, TypeVar

from cachetools import LRUCache

from rag.snapshots import Index
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

MAX_FOLLOW_UPS = 3
"""The most questions about the cited documents of an answer."""

_MAX_CITED = 2
"""The most cited documents to read, in the order of the citations."""

_MAX_FOLLOW_UP_TRIES = 4
"""The most questions of one cited document to try. The questions found are cached with the document."""

_CACHED = 32  # sets of questions
_CACHED_DOCUMENTS = 512

_ENGLISH = ("en", None)

_TOPIC = re.compile(r"[^\W\d_](?:[^\W\d_]|[ ’'-]){6,46}[^\W\d_]")
_MAX_TOPIC_WORDS = 5

_T = TypeVar("_T")
_H = TypeVar("_H", bound=Hashable)

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
        self._of_documents: LRUCache[object, tuple[str, ...]] = LRUCache(_CACHED_DOCUMENTS)

    def questions(self, snapshot: Index, answer: Answering) -> tuple[str, ...]:
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

    def follow_ups(self, snapshot: Index, document_ids: Sequence[str], answer: Answering) -> tuple[str, ...]:
        """Return at most MAX_FOLLOW_UPS questions that the first documents answer, one per document at a time.

        A call while another thread looks for questions returns none, as in `questions`. Raises UnknownDocument.
        """
        cited = [snapshot.document(id_) for id_ in _unique(document_ids)[:_MAX_CITED]]
        if not self._lock.acquire(blocking=False):
            return ()
        try:
            rows = zip_longest(*(self._of_document(snapshot, document, answer) for document in cited))
            return tuple(_unique(one for row in rows for one in row if one is not None)[:MAX_FOLLOW_UPS])
        finally:
            self._lock.release()

    def _of_document(self, snapshot: Index, document: Document, answer: Answering) -> tuple[str, ...]:
        key = (snapshot.cache_key, document.reference.id)
        if key not in self._of_documents:
            candidates = islice(chain(questions(document), _section_topics(document)), _MAX_FOLLOW_UP_TRIES)
            answered = (
                one.question
                for one in candidates
                if _answers(answer(Ask(one.question)), document.reference.id, one.span)
            )
            self._of_documents[key] = tuple(islice(answered, MAX_FOLLOW_UPS))
        return self._of_documents[key]


def questions(document: Document) -> Iterator[Candidate]:
    """Yield questions that a document asks in its headings, then questions about the terms that it defines."""
    for heading, span in _sections(document):
        if heading.title.endswith("?") and not is_misplaced(heading.title, ""):
            yield Candidate(heading.title, span)
    if document.language in _ENGLISH:
        yield from _definitions(document.text[:_DEFINITION_CHARS])


def topics(document: Document) -> Iterator[Candidate]:
    """Yield questions about the topics of some sections, then about the whole document."""
    yield from _section_topics(document)
    yield from _topic_questions(document, [(document.reference.title, Span(0, len(document.text)))])


def _section_topics(document: Document) -> Iterator[Candidate]:
    """Yield questions about the topics of some sections, spread evenly through the document."""
    named = [(heading.title, span) for heading, span in _sections(document) if _is_topic(heading.title, document)]
    yield from _topic_questions(document, _spread(named, _MAX_TOPICS))


def _topic_questions(document: Document, topics: Iterable[tuple[str, Span]]) -> Iterator[Candidate]:
    if document.language not in _ENGLISH:
        return
    for title, span in topics:
        if not is_misplaced(title, ""):
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


def _answered_questions(snapshot: Index, answer: Answering) -> list[str]:
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


def _unique(items: Iterable[_H]) -> list[_H]:
    """Return the items without repetitions, in order."""
    return list(dict.fromkeys(items))


def _lowered(term: str) -> str:
    """Return a term with a lower-case first letter, for the middle of a sentence."""
    return term[0].lower() + term[1:]
