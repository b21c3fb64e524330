"""Finds the documents that a question names by a value of one of their fields: `... in Saint Brannoc?`

A rule of Saint Brannoc need not have the words `Saint Brannoc`: its record says where it applies. So the question is
also read as if the client had set a filter on that value, and without the words for it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.index.filter_values import fold
from rag.index.filters import parse
from rag.snapshots import Index
from rag.text import one_line, terms
from rag.text.languages import question_languages, stop_words
from rag.text.phrases import one_of
from rag.text.tokenization import question_spans
from rag.types import Filters, Hit, Span

_MOST_WORDS = 8  # of a value
_ENDINGS = 3  # letters after a name of one word: Orlavian, Kazakhstani
_LEAST_LETTERS = 4  # of a name that may have such an ending
_NOUNS_IN_CAPITALS = "de"

_WORD = re.compile(r"\w+(?:[-–/.&]\w+)*")
_POSSESSIVE = re.compile(r"\A['’]s?(?!\w)")
_BEFORE_MARK = re.compile(r"(?<!\s)\s++(?=[?.,;:!])")
_PREPOSITIONS = "in|of|for|under|from|within|across|by|to|at"
_ACRONYM = re.compile(r"[A-Z]{2,8}")


@dataclass(frozen=True, slots=True)
class NamedValues:
    """The values that words of a question name, as a filter.

    `question` is the question without these words, and `words` are the words. `filters` also has the filters of the
    client. `own` are those of the words.
    """

    question: str
    words: tuple[str, ...]
    filters: Filters
    own: Mapping[str, list[str]]

    def concern(self, snapshot: Index, hits: Sequence[Hit]) -> bool:
        """Return whether each passage is of a document with the values, or has the words in it or above it."""
        ids = list({hit.reference.id for hit in hits})
        named = {one.reference.id for one in snapshot.documents_meeting(parse({**self.own, "id": ids}))} if ids else ()
        return all(hit.reference.id in named or self._stand_in(hit) for hit in hits)

    def _stand_in(self, hit: Hit) -> bool:
        found = set(terms(" ".join((hit.reference.title, *hit.heading, hit.text)), hit.language))
        return all(found.issuperset(terms(word, hit.language)) for word in self.words)


@dataclass(frozen=True, slots=True)
class _Named:
    """The values that words of a question name, by field, and the place of the words.

    The words stay in the question if they are a part of a longer name: `Saint Brannoc` in `Bank of Saint Brannoc`.
    """

    span: Span
    fields: Mapping[str, tuple[str, ...]]
    stays: bool = False


def named_values(
    snapshot: Index, question: str, earlier: Sequence[str], filters: Filters, familiar: Callable[[str], bool]
) -> NamedValues | None:
    """Return the values that a question names, or else the latest of the `earlier` questions that it depends on.

    Return None if they name none. A value other than the one that the client filters on does not count. `familiar`
    tells whether the encoder knows a word. A name in small letters must not be a usual word.
    """
    for text in (question, *reversed(earlier)):
        named = [
            replace(one, fields=fields)
            for one in _named(snapshot, text, familiar)
            if (fields := {field: values for field, values in one.fields.items() if _may_be(filters, field, values)})
        ]
        if named:
            rest = _rest(question, named, snapshot.languages) if text == question else question
            words = tuple(dict.fromkeys(one.span.of(text) for one in named))
            own = _together(named)
            return NamedValues(rest, words, {**own, **filters}, own)
    return None


def _may_be(filters: Filters, field: str, values: Sequence[str]) -> bool:
    """Return whether a filter of the client, if there is one on this field, wants the same value."""
    wanted = filters.get(field)
    return wanted is None or (isinstance(wanted, str) and fold(wanted) in map(fold, values))


def _together(named: Sequence[_Named]) -> dict[str, list[str]]:
    """Return all values of each field."""
    found: dict[str, list[str]] = {}
    for one in named:
        for field, values in one.fields.items():
            found[field] = list(dict.fromkeys((*found.get(field, ()), *values)))
    return found


def _rest(question: str, named: Sequence[_Named], languages: Sequence[str]) -> str:
    """Return the question without the names; with them if it compares two values of a field or has no other words."""
    spoken = question_languages(question, languages)
    counts = Counter(field for one in named for field in one.fields)
    if max(counts.values()) > 1:
        return question
    rest = _without(question, [one for one in named if not one.stays], spoken)
    return rest if _has_content(rest, spoken) else question


def _has_content(question: str, spoken: Sequence[str]) -> bool:
    """Return whether a question has other words than stop words."""
    left_out = stop_words(tuple(spoken))
    return any(
        span.of(question).casefold() not in left_out for _, span in question_spans(question, spoken[0], tuple(spoken))
    )


def _named(snapshot: Index, question: str, familiar: Callable[[str], bool]) -> Iterator[_Named]:
    """Yield the longest names in a question, and instead of a name that has a shorter one in it, the shorter one."""
    language = question_languages(question, snapshot.languages)[0]
    words = [Span(*match.span()) for match in _WORD.finditer(question)]
    end = 0
    for first, last in _places(len(words)):
        span = Span(words[first].start, words[last].end)
        if span.start < end or (first == last and not _may_be_name(span, question, language, familiar)):
            continue
        if fields := _fields(snapshot, span.of(question), alone=first == last):
            end = span.end
            inner = list(_inner(snapshot, question, words[first : last + 1]))
            yield from inner or [_Named(span, fields)]


def _inner(snapshot: Index, question: str, words: Sequence[Span]) -> Iterator[_Named]:
    """Yield the first name within a longer one."""
    for first, last in _places(len(words)):
        span = Span(words[first].start, words[last].end)
        if last - first + 1 < len(words) and (fields := snapshot.named_fields(span.of(question))):
            yield _Named(span, fields, stays=True)
            return


def _places(count: int) -> Iterator[tuple[int, int]]:
    """Yield the first and the last place of each run of words, the longest run at a place first."""
    for first in range(count):
        for last in range(min(first + _MOST_WORDS, count) - 1, first - 1, -1):
            yield first, last


def _may_be_name(span: Span, question: str, language: str, familiar: Callable[[str], bool]) -> bool:
    """Return whether one word is written as a name, or is no usual word."""
    word = span.of(question)
    if question.isupper():
        return False
    if language == _NOUNS_IN_CAPITALS:
        return word.isupper()
    is_capital = word[0].isupper() and bool(question[: span.start].strip("\"'“‘(¿¡ "))
    return is_capital or not familiar(word.casefold())


def _fields(snapshot: Index, written: str, *, alone: bool) -> Mapping[str, tuple[str, ...]]:
    """Return the fields that have a name as a value, each with its spellings, or that have a value with the initials.

    A value without a capital letter, such as a topic, is a word and no name. Its documents have the word.
    """
    forms = [written]
    if alone and _ACRONYM.fullmatch(written):
        return snapshot.named_fields(written) or snapshot.named_fields(written, initials=True)
    if alone:
        least = max(_LEAST_LETTERS, len(written) - _ENDINGS)
        forms += [written[:length] for length in range(len(written) - 1, least - 1, -1)]
    return next(filter(None, map(snapshot.named_fields, forms)), {})


def _without(question: str, named: Sequence[_Named], spoken: Sequence[str]) -> str:
    """Return a question without names, their endings, and the prepositions before them: `in the United Kingdom`."""
    text = question
    for one in reversed(named):
        before, after = text[: one.span.start], text[one.span.end :]
        whole = _POSSESSIVE.sub("", after)
        if whole == after and not _is_derived(one, question):
            before = _prepositions(tuple(spoken)).sub("", before)
        text = f"{before} {whole}"
    return _BEFORE_MARK.sub("", one_line(text)).lstrip(",;: ")


def _is_derived(one: _Named, question: str) -> bool:
    """Return whether a word is made of a name, such as `Orlavian`. It describes the word after it."""
    word = fold(one.span.of(question))
    names = {fold(name) for values in one.fields.values() for name in values}
    return word not in names and any(map(word.startswith, names))


@lru_cache(maxsize=64)
def _prepositions(spoken: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of the prepositions, with an article, at the end of the text before a name."""
    places = "|".join(filter(None, (_PREPOSITIONS, one_of(lambda one: one.follow_ups.places, spoken))))
    return re.compile(rf"(?<!\w)(?:{places})\s++(?:the\s++)?$", re.IGNORECASE)
