"""Check that a claim obliges, allows or expects as much as its quote: must, should, may, might, will."""

from __future__ import annotations

from rag.answer.checks.alignment import Alignment, Match, Pair
from rag.answer.checks.forces import BANNED, FREE_FROM, forces
from rag.answer.checks.lexicon import MODALS
from rag.answer.checks.only import unless_not
from rag.answer.checks.wording import FREE, kept_wording
from rag.answer.checks.words import Reading, Word, is_row
from rag.types import Doubt

_ENTAILED = {  # the forces of a quote that allow a force of the claim
    FREE_FROM: {FREE_FROM},
    BANNED: {BANNED},
    "must": {"must"},
    "should": {"should"},
    "might": {"might", "may"},
    "may": {"may", "might", FREE_FROM},
    "will": {"will"},
}


_STATED = {"will", "must", BANNED}
"""Forces that a rule without a modal verb has: `the office answers within a week` says that it must."""


def check_modality(alignment: Alignment) -> Doubt | None:
    """Return the doubt if the claim has a force that the quote lacks, or leaves out that something is only possible."""
    if is_row(alignment.quote.text) and forces(alignment.claim.text) <= {"must", "may"}:
        return None  # a row has no verb
    if unless_not(alignment.claim, alignment.quote) or unless_not(alignment.quote, alignment.claim):
        return None
    claimed = _claimed(alignment)
    near = forces(_matched_text(alignment))
    changed = any(_other_modal(alignment, pair) for pair in alignment.pairs)
    if kept_wording(alignment) < FREE:
        changed = changed or _contradict(alignment, forces(alignment.claim.text), near)
    else:
        changed = changed or _adds(alignment, claimed, near) or _drops(claimed, near)
    return Doubt.MODALITY if changed else None


def _claimed(alignment: Alignment) -> set[str]:
    """Return the forces of the claim without those that only go with another one."""
    claimed = forces(alignment.claim.text)
    if alignment.claim.lows & {"able", "possible"}:
        claimed.discard("will")  # `will be able to`
    if "only" in alignment.claim.lows and ("must" in forces(alignment.quote.text) or "only" in alignment.quote.lows):
        claimed.discard("may")  # `can only be added by`
    if "only" in alignment.quote.lows:
        claimed.discard(BANNED)
    return claimed


def _adds(alignment: Alignment, claimed: set[str], near: set[str]) -> bool:
    """Return whether the claim has a force that the quote does not entail.

    `near` has the forces of the clauses that hold most words of the claim. Without one, they state a rule.
    """
    quoted = forces(alignment.quote.text)
    stated = _STATED if not near - {"will"} else set()
    if not near and "up" in alignment.quote.lows:
        stated = stated | {"may"}  # `readers order up to eight items`
    return any(not _ENTAILED[force] & quoted for force in claimed - stated)


def _drops(claimed: set[str], near: set[str]) -> bool:
    """Return whether the claim leaves out that something is only possible or advised, or that nothing obliges to it."""
    if near & {"might", "may", "should"} and not claimed:
        return True
    return (FREE_FROM in near) != (FREE_FROM in claimed) and "may" not in claimed | near


def _contradict(alignment: Alignment, claimed: set[str], near: set[str]) -> bool:
    """Return whether a free paraphrase has one force, the quote one other, and neither denies anything."""
    if "only" in alignment.claim.lows or alignment.quote.negations:
        return False
    if alignment.claim.negations:
        return claimed == {BANNED} and near == {"may"} and len(alignment.claim.negations) == 1
    return (claimed, near) in _CONTRARY


_CONTRARY = [({"may"}, {"must"}), ({"must"}, {"may"}), ({"should"}, {"must"}), ({"might"}, {"must"})]


def _matched_text(alignment: Alignment) -> str:
    """Return the clauses of the quote that hold most words of the claim."""
    quote = alignment.quote
    counts: dict[int, int] = {}
    for at in alignment.quoted:
        clause = quote.words[at].clause
        counts[clause] = counts.get(clause, 0) + 1
    kept = {clause for clause, count in counts.items() if 2 * count >= max(counts.values())}
    words = [word for word in quote.words if word.clause in kept]
    return " ".join(word.low for word in words)


_REACH = 4  # words between a modal verb and its verb
_CLASSES = {**MODALS, "might": "may", "could": "may", "would": "will"}


def _other_modal(alignment: Alignment, pair: Pair) -> bool:
    """Return whether a verb has a modal verb of another force than in the quote."""
    if pair.quote is None or pair.match < Match.SYNONYM or pair.claim.quantity or pair.claim.light:
        return False
    claimed, quoted = _modal(alignment.claim, pair.claim), _modal(alignment.quote, pair.quote)
    return claimed is not None and quoted is not None and claimed != quoted


def _modal(reading: Reading, verb: Word) -> str | None:
    """Return the force of the modal verb directly before a verb; None if it has none."""
    for word in reversed(reading.words[max(0, verb.at - _REACH) : verb.at]):
        if word.low in _CLASSES and word.text != "May":
            force = _CLASSES[word.low]
            return BANNED if verb.negator > word.at and force in ("must", "may") else force
        if word.content and not word.low.endswith("ly"):
            return None
    return None
