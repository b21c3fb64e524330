"""Describe what a claim says that its quote does not: does another sentence of the passage say it, or none?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from rag.answer.checks.alignment import Alignment, Match
from rag.answer.checks.figures import figure_faults
from rag.answer.checks.lexicon import synonyms
from rag.answer.checks.negation import open_turns
from rag.answer.checks.words import Reading, Word, read

_FAULTS = ("missing", "rate", "bound", "opposed", "attached")
_SIDES = ("claim", "quote", "both")
_LONGEST = 4000  # characters of a passage


def faults(alignment: Alignment, around: str, passage: str) -> Mapping[str, float]:
    """Return features of the figures and negations that differ, and of the words that the quote lacks, by name."""
    found = figure_faults(alignment, around)
    whole = read(passage[:_LONGEST])
    nowhere = [word for word, fault in found if fault == "missing" and not _has_figure(whole, word)]
    turns = list(open_turns(alignment))
    return {
        **{f"figures_{name}": float(sum(fault == name for _, fault in found)) for name in _FAULTS},
        "figures_nowhere": float(len(nowhere)),
        **{f"turns_{side}": float(sum(turn.side == side for turn in turns)) for side in _SIDES},
        "turns_certain": float(sum(turn.certain for turn in turns)),
        **_lacking(alignment, passage[:_LONGEST]),
    }


def _has_figure(passage: Reading, word: Word) -> bool:
    return any(
        word.quantity is not None and other.quantity is not None and word.quantity.same_value(other.quantity)
        for other in passage.quantities
    )


def _lacking(alignment: Alignment, passage: str) -> dict[str, float]:
    """Return the shares of the claim's words that the quote lacks, by whether the rest of the passage has them."""
    words = [pair for pair in alignment.pairs if not (pair.claim.quantity or pair.claim.light)]
    lacking = [pair.claim.stem for pair in words if pair.match < Match.SYNONYM]
    known = _stems(passage)
    there = sum(word in known or bool(synonyms(word) & known) for word in lacking)
    return {
        "elsewhere_share": there / max(1, len(words)),
        "nowhere_share": (len(lacking) - there) / max(1, len(words)),
    }


@lru_cache(maxsize=64)
def _stems(passage: str) -> frozenset[str]:
    return frozenset(word.stem for word in read(passage).content)
