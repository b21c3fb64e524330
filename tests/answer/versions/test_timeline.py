"""A provision is followed through the versions of a document: when it first stood, each change, and its end."""

from __future__ import annotations

import pytest

from rag.answer.versions import DateKind, Timeline, dated, timeline
from rag.answer.versions.provision import find_provision
from rag.errors import UnknownProvision
from rag.snapshots import Origin, StoredDocument, Version
from rag.types import Document, Heading, Reference, Span

FIRST = (
    "1. Scope\n\nThis applies to staff.\n\n"
    "2. Leave\n\nStaff get 20 days of leave a year. Leave is approved by a manager.\n"
)
SECOND = FIRST.replace("20 days", "25 days")
RENUMBERED = SECOND.replace("2. Leave", "2. Pay\n\nPay is monthly and by bank transfer.\n\n3. Leave")
WITHOUT = "1. Scope\n\nThis applies to staff.\n"


def made(year: int, text: str) -> tuple[Version, Document]:
    lines = [line for line in text.split("\n") if line[:1].isdigit()]
    headings = tuple(Heading(Span(text.index(line), text.index(line) + len(line)), 1, line) for line in lines)
    document = Document(Reference(f"leave-{year}", "Leave"), text, "en", headings=headings)
    stored = StoredDocument(document.reference, "en", {}, Origin("s", "", "", text), 0, 1)
    return Version(stored, "1", "2026-01-01T00:00:00+00:00", None, True, f"{year}-01-01"), document


def read(texts: dict[int, str], words: str) -> Timeline:
    """Return the timeline of a provision through a version of each year."""
    known = {version.stored.reference.id: (version, document) for version, document in map(made, texts, texts.values())}
    versions = [version for version, _ in reversed(known.values())]
    return timeline(versions, lambda version: known[version.stored.reference.id][1], words)


def events(found: Timeline) -> list[tuple[str, str]]:
    return [(event.kind.value, dated(event.version)[1][:4]) for event in found.events]


def test_a_timeline_has_the_beginning_each_change_and_the_end() -> None:
    found = read({2020: WITHOUT, 2021: FIRST, 2022: FIRST, 2023: SECOND, 2024: WITHOUT, 2025: WITHOUT}, "section 2")
    assert found.name == "2. Leave"
    assert events(found) == [("began", "2021"), ("changed", "2023"), ("ended", "2024")]
    change = found.events[1].comparison
    assert change is not None
    assert [(edit.was.of(FIRST), edit.became.of(SECOND)) for row in change.rows for edit in row.edits] == [
        ("20 days", "25 days")
    ]
    assert dated(found.events[0].version) == (DateKind.IN_FORCE, "2021-01-01")


@pytest.mark.parametrize("words", ["section 3", "3", "leave", "Leave"])
def test_a_provision_with_another_number_is_the_same_one(words: str) -> None:
    found = read({2021: FIRST, 2022: RENUMBERED}, words)
    assert events(found) == [("began", "2021"), ("changed", "2022")]
    first, last = (event.provision.name for event in found.events if event.provision)
    assert (first, last) == ("2. Leave", "3. Leave")


def test_a_provision_of_only_an_old_version_has_ended() -> None:
    assert events(read({2021: FIRST, 2022: WITHOUT}, "2")) == [("began", "2021"), ("ended", "2022")]


def test_another_provision_with_the_same_number_is_not_the_same_one() -> None:
    other = FIRST.partition("2. Leave")[0] + "2. Parking\n\nThe yard is closed at night. Guests park at the gate.\n"
    assert events(read({2021: FIRST, 2022: other}, "leave")) == [("began", "2021"), ("ended", "2022")]
    assert events(read({2021: FIRST, 2022: other}, "2")) == [("began", "2022")]


def test_a_provision_may_begin_again() -> None:
    found = read({2021: FIRST, 2022: WITHOUT, 2023: SECOND}, "leave")
    assert events(found) == [("began", "2021"), ("ended", "2022"), ("began", "2023")]


def test_an_unknown_provision_is_refused() -> None:
    with pytest.raises(UnknownProvision, match=r"no version of 'leave-2022' has a provision 'section 9'"):
        read({2021: FIRST, 2022: SECOND}, "section 9")


def test_a_provision_has_the_exact_span_of_its_section() -> None:
    _, document = made(2021, SECOND)
    found = find_provision(document, "2")
    assert found is not None
    assert found.span.of(SECOND) == "2. Leave\n\nStaff get 25 days of leave a year. Leave is approved by a manager."
