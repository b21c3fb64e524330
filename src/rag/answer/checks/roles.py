"""Check who does what to whom: two words may not exchange their roles."""

from __future__ import annotations

from itertools import combinations

from rag.answer.checks.alignment import Alignment, Match, Pair
from rag.answer.checks.clauses import AGENT, PATIENT, SECOND, Role, roles
from rag.answer.checks.listing import group
from rag.answer.checks.names import is_acronym
from rag.answer.checks.words import Word, is_row
from rag.types import Doubt

_MUTUAL = group(
    "share shares shared agree agrees agreed border borders bordered compete competes competed merge merged differ "
    "meets meet met"
)
_GIVEN = frozenset({PATIENT, SECOND, "to"})


def check_roles(alignment: Alignment) -> Doubt | None:
    """Return the doubt if two words of the claim have each other's role in the quote, or an agent became another.

    `Meta fined the authority` exchanges the agent and the patient of `fined`. `Two electric ferries were replaced with
    diesel ones` exchanges the patient and the phrase with `with`.
    """
    if is_row(alignment.quote.text) or alignment.claim.lows & _MUTUAL:
        return None
    claimed, quoted = roles(alignment.claim), roles(alignment.quote)
    verbs = {pair.claim.at: pair.quote.at for pair in alignment.pairs if pair.quote and pair.match >= Match.SYNONYM}
    placed = [
        (pair, claimed[pair.claim.at], quoted[pair.quote.at])
        for pair in alignment.pairs
        if pair.quote is not None
        and pair.match >= Match.SIMILAR
        and pair.match != Match.OPPOSITE
        and pair.claim.at in claimed
        and pair.quote.at in quoted
    ]
    placed = [one for one in placed if verbs.get(one[1].verb) == one[2].verb]
    if any(_exchanged(alignment, one, other) for one, other in combinations(placed, 2)):
        return Doubt.ROLE
    if any(_other_agent(alignment, one, claimed, quoted) for one in placed):
        return Doubt.ROLE
    strange = any(_stranger(alignment, (verb, claimed), (was, quoted)) for verb, was in verbs.items())
    return Doubt.ROLE if strange else None


def _stranger(alignment: Alignment, claim: tuple[int, dict[int, Role]], quote: tuple[int, dict[int, Role]]) -> bool:
    """Return whether the agent or patient of a verb is nobody that the quote names, and the quote names another."""
    for name in (AGENT, PATIENT):
        claimed = [pair for at, role in claim[1].items() if role == Role(claim[0], name) and (pair := alignment.of(at))]
        quoted = [at for at, role in quote[1].items() if role == Role(quote[0], name)]
        new = bool(claimed) and all(_is_new(pair) for pair in claimed)
        if new and quoted and not alignment.quoted & {*quoted}:
            return True
    return False


def _is_new(pair: Pair) -> bool:
    return pair.match == Match.NONE and not pair.claim.light and not is_acronym(pair.claim.text)


def _exchanged(alignment: Alignment, one: tuple[Pair, Role, Role], other: tuple[Pair, Role, Role]) -> bool:
    (first, role, was), (second, other_role, other_was) = one, other
    if role.verb != other_role.verb or role.name == other_role.name or first.claim.stem == second.claim.stem:
        return False
    names = {role.name, other_role.name}
    if SECOND in names | {was.name, other_was.name} and names <= _GIVEN:
        return False  # `the buyer is shown the form` and `the form is shown to the buyer`
    return role.name == other_was.name and other_role.name == was.name


def _other_agent(
    alignment: Alignment, placed: tuple[Pair, Role, Role], claimed: dict[int, Role], quoted: dict[int, Role]
) -> bool:
    """Return whether the agent of the quote's verb is not its agent in the claim, which names another agent."""
    _, role, was = placed
    if was.name != AGENT or role.name in (AGENT, "of"):
        return False
    agents = [at for at, one in claimed.items() if one == Role(role.verb, AGENT)]
    same = [at for at in agents if (found := alignment.of(at)) is not None and _is_agent(found, was, quoted)]
    return bool(agents) and not same


def _is_agent(pair: Pair, was: Role, quoted: dict[int, Role]) -> bool:
    other: Word | None = pair.quote
    return other is not None and quoted.get(other.at) == was
