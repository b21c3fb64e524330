"""Describe by numbers how a claim differs from its quote, for the model that decides on free paraphrases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rag.answer.checks.alignment import Alignment, Match, Pair
from rag.answer.checks.forces import forces
from rag.answer.checks.lexicon import PARTIAL, UNIVERSAL, is_verb
from rag.answer.checks.listing import group
from rag.answer.checks.wording import kept_wording
from rag.answer.checks.words import Reading, is_passive
from rag.protocols import Scores

_TURNS: Mapping[str, frozenset[str]] = {
    "only": group("only solely just alone exclusively"),
    "all": group("all every each any always everyone anyone whole entire"),
    "no": group("never no not none nobody nothing neither nor cannot without"),
    "before": group("before until till"),
    "after": group("after since from once"),
    "more": group("more most over above higher longer"),
    "less": group("less fewer least under below"),
    "if": group("if unless when provided except"),
    "even": group("even regardless"),
    "must": group("must shall has have required requires need needs"),
    "may": group("may can could might able"),
    "should": group("should"),
    "will": group("will would"),
    "some": group("some few many most several"),
    "because": group("because due since therefore so"),
}
"""Function words that turn the meaning of a sentence, by their sense."""

_TOGETHER = 3  # words of the quote between two words that stand together
_APART = 8  # words of the quote between two words that stand far apart
_LENGTHS = {"words": 30, "unlike": 5, "added_light": 4, "dropped": 8, "clauses": 5, "figures": 5}
"""The highest value of a count: more says no more."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A claim aligned with a quote. `cosines` has those of their words, shape (claim words, quote words).

    `support` and `words` are from 0 to 1. `limited` is true if the quote has conditions that it is shown with.
    """

    alignment: Alignment
    cosines: Scores
    support: float
    words: float
    limited: bool = False


def features(compared: Compared) -> dict[str, float]:
    """Return the features of a claim and its quote by name. The verdicts of the checks are not among them."""
    alignment = compared.alignment
    near = _touched(alignment)
    return {
        "support": compared.support,
        "words_support": compared.words,
        "limited": float(compared.limited),
        **_matched(alignment),
        **_likeness(alignment, compared.cosines),
        **_coverage(alignment, near),
        **_sequence(alignment),
        **_turns(alignment, near),
    }


def _matched(alignment: Alignment) -> dict[str, float]:
    """Return the shares of the claim's words that match in each way, and counts of the words that do not."""
    heavy = _heavy(alignment)
    unlike = [pair for pair in heavy if pair.match < Match.SYNONYM]
    light = [pair for pair in alignment.pairs if pair.claim.light and pair.match == Match.NONE]
    shares = {f"{kind.name.lower()}_share": _share(pair.match == kind for pair in heavy) for kind in Match}
    return {
        **shares,
        "unlike": _capped("unlike", sum(pair.match == Match.NONE for pair in heavy)),
        "unlike_verbs": _capped("unlike", sum(is_verb(pair.claim.stem) for pair in unlike)),
        "unlike_nouns": _capped("unlike", sum(not is_verb(pair.claim.stem) for pair in unlike)),
        "added_light": _capped("added_light", len(light)),
        "opposites": float(sum(pair.match == Match.OPPOSITE for pair in alignment.pairs)),
    }


def _likeness(alignment: Alignment, cosines: Scores) -> dict[str, float]:
    """Return how like the words' vectors are: of the least like words, of equal words, and of words left out."""
    quoted = alignment.quoted
    pairs = [pair for pair in alignment.pairs if pair.claim.quantity is None]
    own = [pair.claim.at for pair in pairs]
    there = [word.at for word in alignment.quote.content if word.quantity is None]
    left = [at for at in there if at not in quoted]
    best = {at: float(cosines[at, there].max()) if there else 0.0 for at in own}
    strange = [pair.claim.at for pair in _heavy(alignment) if pair.match < Match.SYNONYM]
    least = [*sorted(best[at] for at in strange), 1.0, 1.0]
    same = [float(cosines[pair.claim.at, pair.quote.at]) for pair in pairs if pair.quote and pair.match == Match.SAME]
    return {
        "least_like": least[0],
        "second_least_like": least[1],
        "mean_like": _mean(list(best.values()), 1.0),
        "min_like": min(best.values(), default=1.0),
        "same_mean": _mean(same, 0.6),
        "same_min": min(same, default=0.5),
        "like_left_out": max((float(cosines[at, left].max()) for at in strange), default=0.0) if left else 0.0,
        "quote_like": _mean([float(cosines[own, at].max()) for at in there] if own else [], 0.0),
    }


def _coverage(alignment: Alignment, near: frozenset[int]) -> dict[str, float]:
    """Return how much of the quote the claim says, and how long the two are."""
    claim, quote, quoted = alignment.claim, alignment.quote, alignment.quoted
    there = [word for word in quote.content if word.quantity is None]
    inside = [word for word in there if word.clause in near]
    return {
        "quote_share": _share(word.at in quoted for word in there),
        "clause_share": _share(word.at in quoted for word in inside),
        "dropped": _capped("dropped", sum(word.at not in quoted for word in inside)),
        "quote_clauses": _capped("clauses", len(near)),
        "claim_clauses": _capped("clauses", len({word.clause for word in claim.content})),
        "kept_wording": kept_wording(alignment),
        "claim_words": _capped("words", len(claim.words)),
        "length_ratio": min(3.0, len(claim.words) / max(1, len(quote.words))),
        "claim_figures": _capped("figures", len(claim.quantities)),
        "quote_figures": _capped("figures", len(quote.quantities)),
    }


def _sequence(alignment: Alignment) -> dict[str, float]:
    """Return how far the claim keeps the order and the neighbourhood of the quote's words."""
    claim, quote = alignment.claim.words, alignment.quote.words
    placed = [(one.claim.at, one.quote.at) for one in alignment.pairs if one.quote and one.match >= Match.SIMILAR]
    steps = [abs(other[1] - one[1]) for one, other in pairwise(placed)]
    jumps = sum(
        quote[one[1]].clause != quote[other[1]].clause and claim[one[0]].clause == claim[other[0]].clause
        for one, other in pairwise(placed)
    )
    return {
        "inverted": _share(other[1] < one[1] for number, one in enumerate(placed) for other in placed[number + 1 :]),
        "together": _share(step <= _TOGETHER for step in steps),
        "apart": float(sum(step > _APART for step in steps)),
        "jumps": float(jumps),
        "other_voice": float(is_passive(alignment.claim) != is_passive(alignment.quote)),
    }


def _turns(alignment: Alignment, near: frozenset[int]) -> dict[str, float]:
    """Return which words that turn the meaning the claim adds to its quote, or leaves out."""
    claim, quote = alignment.claim, alignment.quote
    said = frozenset(word.low for word in quote.words if word.clause in near)
    new = {name: bool(claim.lows & words) and not quote.lows & words for name, words in _TURNS.items()}
    left = {name: bool(said & words) and not claim.lows & words for name, words in _TURNS.items()}
    claimed, quoted = forces(claim.text), forces(_text_of(quote, near))
    denied = sum(quote.words[at].clause in near for at in quote.negations)
    return {
        **{f"new_{name}": float(found) for name, found in new.items()},
        **{f"left_{name}": float(found) for name, found in left.items()},
        "new_turns": float(sum(new.values())),
        "left_turns": float(sum(left.values())),
        "new_forces": float(len(claimed - quoted)),
        "left_forces": float(len(quoted - claimed)),
        "more_negations": float(len(claim.negations) - denied),
        "new_universals": float(len((claim.lows & UNIVERSAL) - quote.lows)),
        "new_partials": float(len((claim.lows & PARTIAL) - quote.lows)),
        "new_adverbs": float(sum(word.low.endswith("ly") and word.low not in quote.lows for word in claim.words)),
    }


def _touched(alignment: Alignment) -> frozenset[int]:
    """Return the clauses of the quote that have a word of the claim."""
    return frozenset(alignment.quote.words[at].clause for at in alignment.quoted)


def _text_of(quote: Reading, clauses: frozenset[int]) -> str:
    return " ".join(word.low for word in quote.words if word.clause in clauses)


def _heavy(alignment: Alignment) -> list[Pair]:
    return [pair for pair in alignment.pairs if not (pair.claim.quantity or pair.claim.light)]


def _share(found: Iterator[bool]) -> float:
    values = list(found)
    return sum(values) / max(1, len(values))


def _mean(values: list[float], default: float) -> float:
    return float(np.mean(values)) if values else default


def _capped(name: str, count: int) -> float:
    return float(min(count, _LENGTHS.get(name, count)))
