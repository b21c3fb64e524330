"""Takes a question and the conversation before it; gives the turns it leans on, and the question written out.

A question leans on its conversation where it is met there about as well as anywhere else. It is put to the index twice:
to all of it, and to the one document that the conversation is about. "Yes, please" finds nothing in either and "who
decides that?" a little in both, while a new topic is at home in one place, which is elsewhere.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from threading import Lock
from typing import TypeAlias

from cachetools import LRUCache

from rag.answer.citations import unmarked
from rag.answer.prompts import Prompts
from rag.answer.retrieval import Query, Retriever, nearest
from rag.errors import BackendError
from rag.protocols import Generator
from rag.snapshots import Snapshot
from rag.text import one_line
from rag.types import Role, Turn

MOST_TURNS = 12
"""Turns, counted back from the question, that it may lean on: six questions and their answers."""

_TOGETHER = 4  # turns are left out at once, so that the rest of a long conversation begins as it did a question before

A_NEW_TOPIC = 10.0
"""From where on what is said belongs elsewhere: the difference between the best scores elsewhere and in the topic's
document, times the root of the number of terms, for as in a t-test a mean over many words is surer than one over few.

At 10, 14, 20 and never, the first document holds the words that answer for .86, .88, .90 and .91 of the follow-ups of
doc2dial, and a question put after another conversation finds its document in .04, .07, .13 and .53 fewer cases than
alone.
"""

LONGEST = 2_000
"""The most characters of a question that a language model writes out; what is longer is no question."""

_CONTINUING = 0.5  # of the difference counts where somebody says that he goes on
_CONTINUES = re.compile(
    r"(?:and|but|or|so|also|then|yes|yeah|yep|no|nope|not|ok|okay|sure|thanks|thank you|right|alright|well|"
    r"(?:what|how) about|what if|what else|why)\b",
    re.IGNORECASE,
)

_REMEMBERED = 1024  # conversations of which it is kept what they are about

_log = logging.getLogger(__name__)

Turns: TypeAlias = tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class _Topic:
    """The latest turns that are about one thing, and the document that is about it; none where no passage is."""

    turns: Turns = ()
    document: str | None = None


class Conversations:
    """Tells which turns a question leans on; may be used from several threads."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever
        # A conversation comes again with each of its questions, longer by one exchange.
        self._topics: LRUCache[tuple[str, tuple[Turns, ...]], _Topic] = LRUCache(_REMEMBERED)
        self._lock = Lock()

    def leaned_on(self, snapshot: Snapshot, question: str, history: Sequence[Turn]) -> Turns:
        """Return the turns that `question` leans on, oldest first; none where it opens a topic of its own.

        What stands before an earlier change of topic is left out. An earlier question is judged together with its
        answer, which says more about its topic than a few words do.
        """
        topic = self._topic(snapshot, tuple(_exchanges(history)))
        return topic.turns if self._leans(snapshot, (Turn(Role.USER, question),), topic) else ()

    def _topic(self, snapshot: Snapshot, exchanges: tuple[Turns, ...]) -> _Topic:
        """Return what a conversation was about in the end."""
        if not exchanges:
            return _Topic()
        key = snapshot.id, exchanges
        with self._lock:
            known = self._topics.get(key)
        if known is None:
            *earlier, last = exchanges
            before = self._topic(snapshot, tuple(earlier))
            turns = (*before.turns, *last) if self._leans(snapshot, last, before) else last
            about = nearest(snapshot, self._query(snapshot, turns), {})
            known = _Topic(turns, about.reference.id if about else None)
            with self._lock:
                self._topics[key] = known
        return known

    def _leans(self, snapshot: Snapshot, said: Turns, topic: _Topic) -> bool:
        """Tell whether what is said is met nearly as well in the document of the topic as in any other."""
        if topic.document is None:
            return False
        query = self._query(snapshot, said)
        anywhere = nearest(snapshot, query, {})
        there = nearest(snapshot, query, {"id": topic.document})
        assert anywhere is not None
        assert there is not None
        difference = (anywhere.score - there.score) * math.sqrt(len(set(query.terms)))
        return difference * (_CONTINUING if _CONTINUES.match(said[0].content) else 1.0) <= A_NEW_TOPIC

    def _query(self, snapshot: Snapshot, turns: Turns) -> Query:
        first, *others = (turn.content for turn in turns)
        return self._retriever.query(snapshot, first, others)


def written_out(question: str, context: Sequence[Turn]) -> str:
    """Return the questions of a conversation and the last one, as one who did not hear the answers could put them."""
    return " ".join([*(turn.content for turn in context if turn.role is Role.USER), question])


def condensed(generator: Generator, prompts: Prompts, question: str, context: Sequence[Turn]) -> str | None:
    """Let a language model write the question so that it stands alone; None where it fails."""
    try:
        with closing(generator.generate(prompts.condensing, prompts.conversation(question, context))) as pieces:
            reply = one_line("".join(pieces))
    except BackendError as error:
        _log.warning("the question is put with its conversation: %s", error)
        return None
    return reply if 0 < len(reply) <= LONGEST else None


def _exchanges(history: Sequence[Turn]) -> Iterator[Turns]:
    """Yield each question with what was answered, without markers and turns that are empty without them."""
    beyond = max(0, len(history) - MOST_TURNS)
    left_out = beyond + -beyond % _TOGETHER
    turns = [Turn(turn.role, unmarked(turn.content).strip()) for turn in history[left_out:]]
    exchange: Turns = ()
    for turn in turns:
        if turn.role is Role.USER and exchange:
            yield exchange
            exchange = ()
        if turn.content:
            exchange = (*exchange, turn)
    if exchange:
        yield exchange
