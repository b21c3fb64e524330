"""Quotable parts of a passage, the context they are quoted with, and the exactness of every quote."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.statements import Sentence, make_draft, sentences_of, shares_list, shares_table
from rag.index.quotables import quotable
from rag.text import normalise
from rag.types import Document, Hit, Reference, Span
from tests.documents import documents

PRACTICES = """1. The following practices shall be prohibited:
(a) social scoring by public authorities;
(b) systems that exploit any of the following vulnerabilities:
(i) age; or
(ii) disability; and
(c) untargeted scraping of faces.
2. The Board may grant exceptions."""


def passage(text: str, before: str = "", heading: tuple[str, ...] = (), start: int = 0) -> Hit:
    at = start + len(before)
    found = quotable(before, text, at, ("The Act", *heading))
    return Hit(0, Reference("act", "The Act"), Span(at, at + len(text)), text, heading, (), 1.0, before, found)


def said(text: str, before: str = "", question: str = "", heading: tuple[str, ...] = ()) -> list[str]:
    hit = passage(text, before, heading)
    return [make_draft([sentence], hit).text for _, sentence in sentences_of(hit, question)]


def quotes(hit: Hit, words: str) -> list[str]:
    """Return the quotes for the sentence that contains `words`."""
    [sentence] = [s for _, s in sentences_of(hit, "") if words in s.text]
    return [hit.quote(span) for _, span in make_draft([sentence], hit).sources if span]


# Lists


def test_an_item_and_its_lead_in_form_one_sentence() -> None:
    assert "You must: show your card." in said("You must:\n- show your card;\n- pay the fee; and\n- sign the form.")


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        ("The following are exempt", "The following are exempt: Fruit juices."),
        ("The following drinks are exempt.", "The following drinks are exempt. Fruit juices."),
        ("The levy is not due if", "The levy is not due if: Fruit juices."),
    ],
)
def test_the_paragraph_before_a_list_is_its_lead_in_even_without_a_colon(lead: str, expected: str) -> None:
    assert expected in said(f"{lead}\n\n- Fruit juices\n- Milk")


def test_an_item_after_an_ordinary_sentence_is_quoted_alone() -> None:
    assert "On 8 April the zone began." in said(
        "The zone grew twice.\n\n1. On 8 April the zone began.\n2. It grew on 9 May."
    )


def test_a_sentence_directly_before_a_short_list_is_quoted_with_its_items() -> None:
    hit = passage(
        "Two kinds of drink are exempt.\n\n- Plain milk is exempt.\n- Juice without sugar is exempt.\n\nBeer is not."
    )
    assert quotes(hit, "Two kinds") == [hit.text.removesuffix("\n\nBeer is not.")]
    assert "Plain milk is exempt." in said(hit.text), "an item that is a sentence needs no other"


@pytest.mark.parametrize(
    "text",
    [
        "Two kinds are exempt.\n\n- Milk is exempt. It has calcium.\n- Juice without sugar.",
        "Two kinds are exempt.\n\nMore will follow.\n\n- Milk is exempt.\n- Juice is exempt.",
        "Two kinds are exempt.\n\n(1) Milk is exempt.\n(2) Juice is exempt.",
        "Two kinds are exempt. - Milk is exempt.",
    ],
)
def test_a_sentence_is_quoted_without_items_if_it_may_not_introduce_them_all(text: str) -> None:
    assert "Two kinds are exempt." in said(text)


def test_nested_items_are_quoted_with_both_leads_and_the_clause_number() -> None:
    statements = said(PRACTICES)
    assert "1. The following practices shall be prohibited: (a) social scoring by public authorities." in statements
    assert (
        "1. The following practices shall be prohibited: (b) systems that exploit any of the following "
        "vulnerabilities: (ii) disability." in statements
    )
    assert "1. The following practices shall be prohibited: (c) untargeted scraping of faces." in statements
    assert "2. The Board may grant exceptions." in statements


def test_the_item_i_after_h_is_a_letter_and_not_a_roman_number() -> None:
    items = "\n".join(f"({letter}) rule {letter} of the Board;" for letter in "abcdefghij")
    assert "You must obey: (i) rule i of the Board." in said(f"You must obey:\n{items}")


def test_the_lead_in_of_a_cut_list_comes_from_the_passage_before() -> None:
    before = "The Board shall:\n- keep the minutes;\n"
    hit = passage("- vote on each motion;\n- adjourn.\n", before, start=40)
    assert said(hit.text, before)[0] == "The Board shall: vote on each motion."
    assert quotes(hit, "vote") == ["The Board shall:", "vote on each motion"]


def test_a_paragraph_ends_a_list() -> None:
    assert "Late forms are refused outright." in said("You must:\n- pay;\n- sign.\n\nLate forms are refused outright.")


def test_a_clause_of_a_long_sentence_is_quoted_with_its_opening() -> None:
    clause = "the operator shall keep the records of the system for as long as the authority may ask for them"
    clauses = "; ".join(f"({letter}) {clause}" for letter in "abcdefg")
    assert f"The following holds: (c) {clause}." in said(f"The following holds: {clauses}.")


def test_a_short_list_may_be_quoted_whole_as_one_span() -> None:
    text = "Equipment may be used only when:\nA. Approval is given.\nB. The item is portable."
    hit = passage(text)
    assert quotes(hit, "only when") == [text]
    assert "Equipment may be used only when: Approval is given. The item is portable." in said(text)


def test_items_of_one_list_form_one_statement() -> None:
    hit = passage("You must:\n- show your card;\n- pay the fee;\n- sign the form.")
    _, card, fee, _ = (sentence for _, sentence in sentences_of(hit, ""))
    assert shares_list(card, fee)
    assert make_draft([card, fee], hit).text == "You must: show your card; pay the fee."


def test_neighbouring_items_are_cited_as_one_span_after_a_distant_lead_in() -> None:
    hit = passage("You must:\n- show your card;\n- pay the fee;\n- sign the form.")
    _, _, fee, form = (sentence for _, sentence in sentences_of(hit, ""))
    quoted = [hit.quote(span) for _, span in make_draft([fee, form], hit).sources if span]
    assert quoted == ["You must:", "pay the fee;\n- sign the form."]


def test_an_item_that_begins_in_lower_case_continues_its_lead_in() -> None:
    found = said("You may use the following devices\n\n- iPads\n- Laptops")
    assert "You may use the following devices iPads." in found
    assert "You may use the following devices: Laptops." in found


def test_an_item_and_an_ordinary_sentence_share_no_list() -> None:
    item = Sentence(Span(0, 4), "Pay.", frozenset(), marked=True)
    other = Sentence(Span(5, 9), "Sign.", frozenset())
    lead = (Span(10, 12),)
    assert not shares_list(item, other)
    assert not shares_list(replace(item, leads=lead), replace(other, leads=lead))
    assert not shares_list(replace(item, leads=lead), replace(item, leads=(Span(13, 15),)))
    assert shares_list(replace(item, leads=lead), replace(other, leads=lead, marked=True))
    assert not shares_list(replace(item, leads=lead), replace(item, leads=lead, passage=1))


# Clauses


@pytest.mark.parametrize(
    "text",
    ["3.2 The Authority shall meet monthly.", "(2) The Board shall meet monthly.", "Article 7. The Board meets."],
)
def test_a_clause_keeps_its_number(text: str) -> None:
    assert said(text) == [text]


# Tables


@pytest.mark.parametrize("bar", [" | ", "\t"])
def test_a_row_is_quoted_with_its_column_names_and_both_are_cited(bar: str) -> None:
    rows = f"From{bar}Amount\n4 July 2005{bar}£8.00\n22 June 2020{bar}£15.00"
    assert said(rows) == ["From: 4 July 2005; Amount: £8.00.", "From: 22 June 2020; Amount: £15.00."]
    assert quotes(passage(rows), "22 June") == [f"From{bar}Amount", f"22 June 2020{bar}£15.00"]


def test_a_row_of_three_cells_has_three_names() -> None:
    rows = said("From | Amount | Payer\n2005 | £8.00 | drivers\n2020 | – | residents")
    assert rows == ["From: 2005; Amount: £8.00; Payer: drivers.", "From: 2020; Amount: –; Payer: residents."]


def test_rows_of_one_table_form_one_statement() -> None:
    hit = passage("From | Amount\n4 July 2005 | £8.00\n22 June 2020 | £15.00")
    rows = [sentence for _, sentence in sentences_of(hit, "")]
    assert shares_table(*rows)
    assert make_draft(rows, hit).text == "From: 4 July 2005; Amount: £8.00. From: 22 June 2020; Amount: £15.00."


@pytest.mark.parametrize(
    "other", ["From: 2005; Fee: 8 pounds.", "From the first day; until the last: nothing.", "No: 8."]
)
def test_rows_with_other_names_and_sentences_with_colons_are_not_in_the_same_table(other: str) -> None:
    rows = list(sentences_of(passage(f"From: 2004; Rate: 7 pounds.\n\n{other} It is said."), ""))
    assert not any(shares_table(rows[0][1], sentence) for _, sentence in rows[1:])


def test_sentences_with_one_colon_each_are_not_rows() -> None:
    one, other = (Sentence(Span(n, n + 1), f"Note: rule {n}.", frozenset()) for n in range(2))
    assert not shares_table(one, other)


# Text that is not quotable


@pytest.mark.parametrize(
    "words",
    [
        "Exemptions from the levy on sugar",
        "Which drinks are exempt from the levy?",
        "See section 4 for details.",
        "Skip to main content",
        "Exemptions and reliefs .......... 12",
        "You must do the following things:",
        "Too short.",
    ],
)
def test_text_without_content_is_never_quoted(words: str) -> None:
    heading = ("Exemptions from the levy on sugar",)
    assert said(f"{words}\n\nFruit juices are exempt from it.", heading=heading) == ["Fruit juices are exempt from it."]


def test_a_reference_to_another_place_is_quoted_only_if_the_question_asks_where() -> None:
    pointer = "The fines are set out in Article 99."
    assert said(pointer, question="How high are the fines?") == []
    assert said(pointer, question="Where are the fines set out?") == [pointer]


def test_a_fragment_is_not_whole() -> None:
    hit = passage("Rates for small producers\n\nSmall producers pay nothing at all.")
    assert [sentence.whole for _, sentence in sentences_of(hit, "")] == [False, True]


def test_a_language_without_spaces_is_quoted_too() -> None:
    assert said("委員会は三十日以内に決定する。") == ["委員会は三十日以内に決定する。"]


# Sentences that refer back


def test_a_sentence_that_refers_back_is_quoted_together_with_the_one_before() -> None:
    text = "Small producers pay nothing. They must register all the same."
    assert quotes(passage(text), "They must") == [text]


def test_a_sentence_that_refers_back_past_a_paragraph_is_quoted_alone() -> None:
    text = "Small producers pay nothing.\n\nThey must register all the same."
    assert said(text)[1] == "They must register all the same."


@pytest.mark.parametrize(
    "text",
    [
        "Are small producers exempt? They need not pay the levy.",
        "Are small producers exempt? Yes, up to a million litres.",
        "2. When must the return be filed?\nWithin 28 days of the anniversary of registration.",
    ],
)
def test_an_answer_that_leans_on_the_question_before_it_is_quoted_with_it(text: str) -> None:
    assert said(text) == [" ".join(text.split())]


def test_an_answer_that_stands_alone_is_quoted_without_its_question() -> None:
    hit = passage("Who pays the levy? Packagers and importers must pay the levy.")
    [answer] = [sentence for _, sentence in sentences_of(hit, "")]
    assert (answer.text, answer.leads, answer.places) == ("Packagers and importers must pay the levy.", (), (0,))


# Exactness

LINES = st.sampled_from(
    [
        *("You must:", "The following are exempt", "- a thing;", "- another thing; and", "(a) this;", "(i) that; or"),
        *("(ii) more.", "1. Act first.", "2. The Board shall:", "They pay. It is so. However, no.", "From | To"),
        *("4 July | £5", "x\ty", "1\t2", "3.2 It ends.", "A. B.", "🥤 é", "§ 5 Scope", ""),
        "It shall: (a) pay; (b) go; (c) see.",
    ]
)


@given(st.lists(LINES, max_size=14), st.integers(0, 10_000), st.integers(0, 50))
def test_every_quote_is_exact_wherever_the_passage_was_cut(lines: list[str], cut: int, start: int) -> None:
    text = normalise("\n".join(lines))
    at = cut % (len(text) + 1)
    _check(passage(text[at:], text[:at], start=start), text, start)


@given(documents())
def test_every_quote_of_a_generated_document_is_exact(document: Document) -> None:
    _check(passage(document.text), document.text, 0)


def _check(hit: Hit, text: str, start: int) -> None:
    found = [sentence for _, sentence in sentences_of(hit, "")]
    for sentence in found:
        written = make_draft([sentence], hit)
        assert written.text.strip() == written.text != ""
        for _, span in written.sources:
            assert span is not None
            assert hit.quote(span) == text[span.start - start : span.end - start]
            assert hit.quote(span).strip()
        _check_spans(sentence, hit)


def _check_spans(sentence: Sentence, hit: Hit) -> None:
    """Check that a sentence lies in its passage, and that its parts are in reading order."""
    assert hit.span.start <= sentence.span.start
    assert list(sentence.parts) == sorted(sentence.parts)
