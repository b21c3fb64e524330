"""A document says when it is in force. Sentences about anything else say nothing about it."""

from __future__ import annotations

import pytest

from rag.text.validity import stated


def _found(text: str, language: str = "en") -> dict[str, str]:
    return {one.field: one.value for one in stated(text, "The Ferry Order", language)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("This policy enters into force on 1 March 2021.", {"valid_from": "2021-03-01"}),
        ("The Ferry Order comes into force in March 2021.", {"valid_from": "2021-03"}),
        (
            "This Order may be cited as the Ferry Order and shall come into force on 1 April 2022.",
            {"valid_from": "2022-04-01"},
        ),
        ("This code has effect from 2019.", {"valid_from": "2019"}),
        (
            "This guidance is effective from 2 June 2020 until 1 June 2022.",
            {"valid_from": "2020-06-02", "valid_to": "2022-06-01"},
        ),
        ("This scheme expires on 31 December 2023.", {"valid_to": "2023-12-31"}),
        ("This policy ceases to apply on 1 July 2022.", {"valid_to": "2022-06-30"}),
        (
            "This order was repealed by the Harbour Order 2021 with effect from 1 March 2021.",
            {"valid_to": "2021-02-28", "superseded_by": "the Harbour Order 2021"},
        ),
        (
            "This policy enters into force on 1 March 2021. It replaces the order of 3 May 2015.",
            {"valid_from": "2021-03-01", "supersedes": "the order of 3 May 2015"},
        ),
        (
            "This policy replaces the policy of 2015 with effect from 1 March 2021.",
            {"valid_from": "2021-03-01", "supersedes": "the policy of 2015"},
        ),
        ("# Fees\n\nEffective date: 1 March 2021\n\nThe fee is two crowns.", {"valid_from": "2021-03-01"}),
        ("Fees\n\nValid until 30 June 2024\n\nThe fee is two crowns.", {"valid_to": "2024-06-30"}),
    ],
)
def test_a_document_states_its_validity(text: str, expected: dict[str, str]) -> None:
    assert _found(text) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Diese Verordnung tritt am 1. März 2021 in Kraft."),
        ("fr", "Le présent règlement entre en vigueur le 1er mars 2021."),
        ("es", "El presente reglamento entra en vigor el 1 de marzo de 2021."),
        ("it", "Il presente regolamento entra in vigore il 1° marzo 2021."),
        ("nl", "Deze regeling treedt in werking op 1 maart 2021."),
        ("pt", "O presente regulamento entra em vigor em 1 de março de 2021."),
        ("ru", "Настоящий закон вступает в силу с 1 марта 2021 года."),
    ],
)
def test_documents_in_other_languages_state_their_first_day(language: str, text: str) -> None:
    assert _found(text, language) == {"valid_from": "2021-03-01"}


@pytest.mark.parametrize(
    "text",
    [
        "The rate of two crowns applies from 1 May 2015.",
        "This section comes into force on 1 May 2015.",
        "This Regulation shall enter into force on the twentieth day following its publication.",
        "This order applies to ships that entered into force on 1 May 2015.",
        "Valid from: 1 May 2015\nValid from: 1 May 2016\n\nThe fares are above.",
        "The licence expires on 31 December 2023.",
        "This policy takes effect on 31 June 2021.",
    ],
)
def test_other_dates_are_not_those_of_the_document(text: str) -> None:
    assert _found(text) == {}


def test_the_words_are_an_exact_span_of_the_text() -> None:
    text = "Fees.\n\nThis policy takes effect on 1 March 2021. The fee is two crowns."
    [found] = stated(text, "Fees", "en")
    assert found.span.of(text) == "This policy takes effect on 1 March 2021."
