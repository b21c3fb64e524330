"""Names are recognised by their capital letters, except at the start of a sentence."""

from __future__ import annotations

import pytest

from rag.text import names, words_and_initials


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Who decides in Kazakhstan?", {"kazakhstan"}),
        ("What did the World Bank say to O.Neill?", {"world", "bank", "o.neill"}),
        ("When did it end? The year after.", set()),
        ("who pays the levy", set()),
        ("Is the EU-27 bound by GDPR", {"eu-27", "gdpr"}),
        ("Was “The Act” repealed?", {"the", "act"}),
        ("Что решил Сенат?", {"сенат"}),
    ],
)
def test_capitalised_words_within_a_sentence_are_names(text: str, found: set[str]) -> None:
    assert names(text) == found


def test_only_words_with_two_capital_letters_are_names_in_german() -> None:
    assert names("Zahlt die OWF nach dem EStG ein Bußgeld?", "de") == {"owf", "estg"}


@pytest.mark.parametrize("text", ["the GDPR, of the EU-27.", "Kazakhstan's senate", "O.Neill"])
def test_every_name_in_a_text_is_one_of_its_words(text: str) -> None:
    assert names(f"Is it so with {text}") <= words_and_initials(text)


@pytest.mark.parametrize(
    ("short", "text"),
    [
        ("GDPR", "It replaced that law with the General Data Protection Regulation of 2016."),
        ("OSCE", "The Organization for Security and Co-operation in Europe"),
        ("EU", "The European Union adopted it."),
        ("ООН", "Организация Объединённых Наций"),
    ],
)
def test_the_words_of_a_text_include_the_initials_of_a_long_name(short: str, text: str) -> None:
    assert short.casefold() in words_and_initials(text)


@pytest.mark.parametrize("text", ["The general data protection regulation", "General Data. Protection Regulation"])
def test_initials_are_taken_only_from_capitalised_words_of_one_name(text: str) -> None:
    assert "gdpr" not in words_and_initials(text)
