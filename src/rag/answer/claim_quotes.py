"""Finds the quotes of passages that a sentence of a language model may be compared with, best first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rag.answer.commands import fit_headings
from rag.answer.statements import Sentence, make_draft, sentences_of, shares_list
from rag.text import one_line, sentences, terms
from rag.types import Draft, Hit, Span

_LONGEST = 900  # characters of a quote
_SHORTEST = 3  # words of a quote


@dataclass(frozen=True)
class Quote:
    """Words of a passage that may support or replace a claim.

    `text` is compared with the claim. `shown` is the statement that quotes the words, with their exceptions and
    conditions, and `cited` the part of it that a supported claim cites. `joined` is true for several items of a list.
    """

    passage: int
    text: str
    shown: Draft
    cited: Draft
    joined: bool = False
    language: str | None = None

    @cached_property
    def terms(self) -> frozenset[str]:
        """The index terms of the words."""
        return frozenset(terms(self.text, self.language))

    @property
    def limited(self) -> bool:
        """Whether the statement has exceptions or conditions that `text` leaves out."""
        return len(self.shown.text) > len(self.text)


def quotes_of(hit: Hit, passage: int) -> list[Quote]:
    """Return the quotes of a passage: each unit, and the items of each list together."""
    found = [sentence for _, sentence in sentences_of(hit, "")]
    if not found:
        return _plain_quotes(hit, passage)
    singles = [replace(sentence, items=()) if sentence.items else sentence for sentence in found]
    quotes = [_quote((sentence,), hit, passage) for sentence in (*singles, *_items(found))]
    quotes += [replace(_quote((sentence,), hit, passage), joined=True) for sentence in found if sentence.items]
    quotes += [replace(_quote(run, hit, passage), joined=True) for run in _lists(found)]
    return [quote for quote in quotes if len(quote.text) <= _LONGEST]


def _items(found: Sequence[Sentence]) -> list[Sentence]:
    """Return each item of a list that is only quotable as a whole as a sentence with the lead-in."""
    alone = {sentence.span for sentence in found}
    return [
        replace(sentence, span=item, items=(), leads=(*sentence.leads, sentence.span), tails=())
        for sentence in found
        for item in sentence.items
        if item not in alone
    ]


def _quote(run: Sequence[Sentence], hit: Hit, passage: int) -> Quote:
    shown = make_draft([replace(one, passage=passage) for one in run], hit)
    cited = make_draft([replace(one, passage=passage, tails=()) for one in run], hit)
    return Quote(passage, cited.text, shown, cited, False, hit.language)


def _lists(found: Sequence[Sentence]) -> list[list[Sentence]]:
    """Return the runs of items of one list. Rows of a table are not joined, because a claim could mix them."""
    runs: list[list[Sentence]] = []
    for sentence in found:
        if runs and sentence.marked and runs[-1][-1].marked and shares_list(runs[-1][-1], sentence):
            runs[-1].append(sentence)
        else:
            runs.append([sentence])
    return [run for run in runs if len(run) > 1]


def _plain_quotes(hit: Hit, passage: int) -> list[Quote]:
    found = []
    for span in sentences(hit.text, hit.language):
        text = one_line(span.of(hit.text))
        if len(text.split()) >= _SHORTEST:
            draft = Draft(text, ((passage, span.shift(hit.span.start)),))
            found.append(Quote(passage, text, draft, draft, False, hit.language))
    return found


def around(hit: Hit, question: str) -> str:
    """Return the title and headings above a passage, without those that give orders which nobody asked about.

    The date of a document says nothing of its contents.
    """
    return ", ".join(fit_headings(hit, question))


def ranked(quotes: Sequence[Quote], claim: str, idf: Callable[[str], float], most: int) -> list[Quote]:
    """Return the quotes with the most words of the claim, by idf, at most `most`; the shortest first among equals."""
    by_language = {language: frozenset(terms(claim, language)) for language in {quote.language for quote in quotes}}

    def shared(quote: Quote) -> tuple[float, int]:
        return -round(sum(idf(term) for term in by_language[quote.language] & quote.terms), 3), len(quote.text)

    return sorted(quotes, key=shared)[:most]


def overlaps(quote: Quote, span: Span) -> bool:
    """Return whether a quote has words of `span`, which is in the same document."""
    return any(map(span.overlaps, spans_of(quote.cited)))


def has_words_of(claim: str, quote: Quote) -> bool:
    """Return whether a quote has all index terms of a claim."""
    return quote.terms >= frozenset(terms(claim, quote.language))


def spans_of(draft: Draft) -> tuple[Span, ...]:
    """Return the spans that a draft quotes."""
    return tuple(span for _, span in draft.sources if span is not None)
