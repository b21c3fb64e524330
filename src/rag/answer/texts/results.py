"""The nouns of the verification of a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rag.types import Citation, Doubt, Span


class Support(StrEnum):
    """How far the documents support a sentence."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    PARTLY = "partly"
    NOT_FOUND = "not_found"


class QuoteState(StrEnum):
    """The state of a quotation.

    `valid`: a document has its words, at the cited place if one is cited. `moved`: they are at another place than the
    cited one. `changed`: a document has similar words. `not_found`: no document has them.
    """

    VALID = "valid"
    MOVED = "moved"
    CHANGED = "changed"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Cited:
    """The place that a quotation names: a document of the index or a web address, and the span in it, if any."""

    document_id: str | None = None
    address: str | None = None
    span: Span | None = None
    record: bool = False


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words that a text puts in quotation marks. `span` is their place in it, and None if only a list has them."""

    words: str
    span: Span | None
    cited: tuple[Cited, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A difference between a quotation and the document: the words `was` are now `became`. Either may be empty."""

    was: str
    became: str


@dataclass(frozen=True, slots=True)
class Assessed:
    """A sentence of a text, with its support and the quotes that it was compared with.

    `doubt` says in which respect the best quote says something else.
    """

    span: Span
    text: str
    support: Support
    doubt: Doubt | None
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class AssessedQuotation:
    """A quotation with its state. `found` is its place, or the most similar words if it has `changed`."""

    quotation: Quotation
    state: QuoteState
    found: Citation | None = None
    differences: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """The verification of a text. All spans of sentences are places in `text`, which has no markup."""

    text: str
    sentences: tuple[Assessed, ...]
    quotations: tuple[AssessedQuotation, ...]
    snapshot: str

    @property
    def supports(self) -> Mapping[Support, int]:
        """The number of sentences of each kind, also of those that do not occur."""
        counts = Counter(one.support for one in self.sentences)
        return {support: counts[support] for support in Support}

    @property
    def states(self) -> Mapping[QuoteState, int]:
        """The number of quotations in each state, also in those that do not occur."""
        counts = Counter(one.state for one in self.quotations)
        return {state: counts[state] for state in QuoteState}
