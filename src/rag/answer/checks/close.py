"""Compare a claim with a quote in a language without a lexicon: only almost the same words are supported."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from rag.answer.checks.alignment import Alignment
from rag.answer.checks.examination import Examination
from rag.answer.checks.words import read
from rag.text import numbers, terms
from rag.types import Doubt

_LEAST = 0.85  # of the claim's terms
_NEGATIONS = re.compile(
    r"(?i)\b(?:nicht|kein\w*|nie\w*|ohne|weder|noch|ne|pas|jamais|aucun\w*|sans|ni|no|nunca|ning[uú]n\w*|sin|tampoco|non|mai"
    r"|nessun\w*|senza|né|não|nenhum\w*|sem|nem|niet|geen|nooit|zonder|noch|не|нет|ни|никогда|без|değil|yok|nie|bez|inte"
    r"|ingen\w*|aldrig|utan|ikke|aldri|ei|eivät|not|never|without)\b"
)
_MODALS = re.compile(
    r"(?i)\b(?:muss|müssen|soll\w*|darf|dürfen|kann|können|doi\w*|devr\w*|peu\w*|pourr\w*|debe\w*|puede\w*|podr\w*|dev\w+"
    r"|pu[òo]|possono|pode\w*|moet\w*|mag|mogen|kan|kunnen|должн\w*|может|могут|must|shall|should|may|can|будет|wird|werden)\b"
)


def examine_closely(claim: str, quote: str, language: str | None) -> Examination:
    """Compare a claim with a quote in the same language by its terms, figures, negations and modal verbs."""
    claimed, quoted = terms(claim, language), terms(quote, language)
    known = set(quoted)
    support = sum(term in known for term in claimed) / len(claimed) if claimed else 0.0
    doubts = [
        doubt
        for doubt, found in (
            (Doubt.FIGURE, not numbers(claim) <= numbers(quote)),
            (Doubt.NEGATION, _counted(_NEGATIONS, claim) != _counted(_NEGATIONS, quote)),
            (Doubt.MODALITY, _counted(_MODALS, claim) != _counted(_MODALS, quote)),
            (Doubt.ROLE, _is_reordered(claimed, quoted)),
            (Doubt.UNSUPPORTED, support < _LEAST),
        )
        if found
    ]
    return Examination(support, support, tuple(doubts), Alignment(read(""), read(""), ()))


def _counted(pattern: re.Pattern[str], text: str) -> Counter[str]:
    return Counter(found.casefold() for found in pattern.findall(text))


def _is_reordered(claimed: list[str], quoted: list[str]) -> bool:
    """Return whether two terms that the claim shares with the quote follow each other the other way round."""
    places = [quoted.index(term) for term in claimed if term in quoted]
    return sum(one > other for one, other in pairwise(places)) > 1
