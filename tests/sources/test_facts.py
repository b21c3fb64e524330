"""Facts in files become references and metadata for filters."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from rag.sources.facts import language, metadata, named, phrase, pretty, reference, slug
from tests.sources.parsing import document, reason

_PROSE = "Every employee is entitled to twenty days of paid leave in each calendar year. "


def test_an_id_is_safe_in_a_url() -> None:
    assert slug("EU_AI Act (2023)") == "eu-ai-act-2023"
    assert slug("Règlement intérieur") == "reglement-interieur"


def test_names_without_ascii_letters_get_distinct_ids() -> None:
    one, two = slug("政策"), slug("規則")
    assert one != two
    assert one.isascii()
    assert slug("политика 2023") != slug("закон 2023")


def test_the_stem_of_a_file_name_becomes_a_title() -> None:
    assert pretty("travel-and_expenses") == "Travel and expenses"


def test_synonyms_of_a_name_give_one_fact() -> None:
    facts = named({"Authors": ["A. Ng", "B. Cruz"], "Publication Date": "June 2022", "date": "1999", "_id": 7})
    found = reference({**facts, "published": "2022-06"}, "T", "t")
    assert (found.id, found.author, found.published) == ("7", "A. Ng, B. Cruz", "2022-06")


def test_metadata_holds_only_values_and_tuples_of_values() -> None:
    day = datetime.date(2024, 1, 2)
    facts = named({"Legal Area": "tax", "tags": ["a", 1, {}], "nested": {"a": 1}, "from": day, "n": float("nan")})
    assert metadata(facts, "txt") == {"legal_area": "tax", "tags": ("a", 1), "from": "2024-01-02", "format": "txt"}


def test_a_date_that_is_not_recognised_becomes_metadata_as_written() -> None:
    facts = named({"published": "Michaelmas term"})
    assert reference(facts, "T", "t").published is None
    assert metadata(facts, "txt")["date"] == "Michaelmas term"


@pytest.mark.parametrize(("given", "code"), [("en-GB", "en"), ("English", "en"), ("fr_CA", "fr"), ("DE", "de")])
def test_the_language_in_the_facts_becomes_a_code_of_two_letters(given: str, code: str) -> None:
    assert language({"language": given}, "") == code


def test_the_language_is_detected_only_if_there_is_enough_text() -> None:
    assert language({}, _PROSE * 4) == "en"
    assert language({}, _PROSE) is None


@pytest.mark.parametrize(
    ("suffix", "content"), [("yaml", "title: Leave\nregion: [EU]\n"), ("json", '{"title": "Leave", "region": ["EU"]}')]
)
def test_a_sidecar_wins_over_the_facts_in_the_file(tmp_path: Path, suffix: str, content: str) -> None:
    (tmp_path / f"a.md.meta.{suffix}").write_text(content)
    found = document(tmp_path / "a.md", "---\ntitle: Other\nauthor: Jo\n---\nText.\n")
    assert (found.reference.title, found.reference.author) == ("Leave", "Jo")
    assert found.metadata == {"region": ("EU",), "format": "markdown"}


def test_a_broken_sidecar_is_named_in_the_reason(tmp_path: Path) -> None:
    (tmp_path / "a.md.meta.json").write_text("[1]")
    assert "a.md.meta.json" in reason(tmp_path / "a.md", "Text.")


def test_a_fact_that_is_too_long_is_cut_off() -> None:
    assert phrase("Leave " * 10_000) == ("Leave " * 1_000)[:3_999] + "…"
