"""Every regular expression of the package reads its worst inputs in time that no document can stretch."""

from __future__ import annotations

import re
from itertools import groupby

import pytest

from tests.patterns.collecting import DOCUMENT, Used, collect
from tests.patterns.timing import MOST_READS, slowest

_PATTERNS = collect()
_MODULES = {
    place: list(group)
    for place, group in groupby(_PATTERNS, key=lambda used: re.split(r"[ .](?=_|line |[A-Z])", used.place)[0])
}


@pytest.mark.parametrize("module", _MODULES)
def test_each_pattern_reads_100_kb_of_its_worst_inputs_in_linear_time(module: str) -> None:
    assert [slow for used in _MODULES[module] if (slow := slowest(used))] == []


def test_patterns_of_all_kinds_of_places_are_collected() -> None:
    places = {used.place for used in _PATTERNS}
    assert {"rag.text.sentence_roles._ADDRESS", "rag.text.boundaries.TERMINATOR", "rag.sources.dates._FORMS"} <= places
    assert any(place.startswith("rag.text.phrases de.succession.") for place in places)
    assert any(place.startswith("rag.answer.replies line") for place in places)
    assert len(_PATTERNS) > 700


def test_a_pattern_is_timed_with_the_methods_that_call_it() -> None:
    methods = {used.place: used.methods for used in _PATTERNS}
    assert methods["rag.text.sentence_roles._CONTENTS"] == {"fullmatch"}
    assert methods["rag.sources.dates._FORMS"] == {"fullmatch"}  # called on the variable of a loop
    assert methods["rag.formats._MEDIA_TYPE"] == {"fullmatch"}  # called on a parameter


@pytest.mark.parametrize("pattern", [r"\S+@\S+", r"\s*\Z", r"(?:a|b|ab)*c", r"\[.*\]", r"(?:\w+,)+;"])
def test_the_audit_finds_a_slow_pattern(pattern: str) -> None:
    slow = slowest(Used("here", re.compile(pattern), frozenset(("search",)), DOCUMENT))
    assert slow is not None
    assert slow.reads > MOST_READS


@pytest.mark.parametrize("pattern", [r"(?<!\S)\S+@\S+", r"(?<!\s)\s*+\Z", r"\[[^\[\]]*\]"])
def test_the_audit_accepts_a_linear_pattern(pattern: str) -> None:
    assert slowest(Used("here", re.compile(pattern), frozenset(("search",)), DOCUMENT)) is None
