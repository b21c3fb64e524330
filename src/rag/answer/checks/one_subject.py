"""Decide whether two sentences of different documents speak of the same subject, group, place and conditions.

Every word of each must stand in the other one, or in the title and headings above it. A few words may be missing,
because they say nothing about the case: verbs that a figure implies, names of table columns, and the persons whom the
other sentence calls `you`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, islice
from typing import TypeAlias

from rag.answer.checks.alignment import Match, matches
from rag.answer.checks.lexicon import MODALS, is_verb
from rag.answer.checks.listing import group
from rag.answer.checks.words import BE, Reading, Word, is_passive, read

Familiar: TypeAlias = Callable[[str], bool]
"""Tells common words from rare names."""

_LEAST_SHARED = 2  # content words besides figures
_INCIDENTAL = 1  # words that one sentence may lack
_USUAL = 3  # times that a document names the persons whom it means by `you`
_RICH = 4  # shared words; so many name their subject without the title
_FRAMES = group(
    "cost costs fee fees charge charges price pay pays paid payable amount amounts receive receives get gets entitle "
    "entitled allow allowed permit permitted forbid forbidden prohibit prohibited require required oblige obliged need "
    "needs needed must may should ban banned free punished fine equal amounts obtain obtained buy bought give given "
    "grant granted"
)
"""Words that state what a rule does. The figure or the force says the same."""

_KINDS = group(
    "act acts law laws regulation regulations order orders statute statutes code rules rule bylaw guidance guideline "
    "guidelines guide handbook manual policy policies leaflet conditions terms decree directive scheme circular "
    "edition version"
)
"""Words of titles that name a kind of document, not its subject."""

_TEXT = r"(?:Act|Code|Order|Statute|Ordinance|Regulations?|Rules|By-?law|Policy|Resolution|Circular)\b"
_REFERENCE = re.compile(
    r",?\s?\b(?i:subject to|without prejudice to|(?:except|save) as provided in) [^,.;]{0,30}\d[^,.;]{0,20}"
    rf"|\b(?:old|new|former|previous|present|current) (?={_TEXT})"
)
"""A provision that limits the rule, which is quoted as its exception, or the age of a text."""

_DATED = re.compile(rf"\b({_TEXT}) of (?:\d{{1,2}} [A-Z][a-z]+ )?\d{{4}}\b")
_EMPHASIS = re.compile(
    r",? \b(?:without (?:giving|stating) (?:a|any) reasons?|at any time|in any case)\b", re.IGNORECASE
)
"""Words that repeat what a right or a ban says without them."""

_WHO = group("if when where who which that")
_CONDITIONS = group("unless except only provided until otherwise instead however")
_AFTER_SUBJECT = frozenset({*MODALS, *BE, *_WHO})
_ARTICLES = group("a an the your any")
_RESTRICTIONS = group("in for with without under over on at from to by")
_YOU = group("you your yours yourself")
_AGENTS = group("company employer office council city university college hospital authority agency bank insurer firm")
_ANYBODY = group(
    "person persons people anyone everyone somebody individual individuals applicant applicants citizen citizens "
    "customer customers user users"
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence with the title and headings above it.

    `author` wrote the document: it is the authority that a reader of the document deals with. `columns` has the names
    of its columns if it is a table row. `document` has more text of its document.
    """

    text: str
    title: str
    headings: tuple[str, ...] = ()
    author: str = ""
    columns: tuple[str, ...] = ()
    document: str = ""

    @property
    def around(self) -> str:
        """The title and headings."""
        return "\n".join((self.title, *self.headings))


def without_references(passage: Passage) -> Passage:
    """Return a passage without references to other provisions, the dates of other texts, and empty words."""
    return replace(passage, text=_without_references(passage.text))


@lru_cache(maxsize=1024)  # a sentence is compared with many others
def _without_references(text: str) -> str:
    return _EMPHASIS.sub("", _DATED.sub(r"\1", _REFERENCE.sub("", text)))


def have_one_subject(one: Passage, other: Passage, familiar: Familiar, *, akin: bool, close: bool) -> bool:
    """Return whether two sentences speak of the same thing.

    If it is known that the documents are `akin`, as of one jurisdiction, their titles need not share a name. If both
    sentences are `close` to one question, a word of one may be missing in the other.
    """
    first, second = read(one.text), read(other.text)
    if (first.lows & _CONDITIONS) != (second.lows & _CONDITIONS) or bool(first.lows & _WHO) != bool(second.lows & _WHO):
        return False
    unmatched = chain(_unmatched(one, other, close=close), _unmatched(other, one, close=close))
    missing = list(islice(unmatched, _INCIDENTAL + 1))  # most sentences differ in their first word, so stop there
    if missing and not (akin and close):
        return False
    shared = [word for word in _plain(first) if _among(word, second)]
    if missing and not _are_incidental(missing, len(shared), first, second):
        return False
    light = [word for word in first.content if (word.light or word.low in _FRAMES) and _among(word, second)]
    titled = _shares_a_title_word(one, other, familiar)
    if not (shared or (light and titled)) or len(shared) + len(light) + titled < _LEAST_SHARED:
        return False
    mine, theirs = _rare_names(one, other, familiar), _rare_names(other, one, familiar)
    if mine and theirs and not akin:
        return False
    return akin or titled or (len(shared) >= _RICH and not (mine or theirs))


def _are_incidental(missing: Sequence[Word], shared: int, one: Reading, other: Reading) -> bool:
    """Return whether two sentences with figures share so much that their only missing word names no other case.

    `furnished flat` and `a flat in the centre` are cases of their own.
    """
    if len(missing) > _INCIDENTAL or shared < _LEAST_SHARED or not (one.quantities and other.quantities):
        return False
    [word] = missing
    reading, there = (one, other) if any(word is known for known in one.words) else (other, one)
    before = [known.low for known in reading.words[: word.at] if known.low not in _ARTICLES][-1:]
    after = reading.words[word.at + 1 : word.at + 2]
    qualifies = bool(after) and after[0].quantity is None and after[0].content and _among(after[0], there)
    return not qualifies and not _RESTRICTIONS & {*before}


def _unmatched(one: Passage, other: Passage, *, close: bool) -> Iterator[Word]:
    """Yield the words of a passage that the other one lacks, and that may name another case."""
    reading, there, above = read(one.text), read(other.text), read(f"{other.around}\n{other.author}")
    named = read(" ".join(one.columns))
    for word in _plain(reading):
        known = _among(word, there) or _among(word, above) or _among(word, named)
        if not known and not (_is_subject(word, reading) and _means_anybody(word, one, there, close=close)):
            yield word


def _is_subject(word: Word, reading: Reading) -> bool:
    """Return whether a word without any other one is the subject of a sentence: not `tenants over 75`."""
    subject = [one for one in reading.content if not one.light][:1]
    following = reading.words[word.at + 1 : word.at + 2]
    return subject == [word] and bool(following) and (following[0].low in _AFTER_SUBJECT or is_verb(following[0].stem))


def _means_anybody(word: Word, passage: Passage, there: Reading, *, close: bool) -> bool:
    """Return whether the subject of a rule names those to whom its document, or the other sentence, speaks anyway."""
    general = word.low in _ANYBODY or (word.low in _AGENTS and is_passive(there)) or _among(word, read(passage.title))
    if close and general:
        return True
    if not _addresses(there):
        return False
    usual = passage.document.lower().count(word.low.removesuffix("s")) >= _USUAL
    return usual or _among(word, read(passage.around))


def _addresses(reading: Reading) -> bool:
    """Return whether a sentence speaks to its reader: `You need ...`, `Register ...`"""
    if reading.lows & _YOU:
        return True
    first, *rest = reading.words or (None,)
    if first is None or first.low.endswith("s") or not is_verb(first.stem):
        return False
    return not rest or rest[0].low not in _AFTER_SUBJECT


def _shares_a_title_word(one: Passage, other: Passage, familiar: Familiar) -> bool:
    """Return whether both titles have a rare name, or a word that names no kind and that the sentences do not have.

    It names a place, an organisation or a field: `Vale` in `Vale Blood Act` and `Vale Donor Guide`.
    """
    said, there = read(f"{one.text}\n{other.text}"), read(other.around)
    words = (word for word in read(one.around).content if word.quantity is None and word.low not in _KINDS)
    return any(_among(word, there) and not (_among(word, said) and familiar(word.text)) for word in words)


def _rare_names(one: Passage, other: Passage, familiar: Familiar) -> list[Word]:
    """Return the rare names in a title and headings that the other passage lacks."""
    there = read(f"{other.text}\n{other.around}")
    words = (word for word in read(one.around).content if word.quantity is None and word.low not in _KINDS)
    return [word for word in words if not _among(word, there) and not familiar(word.text)]


def _plain(reading: Reading) -> list[Word]:
    return [word for word in reading.content if word.quantity is None and not word.light and word.low not in _FRAMES]


def _among(word: Word, reading: Reading) -> bool:
    others = (other for other in reading.words if other.quantity is None)
    return any(word.stem == other.stem or matches(word, other) >= Match.SYNONYM for other in others)
