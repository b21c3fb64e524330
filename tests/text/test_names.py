"""Names are told by their capitals, where no sentence begins."""

from __future__ import annotations

import pytest

from rag.text import names, words


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
def test_what_counts_as_a_name(text: str, found: set[str]) -> None:
    assert names(text) == found


@pytest.mark.parametrize("text", ["the GDPR, of the EU-27.", "Kazakhstan's senate", "O.Neill"])
def test_a_name_is_found_again_among_the_words_of_a_text(text: str) -> None:
    assert names(f"Is it so with {text}") <= words(text)


@pytest.mark.parametrize(
    ("short", "text"),
    [
        ("GDPR", "It replaced that law with the General Data Protection Regulation of 2016."),
        ("OSCE", "The Organization for Security and Co-operation in Europe"),
        ("EU", "The European Union adopted it."),
        ("ООН", "Организация Объединённых Наций"),
    ],
)
def test_a_long_name_is_known_by_its_initials(short: str, text: str) -> None:
    assert short.casefold() in words(text)


@pytest.mark.parametrize("text", ["The general data protection regulation", "General Data. Protection Regulation"])
def test_initials_are_those_of_one_name(text: str) -> None:
    assert "gdpr" not in words(text)
