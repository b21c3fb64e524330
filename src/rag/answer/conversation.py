"""Find the earlier turns that a question depends on, and rewrite a follow-up so that it stands alone.

A conversation is about the document that matches it best. A question depends on the conversation if this document
matches the question about as well as any other document does. The question is therefore searched twice: in the whole
index, and in this document. "Yes, please" matches nothing in either, "who decides that?" matches a little in both, and
a new topic matches best in another document.
"""

from __future__ import annotations

import logging
import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from threading import Lock
from typing import TypeAlias

from cachetools import LRUCache

from rag.answer.claim_links import has_foreign_link
from rag.answer.generation import Session
from rag.answer.replies import strip_markers
from rag.answer.retrieval import Query, Retriever, nearest
from rag.errors import BackendError
from rag.snapshots import Index
from rag.text import one_line
from rag.text.commands import asks_for_other_act
from rag.text.greetings import asks_nothing
from rag.types import Ask, Role, Turn

MAX_TURNS = 12
"""The most recent turns that a question may depend on: six questions and their answers."""

_DROP_STEP = 4  # drop old turns in steps, so that the first kept turn, and so the cache key, rarely changes

MAX_TURN_LENGTH = 1_000
"""The most characters that are read of one turn. The encoder reads no more than about 256 tokens of it."""

MAX_LENGTH = 3_000
"""The most characters of all turns together. The time for a conversation grows with them.

Without these two limits, a request with 400 kB of history took 130 times as long as one without history.
"""

_LENGTH_STEP = MAX_LENGTH // 2  # the same for characters

NEW_TOPIC_THRESHOLD = 14.0
"""A larger score difference means a new topic.

The difference is the best score in any document minus the best score in the topic's document, multiplied by the square
root of the number of distinct terms. As in a t-test, a mean over many words is more certain than a mean over few.

A higher threshold helps follow-ups and harms new topics. With 14 instead of 10, 400 questions of doc2dial find their
document first in .708 of the cases instead of .685. An opening question after another conversation finds its document
in .471 of the cases with either threshold. docs/decisions/follow-ups.md has other thresholds.
"""

MAX_REWRITTEN = 2_000
"""The most characters of a rewritten question. A longer reply is not a question."""

_CONTINUATION_WEIGHT = 0.5  # factor on the difference if the question begins with a word such as "and"
_CONTINUATION = re.compile(
    r"(?:and|but|or|so|also|then|yes|yeah|yep|no|nope|not|ok|okay|sure|thanks|thank you|right|alright|well|"
    r"(?:what|how) about|what if|what else|why)\b",
    re.IGNORECASE,
)

_CACHED_CONVERSATIONS = 1024

_log = logging.getLogger(__name__)

Turns: TypeAlias = tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class _Topic:
    """The latest turns about one subject, and the id of the document that matches them best; None if none does."""

    turns: Turns = ()
    document: str | None = None


class Conversations:
    """Finds the turns that a question depends on. Safe to use from several threads."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever
        # Each question of a conversation sends all its earlier turns again, so their topic is cached.
        self._topics: LRUCache[tuple[object, tuple[Turns, ...]], _Topic] = LRUCache(_CACHED_CONVERSATIONS)
        self._lock = Lock()

    def context(self, snapshot: Index, ask: Ask) -> Turns:
        """Return the turns that the question depends on, oldest first; none if it opens a new topic.

        Turns before an earlier change of topic are left out. An earlier question is judged together with its answer,
        because a few words alone say little about their topic.
        """
        topic = self._topic(snapshot, tuple(_exchanges(ask.history)))
        return topic.turns if self._continues(snapshot, (Turn(Role.USER, ask.question),), topic) else ()

    def _topic(self, snapshot: Index, exchanges: tuple[Turns, ...]) -> _Topic:
        """Return the topic at the end of a conversation."""
        if not exchanges:
            return _Topic()
        key = snapshot.cache_key, exchanges
        with self._lock:
            topic = self._topics.get(key)
        if topic is None:
            *earlier, last = exchanges
            before = self._topic(snapshot, tuple(earlier))
            turns = (*before.turns, *last) if self._continues(snapshot, last, before) else last
            best = nearest(snapshot, self._query(snapshot, turns), {})
            topic = _Topic(turns, best.reference.id if best else None)
            with self._lock:
                self._topics[key] = topic
        return topic

    def _continues(self, snapshot: Index, turns: Turns, topic: _Topic) -> bool:
        """Tell whether the topic's document matches `turns` nearly as well as the best document does."""
        if topic.document is None:
            return False
        query = self._query(snapshot, turns)
        anywhere = nearest(snapshot, query, {})
        in_topic = nearest(snapshot, query, {"id": topic.document})
        assert anywhere is not None
        assert in_topic is not None
        difference = (anywhere.score - in_topic.score) * math.sqrt(len(set(query.terms)))
        weight = _CONTINUATION_WEIGHT if _CONTINUATION.match(turns[0].content) else 1.0
        return difference * weight <= NEW_TOPIC_THRESHOLD

    def _query(self, snapshot: Index, turns: Turns) -> Query:
        first, *others = (turn.content for turn in turns)
        return self._retriever.query(snapshot, first, others)


def concatenate(question: str, context: Sequence[Turn]) -> str:
    """Return the user's questions of a conversation and the last question as one text."""
    return " ".join([*(turn.content for turn in context if turn.role is Role.USER), question])


def rewrite(session: Session, question: str, context: Sequence[Turn]) -> str | None:
    """Let the language model rewrite a follow-up so that it stands alone. Return None if it fails.

    A rewrite with a link, or with a request to pay or send something, that the conversation lacks is not used.
    """
    try:
        reply = one_line(session.rewrite(question, context))
    except BackendError as error:
        _log.warning("the follow-up is not rewritten because the language model failed: %s", error)
        return None
    said = " ".join([*(turn.content for turn in context), question])
    forged = has_foreign_link(reply, [said]) or asks_for_other_act(reply, said)
    return reply if 0 < len(reply) <= MAX_REWRITTEN and not forged else None


def _exchanges(history: Sequence[Turn]) -> Iterator[Turns]:
    """Yield each of the latest questions with its answer, without citation markers and without empty turns."""
    dropped = _in_steps(len(history) - MAX_TURNS, _DROP_STEP)
    turns = [Turn(turn.role, strip_markers(turn.content[:MAX_TURN_LENGTH]).strip()) for turn in history[dropped:]]
    exchange: Turns = ()
    for turn in _within_length(turns):
        if turn.role is Role.USER and exchange:
            yield from _about_something(exchange)
            exchange = ()
        if turn.content:
            exchange = (*exchange, turn)
    yield from _about_something(exchange)


def _within_length(turns: Sequence[Turn]) -> Sequence[Turn]:
    """Return the latest turns that have at most MAX_LENGTH characters together."""
    lengths = list(accumulate(len(turn.content) for turn in turns))
    dropped = _in_steps((lengths[-1] if lengths else 0) - MAX_LENGTH, _LENGTH_STEP)
    return turns[bisect_left(lengths, dropped) + 1 :] if dropped else turns


def _in_steps(excess: int, step: int) -> int:
    """Round an excess up to a multiple of `step`; 0 if it is negative."""
    return max(0, excess + -excess % step)


def _about_something(exchange: Turns) -> Iterator[Turns]:
    """Yield an exchange unless it is empty or its message only greets or thanks."""
    if exchange and not (exchange[0].role is Role.USER and asks_nothing(exchange[0].content)):
        yield exchange
