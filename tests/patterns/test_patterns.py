"""Every regular expression of the package reads its worst inputs in time that no document can stretch."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cases import sampled
from tests.patterns.collecting import DOCUMENT, Used, collect
from tests.patterns.timing import MOST_READS, slowest

ROOT = Path(__file__).parents[2]

_PARTS = 40


@pytest.fixture(scope="module")
def patterns() -> list[Used]:
    """All patterns. A fixture, because each test process imports this file, and collecting takes five seconds."""
    return collect()


@pytest.mark.parametrize("part", range(_PARTS))
def test_each_pattern_reads_100_kb_of_its_worst_inputs_in_linear_time(part: int, patterns: list[Used]) -> None:
    # Other work on the machine can make one measurement slow. A slow pattern is slow in every one.
    ours = patterns[part::_PARTS]
    assert [slow for used in ours if slowest(used) and slowest(used) and (slow := slowest(used))] == []


def test_patterns_of_all_kinds_of_places_are_collected(patterns: list[Used]) -> None:
    places = {used.place for used in patterns}
    assert {"rag.text.sentence_roles._ADDRESS", "rag.text.boundaries.TERMINATOR", "rag.sources.dates._FORMS"} <= places
    assert any(place.startswith("rag.text.phrases de.succession.") for place in places)
    assert any(place.startswith("rag.answer.replies line") for place in places)
    assert len(patterns) > 700


def test_a_pattern_is_timed_with_the_methods_that_call_it(patterns: list[Used]) -> None:
    methods = {used.place: used.methods for used in patterns}
    assert methods["rag.text.sentence_roles._CONTENTS"] == {"fullmatch"}
    assert methods["rag.sources.dates._FORMS"] == {"fullmatch"}  # called on the variable of a loop
    assert methods["rag.formats._MEDIA_TYPE"] == {"fullmatch"}  # called on a parameter


@pytest.mark.parametrize("pattern", sampled([r"\S+@\S+", r"\[.*\]", r"(?:a|b|ab)*c", r"(?:\w+,)+;", r"\s*\Z"], 2))
def test_the_audit_finds_a_slow_pattern(pattern: str) -> None:
    command = [sys.executable, "-m", "tests.patterns.timing", pattern]  # some of them would never end here
    reads = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=300).stdout
    assert float(reads) > MOST_READS


@pytest.mark.parametrize("pattern", [r"(?<!\S)\S+@\S+", r"(?<!\s)\s*+\Z", r"\[[^\[\]]*\]"])
def test_the_audit_accepts_a_linear_pattern(pattern: str) -> None:
    assert slowest(Used("here", re.compile(pattern), frozenset(("search",)), DOCUMENT)) is None
