"""Check that a claim obliges, allows or expects as much as its quote: must, should, may, might, will."""

from __future__ import annotations

import re

from rag.answer.checks.alignment import Alignment, Match, Pair
from rag.answer.checks.lexicon import MODALS
from rag.answer.checks.only import unless_not
from rag.answer.checks.wording import FREE, kept_wording
from rag.answer.checks.words import Reading, Word, is_row
from rag.types import Doubt

_FREE = "free"
_BANNED = "banned"
_PATTERNS = {
    _FREE: r"\bneed not\b|\bno (?:\w+ ){1,5}(?:is|are|was|were|be) (?:required|needed|necessary)\b|\bnever (?:has|have|had|needs?) to\b|\b(?:do|does|did) not (?:\w+ )?(?:have to|need|require|oblige|compel|bind)"
    r"|\bnot needs?\b|\bnot (?:\w+ )?(?:required"
    r"|obliged|compelled|obligatory|mandatory|compulsory|necessary|bound)|\bno (?:\w+ )?(?:need|obligation|duty"
    r"|requirement)\b|\bneeds? no\b|\brequire[sd]? no\b|\bneeded no\b|\bwithout having to\b|\boptional\b|\bvoluntary\b",
    _BANNED: r"\b(?:must|may|shall|can|could|should|has to|have to) (?:no|not|never)\b|\bnot (?:be )?(?:allowed"
    r"|permitted|entitled|able|let)\b"
    r"|\b(?:do|does|did) not (?:allow|permit|let|entitle)\b"
    r"|\bforbid|\bforbade|\bprohibit|\bbann?(?:s|ed)?\b|\bno right\b|\bunable\b",
    "must": r"\bmust\b|\bshall\b|\bha(?:s|ve|d) to\b|\bneeds? to\b|\bneed(?:s|ed)?\b|\brequire[sd]?\b|\bobliges?d?\b"
    r"|\border(?:s|ed)? (?:\w+ ){1,3}to\b|\bmandatory\b|\bcompulsory\b|\bobligat"
    r"|\bduty to\b|\bcompel",
    "should": r"\bshould\b|\bought\b|\brecommend|\badvis(?:ed|able)\b|\bencouraged?\b|\bexpect(?:s"
    r"|ed)? (?:\w+ ){0,2}to\b",
    "might": r"\bmight\b|\bcould\b|\bpossibly\b|\bperhaps\b|\bprobably\b|\bpotentially\b|\blikely\b|\bin theory\b"
    r"|\bpresumably\b|\bapparently\b|\ballegedly\b",
    "may": r"\bmay\b|\bcan\b|\ballow(?:s|ed)?\b|\bpermit(?:s|ted)?\b|\bentitle[sd]?\b|\blets?\b|\bable to\b|\bfree to\b"
    r"|\bright to\b|\boption\b|\bchoice\b|\bchoose\b|\beligible\b|\bavailable\b|\bpossible\b",
    "will": r"\bwill\b|\bgoing to\b|\bcertain to\b|\bguaranteed?s?\b",
}
_FORCES = {force: re.compile(pattern, re.IGNORECASE) for force, pattern in _PATTERNS.items()}
_ENTAILED = {  # the forces of a quote that allow a force of the claim
    _FREE: {_FREE},
    _BANNED: {_BANNED},
    "must": {"must"},
    "should": {"should"},
    "might": {"might", "may"},
    "may": {"may", "might", _FREE},
    "will": {"will"},
}


_STATED = {"will", "must", _BANNED}
"""Forces that a rule without a modal verb has: `the office answers within a week` says that it must."""


def forces(text: str) -> set[str]:
    """Return the forces of the modal expressions in a text."""
    found: set[str] = set()
    for force, pattern in _FORCES.items():
        rest = pattern.sub(" ", text)
        if rest != text:
            found.add(force)
            text = rest
    return found


def frees(reading: Reading) -> frozenset[int]:
    """Return the places of the negations that free from a duty: `need not`, `are not obliged to`."""
    spans = [match.span() for match in _FORCES[_FREE].finditer(reading.text)]
    starts = {at: reading.words[at].span.start for at in reading.negations}
    return frozenset(at for at, start in starts.items() if any(first <= start < last for first, last in spans))


def check_modality(alignment: Alignment) -> Doubt | None:
    """Return the doubt if the claim has a force that the quote lacks, or leaves out that something is only possible."""
    if is_row(alignment.quote.text) and forces(alignment.claim.text) <= {"must", "may"}:
        return None  # a row has no verb
    if unless_not(alignment.claim, alignment.quote) or unless_not(alignment.quote, alignment.claim):
        return None
    if any(_other_modal(alignment, pair) for pair in alignment.pairs):
        return Doubt.MODALITY
    claimed = forces(alignment.claim.text)
    if kept_wording(alignment) < FREE:
        return Doubt.MODALITY if _contradict(alignment, claimed) else None
    if alignment.claim.lows & {"able", "possible"}:
        claimed.discard("will")  # `will be able to`
    quoted = forces(alignment.quote.text)
    if "only" in alignment.claim.lows and "must" in quoted:
        claimed.discard("may")  # `can only be added by`
    near = forces(_matched_text(alignment))
    for force in claimed:
        if force == _BANNED and "only" in alignment.quote.lows:
            continue
        if not _ENTAILED[force] & quoted and not (force in _STATED and not quoted - {"will"}):
            return Doubt.MODALITY
    weak = near & {"might", "may", "should"}
    if weak and not claimed:
        return Doubt.MODALITY
    if _FREE in near | claimed and (_FREE in near) != (_FREE in claimed) and "may" not in claimed | near:
        return Doubt.MODALITY
    return None


def _contradict(alignment: Alignment, claimed: set[str]) -> bool:
    """Return whether a free paraphrase has one force, the quote one other, and neither denies anything."""
    near = forces(_matched_text(alignment))
    if "only" in alignment.claim.lows or alignment.quote.negations:
        return False
    if alignment.claim.negations:
        return claimed == {_BANNED} and near == {"may"} and len(alignment.claim.negations) == 1
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
            return _BANNED if verb.negator > word.at and force in ("must", "may") else force
        if word.content and not word.low.endswith("ly"):
            return None
    return None
