"""Check that the claim does not put another verb between the agent and the patient of its quote."""

from __future__ import annotations

from rag.answer.checks.alignment import Alignment, Match, Pair
from rag.answer.checks.clauses import AGENT, PATIENT, Role, roles
from rag.answer.checks.words import is_row
from rag.types import Doubt

_ALIKE = 0.35  # the least cosine of two verbs of which one may stand for the other


def check_predicates(alignment: Alignment) -> Doubt | None:
    """Return the doubt if a verb that the quote lacks joins two words that another verb joins in the quote.

    `The police fine offenders` is not `The police warn offenders`.
    """
    if is_row(alignment.quote.text):
        return None
    claimed, quoted = roles(alignment.claim), roles(alignment.quote)
    if any(_has_other_predicate(alignment, pair, claimed, quoted) for pair in alignment.pairs):
        return Doubt.UNSUPPORTED
    for pair in alignment.pairs:
        if pair.match == Match.NONE and not pair.claim.light and pair.cosine < _ALIKE:
            governed = [one for one in alignment.pairs if _is_governed(one, claimed, pair)]
            verbs = [quoted[one.quote.at].verb for one in governed if one.quote and one.quote.at in quoted]
            names = {claimed[one.claim.at].name for one in governed}
            if len(verbs) > 1 and len(set(verbs)) == 1 and len(names) > 1 and verbs[0] not in alignment.quoted:
                return Doubt.UNSUPPORTED
    return None


def _is_governed(one: Pair, claimed: dict[int, Role], verb: Pair) -> bool:
    role = claimed.get(one.claim.at)
    return role is not None and role.verb == verb.claim.at and role.name in (AGENT, PATIENT) and one.quote is not None


def _has_other_predicate(alignment: Alignment, verb: Pair, claimed: dict[int, Role], quoted: dict[int, Role]) -> bool:
    """Return whether the claim says of its subject only something that the quote does not say of it.

    `The requirement still applies` has the subject of `The requirement was dropped`, and nothing of its predicate.
    """
    if verb.match not in (Match.NONE, Match.OPPOSITE):
        return False
    subjects = [one for one in alignment.pairs if _is_governed(one, claimed, verb) and one.claim.at < verb.claim.at]
    rest = [one for one in alignment.pairs if one.claim.at > verb.claim.at]
    if not subjects or any(one.match >= Match.SIMILAR for one in rest):
        return False
    verbs = {quoted[one.quote.at].verb for one in subjects if one.quote and one.quote.at in quoted}
    words = alignment.quote.words
    return bool(verbs) and all(at not in alignment.quoted and not words[at].light for at in verbs)
