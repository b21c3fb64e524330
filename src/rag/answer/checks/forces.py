"""Find the modal expressions of a sentence: what it obliges, allows, forbids or thinks possible."""

from __future__ import annotations

import re

from rag.answer.checks.words import Reading

FREE_FROM = "free"
BANNED = "banned"
_PATTERNS = {
    FREE_FROM: r"\bneed not\b|\bno(?:body| one) (?:is|are|was) (?:obliged|required|compelled|bound|forced)\b"
    r"|\bno(?:body| one) (?:has|needs) to\b|\bno (?:\w+ ){1,5}(?:is|are|was|were|be) (?:required|needed|necessary)\b"
    r"|\bnever (?:has|have|had|needs?) to\b"
    r"|\b(?:do|does|did) not (?:\w+ )?(?:have to|need|require|oblige|compel|bind)"
    r"|\bnot needs?\b|\bnot (?:\w+ )?(?:required|needed"
    r"|obliged|compelled|obligatory|mandatory|compulsory|necessary|bound)|\bno (?:\w+ )?(?:need|obligation|duty"
    r"|requirement)\b|\bneeds? no\b|\brequire[sd]? no\b|\bneeded no\b|\bwithout having to\b|\boptional\b|\bvoluntary\b",
    BANNED: r"\b(?:must|may|shall|can|could|should|has to|have to) (?:no|not|never)\b|\bnot (?:be )?(?:allowed"
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
    spans = [match.span() for match in _FORCES[FREE_FROM].finditer(reading.text)]
    starts = {at: reading.words[at].span.start for at in reading.negations}
    return frozenset(at for at, start in starts.items() if any(first <= start < last for first, last in spans))
