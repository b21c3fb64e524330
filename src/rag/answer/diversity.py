"""Picks the evidence from ranked passages, so that no document, nor several copies of one, stand in the others' way.

Near-duplicates count as one document, and what a copy only repeats stands behind what others say. A reader must see
where two of them differ: a passage in which a sentence has another figure or another word, or that stands under another
year, is no repeat, and counts for its own document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rag.text import numbers, sentences
from rag.types import Hit

POOL = 30
"""Passages from which the evidence is picked, where no more are asked for."""

FAR_BELOW = 0.25
"""The share of the best score by which a passage may fall behind and still be said to speak to the question."""

_FRESH = (
    0.2  # the most of a passage's words, a footer say, that its copies have not and that do not make it worth showing
)
_VARIES = 0.5  # sentences that share this much of their words, but not all, say something else about the same thing

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DAY = r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}"
_DATE = rf"(?:\d{{1,2}} {_MONTH},? \d{{4}}|{_MONTH} \d{{1,2}},? \d{{4}}|{_DAY})"
# When and where a copy was printed: `LONDON, 3 May 2024 -`, `Published on 4 May 2024.`
_DATE_LINE = re.compile(
    rf"^\s*(?:(?:Published|Updated|Posted|Last updated)(?: on)?:?\s+)?(?:[A-Z]\w+(?: [A-Z]\w+)?[,:]\s*)?{_DATE}"
    r"\s*(?:[-–—:|]+|\.?\s*$|\n)"
)


@dataclass(slots=True)
class _Group:
    """What passages of near-duplicates have said so far: each sentence's words, and the documents that said it."""

    said: dict[tuple[str, ...], set[str]] = field(default_factory=dict)

    def counts_for(self, hit: Hit, name: str) -> str | None:
        """Tell whether a passage counts for the group, for its own document, or, a repeat, for none."""
        own = {hit.reference.id}
        others = [words for words, documents in self.said.items() if documents - own]
        said = list(_said(hit))
        fresh = [words for words in said if words not in others]
        for words in said:
            self.said.setdefault(words, set()).add(hit.reference.id)
        if any(_overlap(words, other) >= _VARIES for words in fresh for other in others):
            return hit.reference.id
        share = sum(map(len, fresh)) / max(1, sum(map(len, said)))
        return name if share > _FRESH or any(map(_has_figure, fresh)) else None


def diversify(
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
        yield hit, groups[name].counts_for(hit, name) if name in groups else name


def _said(hit: Hit) -> Iterator[tuple[str, ...]]:
    """Yield what a passage says, sentence by sentence: its words, with the figures of the title and headings.

    When and where a copy was printed is left out, and so are lines that only repeat the title or a heading.
    """
    above = (hit.reference.title, *hit.heading)
    figures = sorted(numbers(" ".join(above)))
    for span in sentences(hit.text):
        sentence = _DATE_LINE.sub("", span.of(hit.text), count=1).strip()
        if sentence and sentence not in above:
            yield (*sentence.casefold().split(), *figures)


def _overlap(one: Sequence[str], other: Sequence[str]) -> float:
    return len({*one} & {*other}) / len({*one, *other})


def _has_figure(words: Sequence[str]) -> bool:
    return any(char.isdigit() for word in words for char in word)
