"""Answers a question from a snapshot: evidence, statements as they are verified, and the whole answer last."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Generator as YieldsAndReturns
from contextlib import closing
from dataclasses import dataclass, field
from typing import TypeAlias

from rag.answer.citations import Citer, drafts
from rag.answer.confidence import ConfidenceModel, Signals, signals_of
from rag.answer.conversation import Conversations, condensed, written_out
from rag.answer.diversity import POOL, diversify
from rag.answer.extraction import MOST_STATEMENTS, choose, ranked_sentences
from rag.answer.prompts import Prompts
from rag.answer.retrieval import RERANKED, Query, Retriever
from rag.errors import BackendError
from rag.index.filters import Filters
from rag.protocols import Generator
from rag.snapshots import Snapshot
from rag.types import Abstention, Answer, Draft, Hit, Lap, Outcome, Stage, Statement, Turn

PASSAGES_PER_DOCUMENT = 2
SURE = 0.5
"""Below this confidence an answer is `partial`: what is quoted speaks to the question, and may not be all of it."""

UNANSWERABLE = "UNANSWERABLE"
"""What the instructions in `prompts/` tell a model to reply where the passages do not answer."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The passages an answer may rest on, and the snapshot they stand in."""

    hits: tuple[Hit, ...]
    snapshot: str


Event: TypeAlias = Evidence | Statement | Answer
Events: TypeAlias = YieldsAndReturns[Event, None, None]


@dataclass(frozen=True, slots=True)
class _Written:
    """What became of writing an answer."""

    statements: tuple[Statement, ...]
    degraded: str | None
    abstention: Abstention | None


Writing: TypeAlias = YieldsAndReturns[Statement, None, _Written]


@dataclass(slots=True)
class _Clock:
    """Milliseconds spent in each stage, however often that is met."""

    spent: dict[Stage, float] = field(default_factory=dict)
    _last: float = field(default_factory=time.perf_counter)

    def lap(self, stage: Stage) -> None:
        since = self._last
        self.resume()
        self.spent[stage] = self.spent.get(stage, 0.0) + (self._last - since) * 1000

    def resume(self) -> None:
        """Count from here: what was in between, a reader of events took."""
        self._last = time.perf_counter()

    @property
    def timings(self) -> dict[Stage, float]:
        """What was spent in each stage, and in all."""
        spent = {**self.spent, Stage.TOTAL: sum(self.spent.values())}
        return {stage: round(milliseconds, 2) for stage, milliseconds in spent.items()}


class Answerer:
    """The pipeline: retrieve, judge, write, verify."""

    def __init__(
        self,
        retriever: Retriever,
        generator: Generator | None,
        prompts: Prompts,
        confidence: ConfidenceModel,
        least_confidence: float,
    ) -> None:
        self._retriever = retriever
        self._conversations = Conversations(retriever)
        self._generator = generator
        self._prompts = prompts
        self._confidence = confidence
        self._least_confidence = least_confidence

    def search(
        self, snapshot: Snapshot, question: str, filters: Filters, limit: int, history: Sequence[Turn] = ()
    ) -> list[Hit]:
        """Return the best passages for a question, best first. Raises InvalidFilter."""
        context = self._conversations.leaned_on(snapshot, question, history)
        return self._retriever.search(snapshot, self._query(snapshot, question, context), filters, limit)

    def answer(
        self, snapshot: Snapshot, question: str, filters: Filters, limit: int, history: Sequence[Turn] = ()
    ) -> Answer:
        """Return the whole answer. Raises InvalidFilter."""
        *_, last = self.stream(snapshot, question, filters, limit, history)
        assert isinstance(last, Answer)
        return last

    def signals(
        self, snapshot: Snapshot, question: str, filters: Filters, limit: int, history: Sequence[Turn] = ()
    ) -> Signals:
        """Return what confidence in an answer rests on. Raises InvalidFilter."""
        query = self._query(snapshot, question, self._conversations.leaned_on(snapshot, question, history))
        evidence = self._evidence(snapshot, query, filters, limit, lambda _: None)
        return signals_of(snapshot, query, evidence, ranked_sentences(snapshot, query, evidence))

    def stream(
        self, snapshot: Snapshot, question: str, filters: Filters, limit: int, history: Sequence[Turn] = ()
    ) -> Events:
        """Yield the evidence, each statement once it is verified, and the answer, which alone is final.

        Where a generator fails after its first statements, the answer holds the extractive ones in their place.
        Raises InvalidFilter before the first event.
        """
        clock = _Clock()
        context = self._conversations.leaned_on(snapshot, question, history)
        rewritten = self._condensed(question, context)
        if history:
            clock.lap(Stage.CONVERSATION)
        query = self._query(snapshot, rewritten or question, () if rewritten else context)
        clock.lap(Stage.ENCODE)
        evidence = self._evidence(snapshot, query, filters, limit, clock.lap)
        clock.lap(Stage.PICK)
        yield Evidence(evidence, snapshot.id)
        clock.resume()
        ranked = ranked_sentences(snapshot, query, evidence)
        confidence = self._confidence.confidence(signals_of(snapshot, query, evidence, ranked))
        extract = choose(ranked, evidence)
        clock.lap(Stage.EXTRACT)
        abstention = self._abstention(snapshot, evidence, confidence)
        written = _Written((), None, abstention)
        if abstention is None:
            asked = rewritten or written_out(question, context)
            written = yield from self._write(asked, evidence, extract, snapshot.lexical.idf)
            clock.lap(Stage.GENERATE if self._generator else Stage.EXTRACT)
        yield Answer(
            question=question,
            outcome=_outcome(written, confidence),
            statements=written.statements,
            evidence=evidence,
            confidence=confidence,
            snapshot=snapshot.id,
            abstention=written.abstention,
            degraded=written.degraded,
            timings=clock.timings,
        )

    def _query(self, snapshot: Snapshot, question: str, context: Sequence[Turn]) -> Query:
        return self._retriever.query(snapshot, question, [turn.content for turn in context])

    def _condensed(self, question: str, context: Sequence[Turn]) -> str | None:
        """Return a follow-up as the generator rewrites it; None where there is neither, or it fails."""
        return condensed(self._generator, self._prompts, question, context) if self._generator and context else None

    def _evidence(self, snapshot: Snapshot, query: Query, filters: Filters, limit: int, lap: Lap) -> tuple[Hit, ...]:
        pool = RERANKED if snapshot.near_duplicates else POOL  # what only repeats another takes nobody's place
        found = self._retriever.search(snapshot, query, filters, max(pool, limit), lap)
        picked = diversify(found, PASSAGES_PER_DOCUMENT, limit, snapshot.near_duplicates) if found else ()
        return tuple(snapshot.evidence(picked))

    def _abstention(self, snapshot: Snapshot, evidence: Sequence[Hit], confidence: float) -> Abstention | None:
        if not len(snapshot):
            return Abstention.EMPTY_INDEX
        if not evidence:
            return Abstention.FILTERED_OUT
        return Abstention.WEAK_EVIDENCE if confidence < self._least_confidence else None

    def _write(
        self, question: str, evidence: Sequence[Hit], extract: Sequence[Draft], idf: Callable[[str], float]
    ) -> Writing:
        """Let the generator write where there is one; where it fails, the extractive answer stands in."""
        if self._generator is None:
            return (yield from _extractive(evidence, extract, idf, None))
        try:
            pieces = self._generator.generate(self._prompts.instructions, self._prompts.render(question, evidence))
            with closing(pieces):
                written = yield from _generated(drafts(pieces), Citer(evidence, idf))
        except BackendError as error:
            _log.warning("the extractive answer stands in: %s", error)
            return (yield from _extractive(evidence, extract, idf, str(error)))
        if written.statements or written.abstention:
            return written
        reason = f"no sentence of {self._generator.name}'s reply was supported by a passage it cites"
        return (yield from _extractive(evidence, extract, idf, reason))


def _outcome(written: _Written, confidence: float) -> Outcome:
    if written.abstention:
        return Outcome.NO_EVIDENCE
    return Outcome.ANSWERED if confidence >= SURE else Outcome.PARTIAL


def _generated(drafted: Iterator[Draft], citer: Citer) -> Writing:
    statements: list[Statement] = []
    for draft in drafted:
        if not statements and draft.text.strip(" .").upper() == UNANSWERABLE:
            return _Written((), None, Abstention.UNSUPPORTED)
        statement = citer.verify(draft)
        if statement is not None:
            statements.append(statement)
            yield statement
        if len(statements) == MOST_STATEMENTS:
            break
    return _Written(tuple(statements), None, None)


def _extractive(
    evidence: Sequence[Hit], extract: Sequence[Draft], idf: Callable[[str], float], degraded: str | None
) -> Writing:
    citer = Citer(evidence, idf)
    statements = tuple(filter(None, map(citer.verify, extract)))
    yield from statements
    return _Written(statements, degraded, None if statements else Abstention.WEAK_EVIDENCE)
