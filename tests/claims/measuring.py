"""Decides on each claim of a file as the service does, and counts the decisions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.answer.replies import parse_reply
from rag.answer.verification import Verifier
from rag.answer.writing import write
from rag.index.quotables import quotable
from rag.protocols import Encoder
from rag.types import Decision, Hit, Reference, Span

_LEAST_PARTS = 3  # of the first line of a passage: title, headings and date


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that a language model may write, and whether its passage supports it."""

    question: str
    passage: str
    claim: str
    supported: bool
    category: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """A claim with the decision on it. `shown` is the statement, empty if the claim is withheld."""

    claim: Claim
    decision: Decision
    reason: str
    shown: str

    @property
    def wrong(self) -> bool:
        """Whether an unsupported claim is shown as written, or a supported one is not."""
        return (self.decision is Decision.KEPT) != self.claim.supported


def read_claims(file: Path) -> Iterator[Claim]:
    """Read claims, one JSON object a line. Other fields than those of `Claim` are ignored.

    A claim without a passage is about that of the line before. Raises ValueError with the number of the line if a field
    is missing.
    """
    known: dict[str, str] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        row = known | json.loads(line)
        known = {"passage": row["passage"]} if "passage" in row else {}
        if not {"passage", "claim", "supported"} <= set(row):
            raise ValueError(f"{file}, line {number}: give each claim the fields passage, claim and supported")
        category = row.get("category") or row.get("source") or "other"
        yield Claim(
            row.get("question", ""),
            row["passage"],
            row["claim"],
            bool(row["supported"]),
            category,
            row.get("source", ""),
        )


def decide_all(claims: Iterable[Claim], encoder: Encoder | None) -> list[Decided]:
    """Decide on each claim as on a reply of one sentence that cites its passage."""
    return [decide(claim, encoder) for claim in claims]


def decide(claim: Claim, encoder: Encoder | None) -> Decided:
    """Decide on one claim."""
    verifier = Verifier([hit_of(claim.passage)], lambda _: 3.0, encoder, claim.question)
    writing = write(parse_reply([_marked(claim.claim)]), verifier)
    statements = []
    try:
        while True:
            statements.append(next(writing))
    except StopIteration as end:
        verification = end.value.verification
    reason = next(iter(verification.doubts), "" if statements else "no statement")
    if not statements:
        return Decided(claim, Decision.WITHHELD, reason, "")
    quoted = statements[0].quoted
    return Decided(claim, Decision.REPLACED if quoted else Decision.KEPT, reason, statements[0].text)


def hit_of(passage: str) -> Hit:
    """Return a passage as evidence. Its first line has the title, the headings and the date."""
    head, _, body = passage.partition("\n")
    if not body:
        head, body = "", passage
    parts = head.split(", ")
    headings = (parts[-2],) if len(parts) >= _LEAST_PARTS else ()
    reference = Reference("passage", ", ".join(parts[:-2]) if headings else head)
    units = quotable("", body, 0, (reference.title, *headings))
    return Hit(0, reference, Span(0, len(body)), body, headings, (), 1.0, "", units, "", "en")


def by_category(decided: Sequence[Decided], supported: bool) -> dict[str, list[Decided]]:
    """Return the decisions on the supported or the unsupported claims by category, in alphabetical order."""
    found: dict[str, list[Decided]] = {}
    for one in sorted(decided, key=lambda one: one.claim.category):
        if one.claim.supported is supported:
            found.setdefault(one.claim.category, []).append(one)
    return found


def _marked(claim: str) -> str:
    stop = claim[-1] if claim[-1:] in ".!?" else ""
    return f"{claim.removesuffix(stop)} [1]{stop}"
