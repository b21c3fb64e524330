"""Answer a question from a snapshot: yield the evidence, each verified statement, and the whole answer last."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from collections.abc import Generator as YieldsAndReturns
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from rag.answer.catalogue import Catalogue, answer_from_catalogue
from rag.answer.citations import Citer
from rag.answer.clock import Clock
from rag.answer.composition import Selection
from rag.answer.compound import CompoundSelector
from rag.answer.computing import Computing
from rag.answer.confidence import ConfidenceModel
from rag.answer.conflicts import ConflictFinder
from rag.answer.conversation import Conversations, concatenate, rewrite
from rag.answer.drafting import drafts_of
from rag.answer.empty_filters import filtered
from rag.answer.exceptions import find_exceptions
from rag.answer.follow_ups import resolved
from rag.answer.generation import LanguageModel, Session
from rag.answer.generation.failures import UNSUPPORTED, reason
from rag.answer.in_force import AsOf, about_time, as_of, beside, named, refusal, tells_of_its_time, versions_in_force
from rag.answer.named_values import named_values
from rag.answer.notices import greeting, understood
from rag.answer.precedence import DEFAULT_ORDER, Order
from rag.answer.prompts import Prompts
from rag.answer.retrieval import Query, Retriever
from rag.answer.second_ask import SecondAsk
from rag.answer.selection import PASSAGES_PER_DOCUMENT, Choice, Selector
from rag.answer.signals import Signals
from rag.answer.spelling import Corrected, correct
from rag.answer.translations import translation
from rag.answer.verification import Verifier
from rag.answer.vocabulary import Words
from rag.answer.writing import write
from rag.errors import BackendError
from rag.snapshots import Index
from rag.text.greetings import asks_nothing
from rag.text.languages import DEFAULT, question_languages
from rag.types import (
    Abstention,
    Answer,
    Ask,
    Conflict,
    ExceptionSearch,
    Hit,
    Notice,
    Outcome,
    Role,
    Stage,
    Statement,
    Turn,
    Verification,
)

__all__ = ["ANSWERED_CONFIDENCE", "PASSAGES_PER_DOCUMENT", "Answerer", "Event", "Events", "Evidence"]

ANSWERED_CONFIDENCE = 0.5
"""An answer with a lower confidence is `partial`: its quotes concern the question, but may not answer all of it."""

OVERRULING_CONFIDENCE = 0.75
"""An extractive answer with this confidence is given although the language model refused."""

REFUSED = "the language model found no answer in the passages"
"""The reason of an extractive answer that is confident although the language model refused."""

_OUTSIDE = 8
"""The passages that are not in force of which the best may be named beside an answer."""

_MUCH_BETTER = 1.25
"""The best passage that is not in force must have this part of the score of the best one in force to refuse for it."""

_VERSION = 0.5
"""A version in force answers for another one that does if its confidence is at least this part of the least one."""

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

    `verification` counts the sentences of the generator's reply, and `notices` are lines about it. `searches` and
    `conflicts` are those of the answer.
    """

    statements: tuple[Statement, ...]
    degraded: str | None
    abstention: Abstention | None
    verification: Verification | None = None
    notices: tuple[Notice, ...] = ()
    searches: tuple[ExceptionSearch, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class _Dated:
    """A selection, the reason if it gives no answer, notices about its time, and whether its documents are in force."""

    selected: Selection
    abstention: Abstention | None
    notices: tuple[Notice, ...] = ()
    in_force: bool = True

    @property
    def is_sure(self) -> bool:
        """Whether it answers the question, and not only concerns it."""
        return self.abstention is None and self.selected.confidence >= ANSWERED_CONFIDENCE


Suggest: TypeAlias = Callable[[Index], tuple[str, ...]]
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
        order: Order = DEFAULT_ORDER,
    ) -> None:
        """`gate` is the confidence below which the language model is not asked.

        `translations` shows a reply in another language than its sources as an unverified translation. `order` decides
        which of two contradicting documents goes first.
        """
        self._retriever = retriever
        self._conversations = Conversations(retriever)
        self._model = model
        self._prompts = prompts
        self._single = Selector(retriever, confidence)
        self._selector = SecondAsk(
            retriever, CompoundSelector(retriever, self._single, least_confidence), least_confidence
        )
        self._least_confidence = least_confidence
        self._suggest = suggest
        self._gate = gate
        self._conflicts = ConflictFinder(order, retriever.familiar)
        self._computing = Computing()
        self._translations = translations

    def search(self, snapshot: Index, ask: Ask) -> list[Hit]:
        """Return the best passages, best first. Raises InvalidFilter."""
        with self._computing.turn(first=True):
            ask = replace(ask, question=self._corrected(snapshot, ask).question)
            context = self._conversations.context(snapshot, ask)
            clock = Clock()
            query = self._query(snapshot, ask.question, context)
            clock.lap(Stage.ENCODE)
            found = as_of(snapshot, resolved(ask.question, context, snapshot.languages), ask.as_of)
            in_force = snapshot.in_force(found.period) if found else snapshot
            return self._retriever.search(in_force, query, ask.filters, ask.limit, clock.lap)

    def passages(self, snapshot: Index, ask: Ask) -> list[Hit]:
        """Return the best passages for the exact words of a text, with their quotable units. Raises InvalidFilter.

        Documents that are no longer or not yet in force count too, because a text may cite them.
        """
        with self._computing.turn():
            query = self._query(snapshot, ask.question, ())
            return snapshot.evidence(self._retriever.search(snapshot, query, ask.filters, ask.limit))

    def answer(self, snapshot: Index, ask: Ask) -> Answer:
        """Return the whole answer. Raises InvalidFilter."""
        *_, last = self.stream(snapshot, ask)
        assert isinstance(last, Answer)
        return last

    def signals(self, snapshot: Index, ask: Ask) -> Signals:
        """Return the signals that the confidence of an answer is computed from. Raises InvalidFilter."""
        question = self._corrected(snapshot, ask).question
        context = self._conversations.context(snapshot, replace(ask, question=question))
        asked = resolved(question, context)
        found = as_of(snapshot, asked, ask.as_of)
        query = self._query(snapshot, asked, context)
        return self._single.signals(snapshot.in_force(found.period) if found else snapshot, query, ask, context)

    def choice(self, snapshot: Index, ask: Ask) -> Choice:
        """Return the sentences from which the answer is chosen. Raises InvalidFilter."""
        context = self._conversations.context(snapshot, ask)
        query = self._query(snapshot, resolved(ask.question, context), context)
        return self._single.choice(snapshot, query, ask)

    def stream(self, snapshot: Index, ask: Ask) -> Events:
        """Yield the evidence, notices, each statement once it is verified, and the answer. Only the answer is final.

        If the generator fails after its first statements, the answer holds the extractive statements instead.
        Raises InvalidFilter before the first event.
        """
        if asks_nothing(ask.question):
            yield from self._greet(snapshot, ask)
            return
        clock, session = Clock(), Session(self._model, self._prompts) if self._model else None
        with self._computing.turn():
            corrected = self._corrected(snapshot, ask)
            context = self._conversations.context(snapshot, replace(ask, question=corrected.question))
        rewritten = rewrite(session, corrected.question, context) if session and context else None
        asked = resolved(corrected.question, context, snapshot.languages)
        if ask.history:
            clock.lap(Stage.CONVERSATION)
        found = as_of(snapshot, rewritten or asked, ask.as_of)
        if catalogue := answer_from_catalogue(snapshot, asked, ask.filters):
            yield from self._listed(snapshot, ask, catalogue, found, tuple(understood(corrected, asked)), clock)
            return
        with self._computing.turn():
            clock.resume()  # a wait for a turn is no work
            dated = self._select(snapshot, rewritten or asked, ask, () if rewritten else context, found, clock.lap)
        selected, abstention = dated.selected, dated.abstention
        notices = (
            *understood(corrected, asked),
            *dated.notices,
            *selected.notices,
            *_filtered(snapshot, ask, abstention),
        )
        yield Evidence(selected.evidence, snapshot.id)
        yield from notices
        clock.resume()
        written = _Written((), None, abstention)
        if abstention is None:
            question = rewritten or concatenate(corrected.question, context)
            written = yield from self._write(session, question, selected, snapshot, clock)
            present = snapshot.in_force(found.period) if found else snapshot
            written = yield from self._beside(present, rewritten or asked, selected.evidence, written, clock)
        yield from written.notices
        yield replace(
            _answer(ask, snapshot, selected, written, clock),
            notices=(*notices, *written.notices),
            usage=session.usage if session else None,
            as_of=found.period if found and dated.in_force else None,
        )

    def _select(
        self,
        snapshot: Index,
        question: str,
        ask: Ask,
        context: Sequence[Turn],
        found: AsOf | None,
        lap: Callable[[Stage], None],
    ) -> _Dated:
        """Select for a question. If it names documents by a value of a field, others answer only if they name it too.

        Raises InvalidFilter.
        """
        select = partial(self._select_dated, snapshot, context=context, found=found, lap=lap)
        earlier = [turn.content for turn in context if turn.role is Role.USER]
        names = named_values(snapshot, question, earlier, ask.filters, self._retriever.familiar)
        if names is None:
            return select(question=question, ask=ask)
        within = select(question=names.question, ask=replace(ask, filters=names.filters))
        if within.is_sure:
            return within
        whole = select(question=question, ask=ask)
        if within.abstention is Abstention.FILTERED_OUT:  # by the name, and not by the client
            within = replace(whole, abstention=Abstention.WEAK_EVIDENCE)
        if whole.abstention or not names.concern(snapshot, _cited(whole.selected)):
            return within
        return whole if within.abstention or whole.selected.confidence > within.selected.confidence else within

    def _select_dated(
        self,
        snapshot: Index,
        question: str,
        ask: Ask,
        context: Sequence[Turn],
        found: AsOf | None,
        lap: Callable[[Stage], None],
    ) -> _Dated:
        """Select from the documents that are in force at the time asked for, and look at the others beside them.

        If only the others answer, the answer is a refusal that names them, unless their words say of which
        time they speak. Raises InvalidFilter.
        """
        if found is None or not snapshot.outside(found.period):
            selected = self._selector.select(snapshot, question, ask, context, lap)
            return _Dated(selected, self._abstention(snapshot, selected), tuple(about_time(found)) if found else ())
        at_time = replace(ask, as_of=found.period) if ask.as_of or found.words else ask
        in_force, others = snapshot.in_force(found.period), snapshot.not_in_force(found.period)

        def select(part: Index) -> Selection:
            return self._at_time(part, question, at_time, context, found, lap)

        selected = select(in_force)
        query = self._query(snapshot, question, context)
        outside = self._retriever.search(others, query, ask.filters, _OUTSIDE)
        versions, elsewhere = list[Hit](), None
        abstention = self._abstention(snapshot, selected)
        if outside and (abstention or selected.confidence < ANSWERED_CONFIDENCE):
            elsewhere = select(others)
            if self._answers_better(elsewhere, selected, abstention):
                versions = _cited(elsewhere)
                own = self._version(in_force, found, selected, elsewhere, select)
                if own is None and not ask.as_of and tells_of_its_time(found, elsewhere.drafts, question, query.spoken):
                    own = elsewhere
                if own is None:
                    why, notices = refusal(snapshot, found, versions)
                    return _Dated(replace(selected, notices=()), why, (*about_time(found), *notices))
                selected, abstention = own, None
        if abstention is not None:
            return _Dated(selected, abstention, tuple(about_time(found)))
        named_beside = beside(snapshot, found, _cited(selected), outside, versions)
        return _Dated(selected, None, (*about_time(found), *named_beside), selected is not elsewhere)

    def _version(
        self,
        in_force: Index,
        found: AsOf,
        selected: Selection,
        elsewhere: Selection,
        select: Callable[[Index], Selection],
    ) -> Selection | None:
        """Select from the other versions in force of documents that answer and are not in force; None if none answers.

        Versions of cited documents come first, and then those of documents beside them. They have nearly the same
        words, so that less confidence is enough.
        """
        enough = _VERSION * self._least_confidence
        near = (versions_in_force(in_force, found, hits) for hits in (_cited(elsewhere), elsewhere.evidence))
        ids = next(filter(None, near), None)
        own = select(in_force.among(ids)) if ids and selected.confidence >= enough else None
        if own is None or not own.drafts or own.confidence < enough:
            return None
        return replace(own, confidence=max(own.confidence, self._least_confidence))

    def _at_time(
        self,
        in_force: Index,
        question: str,
        ask: Ask,
        context: Sequence[Turn],
        found: AsOf,
        lap: Callable[[Stage], None],
    ) -> Selection:
        """Select for a question, and if that is no sure answer, also without the words for the time it asks about.

        A document that is in force in 2019 need not have the words `in 2019`.
        """
        selected = self._selector.select(in_force, question, ask, context, lap)
        if not found.words or selected.confidence >= ANSWERED_CONFIDENCE:
            return selected
        timeless = self._selector.select(in_force, found.without_words(question), ask, context, lap)
        return max(selected, timeless, key=lambda one: one.confidence)

    def _answers_better(self, others: Selection, selected: Selection, abstention: Abstention | None) -> bool:
        """Return whether only documents that are not in force answer the question."""
        if not others.drafts or others.confidence < self._least_confidence:
            return False
        return abstention is not None or (
            others.confidence >= ANSWERED_CONFIDENCE and _best(others) > _MUCH_BETTER * _best(selected)
        )

    def _beside(
        self, snapshot: Index, question: str, evidence: Sequence[Hit], written: _Written, clock: Clock
    ) -> Writing:
        """Add what contradicts and what limits the sentences that the statements cite."""
        if not written.statements:
            return written
        with self._computing.turn():
            clock.resume()
            query = self._query(snapshot, question, ())
            conflicts = self._conflicts.find(snapshot, query, evidence, written.statements)
            limits = find_exceptions(snapshot, (*written.statements, *conflicts.statements), query)
        clock.lap(Stage.EXTRACT)
        added = (*conflicts.statements, *limits.statements)
        yield from added
        return replace(
            written,
            statements=(*written.statements, *added),
            notices=(*written.notices, *conflicts.notices, *limits.notices),
            searches=limits.searches,
            conflicts=conflicts.found,
        )

    def _greet(self, snapshot: Index, ask: Ask) -> Events:
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
        self,
        snapshot: Index,
        ask: Ask,
        catalogue: Catalogue,
        found: AsOf | None,
        understood_as: tuple[Notice, ...],
        clock: Clock,
    ) -> Events:
        """Answer a question about documents from the catalogue. It has those that are not in force, too."""
        clock.lap(Stage.EXTRACT)
        listed = (citation.reference.id for one in catalogue.statements for citation in one.citations)
        about = named(snapshot, found, dict.fromkeys(listed)) if found else ()
        notices = (*understood_as, *about, *catalogue.notices)
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
            as_of=found.period if found else None,
        )

    def _corrected(self, snapshot: Index, ask: Ask) -> Corrected:
        spoken = question_languages(ask.question, snapshot.languages)
        first = DEFAULT if DEFAULT in spoken else spoken[0]
        return correct(
            ask.question, Words(snapshot, self._retriever, (first, *(one for one in spoken if one != first)))
        )

    def _query(self, snapshot: Index, question: str, context: Sequence[Turn]) -> Query:
        return self._retriever.query(snapshot, question, [turn.content for turn in context])

    def _abstention(self, snapshot: Index, selected: Selection) -> Abstention | None:
        if not len(snapshot):
            return Abstention.EMPTY_INDEX
        if not selected.evidence:
            return Abstention.FILTERED_OUT
        # A language model reads the passages, so it may find an answer where the confidence is low.
        least = self._gate if self._model else self._least_confidence
        return Abstention.WEAK_EVIDENCE if selected.confidence < least else None

    def _write(
        self, session: Session | None, question: str, selected: Selection, snapshot: Index, clock: Clock
    ) -> Writing:
        """Write with the language model, or with the extractive drafts if there is none or it fails."""
        if session is None:
            return (yield from self._extractive(selected, snapshot, None, clock))
        try:
            with session.answer(question, selected.evidence) as reply:
                verifier = Verifier(
                    selected.evidence, snapshot.idf, self._retriever.encoder, question, snapshot.pinpoint
                )
                written = yield from write(drafts_of(reply), verifier, clock)
        except BackendError as error:
            _log.warning("the answer is extractive: %s", error)
            clock.lap(Stage.GENERATE)
            return (yield from self._extractive(selected, snapshot, reason(error), clock))
        clock.lap(Stage.GENERATE)
        notices = translation(written.foreign, question) if self._translations else ()
        if written.statements:
            return _Written(written.statements, None, None, written.verification, notices)
        if written.refused and selected.confidence < OVERRULING_CONFIDENCE:
            return _Written((), None, Abstention.UNSUPPORTED, written.verification)
        extractive = yield from self._extractive(selected, snapshot, REFUSED if written.refused else UNSUPPORTED, clock)
        return replace(extractive, verification=written.verification, notices=notices)

    def _extractive(self, selected: Selection, snapshot: Index, degraded: str | None, clock: Clock) -> Writing:
        """Write with the extractive drafts, or abstain if the confidence is too low."""
        if selected.confidence < self._least_confidence:
            return _Written((), degraded, Abstention.WEAK_EVIDENCE)
        with self._computing.turn():
            citer = Citer(selected.evidence, snapshot.pinpoint)
            statements = tuple(filter(None, map(citer.verify, selected.drafts)))
        clock.lap(Stage.EXTRACT)
        yield from statements
        return _Written(statements, degraded, None if statements else Abstention.WEAK_EVIDENCE)


def _cited(selected: Selection) -> list[Hit]:
    """Return the passages that the drafts of a selection cite."""
    return [selected.evidence[number] for draft in selected.drafts for number, _ in draft.sources]


def _best(selected: Selection) -> float:
    return max((hit.score for hit in selected.evidence), default=0.0)


def _answer(ask: Ask, snapshot: Index, selected: Selection, written: _Written, clock: Clock) -> Answer:
    return Answer(
        question=ask.question,
        outcome=_outcome(written, selected.confidence),
        statements=written.statements,
        evidence=selected.evidence,
        confidence=selected.confidence,
        snapshot=snapshot.id,
        abstention=written.abstention,
        degraded=written.degraded,
        timings=clock.timings,
        verification=written.verification,
        exception_searches=written.searches,
        conflicts=written.conflicts,
    )


def _outcome(written: _Written, confidence: float) -> Outcome:
    if written.abstention:
        return Outcome.NO_EVIDENCE
    if written.conflicts:
        return Outcome.CONFLICTING
    return Outcome.ANSWERED if confidence >= ANSWERED_CONFIDENCE else Outcome.PARTIAL


def _filtered(snapshot: Index, ask: Ask, abstention: Abstention | None) -> tuple[Notice, ...]:
    """Return a notice about the filter that no document passes, if the filters left nothing."""
    notice = filtered(snapshot, ask.filters) if abstention is Abstention.FILTERED_OUT else None
    return (notice,) if notice else ()
