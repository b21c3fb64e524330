"""Citations quote exact words, and a statement without support is not shown."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.answer.citations import Citer, coverage, parse_reply
from rag.types import Draft, Hit, Reference, Span, Statement

BEFORE = "🥤 An earlier sentence. "
PASSAGE = (
    "The levy took effect on 6 April 2018. Drinks with 8 grams of sugar pay 24 pence per litre.\n"
    "Fruit juices are exempt from the levy."
)
OTHER = "The congestion charge is 15 pounds a day."

REPLY = (
    "The U.S. Government pays. [1] See Art. 5 of the Act, by Mr. Smith [1][2]. “It rose.” [1, 3] (It fell.) [2]\n\n"
    "- A levy of 1.5 per cent; [1]\n- a charge. [2]\n1. First, e.g. No. 7. [99] No marker here. UNANSWERABLE"
)
WORDS = [
    *(
        "The",
        "pays.",
        "U.S.",
        "Art.",
        "5",
        "No.",
        "Mr.",
        "Dr",
        ".",
        "?",
        "(a)",
        "1.",
        "- ",
        "to:",
        "ends;",
        "x.”",
        "IV.",
    ),
    *(
        "[1]",
        "[2],",
        "[1, 2]",
        "[1].",
        "[99",
        "]",
        "[",
        "🥤",
        "Dec.",
        "of",
        "it",
        "\n",
        "\n\n",
        " ",
        "  ",
        "$",
        "е́",
        "。",
    ),
]
PARTS = st.lists(st.sampled_from(WORDS))
REPLIES = PARTS.map(" ".join) | PARTS.map("".join) | st.just(REPLY)


def hit(text: str, document: str = "levy", start: int = 0, pages: tuple[int, ...] = ()) -> Hit:
    span = Span(start, start + len(text))
    return Hit(0, Reference(document, document.title()), span, text, ("Duties",), pages, 0.5)


def evenly(term: str) -> float:
    """Return the same weight for every term."""
    return 1.0


def citer(*evidence: Hit) -> Citer:
    return Citer(evidence or (hit(PASSAGE), hit(OTHER, "charge")), evenly)


def statements(reply: str, *evidence: Hit) -> list[Statement]:
    verify = citer(*evidence).verify
    return [statement for draft in parse_reply([reply]) if (statement := verify(draft))]


def cited_in(reply: str) -> list[tuple[str, list[int]]]:
    """Return each sentence of a reply with the numbers of the passages that it cites, counted from 1."""
    return [(draft.text, [number + 1 for number, _ in draft.sources]) for draft in parse_reply([reply])]


def quotes(statement: Statement) -> list[str]:
    return [citation.quote for citation in statement.citations]


def pieces_of(text: str, cuts: list[int]) -> list[str]:
    ends = sorted(min(cut, len(text)) for cut in cuts)
    return [text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True)]


@given(REPLIES, st.lists(st.integers(0, 400)))
@example("(1) Annex Art. Mr. x.” IV. 1. Annex", [14, 20, 26, 28, 33])
def test_the_sentences_do_not_depend_on_the_pieces_of_the_stream(reply: str, cuts: list[int]) -> None:
    assert list(parse_reply(pieces_of(reply, cuts))) == list(parse_reply([reply]))


def test_a_stream_of_single_characters_gives_the_same_sentences() -> None:
    assert list(parse_reply(REPLY)) == list(parse_reply([REPLY]))


def test_a_sentence_is_yielded_when_the_next_one_begins() -> None:
    read: list[str] = []

    def stream() -> list[str]:
        return ["It rose. ", "[1] ", "It ", "fell ", "later. ", "[2]"]

    found = parse_reply(read.append(piece) or piece for piece in stream())  # type: ignore[func-returns-value]
    assert next(found).text == "It rose."
    assert read == ["It rose. ", "[1] ", "It ", "fell "]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("It rose [1].", [("It rose.", [1])]),
        ("It rose. [1]", [("It rose.", [1])]),
        ("It rose.[1]", [("It rose.", [1])]),
        ("It rose [1][2].", [("It rose.", [1, 2])]),
        ("It rose [1] [2].", [("It rose.", [1, 2])]),
        ("It rose [1, 2].", [("It rose.", [1, 2])]),
        ("It rose [2; 1].", [("It rose.", [2, 1])]),
        ("It rose [1][1].", [("It rose.", [1])]),
        ("It rose [1], then fell [2].", [("It rose, then fell.", [1, 2])]),
        ("It rose. [1].", [("It rose.", [1])]),
        ("“It rose.” [1] It fell. [2]", [("“It rose.”", [1]), ("It fell.", [2])]),
        ("(It rose.) [1] It fell. [2]", [("(It rose.)", [1]), ("It fell.", [2])]),
        ("It rose. [1] It fell. [2]", [("It rose.", [1]), ("It fell.", [2])]),
        ("It rose [1]. It fell [2].", [("It rose.", [1]), ("It fell.", [2])]),
        ("It rose. [1][2] It fell.", [("It rose.", [1, 2]), ("It fell.", [])]),
        ("It rose! [1] Did it? [2]", [("It rose!", [1]), ("Did it?", [2])]),
        ("It rose.\n\n[1]", [("It rose.", [1])]),
        ("It rose in [2022].", [("It rose in [2022].", [])]),
        ("[1] [2]", []),
        ("", []),
        (" \n ", []),
    ],
)  # fmt: skip
def test_a_marker_belongs_to_the_sentence_before_it(reply: str, expected: list[tuple[str, list[int]]]) -> None:
    assert cited_in(reply) == expected


def test_a_marker_without_a_passage_is_dropped() -> None:
    (statement,) = statements("The levy took effect on 6 April 2018 [99][1][0].")
    assert quotes(statement) == ["The levy took effect on 6 April 2018."]
    assert statements("The levy took effect on 6 April 2018 [99].") == []


def test_a_sentence_without_a_marker_is_not_shown() -> None:
    assert statements("The levy took effect on 6 April 2018.") == []


def test_a_sentence_with_a_figure_that_the_passage_lacks_is_refused() -> None:
    assert statements("Drinks with 8 grams of sugar pay 25 pence per litre [1].") == []
    assert statements("Drinks with 8 grams of sugar pay 24 pence per litre [1].")


def test_a_figure_may_come_from_any_part_of_a_cited_passage() -> None:
    (statement,) = statements("Fruit juices are exempt from the 2018 levy [1].")
    assert quotes(statement) == ["Fruit juices are exempt from the levy."]
    assert statements("Drinks with 8 grams of sugar pay 24 pence per litre, not 15 [1].") == []
    assert statements("Drinks with 8 grams of sugar pay 24 pence, not 15 pounds a day [1][2].")


def test_a_claim_that_its_passage_does_not_support_is_refused() -> None:
    assert statements("The minister resigned over the levy after an election [1].") == []
    assert statements("Fruit juices are exempt from the levy [2].") == []


def test_a_passage_that_adds_nothing_to_a_sentence_is_not_cited() -> None:
    (statement,) = statements("Fruit juices are exempt from the levy [1][2].")
    assert [citation.reference.id for citation in statement.citations] == ["levy"]


@pytest.mark.parametrize("sentence", [
    "The levy took effect on 6 April 2018.",
    "Drinks with 8 grams of sugar pay 24 pence per litre.",
    "Fruit juices are exempt from the levy.",
])  # fmt: skip
def test_the_quote_is_the_sentence_with_the_claim(sentence: str) -> None:
    (statement,) = statements(f"{sentence[:-1]} [1].")
    assert (statement.text, quotes(statement)) == (sentence, [sentence])


def test_a_claim_drawn_from_two_sentences_quotes_both() -> None:
    (statement,) = statements("The levy of 24 pence per litre for 8 grams of sugar took effect on 6 April 2018 [1].")
    assert quotes(statement) == [PASSAGE.split("\n")[0]]


def test_a_marker_in_the_text_of_a_claim_is_not_shown() -> None:
    (statement,) = statements("Fruit juices [1] are exempt from the levy [1].")
    assert statement.text == "Fruit juices are exempt from the levy."


def test_markers_count_from_one_in_the_order_of_first_appearance() -> None:
    found = statements("The congestion charge is 15 pounds a day [2]. Fruit juices are exempt from the levy [1].")
    assert [[(c.marker, c.reference.id) for c in statement.citations] for statement in found] == [
        [(1, "charge")],
        [(2, "levy")],
    ]


def test_a_refused_sentence_takes_no_marker() -> None:
    found = statements("Cats rule the moon [2]. Fruit juices are exempt from the levy [1].")
    assert [c.marker for statement in found for c in statement.citations] == [1]


def test_the_same_words_keep_their_marker() -> None:
    juice, charge = "Fruit juices are exempt from the levy [1].", "The congestion charge is 15 pounds a day [2]."
    found = statements(f"{juice} {charge} From the levy, fruit juices are exempt [1].")
    assert [[c.marker for c in statement.citations] for statement in found] == [[1], [2], [1]]
    assert found[0].citations == found[2].citations


def test_the_same_words_of_two_documents_have_two_markers() -> None:
    found = statements("The congestion charge is 15 pounds a day [1][2].", hit(OTHER, "one"), hit(OTHER, "two"))
    assert [(c.marker, c.reference.id) for c in found[0].citations] == [(1, "one"), (2, "two")]


def test_a_passage_named_twice_is_cited_once() -> None:
    (statement,) = statements("The congestion charge is 15 pounds a day [1][2].", hit(OTHER), hit(OTHER))
    assert len(statement.citations) == 1


def test_a_citation_gives_its_span_page_heading_and_score() -> None:
    found = hit(PASSAGE, start=len(BEFORE), pages=(0, len(BEFORE) + 40))
    (statement,) = statements("Fruit juices are exempt from the levy [1].", found)
    (citation,) = statement.citations
    assert citation.span.of(BEFORE + PASSAGE) == citation.quote
    assert (citation.page, citation.heading, citation.score) == (2, ("Duties",), 0.5)


def test_a_quoted_sentence_needs_only_its_span() -> None:
    span = Span(len("The levy "), len("The levy took"))
    statement = citer().verify(Draft("took", ((0, span),)))
    assert statement is not None
    assert quotes(statement) == ["took"]


LETTERS = st.text(alphabet="ab 0.🥤\n'é[]1,", max_size=60)


@given(before=LETTERS, text=LETTERS, reply=st.lists(LETTERS | st.sampled_from(["[1]", "[2]", "[1, 2]"])))
def test_every_quote_is_the_text_at_its_span(before: str, text: str, reply: list[str]) -> None:
    evidence = (hit(text, "a", len(before)), hit(PASSAGE, "b", len(BEFORE)))
    texts = {"a": before + text, "b": BEFORE + PASSAGE}
    verify = Citer(evidence, evenly).verify
    found = [statement for draft in parse_reply([*reply, "\n\n", text, "[1]"]) if (statement := verify(draft))]
    for citation in (citation for statement in found for citation in statement.citations):
        assert citation.span.of(texts[citation.reference.id]) == citation.quote != ""
    assert all(statement.citations for statement in found)


# Limits, each with the nearest input on both sides


def verified(claim: str, *passages: str, **idf: float) -> list[str] | None:
    """Return the quotes for a claim that names every passage; None if it is refused."""
    evidence = [hit(text, f"{number}") for number, text in enumerate(passages)]
    draft = Draft(claim, tuple((number, None) for number in range(len(passages))))
    statement = Citer(evidence, lambda term: idf.get(term, 1.0)).verify(draft)
    return None if statement is None else quotes(statement)


def test_quotes_must_contain_half_of_the_terms_of_a_claim() -> None:
    assert verified("Red tax blue fee.", "Red tax.") == ["Red tax."]
    assert verified("Red tax blue fee green.", "Red tax.") is None


def test_terms_count_by_their_idf() -> None:
    assert verified("Red tax.", "Red.", red=3.0, tax=3.0) == ["Red."]
    assert verified("Red tax.", "Red.", red=2.9, tax=3.0) is None


def test_the_quotes_of_several_passages_support_a_claim_together() -> None:
    assert verified("Red tax blue fee.", "Red.", "Blue.") == ["Red.", "Blue."]


def test_a_passage_with_a_quarter_of_the_terms_is_cited() -> None:
    assert verified("Red tax blue fee.", "Red tax blue.", "Fee.") == ["Red tax blue.", "Fee."]
    assert verified("Red tax blue fee green.", "Red tax blue fee.", "Green.") == ["Red tax blue fee."], "1 of 5"


def test_the_shortest_of_equal_quotes_is_cited() -> None:
    assert verified("Red tax.", "The red tax is due in May. Red tax. It is paid.") == ["Red tax."]
    assert verified("Red tax.", "It is red. It is a tax. Both.") == ["It is red. It is a tax."]


def test_a_quote_of_two_sentences_must_cover_more_by_a_thousandth() -> None:
    text = "Red tax. It is a fee."
    assert verified("Red tax fee.", text, red=1000.0, tax=1000.0, fee=0.9) == ["Red tax."]
    assert verified("Red tax fee.", text, red=1000.0, tax=1000.0, fee=2.0) == [text]


def test_a_source_beyond_the_evidence_is_not_cited() -> None:
    draft = Draft("Red tax.", ((-1, None), (0, None), (1, None)))
    statement = Citer([hit("Red tax.")], evenly).verify(draft)
    assert statement is not None
    assert quotes(statement) == ["Red tax."]
    assert Citer([hit("Red tax.")], evenly).verify(Draft("Red tax.", ((1, None),))) is None


def test_a_claim_without_terms_is_not_covered() -> None:
    assert coverage("?", "Red tax.", evenly) == 0
    assert coverage("Red tax fee.", "A red fee.", evenly) == pytest.approx(2 / 3)


def test_a_draft_with_one_source_without_a_span_must_be_supported() -> None:
    text = "Red tax."
    mixed = Draft("Blue fee.", ((0, Span(0, 8)), (0, None)))
    assert Citer([hit(text)], evenly).verify(mixed) is None
