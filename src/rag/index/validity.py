"""Computes when each document is in force, from its own dates and from the documents that replace it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from rag.index.filter_values import fold
from rag.text.periods import iso_period
from rag.text.titles import names_earlier
from rag.types import Period

_INITIALS = re.compile(r"\b[A-Z]{2,8}\b")


@dataclass(frozen=True, slots=True)
class Validity:
    """The period in which a document is in force, both days included.

    `ended_by` is the id of the document that replaces it on the day after the last one, if the document has no last
    day of its own. `others` are the ids of its other versions: those before it and those after it, and the documents
    that they replace or that replace them.
    """

    period: Period
    ended_by: str | None = None
    others: tuple[str, ...] = ()

    @property
    def first(self) -> str | None:
        """The first day in ISO 8601; None if it has no beginning."""
        return self.period.since

    @property
    def last(self) -> str | None:
        """The last day in ISO 8601; None if it has no end."""
        return self.period.until


@dataclass(frozen=True, slots=True)
class Described:
    """What decides about the validity of a document: its name, and its facts.

    `supersedes` and `superseded_by` name other documents by id, address or title; if they are `inferred`, in the words
    of the text. `work` is the identity that all versions of a document share.
    """

    number: int
    id: str
    title: str
    url: str | None = None
    published: str | None = None
    language: str | None = None
    first: date | None = None
    last: date | None = None
    work: str | None = None
    supersedes: tuple[str, ...] = ()
    superseded_by: tuple[str, ...] = ()
    inferred: bool = False


def first_day(value: str) -> date | None:
    """Return the first day of a date, month or year in ISO 8601; None if the value is no date."""
    period = iso_period(value)
    return period.first if period else None


def last_day(value: str) -> date | None:
    """Return the last day of a date, month or year in ISO 8601; None if the value is no date."""
    period = iso_period(value)
    return period.last if period else None


def validities(documents: Sequence[Described]) -> dict[int, Validity]:
    """Return the validity of each document that has one, by number.

    `documents` must have all documents with a fact about validity, and those that they may name. A document that
    another one replaces, or that has a later version, ends on the day before the other begins, unless it has a last
    day of its own.
    """
    names = _Names(documents)
    ends: dict[int, tuple[date, str]] = {}
    pairs = [*_replacements(documents, names), *_versions(documents, names)]
    chains = _Chains(pairs)
    for earlier, later in pairs:
        if later.first is not None and later.number != earlier.number:
            end = later.first - timedelta(days=1), later.id
            ends[earlier.number] = min(ends.get(earlier.number, end), end)
    found: dict[int, Validity] = {}
    for one in documents:
        first, last = one.first or date.min, one.last or date.max
        if one.last is None and one.number in ends:
            last, ended_by = ends[one.number]
            found[one.number] = Validity(Period(first, last), ended_by, chains.others(one.id))
        elif one.first or one.last:
            found[one.number] = Validity(Period(first, last), others=chains.others(one.id))
    return found


def _replacements(documents: Iterable[Described], names: _Names) -> Iterable[tuple[Described, Described]]:
    """Yield each document that another one replaces, with the other."""
    for one in documents:
        for words in one.supersedes:
            yield from ((earlier, one) for earlier in names.meant(words, one) if _may_end(earlier, one))
        for words in one.superseded_by:
            yield from ((one, later) for later in names.meant(words, one) if _may_end(one, later))


def _may_end(earlier: Described, later: Described) -> bool:
    """Return whether a document can have ended another one. Words of a text never end a document before it begins."""
    inferred = earlier.inferred or later.inferred
    return not inferred or earlier.first is None or later.first is None or earlier.first < later.first


def _versions(documents: Iterable[Described], names: _Names) -> Iterable[tuple[Described, Described]]:
    """Yield each version of a document with the next one."""
    works: dict[str, list[Described]] = {}
    for one in documents:
        if one.work is not None:
            works.setdefault(one.work, []).append(one)
    for work, versions in works.items():
        first = names.by_id.get(work)
        known = [*versions, *([first] if first and first.work is None else [])]
        known.sort(key=lambda one: one.first or date.min)
        for earlier in known:
            later = (one for one in known if (one.first or date.min) > (earlier.first or date.min))
            yield from ((earlier, one) for one in list(later)[:1])


class _Chains:
    """Finds the versions before and after a document, from pairs of an earlier version and the next one.

    Two documents that the same later one replaces are not versions of each other.
    """

    def __init__(self, pairs: Iterable[tuple[Described, Described]]) -> None:
        self._before: dict[str, list[str]] = {}
        self._after: dict[str, list[str]] = {}
        for earlier, later in pairs:
            self._before.setdefault(later.id, []).append(earlier.id)
            self._after.setdefault(earlier.id, []).append(later.id)

    def others(self, document_id: str) -> tuple[str, ...]:
        """Return the ids of the versions before a document, nearest first, and then of those after it."""
        found = [*_reached(document_id, self._before), *_reached(document_id, self._after)]
        return tuple(dict.fromkeys(one for one in found if one != document_id))


def _reached(start: str, next_ones: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """Return the start and all that follows it, nearest first."""
    found, waiting = dict.fromkeys([start]), [start]
    while waiting:
        new = [one for one in next_ones.get(waiting.pop(0), ()) if one not in found]
        found |= dict.fromkeys(new)
        waiting += new
    return found


class _Names:
    """Finds the documents that a fact names."""

    def __init__(self, documents: Sequence[Described]) -> None:
        self.by_id: Mapping[str, Described] = {one.id: one for one in documents}
        self._documents = documents

    def meant(self, words: str, by: Described) -> list[Described]:
        """Return the documents that a fact of `by` names: by id, or by title or address.

        The words of a text may also name a document by most words of its title, or by its date and a word of it.
        """
        if words in self.by_id:
            return [self.by_id[words]]
        exact = list(self._by_name.get(fold(words), ()))
        if exact or not by.inferred:
            return exact
        begins = _beginnings(words)
        return [
            one
            for one, own in self._titles
            if one.number != by.number
            and (own & begins or _INITIALS.search(words))
            and not (one.published and by.published and one.published > by.published)
            and names_earlier(words, one.title, one.published, by.title, by.language)
        ]

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[Described]]:
        found: dict[str, list[Described]] = {}
        for one in self._documents:
            for name in {fold(one.title), fold(one.url or "")} - {""}:
                found.setdefault(name, []).append(one)
        return found

    @cached_property
    def _titles(self) -> list[tuple[Described, frozenset[str]]]:
        return [(one, _beginnings(one.title)) for one in self._documents]


def _beginnings(words: str) -> frozenset[str]:
    """Return the first letters of each word. Words that share none of them with a title do not name it."""
    return frozenset(word[:3] for word in words.casefold().split())
