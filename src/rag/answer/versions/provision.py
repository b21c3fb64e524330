"""Finds a provision in a document: by its number or heading, or as the version of one in another document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.answer.provision_places import places_of, section
from rag.answer.versions.sentences import words_of
from rag.text import terms
from rag.text.provision_names import Step, is_kind_name, provision_names
from rag.types import Document, Span

_NUMBER = re.compile(r"\d{1,4}[A-Za-z]{0,2}(?:\.\d{1,3}[A-Za-z]?){0,4}")
_NUMBERED = re.compile(r"\W*+(?:[^\W\d]*+\d[\w.()]*+|[IVXLC]{1,6}\b)\W*+")
_KINDS = ("section", "article", "paragraph", "clause", "rule", "regulation")
"""The kinds that a number alone may mean, the most usual first."""

_SAME_HEADING = 0.6
"""The least similarity of a heading to the words that ask for it."""

_SAME_TEXT = 0.6
"""The least similarity of the texts of two versions of a provision, if their headings are not equal."""


@dataclass(frozen=True, slots=True)
class Provision:
    """A part of a document: its span, the first line of it, and the number by which it was asked for, if any."""

    span: Span
    name: str
    steps: tuple[Step, ...] = ()


def find_provision(document: Document, words: str) -> Provision | None:
    """Return the provision that words name: `section 5(2)`, `5.2`, or a heading; None if the document has none."""
    for steps in _meant(words):
        places = places_of(document, steps)
        if places:
            return _provision(document, places[0], steps)
    wanted = words_of(words)
    best = max(document.headings, key=lambda heading: _similarity(wanted, _title(heading.title)), default=None)
    if best is None or _similarity(wanted, _title(best.title)) < _SAME_HEADING:
        return None
    return _provision(document, section(document, document.headings.index(best)))


def same_provision(document: Document, other: Document, known: Provision) -> Provision | None:
    """Return the version in `document` of a provision of `other`; None if it has none.

    A provision with a similar text, or under the same heading, is a version even if it has another number now. The
    number only decides between several.
    """
    text, title = _terms(known.span.of(other.text), other), _title(known.name)
    best: tuple[float, Provision] | None = None
    for one in _candidates(document, known):
        score = _score(_terms(one.span.of(document.text), document), text, one, known, title)
        if score and (best is None or score > best[0]):
            best = score, one
    return best[1] if best else None


def _terms(text: str, document: Document) -> set[str]:
    return set(terms(text, document.language))


def _score(words: set[str], text: set[str], one: Provision, known: Provision, title: frozenset[str]) -> float:
    """Return how likely two provisions are versions of each other; 0 if they are not."""
    alike = _similarity(words, text)
    same_title = bool(title) and _title(one.name) == title
    same_number = _number(one.name) == _number(known.name) != ""
    if not same_title and alike < _SAME_TEXT:
        return 0.0
    return alike + same_title + 0.5 * same_number


def _candidates(document: Document, known: Provision) -> Iterator[Provision]:
    for number in range(len(document.headings)):
        yield _provision(document, section(document, number))
    if known.steps:
        yield from (_provision(document, span, known.steps) for span in places_of(document, known.steps))


def _meant(words: str) -> Iterator[tuple[Step, ...]]:
    """Yield the ways to read words as the number of a provision."""
    bare = words.strip().strip(".")
    if _NUMBER.fullmatch(bare):
        yield from (((kind, bare),) for kind in _KINDS)
    else:
        yield from (name.steps for name in provision_names(words)[:1])


def _provision(document: Document, span: Span, steps: tuple[Step, ...] = ()) -> Provision:
    text = span.of(document.text)
    stripped = Span(span.start, span.start + len(text.rstrip()))
    return Provision(stripped, text.lstrip().partition("\n")[0].strip()[:120], steps)


@lru_cache(maxsize=4096)
def _title(heading: str) -> frozenset[str]:
    """Return the words of a heading without its number and the name of its kind."""
    return frozenset(word for word in words_of(heading) if not is_kind_name(word) and not _NUMBERED.fullmatch(word))


def _number(heading: str) -> str:
    """Return the number of a heading; empty if it has none: `5` for `Section 5: Leave`."""
    match = re.match(r"\W*+(?:[^\W\d_]++\.?\s)?\W*+(\d[\w.]*+|[IVXLC]++\b)", heading)
    return match[1].rstrip(".") if match else ""


def _similarity(one: set[str] | frozenset[str], other: set[str] | frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0
