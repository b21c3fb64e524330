"""Decides how a sentence of a language model is shown: in its own words, as the quote that covers it, or not at all.

A sentence is shown in its own words only if one quote of the evidence supports it and no check doubts it. Otherwise the
best-covering quote stands in its place. It is withheld only if no quote says anything of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypeAlias

from rag.answer.checks import Examination, Similarity, examine, examine_closely
from rag.answer.checks.alignment import Alignment, Match
from rag.answer.checks.lexicon import FUNCTION
from rag.answer.checks.words import is_row, read
from rag.answer.citations import Citer, no_pinpoint
from rag.answer.claim_links import has_foreign_link
from rag.answer.claim_quotes import Quote, around, has_words_of, overlaps, quotes_of, ranked, spans_of
from rag.answer.commands import is_order
from rag.protocols import Encoder
from rag.text import normalise, one_line
from rag.text.commands import is_misplaced
from rag.text.languages import SAME, known, question_languages
from rag.text.sentence_roles import refers_back
from rag.types import Decision, Doubt, Draft, Hit, Pinpoint, Span, Statement

_COMPARED = 10
"""The most quotes that a claim is compared with word by word."""

_SAME_WORDS = 0.95  # support of a quote that has the words of a claim
_LONGEST = 800  # characters of a claim
_TIE = 0.02  # quotes whose support differs by less are equally good
_CLEARLY = 0.1  # a quote whose support is so much greater is a better one
_SAYS_SOMETHING = 0.35
"""The least support of a quote that stands in the place of a claim."""

_REPLY = re.compile(r"(?i)(yes|no)[,:.]\s+(?=\S)")
_LISTS = re.compile(r",|\band\b|\bor\b")
_Found: TypeAlias = tuple[Quote, Examination]

_JOINT = re.compile(r";\s+|,\s+(?:and|but|while|whereas)\s+")
_SUBJECT = re.compile(
    r"(?:the|an?|its|their|his|her|this|that|these|those|it|they|every|each|all|no|some|most|both|\d[\d.,]*|[A-ZÀ-Þ]\S*)\b"
)
_CONTINUES = re.compile(r"(?:,\s++|(?<!\s)\s++)(?:and|but)\s++(?=(?:also\s++)?[a-z]+(?:ed|s|ew|ell|ose)\b)")
_SURE = 0.8
"""The least support of a part of a claim, and of a claim by two sentences together."""
_CLAUSE = 3  # content words of a clause that says something of its own
_MORE = 0.1  # support that a second sentence must add
_GAP = 3  # characters between two sentences that follow each other
_SHORTEST_PART = 4  # words
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision on one sentence. `statement` is None if it is withheld or repeats an earlier statement."""

    decision: Decision
    statement: Statement | None
    doubt: Doubt | None = None
    quote: str = ""


@dataclass(slots=True)
class Verifier:
    """Verifies the sentences of one reply against the evidence, in order.

    Without an encoder, words of similar meaning count only if the lexicon knows them. Orders in the evidence that the
    `question` does not ask about support nothing. `pinpoint` names the provision of a quote.
    """

    evidence: Sequence[Hit]
    idf: Callable[[str], float]
    encoder: Encoder | None = None
    question: str = ""
    pinpoint: Pinpoint = no_pinpoint
    citer: Citer = field(init=False)
    _similarity: Similarity | None = field(init=False)
    _quotes: dict[int, list[Quote]] = field(default_factory=dict)
    _shown: set[str] = field(default_factory=set)
    _before: Verdict | None = None
    _document: str | None = None

    def __post_init__(self) -> None:
        self.citer = Citer(self.evidence, self.pinpoint)
        self._similarity = Similarity(self.encoder) if self.encoder else None

    def decide(self, draft: Draft) -> Verdict:
        """Return the decision on the next sentence of the reply."""
        verdict = self._decide(draft)
        self._before = verdict
        return verdict

    def compare(self, claim: str) -> Examination | None:
        """Return the comparison of a claim with its best quote; None if no quote has a word of it."""
        best = self._best_anywhere(one_line(normalise(claim)), range(len(self.evidence)))
        return best[1] if best else None

    def _decide(self, draft: Draft) -> Verdict:
        cited = [number for number, _ in draft.sources if 0 <= number < len(self.evidence)]
        if not cited:
            return self._withheld(Doubt.NO_SOURCE)
        claim = one_line(normalise(draft.text))
        best = self._offered(claim, draft, cited) or self._best_anywhere(claim, cited)
        if best is None:
            return self._withheld(Doubt.UNSUPPORTED)
        quote, examination = best
        barred = self._antecedent(claim, quote) or self._forged(claim, draft, quote)
        doubt = barred or next(iter(examination.doubts), None)
        if doubt is None:
            return self._kept(claim, [quote, *self._also(claim, cited, quote)])
        if barred is None and (quotes := self._by_part(claim, cited)):
            return self._kept(claim, quotes)
        if barred is None and (both := self._by_two(claim, cited, examination)):
            return self._kept(claim, both)
        return self._replaced(quote, examination, doubt)

    def _offered(self, claim: str, draft: Draft, cited: Sequence[int]) -> _Found | None:
        """Return the best of the quotes that the language model gives, if it supports the claim; None otherwise."""
        given = [(number, span) for number, span in draft.sources if span is not None and number in cited]
        quotes = [quote for number, span in given for quote in self._of(number) if overlaps(quote, span)]
        found = self._best_of(claim, quotes)
        if found is None or found[1].doubts:
            return None
        best = self._best(claim, cited)
        if best and best[1].doubts and best[1].support > found[1].support + _CLEARLY:
            return None
        return best if best and _gives_other_figure(best[1], found[1]) else found

    def _forged(self, claim: str, draft: Draft, quote: Quote) -> Doubt | None:
        """Return the doubt if the claim has a link that its passage has not, or gives an order, or has a forged quote.

        After a forged quote, a claim must have the words of a real one. Synonyms are not enough.
        """
        hit = self.evidence[quote.passage]
        if has_foreign_link(claim, (hit.before + hit.text + hit.after, quote.text)):
            return Doubt.LINK
        if is_misplaced(claim, self.question):
            return Doubt.COMMAND
        return Doubt.QUOTE if draft.misquoted and not has_words_of(claim, quote) else None

    def _best_anywhere(self, claim: str, cited: Sequence[int]) -> _Found | None:
        """Return the best quote of the cited passages, or of the others if the marker names the wrong passage."""
        best = self._best(claim, cited)
        if best is not None and not best[1].doubts:
            return best
        others = [number for number in range(len(self.evidence)) if number not in cited]
        elsewhere = self._best(claim, others)
        if elsewhere and not elsewhere[1].doubts and (best is None or elsewhere[1].support > best[1].support):
            return elsewhere
        return best

    def _also(self, claim: str, cited: Sequence[int], quote: Quote) -> list[Quote]:
        """Return the quotes of the other cited passages that support the claim too."""
        found = [self._best(claim, [number]) for number in cited if number != quote.passage]
        return [one[0] for one in found if one is not None and not one[1].doubts]

    def _by_part(self, claim: str, cited: Sequence[int]) -> list[Quote]:
        """Return a quote for each part of a claim that joins two sentences; none if a part is not supported.

        If only the first part has a subject, the parts must quote two sentences that follow each other.
        """
        for parts, must_follow in ((_parts(claim), False), (_continued(claim), True)):
            found = [self._best_anywhere(part, cited) for part in parts]
            quotes = [one[0] for one in found if one is not None and not one[1].doubts]
            sure = all(one[1].support >= _SURE for one in found if one is not None)
            if quotes and sure and len(quotes) == len(found) and not (must_follow and not self._follow(*quotes)):
                return quotes
        return []

    def _by_two(self, claim: str, cited: Sequence[int], best: Examination) -> list[Quote]:
        """Return two sentences that follow each other and support a claim together; none if there are none.

        Together they may not overrule a doubt about what one sentence says, only that it says too little.
        """
        if set(best.doubts) - {Doubt.UNSUPPORTED} or not _lacks_a_clause(best.alignment):
            return []
        for number in cited:
            singles = [quote for quote in self._of(number) if not (quote.joined or quote.limited or is_row(quote.text))]
            for one, other in pairwise(singles):
                if not self._follow(one, other):
                    continue
                both = self._examine(claim, replace(one, text=f"{one.text} {other.text}", shown=one.cited))
                if not both.doubts and both.support >= max(_SURE, best.support + _MORE):
                    return [one, other]
        return []

    def _follow(self, one: Quote, other: Quote) -> bool:
        """Return whether two quotes are one sentence, or two that follow each other in a passage."""
        hit = self.evidence[one.passage]
        spans = [*spans_of(one.cited), *spans_of(other.cited)]
        if one.passage != other.passage or not spans:
            return False
        between = hit.quote(Span(min(span.start for span in spans), max(span.end for span in spans)))
        return len(between) <= sum(span.end - span.start for span in spans) + _GAP

    def _antecedent(self, claim: str, quote: Quote) -> Doubt | None:
        """Return the doubt if the sentence refers to one that is not shown, or that is about another document."""
        if self._before is None or not refers_back(claim):
            return None
        lost = self._before.decision is not Decision.KEPT
        other = self._document != self.evidence[quote.passage].reference.id
        return Doubt.ANTECEDENT if lost or other else None

    def _best(self, claim: str, passages: Sequence[int]) -> _Found | None:
        return self._best_of(claim, [quote for number in passages for quote in self._of(number)])

    def _best_of(self, claim: str, among: Sequence[Quote]) -> _Found | None:
        quotes = ranked(among, claim, self.idf, _COMPARED)
        if not quotes:
            return None
        examined = [(quote, self._examine(claim, quote)) for quote in quotes]
        singles = [one for one in examined if not one[0].joined] or examined
        singles.sort(key=lambda one: (-round(one[1].support, 2), len(one[1].doubts), len(one[0].text)))
        top = singles[0]
        ties = [one for one in singles if one[1].support >= top[1].support - _TIE]
        # A longer quote that contains a shorter one could lend it words that belong to something else.
        shortest = [one for one in ties if not any(o[0].text != one[0].text and o[0].text in one[0].text for o in ties)]
        best = next((one for one in shortest if not one[1].doubts), shortest[0])
        closer = next(
            (one for one in singles if not is_row(one[0].text) and _gives_other_figure(one[1], best[1])), None
        )
        if closer is not None:
            return closer
        joined = max((one for one in examined if one[0].joined), key=lambda one: one[1].support, default=None)
        if best[1].doubts and joined and _is_list(claim) and joined[1].support > best[1].support + 0.1:
            return joined
        return best

    def _of(self, number: int) -> list[Quote]:
        if number not in self._quotes:
            found = quotes_of(self.evidence[number], number)
            self._quotes[number] = [
                quote for quote in found if not is_order(quote.shown.text, self.evidence[number], self.question)
            ]
        return self._quotes[number]

    def _examine(self, claim: str, quote: Quote) -> Examination:
        hit = self.evidence[quote.passage]
        stated = _REPLY.sub("", claim, count=1) if _REPLY.match(claim) else claim
        if len(stated) > _LONGEST:  # no sentence is so long, and comparing it takes seconds
            return replace(self._examine(stated[:_LONGEST], quote), doubts=(Doubt.UNSUPPORTED,))
        if _other_language(stated, hit.language):
            return replace(examine_closely(stated, quote.text, hit.language), doubts=(Doubt.LANGUAGE,))
        if (hit.language or "en") != "en":
            return examine_closely(stated, quote.text, hit.language)
        above, passage = around(hit, self.question), hit.before + hit.text + hit.after
        found = examine(stated, quote.text, above, passage, self.idf, self._similarity, quote.limited)
        if quote.limited and not found.doubts:
            whole = examine(stated, quote.shown.text, above, passage, self.idf, self._similarity)
            return replace(found, doubts=tuple(doubt for doubt in whole.noted if doubt is Doubt.CONDITION))
        return found

    def _kept(self, claim: str, quotes: Sequence[Quote]) -> Verdict:
        self._document = self.evidence[quotes[-1].passage].reference.id
        if self._repeats(claim.casefold()):
            return Verdict(Decision.KEPT, None, None, quotes[0].text)
        sources = dict.fromkeys(source for quote in quotes for source in quote.cited.sources)
        citations = self.citer.cite(Draft(claim, tuple(sources)))
        return Verdict(Decision.KEPT, Statement(claim, citations), None, quotes[0].text)

    def _replaced(self, quote: Quote, examination: Examination, doubt: Doubt) -> Verdict:
        if examination.support < _SAYS_SOMETHING and doubt is not Doubt.LANGUAGE:
            return self._withheld(Doubt.UNSUPPORTED)
        if self._repeats(quote.shown.text.casefold(), *map(str, spans_of(quote.shown))):
            return Verdict(Decision.REPLACED, None, doubt, quote.text)
        statement = Statement(one_line(quote.shown.text), self.citer.cite(quote.shown), quoted=True)
        return Verdict(Decision.REPLACED, statement, doubt, quote.text)

    def _withheld(self, doubt: Doubt) -> Verdict:
        return Verdict(Decision.WITHHELD, None, doubt)

    def _repeats(self, *keys: str) -> bool:
        repeated = all(key in self._shown for key in keys)
        self._shown.update(keys)
        return repeated


def _lacks_a_clause(alignment: Alignment) -> bool:
    """Return whether the quote lacks most words of one clause of the claim, and has another clause."""
    clauses: dict[int, list[bool]] = {}
    for pair in alignment.pairs:
        if not pair.claim.light:
            clauses.setdefault(pair.claim.clause, []).append(pair.match >= Match.SYNONYM)
    full = [found for found in clauses.values() if len(found) >= _CLAUSE and all(found)]
    lacking = [found for found in clauses.values() if len(found) >= _CLAUSE and sum(found) <= 1]
    return bool(full and lacking)


def _gives_other_figure(one: Examination, best: Examination) -> bool:
    """Return whether a quote says all that a claim says with another figure, and better than the supporting quote."""
    return not best.doubts and Doubt.FIGURE in one.doubts and one.words >= _SAME_WORDS and one.words > best.words + _TIE


def _parts(claim: str) -> list[str]:
    """Return the sentences that a claim joins; none if a part has no subject of its own or is too short."""
    parts = _JOINT.split(claim)
    whole = all(_SUBJECT.match(part) and len(part.split()) >= _SHORTEST_PART for part in parts)
    return parts if len(parts) > 1 and whole else []


def _continued(claim: str) -> list[str]:
    """Return the two parts of a claim whose second part goes on about the subject of the first; none if it has one."""
    for match in _CONTINUES.finditer(claim):
        parts = [claim[: match.start()], claim[match.end() :]]
        if all(len(part.split()) >= _SHORTEST_PART for part in parts):
            return parts
    return []


def _is_list(claim: str) -> bool:
    """Return whether a claim may join items of a list. A claim with figures may not, because it could mix them."""
    return _LISTS.search(claim) is not None and _DIGIT.search(claim) is None


def _other_language(claim: str, language: str | None) -> bool:
    """Return whether a claim is written in another language than its source; False if nothing is known of that one."""
    source = known(language)
    if source != language and language not in (None, *SAME):
        return False
    if source == "en" and _is_english(claim):
        return False
    found = question_languages(claim, _COMMON | {source})
    return source not in found


def _is_english(claim: str) -> bool:
    """Return whether enough words of a claim are English function words."""
    words = read(claim).words
    return sum(word.low in FUNCTION for word in words) >= max(2, _FUNCTION_WORDS * len(words))


_FUNCTION_WORDS = 0.25  # the least share of an English sentence
_COMMON = frozenset({"en", "de", "fr", "es", "it", "pt", "nl", "ru", "tr", "pl", "sv", "da", "no", "fi"})
