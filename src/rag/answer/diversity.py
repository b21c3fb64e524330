"""Picks the evidence from ranked passages, so that one document, or several copies of one, do not crowd out others.

Near-duplicates count as one document. A passage that only repeats a near-duplicate ranks after other documents. But
readers must see how near-duplicates differ. A passage is therefore not a repeat if its title or a heading
has another year, or if one of its sentences has another figure or another word. Such a passage counts for its own
document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rag.text import numbers, sentences
from rag.types import Hit

POOL = 30
"""The number of passages from which the evidence is picked, unless more are requested."""

FAR_BELOW = 0.25
"""A passage is relevant if its score is at most this share below the best score."""

_MOST_NEW = 0.2  # a copy is a repeat if at most this share of its words is new, for example a footer
_VARIANT = 0.5  # the least Jaccard similarity of the words of a sentence and its variant

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DAY = r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}"
_DATE = rf"(?:\d{{1,2}} {_MONTH},? \d{{4}}|{_MONTH} \d{{1,2}},? \d{{4}}|{_DAY})"
# The place and date of publication: `LONDON, 3 May 2024 -`, `Published on 4 May 2024.`
_DATE_LINE = re.compile(
    rf"^\s*(?:(?:Published|Updated|Posted|Last updated)(?: on)?:?\s+)?(?:[A-Z]\w+(?: [A-Z]\w+)?[,:]\s*)?{_DATE}"
    r"(?:\s*+[-–—:|]+|\s*+\.?\s*+$|[^\S\n]*+\n)"
)


@dataclass(slots=True)
class _Group:
    """The words of each sentence seen so far in a group of near-duplicates, with the ids of its documents."""

    seen: dict[tuple[str, ...], set[str]] = field(default_factory=dict)

    def count(self, hit: Hit, name: str) -> str | None:
        """Add a passage and return the name that it counts for; `name` is the name of the group.

        A passage with a variant of another document's sentence counts for its own document. Return None for a repeat.
        """
        this_document = {hit.reference.id}
        others = [words for words, documents in self.seen.items() if documents - this_document]
        passage = list(_sentence_words(hit))
        new = [words for words in passage if words not in others]
        for words in passage:
            self.seen.setdefault(words, set()).add(hit.reference.id)
        if any(_overlap(words, other) >= _VARIANT for words in new for other in others):
            return hit.reference.id
        share = sum(map(len, new)) / max(1, sum(map(len, passage)))
        return name if share > _MOST_NEW or any(map(_has_figure, new)) else None


def diversify(
    hits: Sequence[Hit], per_document: int, limit: int, near_duplicates: Mapping[str, str] | None = None
) -> list[Hit]:
    """Return at most `limit` of the ranked `hits`: first at most `per_document` of each document, without repeats.

    Then come further passages of these documents, then repeats, and last the passages that score far below the best
    one. `near_duplicates` maps the id of a document to the id of the document that it nearly equals.
    """
    named = list(_named(hits, near_duplicates or {}))
    pool = [(hit, name) for hit, name in named if name is not None][: max(POOL, limit)]
    least = hits[0].score - abs(hits[0].score) * FAR_BELOW  # with a filter, all scores may be negative
    counts: dict[str, int] = {}
    first: list[Hit] = []
    further: list[Hit] = []
    for hit, name in pool:
        if hit.score >= least:
            counts[name] = counts.get(name, 0) + 1
            (first if counts[name] <= per_document else further).append(hit)
    repeats = [hit for hit, name in named if name is None and hit.score >= least]
    rest = [hit for hit, _ in named if hit.score < least]
    return [*first, *further, *repeats, *rest][:limit]


def _named(hits: Sequence[Hit], near_duplicates: Mapping[str, str]) -> Iterator[tuple[Hit, str | None]]:
    """Yield each passage with the name of the document or group that it counts for; None for a repeat."""
    documents = {hit.reference.id: near_duplicates.get(hit.reference.id, hit.reference.id) for hit in hits}
    groups = {name: _Group() for name, members in Counter(documents.values()).items() if members > 1}
    for hit in hits:
        name = documents[hit.reference.id]
        yield hit, groups[name].count(hit, name) if name in groups else name


def _sentence_words(hit: Hit) -> Iterator[tuple[str, ...]]:
    """Yield the words of each sentence of a passage, followed by the figures of the title and headings.

    Leave out the place and date of publication, and sentences that only repeat the title or a heading.
    """
    above = (hit.reference.title, *hit.heading)
    figures = sorted(numbers(" ".join(above)))
    for span in sentences(hit.text, hit.language):
        sentence = _DATE_LINE.sub("", span.of(hit.text), count=1).strip()
        if sentence and sentence not in above:
            yield (*sentence.casefold().split(), *figures)


def _overlap(one: Sequence[str], other: Sequence[str]) -> float:
    """Return the Jaccard similarity of two sequences of words."""
    return len({*one} & {*other}) / len({*one, *other})


def _has_figure(words: Sequence[str]) -> bool:
    return any(char.isdigit() for word in words for char in word)
