"""Tests which statements count as cut, and which lean on words that are not shown."""

from __future__ import annotations

import pytest

from rag.evaluation.statement_form import is_cut, is_leaning, is_unended
from rag.types import Citation, Reference, Span, Statement

TEXT = (
    "The fee is 40 euros, and it rises each year. A permit is needed unless\n\nthe work takes a day. "
    "the notice ends on Friday | Staff may appeal to the\n\nDirector. Parking\n\nNo permit is needed"
)


def _statement(quote: str, text: str | None = None) -> Statement:
    start = TEXT.index(quote)
    citation = Citation(1, Reference("a", "A"), Span(start, start + len(quote)), quote, (), None, 1.0)
    return Statement(quote if text is None else text, (citation,))


@pytest.mark.parametrize(
    ("quote", "cut"),
    [
        ("The fee is 40 euros, and it rises each year.", False),
        ("The fee is 40 euros", True),  # a comma follows
        ("A permit is needed unless", True),  # the next word is in lower case
        ("Staff may appeal to the", True),  # "the" cannot end a sentence
        ("the work takes a day.", True),  # it begins in lower case
        ("No permit is needed", False),  # the text ends here
        ("Parking", False),  # a heading
    ],
)
def test_a_statement_is_cut_if_its_sentence_goes_on(quote: str, cut: bool) -> None:
    assert is_cut(_statement(quote), {"a": TEXT}) is cut


def test_a_full_stop_that_the_answer_adds_does_not_hide_a_cut() -> None:
    assert is_cut(_statement("Staff may appeal to the", "Staff may appeal to the."), {"a": TEXT})


@pytest.mark.parametrize(
    ("quote", "unended"),
    [
        ("The fee is 40 euros, and it rises each year.", False),
        ("The fee is 40 euros, and it rises each year", False),  # the stop follows
        ("The fee is 40 euros", True),
        ("Parking", True),
    ],
)
def test_a_statement_is_unended_if_the_document_has_no_stop_there(quote: str, unended: bool) -> None:
    assert is_unended(_statement(quote), {"a": TEXT}) is unended


def test_names_addresses_list_items_and_table_rows_may_begin_in_lower_case() -> None:
    for text in (
        "e-Residency costs 100 euros.",
        "iPhone users may apply.",
        "http://example.org lists the fees.",
        "(b) the fee is paid.",
        "zone: north; fee: 40 euros.",
    ):
        assert not is_cut(_statement("The fee is 40 euros, and it rises each year.", text), {"a": TEXT})


@pytest.mark.parametrize(
    ("text", "leans"),
    [
        ("It applies to companies.", True),
        ("These are listed in the annex.", True),
        ("This Act applies to companies.", False),
        ("It is necessary to apply in May.", False),
        ("It was not until 2005 that the rule changed.", False),
        ("There are five causes, as follows:", True),
        ("The five causes are: cost, time, law, staff and space.", False),
        ("The permit lasts for the period stated in such letter.", True),
        ("If a letter names a period, the permit lasts for the period stated in such letter.", False),
        ("The Act begins on such date as may be appointed.", False),
        ("Goods such as tea are exempt.", False),
        ("(b) the fee is paid.", True),
        ("(b) The fee is 40 euros.", False),
        ("The applicant qualifies if: (a) the form is signed; (b) the fee is paid.", False),
    ],
)
def test_a_statement_leans_if_it_refers_to_words_that_it_does_not_show(text: str, leans: bool) -> None:
    assert is_leaning(text) is leans
