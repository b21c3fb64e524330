"""Compare a claim with one quote: run all checks and measure its support."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rag.answer.checks import support as supports
from rag.answer.checks.additions import check_additions
from rag.answer.checks.alignment import Alignment, align
from rag.answer.checks.causes import check_causes
from rag.answer.checks.conditions import check_conditions
from rag.answer.checks.figures import check_figures
from rag.answer.checks.lexicon import is_verb
from rag.answer.checks.listing import group
from rag.answer.checks.modality import check_modality
from rag.answer.checks.negation import check_negation
from rag.answer.checks.order import check_order, check_time
from rag.answer.checks.particles import check_particles
from rag.answer.checks.predicates import check_predicates
from rag.answer.checks.prepositions import check_prepositions
from rag.answer.checks.quantifiers import check_quantifiers
from rag.answer.checks.roles import check_roles
from rag.answer.checks.rows import check_rows
from rag.answer.checks.similarity import Similarity
from rag.answer.checks.subjects import check_subjects
from rag.answer.checks.substitution import check_substitution
from rag.answer.checks.words import is_row, read
from rag.types import Doubt

_CHECKS = (
    check_negation,
    check_quantifiers,
    check_modality,
    check_time,
    check_conditions,
    check_order,
    check_roles,
    check_subjects,
    check_particles,
    check_substitution,
    check_causes,
    check_additions,
    check_predicates,
    check_prepositions,
)


@dataclass(frozen=True, slots=True)
class Examination:
    """The result of comparing a claim with a quote: its support, from 0 to 1, and every doubt.

    `words` is the support of the words without the figures.
    """

    support: float
    words: float
    doubts: tuple[Doubt, ...]
    alignment: Alignment


_LONGEST = 600  # characters of a sentence that a pronoun refers to
_PRONOUNS = group("it they them its their he she his her one this these such those")


def _before(passage: str, quote: str) -> str:
    """Return the sentence before a quote, which its pronouns may refer to."""
    at = max(0, passage.find(quote))
    return passage[max(0, at - _LONGEST) : at].strip().rstrip(".").rpartition(". ")[2].rpartition("\n")[2]


def _nouns(text: str) -> str:
    """Return the content words of a sentence that cannot be verbs: one of them may be the antecedent of a pronoun."""
    return " ".join(word.text for word in read(text).content if not (word.quantity or is_verb(word.stem)))


def examine(
    claim: str, quote: str, around: str, passage: str, idf: Callable[[str], float], similarity: Similarity | None
) -> Examination:
    """Compare a claim with a quote of `passage`. `around` has the title and headings above the quote."""
    one, other = read(claim), read(quote)
    if other.lows & _PRONOUNS and not is_row(quote):
        around = f"{around}\n{_nouns(_before(passage, quote))}"
    alignment = align(one, other, similarity.words(one, other) if similarity else None)
    support = supports.support(alignment, around, idf)
    doubts = [check_figures(alignment, around), supports.check_names(alignment, around, passage)]
    doubts += [check(alignment) for check in _CHECKS]
    doubts.append(check_rows(alignment, passage))
    if support < supports.LEAST or supports.has_foreign_words(alignment, around):
        doubts.append(Doubt.UNSUPPORTED)
    words = supports.words_support(alignment, around, idf)
    return Examination(support, words, tuple(doubt for doubt in doubts if doubt), alignment)
