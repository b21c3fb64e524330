"""Compare a claim with one quote: run all checks and measure its support."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from rag.answer.checks import support as supports
from rag.answer.checks.acceptance import packaged
from rag.answer.checks.additions import check_additions
from rag.answer.checks.alignment import Alignment, align
from rag.answer.checks.causes import check_causes
from rag.answer.checks.conditions import check_conditions
from rag.answer.checks.elsewhere import faults
from rag.answer.checks.features import Compared, features
from rag.answer.checks.figures import check_figures
from rag.answer.checks.lexicon import is_verb
from rag.answer.checks.listing import group
from rag.answer.checks.modality import check_modality
from rag.answer.checks.negation import check_negation
from rag.answer.checks.nuances import nuances
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
from rag.answer.checks.wording import LOOSE, kept_wording
from rag.answer.checks.words import is_row, read
from rag.types import Doubt

_CHECKS: Mapping[str, Callable[[Alignment], Doubt | None]] = {
    "negation": check_negation,
    "quantifiers": check_quantifiers,
    "modality": check_modality,
    "time": check_time,
    "conditions": check_conditions,
    "order": check_order,
    "roles": check_roles,
    "subjects": check_subjects,
    "particles": check_particles,
    "substitution": check_substitution,
    "causes": check_causes,
    "additions": check_additions,
    "predicates": check_predicates,
    "prepositions": check_prepositions,
}
_FINAL = ("names", "rows")
"""The checks that no model overrules."""

_FINAL_IF_CLOSE = ("figures", "negation", "modality")
"""The checks that no model overrules if the claim keeps most of the quote's wording."""

_LEAST_UNDOUBTED = 0.65
"""The least probability of a claim that no check doubts. The file of the model has that of the others."""

_LEAST_DESCRIBED = 0.35
"""The least support of a quote that the model is asked about."""

_LONGEST = 600  # characters of a sentence that a pronoun refers to
_PRONOUNS = group("it they them its their he she his her one this these such those")


@dataclass(frozen=True, slots=True)
class Examination:
    """The result of comparing a claim with a quote: its support, from 0 to 1, and every doubt.

    `words` is the support of the words without the figures. `noted` has what the checks doubt, which the model may
    overrule. `features` are those that the model saw, by name; empty if only the checks decided.
    """

    support: float
    words: float
    doubts: tuple[Doubt, ...]
    alignment: Alignment
    noted: tuple[Doubt, ...] = ()
    features: Mapping[str, float] = field(default_factory=dict)


def examine(
    claim: str,
    quote: str,
    around: str,
    passage: str,
    idf: Callable[[str], float],
    similarity: Similarity | None,
    limited: bool = False,
) -> Examination:
    """Compare a claim with a quote of `passage`. `around` has the title and headings above the quote.

    Without `similarity` by the encoder that the model was fitted with, or if the claim repeats the quote, the checks
    decide; otherwise the model does, except on final doubts and on figures that the passage lacks. `limited` is true
    if the quote is shown with conditions that it leaves out.
    """
    one, other = read(claim), read(quote)
    if other.lows & _PRONOUNS and not is_row(quote):
        around = f"{around}\n{_nouns(_before(passage, quote))}"
    cosines = similarity.words(one, other) if similarity else None
    alignment = align(one, other, cosines)
    support = supports.support(alignment, around, idf)
    words = supports.words_support(alignment, around, idf)
    verdicts = _verdicts(alignment, around, passage, support)
    doubts = tuple(doubt for doubt in verdicts.values() if doubt)
    found = Examination(support, words, doubts, alignment, doubts)
    model = packaged()
    if cosines is None or similarity is None or similarity.encoder.name != model.encoder:
        return found
    if support < _LEAST_DESCRIBED or is_row(quote) or _repeats(claim, quote):
        return found
    differences = faults(alignment, around, passage)
    if differences["figures_nowhere"] or _are_final(verdicts, alignment):
        return found
    compared = Compared(alignment, cosines, support, words, limited)
    doubted = {f"{name}_doubt": float(doubt is not None) for name, doubt in verdicts.items()}
    described = {**features(compared), **differences, **nuances(alignment), **doubted}
    if model.probability(described) >= (model.least if doubts else _LEAST_UNDOUBTED):
        return replace(found, doubts=(), features=described)
    return replace(found, doubts=doubts or (Doubt.UNSUPPORTED,), features=described)


def _are_final(verdicts: Mapping[str, Doubt | None], alignment: Alignment) -> bool:
    """Return whether a check doubts the claim that the model may not overrule.

    A claim that keeps the wording of its quote, but not a figure or a negation, is a distortion. A free paraphrase may
    express them by words that the checks do not know.
    """
    close = any(verdicts[name] for name in _FINAL_IF_CLOSE) and kept_wording(alignment) >= LOOSE
    return close or any(verdicts[name] for name in _FINAL)


def _before(passage: str, quote: str) -> str:
    """Return the sentence before a quote, which its pronouns may refer to."""
    at = max(0, passage.find(quote))
    return passage[max(0, at - _LONGEST) : at].strip().rstrip(".").rpartition(". ")[2].rpartition("\n")[2]


def _nouns(text: str) -> str:
    """Return the content words of a sentence that cannot be verbs: one of them may be the antecedent of a pronoun."""
    return " ".join(word.text for word in read(text).content if not (word.quantity or is_verb(word.stem)))


def _verdicts(alignment: Alignment, around: str, passage: str, support: float) -> dict[str, Doubt | None]:
    """Return the doubt of each check, or None, by the name of the check."""
    return {
        "figures": check_figures(alignment, around),
        "names": supports.check_names(alignment, around, passage),
        **{name: check(alignment) for name, check in _CHECKS.items()},
        "rows": check_rows(alignment, passage),
        "unlike": Doubt.UNSUPPORTED if supports.has_foreign_words(alignment, around) else None,
        "support": Doubt.UNSUPPORTED if support < supports.LEAST else None,
    }


def _repeats(claim: str, quote: str) -> bool:
    """Return whether the quote contains the claim word for word."""
    return claim.rstrip(" .").casefold() in quote.casefold()
