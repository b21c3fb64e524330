"""Text that is replaced comes after the text that replaces it, and a notice marks it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rag.text.succession import succession
from rag.types import Answer, Ask, NoticeKind
from tests import samples
from tests.answer.test_pipeline import snapshot_of, texts

OLD = "---\ntitle: Mooring Rules\npublished: 2015-02-01\n---\n# Mooring Rules\n\nA berth costs 30 crowns a metre.\n"
NEW = """---
title: Mooring Rules (second edition)
published: 2023-07-01
---
# Mooring Rules (second edition)

A berth costs 45 crowns a metre. This text replaces the rules of 1 February 2015.
"""
WITHDRAWN = "# Lamp guidance\n\nA lamp is lit at dusk by the warden. This guidance has been withdrawn.\n"
ARTICLES = {"a-old.md": OLD, "new.md": NEW, "lamp.md": WITHDRAWN, **samples.ARTICLES}

Asked = Callable[[str], Answer]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    snapshot = snapshot_of(tmp_path_factory.mktemp("mooring"), ARTICLES)
    of = texts(snapshot)

    def answer(question: str) -> Answer:
        found = samples.answerer(None).answer(snapshot, Ask(question))
        samples.check_citations(found, of)
        return found

    return answer


def test_the_newer_text_answers(ask: Asked) -> None:
    answer = ask("How much does a berth cost a metre?")
    assert answer.statements[0].text == "A berth costs 45 crowns a metre."
    assert "30 crowns" not in answer.text
    assert answer.notices == ()


def test_the_older_text_answers_a_question_about_the_past(ask: Asked) -> None:
    assert "30 crowns" in ask("How much did a berth cost a metre in 2015?").text


def test_withdrawn_text_is_marked(ask: Asked) -> None:
    answer = ask("When is a lamp lit by the warden?")
    assert "A lamp is lit at dusk by the warden." in answer.text
    assert [(one.kind, one.text) for one in answer.notices] == [
        (NoticeKind.REPLACED, "“Lamp guidance” says that it is no longer in force.")
    ]


def test_replaced_text_without_a_substitute_is_marked_with_its_successor(tmp_path: Path) -> None:
    only_old = OLD.replace("a metre.\n", "a metre. Dogs are kept on a lead at the pier.\n")
    snapshot = snapshot_of(tmp_path, {**ARTICLES, "a-old.md": only_old})
    answer = samples.answerer(None).answer(snapshot, Ask("Are dogs kept on a lead at the pier?"))
    assert "Dogs are kept on a lead at the pier." in answer.text
    assert [one.text for one in answer.notices] == ["“Mooring Rules” is replaced by “Mooring Rules (second edition)”."]


@pytest.mark.parametrize(
    ("sentence", "other"),
    [
        ("This Act repeals the Harbour Act 1950.", "the Harbour Act 1950"),
        ("These revised rules supersede the rules of 3 May 2010.", "the rules of 3 May 2010"),
        ("The Harbour Act 1950 is hereby repealed.", "The Harbour Act 1950"),
    ],
)
def test_a_sentence_says_which_text_it_replaces(sentence: str, other: str) -> None:
    found = succession(sentence)
    assert found is not None
    assert found.replaces == other


@pytest.mark.parametrize(
    ("sentence", "by"),
    [
        ("This order has been replaced by the Harbour Act.", "the Harbour Act"),
        ("This guidance was withdrawn.", None),
        ("These rules are no longer in force.", None),
    ],
)
def test_a_sentence_says_that_its_text_has_ended(sentence: str, by: str | None) -> None:
    found = succession(sentence)
    assert found is not None
    assert (found.ended, found.by) == (True, by)


@pytest.mark.parametrize(
    "sentence",
    ["The boiler is replaced every year.", "The levy replaced a tax.", "He withdrew this plan for a bridge."],
)
def test_other_sentences_say_nothing_about_succession(sentence: str) -> None:
    assert succession(sentence) is None
