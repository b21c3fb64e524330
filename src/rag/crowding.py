"""Picks the evidence from ranked passages, so that no document, nor several copies of one, stand in the others' way.

Near-duplicates count as one document, and what a copy only repeats stands behind all else. A reader must see where two
of them differ: a passage that states other figures is no repeat, and counts for its own document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from rag.text import numbers, sentences, terms
from rag.types import Hit

POOL = 30
"""Passages from which the evidence is picked, where no more are asked for."""

FAR_BELOW = 0.25
"""The share of the best score by which a passage may fall behind and still be said to speak to the question."""

_REPEATED = 0.8  # the share of its terms in sentences that copies of it say too, from which on a passage is a repeat

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DAY = r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}"
_DATE = rf"(?:\d{{1,2}} {_MONTH},? \d{{4}}|{_MONTH} \d{{1,2}},? \d{{4}}|{_DAY})"
# When and where a copy was printed: `LONDON, 3 May 2024 -`, `Published on 4 May 2024.`
_DATE_LINE = re.compile(
    rf"^\s*(?:(?:Published|Updated|Posted|Last updated)(?: on)?:?\s+)?(?:[A-Z]\w+(?: [A-Z]\w+)?[,:]\s*)?{_DATE}"
    r"\s*(?:[-–—:|]+|\.?\s*$|\n)"
)

_Terms: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence as copies share it: its terms, the figures it states, and its terms without these."""

    terms: _Terms
    figures: frozenset[str]
    words: _Terms


@dataclass(slots=True)
class _Group:
    """What passages of near-duplicates have said so far, and the documents that said it."""

    said: dict[_Terms, set[str]] = field(default_factory=dict)
    words: dict[_Terms, set[str]] = field(default_factory=dict)

    def add(self, hit: Hit, said: Sequence[_Said]) -> None:
        for one in said:
            self.said.setdefault(one.terms, set()).add(hit.reference.id)
            self.words.setdefault(one.words, set()).add(hit.reference.id)


def crowd_out(
    hits: Sequence[Hit], per_document: int, limit: int, near_duplicates: Mapping[str, str] | None = None
) -> list[Hit]:
    """Let at most `per_document` passages of one document stand among the first `limit`, and no repeat.

    Further ones fill up only where no other document speaks to the question: its score is far below the best.
    `near_duplicates` names for a document the one it is nearly the same as.
    """
    named = list(_named(hits, near_duplicates or {}))
    pool = [(hit, name) for hit, name in named if name is not None][: max(POOL, limit)]
    least = hits[0].score - abs(hits[0].score) * FAR_BELOW  # behind a filter all scores may be negative
    seen: dict[str, int] = {}
    first: list[Hit] = []
    further: list[Hit] = []
    for hit, name in pool:
        if hit.score >= least:
            seen[name] = seen.get(name, 0) + 1
            (first if seen[name] <= per_document else further).append(hit)
    repeats = [hit for hit, name in named if name is None and hit.score >= least]
    rest = [hit for hit, _ in named if hit.score < least]
    return [*first, *further, *repeats, *rest][:limit]


def _named(hits: Sequence[Hit], near_duplicates: Mapping[str, str]) -> Iterator[tuple[Hit, str | None]]:
    """Yield each passage with the name of the document, or group of them, that it counts for; None for a repeat."""
    documents = {hit.reference.id: near_duplicates.get(hit.reference.id, hit.reference.id) for hit in hits}
    groups = {name: _Group() for name, members in Counter(documents.values()).items() if members > 1}
    for hit in hits:
        name = documents[hit.reference.id]
        yield hit, _counts_for(hit, name, groups[name]) if name in groups else name


def _counts_for(hit: Hit, name: str, group: _Group) -> str | None:
    said = list(_said(hit))
    own = {hit.reference.id}
    fresh = [one for one in said if not group.said.get(one.terms, own) - own]
    differs = any(one.figures and group.words.get(one.words, own) - own for one in fresh)
    repeated = 1 - sum(len(one.terms) for one in fresh) / max(1, sum(len(one.terms) for one in said))
    group.add(hit, said)
    if repeated >= _REPEATED and not any(one.figures for one in fresh):
        return None
    return hit.reference.id if differs else name


def _said(hit: Hit) -> Iterator[_Said]:
    """Yield what a passage says, sentence by sentence, with the figures of its title and headings.

    When and where a copy was printed is left out, and so are lines that only repeat the title or a heading.
    """
    above = (hit.reference.title, *hit.heading)
    figures_above = numbers(" ".join(above))
    for span in sentences(hit.text):
        sentence = _DATE_LINE.sub("", span.of(hit.text), count=1).strip()
        if sentence and sentence not in above:
            found = (*terms(sentence), *sorted(figures_above))
            words = tuple(term for term in found if not any(map(str.isdigit, term)))
            yield _Said(found, frozenset(numbers(sentence) | figures_above), words)
