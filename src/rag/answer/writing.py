"""Turns the drafts of a language model into the statements of an answer, and counts the decisions on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator as YieldsAndReturns
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from rag.answer.clock import Clock
from rag.answer.extraction import MOST_STATEMENTS
from rag.answer.verification import Verdict, Verifier
from rag.text.refusals import UNANSWERABLE, is_chat, is_refusal
from rag.types import Decision, Doubt, Draft, Stage, Statement, Verification


@dataclass(frozen=True, slots=True)
class Written:
    """The statements of a reply and the counts of its sentences.

    `refused` is true if the reply says that the passages do not answer the question. `foreign` is the text of a reply
    that is in another language than its sources, otherwise empty.
    """

    statements: tuple[Statement, ...]
    verification: Verification
    refused: bool = False
    foreign: str = ""


_MOST_REPEATED = 3  # repeated sentences; a model that repeats itself more often does not end

Writes: TypeAlias = YieldsAndReturns[Statement, None, Written]


@dataclass(slots=True)
class _Count:
    """Counts the decisions on the sentences of a reply."""

    decisions: Counter[Decision] = field(default_factory=Counter)
    doubts: Counter[Doubt] = field(default_factory=Counter)
    texts: list[str] = field(default_factory=list)

    def add(self, draft: Draft, verdict: Verdict) -> None:
        self.decisions[verdict.decision] += 1
        self.texts.append(draft.text)
        if verdict.doubt is not None:
            self.doubts[verdict.doubt] += 1

    def verification(self) -> Verification:
        kept, replaced, withheld = (self.decisions[decision] for decision in Decision)
        return Verification(kept, replaced, withheld, dict(sorted(self.doubts.items())))

    @property
    def foreign(self) -> str:
        """The sentences, if at least half of them are in another language than their sources."""
        foreign = self.doubts[Doubt.LANGUAGE]
        return " ".join(self.texts) if foreign and 2 * foreign >= len(self.texts) else ""


def write(drafts: Iterable[Draft], verifier: Verifier, clock: Clock | None = None) -> Writes:
    """Yield each statement once its sentence is verified.

    A refusal ends the reply if no statement came before it. After one, only sentences in the model's own words count:
    a quote in the place of a further remark is no answer.
    """
    clock = clock or Clock()
    statements: list[Statement] = []
    count, refused, repeated = _Count(), False, 0
    for draft in drafts:
        if is_chat(draft.text):
            continue
        clock.lap(Stage.GENERATE)
        verdict = verifier.decide(draft)
        clock.lap(Stage.VERIFY)
        if verdict.decision is not Decision.KEPT and is_refusal(draft.text):
            refused = True
            if UNANSWERABLE in draft.text.upper() and not statements:
                break
            continue
        if verdict.decision is not Decision.KEPT and refused and not statements:
            continue
        count.add(draft, verdict)
        if verdict.statement is not None:
            statements.append(verdict.statement)
            yield verdict.statement
            clock.resume()
        repeated += verdict.statement is None and verdict.decision is not Decision.WITHHELD
        if len(statements) == MOST_STATEMENTS or repeated == _MOST_REPEATED:
            break
    return Written(tuple(statements), count.verification(), refused and not statements, count.foreign)
