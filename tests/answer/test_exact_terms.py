"""That a code, an acronym or a rare name stands in a passage letter by letter is evidence."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answer.exact_terms import ExactTerms, exact_terms, share_found, stands_in
from rag.answer.extraction import Scored
from rag.answer.statements import Sentence
from rag.snapshots import Snapshot
from rag.types import Answer, Ask, Outcome, Span
from tests import samples
from tests.answer.test_pipeline import snapshot_of, texts

ORDERS = """---
title: Orders of the port
---
# Orders of the port

Order PK-0417-229/b concerns gravel and was awarded to the firm Halden on 3 May 2023.

Order PK-0417-231/a concerns cranes and was awarded to the firm Trelle on 9 May 2023.

The auditor of the port is Ms Ingrid Qvistgaard-Möhl. Complaints go to the Berth Review Office (BRO).
"""
FILLER = {f"{number}.md": f"The council of district {number} met in May and spoke about roads." for number in range(9)}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return snapshot_of(tmp_path_factory.mktemp("orders"), {"orders.md": ORDERS, **FILLER})


def asked(snapshot: Snapshot, question: str) -> Answer:
    answer = samples.answerer(None, 0.35).answer(snapshot, Ask(question))
    samples.check_citations(answer, texts(snapshot))
    return answer


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("BRO", "Berth Review Office (BRO)"),
        ("What is the BRO?", "Berth Review Office (BRO)"),
        ("Qvistgaard-Möhl", "Ingrid Qvistgaard-Möhl"),
        ("Who is Ms Qvistgaard-Möhl?", "Ingrid Qvistgaard-Möhl"),
        ("PK-0417-231/a", "concerns cranes"),
    ],
)
def test_an_exact_match_is_not_refused(snapshot: Snapshot, question: str, words: str) -> None:
    answer = asked(snapshot, question)
    assert answer.outcome != Outcome.NO_EVIDENCE
    assert words in answer.statements[0].text


def test_a_name_is_no_evidence_for_a_property_that_its_sentence_does_not_mention(snapshot: Snapshot) -> None:
    exact = ExactTerms(("BRO",), frozenset({"bro"}))
    best = Scored(made("complaint berth review offic bro"), 1.0, 1.0, 1.0)
    assert share_found(snapshot, "What is the budget of the BRO?", exact, best) == 0.0
    assert share_found(snapshot, "Who reviews berths at the BRO?", exact, best) > 0.9


def made(terms: str) -> Sentence:
    return Sentence(Span(0, 1), terms, frozenset(terms.split()))


def test_a_sentence_with_another_code_is_left_out(snapshot: Snapshot) -> None:
    answer = asked(snapshot, "Which firm was awarded order PK-0417-231/a?")
    assert [statement.text for statement in answer.statements] == [
        "Order PK-0417-231/a concerns cranes and was awarded to the firm Trelle on 9 May 2023."
    ]


@pytest.mark.parametrize("question", ["What did the council speak about?", "PK-9999-001/z", "Who is Mr Anderson?", "?"])
def test_other_questions_have_no_exact_terms(snapshot: Snapshot, question: str) -> None:
    assert exact_terms(snapshot, question, lambda _: True) is None


def test_a_term_of_many_passages_is_not_exact(tmp_path: Path) -> None:
    many = {f"{number}.md": f"The BRO heard case number {number} in the spring." for number in range(12)}
    assert exact_terms(snapshot_of(tmp_path, many), "BRO", lambda _: False) is None


def test_a_part_of_a_code_finds_the_code_that_has_it(snapshot: Snapshot) -> None:
    answer = asked(snapshot, "Which firm was awarded order PK-0417-229?")
    assert [statement.text for statement in answer.statements] == [
        "Order PK-0417-229/b concerns gravel and was awarded to the firm Halden on 3 May 2023."
    ]


@pytest.mark.parametrize("code", ["PK-0417-229/c", "PK-0417-29/b", "XR-77"])
def test_a_code_that_no_document_has_is_said_to_be_unknown(snapshot: Snapshot, code: str) -> None:
    answer = asked(snapshot, f"Which firm was awarded order {code}?")
    assert answer.outcome == Outcome.NO_EVIDENCE
    assert [notice.text for notice in answer.notices] == [f"No document has “{code}”."]


def test_a_name_that_no_document_has_is_said_to_be_unknown(snapshot: Snapshot) -> None:
    answer = asked(snapshot, "Was the order for gravel awarded to Brunnhild?")
    assert answer.outcome != Outcome.ANSWERED
    assert [notice.text for notice in answer.notices] == ["No document has “Brunnhild”."]


@pytest.mark.parametrize(
    "question",
    ["Was Halden awarded the order?", "Is the firm Haldens?", "What is the PO?", "WHICH FIRM GOT THE ORDER?"],
)
def test_names_of_the_documents_and_other_words_have_no_notice(snapshot: Snapshot, question: str) -> None:
    assert asked(snapshot, question).notices == ()


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("229/b", "order 229/b is", True),
        ("229", "order 229/b is", True),  # not a code of several parts
        ("0417-229", "order pk-0417-229/b is", False),
        ("2016/679", "regulation (eu) 2016/679.", True),
        ("r2", "forms r2/r3", True),
        ("r2", "form r21", False),
    ],
)
def test_a_code_must_stand_in_a_text_as_a_whole(word: str, text: str, found: bool) -> None:
    assert stands_in(word, text) is found
