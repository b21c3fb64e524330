"""Answer a question from a snapshot: yield the evidence, each verified statement, and the whole answer last."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from collections.abc import Generator as YieldsAndReturns
from dataclasses import dataclass, replace
from typing import TypeAlias

from rag.answer.catalogue import Catalogue, answer_from_catalogue
from rag.answer.citations import Citer
from rag.answer.clock import Clock
from rag.answer.composition import Selection
from rag.answer.compound import CompoundSelector
from rag.answer.computing import Computing
from rag.answer.confidence import ConfidenceModel
from rag.answer.conversation import Conversations, concatenate, rewrite
from rag.answer.drafting import drafts_of
from rag.answer.empty_filters import filtered
from rag.answer.follow_ups import resolved
from rag.answer.generation import LanguageModel, Session
from rag.answer.generation.failures import UNSUPPORTED, reason
from rag.answer.notices import greeting, understood
from rag.answer.prompts import Prompts
from rag.answer.retrieval import Query, Retriever
from rag.answer.selection import PASSAGES_PER_DOCUMENT, Choice, Selector
from rag.answer.signals import Signals
from rag.answer.spelling import Corrected, correct
from rag.answer.translations import translation
from rag.answer.verification import Verifier
from rag.answer.vocabulary import Words
from rag.answer.writing import write
from rag.errors import BackendError
from rag.snapshots import Snapshot
from rag.text.greetings import asks_nothing
from rag.text.languages import DEFAULT, question_languages
from rag.types import Abstention, Answer, Ask, Hit, Notice, Outcome, Stage, Statement, Turn, Verification

__all__ = ["ANSWERED_CONFIDENCE", "PASSAGES_PER_DOCUMENT", "Answerer", "Event", "Events", "Evidence"]

ANSWERED_CONFIDENCE = 0.5
"""An answer with a lower confidence is `partial`: its quotes concern the question, but may not answer all of it."""

OVERRULING_CONFIDENCE = 0.75
"""An extractive answer with this confidence is given although the language model refused."""

REFUSED = "the language model found no answer in the passages"
"""The reason of an extractive answer that is confident although the language model refused."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The passages that an answer may cite, and the id of their snapshot."""

    hits: tuple[Hit, ...]
    snapshot: str


Event: TypeAlias = Evidence | Notice | Statement | Answer
Events: TypeAlias = YieldsAndReturns[Event, None, None]


@dataclass(frozen=True, slots=True)
class _Written:
    """The result of the writing step. `degraded` is the reason if the generator's reply is not used.

    `verification` counts the sentences of the generator's reply, and `notices` are lines about it.
    """

    statements: tuple[Statement, ...]
    degraded: str | None
    abstention: Abstention | None
    verification: Verification | None = None
    notices: tuple[Notice, ...] = ()


Suggest: TypeAlias = Callable[[Snapshot], tuple[str, ...]]
"""Returns questions that a snapshot answers, as suggestions for a user who has asked none."""

Writing: TypeAlias = YieldsAndReturns[Statement, None, _Written]


class Answerer:
    """Runs the steps of an answer in order: retrieve, estimate confidence, write, verify."""

    def __init__(
        self,
        retriever: Retriever,
        model: LanguageModel | None,
        prompts: Prompts,
        confidence: ConfidenceModel,
        least_confidence: float,
        suggest: Suggest = lambda _: (),
        gate: float = 0.0,
        *,
        translations: bool = False,
    ) -> None:
        """`gate` is the confidence below which the language model is not asked.

        `translations` shows a reply in another language than its sources as an unverified translation.
        """
        self._retriever = retriever
        self._conversations = Conversations(retriever)
        self._model = model
        self._prompts = prompts
        self._single = Selector(retriever, confidence)
        self._selector = CompoundSelector(retriever, self._single, least_confidence)
        self._least_confidence = least_confidence
        self._suggest = suggest
        self._gate = gate
        self._computing = Computing()
        self._translations = translations

    def search(self, snapshot: Snapshot, ask: Ask) -> list[Hit]:
        """Return the best passages, best first. Raises InvalidFilter."""
        with self._computing.turn(first=True):
            ask = replace(ask, question=self._corrected(snapshot, ask).question)
            context = self._conversations.context(snapshot, ask)
            clock = Clock()
            query = self._query(snapshot, ask.question, context)
            clock.lap(Stage.ENCODE)
            return self._retriever.search(snapshot, query, ask.filters, ask.limit, clock.lap)

    def answer(self, snapshot: Snapshot, ask: Ask) -> Answer:
        """Return the whole answer. Raises InvalidFilter."""
        *_, last = self.stream(snapshot, ask)
        assert isinstance(last, Answer)
        return last

    def signals(self, snapshot: Snapshot, ask: Ask) -> Signals:
        """Return the signals that the confidence of an answer is computed from. Raises InvalidFilter."""
        question = self._corrected(snapshot, ask).question
        context = self._conversations.context(snapshot, replace(ask, question=question))
        query = self._query(snapshot, resolved(question, context), context)
        return self._single.signals(snapshot, query, ask, context)

    def choice(self, snapshot: Snapshot, ask: Ask) -> Choice:
        """Return the sentences from which the answer is chosen. Raises InvalidFilter."""
        context = self._conversations.context(snapshot, ask)
        query = self._query(snapshot, resolved(ask.question, context), context)
        return self._single.choice(snapshot, query, ask)

    def stream(self, snapshot: Snapshot, ask: Ask) -> Events:
        """Yield the evidence, notices, each statement once it is verified, and the answer. Only the answer is final.

        If the generator fails after its first statements, the answer holds the extractive statements instead.
        Raises InvalidFilter before the first event.
        """
        if asks_nothing(ask.question):
            yield from self._greet(snapshot, ask)
            return
        clock = Clock()
        session = Session(self._model, self._prompts) if self._model else None
        with self._computing.turn():
            corrected = self._corrected(snapshot, ask)
            context = self._conversations.context(snapshot, replace(ask, question=corrected.question))
        rewritten = rewrite(session, corrected.question, context) if session and context else None
        asked = resolved(corrected.question, context, snapshot.languages)
        if ask.history:
            clock.lap(Stage.CONVERSATION)
        if catalogue := answer_from_catalogue(snapshot, asked, ask.filters):
            yield from self._listed(snapshot, ask, catalogue, tuple(understood(corrected, asked)), clock)
            return
        with self._computing.turn():
            clock.resume()  # a wait for a turn is no work
            selected = self._selector.select(snapshot, rewritten or asked, ask, () if rewritten else context, clock.lap)
        abstention = self._abstention(snapshot, selected)
        empty = filtered(snapshot, ask.filters) if abstention is Abstention.FILTERED_OUT else None
        notices = (*understood(corrected, asked), *selected.notices, *filter(None, [empty]))
        yield Evidence(selected.evidence, snapshot.id)
        yield from notices
        clock.resume()
        written = _Written((), None, abstention)
        if abstention is None:
            question = rewritten or concatenate(corrected.question, context)
            written = yield from self._write(session, question, selected, snapshot.lexical.idf, clock)
        yield from written.notices
        yield Answer(
            question=ask.question,
            outcome=_outcome(written, selected.confidence),
            statements=written.statements,
            evidence=selected.evidence,
            confidence=selected.confidence,
            snapshot=snapshot.id,
            abstention=written.abstention,
            degraded=written.degraded,
            timings=clock.timings,
            notices=(*notices, *written.notices),
            usage=session.usage if session else None,
            verification=written.verification,
        )

    def _greet(self, snapshot: Snapshot, ask: Ask) -> Events:
        """Answer a message that asks nothing with a friendly notice and suggestions."""
        notice = greeting(ask.question, self._suggest(snapshot))
        assert notice is not None
        yield Evidence((), snapshot.id)
        yield notice
        yield Answer(
            question=ask.question,
            outcome=Outcome.NO_EVIDENCE,
            statements=(),
            evidence=(),
            confidence=0.0,
            snapshot=snapshot.id,
            abstention=Abstention.NOT_A_QUESTION,
            notices=(notice,),
        )

    def _listed(
        self, snapshot: Snapshot, ask: Ask, catalogue: Catalogue, understood_as: tuple[Notice, ...], clock: Clock
    ) -> Events:
        """Answer a question about documents from the catalogue."""
        clock.lap(Stage.EXTRACT)
        notices = (*understood_as, *catalogue.notices)
        yield Evidence(catalogue.evidence, snapshot.id)
        yield from notices
        yield from catalogue.statements
        yield Answer(
            question=ask.question,
            outcome=Outcome.ANSWERED if catalogue.statements else Outcome.NO_EVIDENCE,
            statements=catalogue.statements,
            evidence=catalogue.evidence,
            confidence=1.0 if catalogue.statements else 0.0,
            snapshot=snapshot.id,
            abstention=None if catalogue.statements else Abstention.WEAK_EVIDENCE,
            timings=clock.timings,
            notices=notices,
        )

    def _corrected(self, snapshot: Snapshot, ask: Ask) -> Corrected:
        spoken = question_languages(ask.question, snapshot.languages)
        first = DEFAULT if DEFAULT in spoken else spoken[0]
        return correct(
            ask.question, Words(snapshot, self._retriever, (first, *(one for one in spoken if one != first)))
        )

    def _query(self, snapshot: Snapshot, question: str, context: Sequence[Turn]) -> Query:
        return self._retriever.query(snapshot, question, [turn.content for turn in context])

    def _abstention(self, snapshot: Snapshot, selected: Selection) -> Abstention | None:
        if not len(snapshot):
            return Abstention.EMPTY_INDEX
        if not selected.evidence:
            return Abstention.FILTERED_OUT
        # A language model reads the passages, so it may find an answer where the confidence is low.
        least = self._gate if self._model else self._least_confidence
        return Abstention.WEAK_EVIDENCE if selected.confidence < least else None

    def _write(
        self, session: Session | None, question: str, selected: Selection, idf: Callable[[str], float], clock: Clock
    ) -> Writing:
        """Write with the language model, or with the extractive drafts if there is none or it fails."""
        if session is None:
            return (yield from self._extractive(selected, None, clock))
        try:
            with session.answer(question, selected.evidence) as reply:
                verifier = Verifier(selected.evidence, idf, self._retriever.encoder, question)
                written = yield from write(drafts_of(reply), verifier, clock)
        except BackendError as error:
            _log.warning("the answer is extractive: %s", error)
            clock.lap(Stage.GENERATE)
            return (yield from self._extractive(selected, reason(error), clock))
        clock.lap(Stage.GENERATE)
        notices = translation(written.foreign, question) if self._translations else ()
        if written.statements:
            return _Written(written.statements, None, None, written.verification, notices)
        if written.refused and selected.confidence < OVERRULING_CONFIDENCE:
            return _Written((), None, Abstention.UNSUPPORTED, written.verification)
        extractive = yield from self._extractive(selected, REFUSED if written.refused else UNSUPPORTED, clock)
        return replace(extractive, verification=written.verification, notices=notices)

    def _extractive(self, selected: Selection, degraded: str | None, clock: Clock) -> Writing:
        """Write with the extractive drafts, or abstain if the confidence is too low."""
        if selected.confidence < self._least_confidence:
            return _Written((), degraded, Abstention.WEAK_EVIDENCE)
        with self._computing.turn():
            citer = Citer(selected.evidence)
            statements = tuple(filter(None, map(citer.verify, selected.drafts)))
        clock.lap(Stage.EXTRACT)
        yield from statements
        return _Written(statements, degraded, None if statements else Abstention.WEAK_EVIDENCE)


def _outcome(written: _Written, confidence: float) -> Outcome:
    if written.abstention:
        return Outcome.NO_EVIDENCE
    return Outcome.ANSWERED if confidence >= ANSWERED_CONFIDENCE else Outcome.PARTIAL
