"""One document, or several copies of it, cannot crowd out another relevant document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.diversity import diversify
from rag.service import Service
from rag.types import Ask, Hit, Reference, Span
from rag.wiring import vary
from tests.articles import Articles

COPIES = {"b": "a", "c": "a"}
LEVY = "The levy on sugar is 7 per cent of the price. It is paid by whoever sells the drink. "
PAPERS = (
    "Argus",
    "Bugle",
    "Clarion",
    "Dispatch",
    "Echo",
    "Falcon",
    "Globe",
    "Herald",
    "Item",
    "Kite",
    "Ledger",
    "Mail",
)
REBATE = "A rebate is granted to schools. They must claim it before June. "


def _made(row: int, document: str, score: float, text: str = "x") -> Hit:
    return Hit(row, Reference(document, document), Span(0, len(text)), text, (), (), score)


def test_one_document_cannot_crowd_out_another_relevant_one() -> None:
    hits = [_made(0, "a", 4.0), _made(1, "a", 3.8), _made(2, "a", 3.6), _made(3, "b", 3.0), _made(4, "c", 1.0)]
    assert [hit.row for hit in diversify(hits, per_document=2, limit=3)] == [0, 1, 3]


def test_further_passages_of_a_document_come_before_irrelevant_ones() -> None:
    hits = [_made(0, "a", 4.0), _made(1, "a", 3.8), _made(2, "a", 3.6), _made(3, "b", 1.0)]
    assert [hit.row for hit in diversify(hits, per_document=2, limit=3)] == [0, 1, 2]


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.floats(-3, 3)), min_size=1, max_size=12),
    st.integers(1, 3),
    st.integers(1, 12),
)
def test_all_places_are_filled_and_the_best_passage_stays_first(
    made: list[tuple[str, float]], per_document: int, limit: int
) -> None:
    ranked = sorted(made, key=lambda pair: -pair[1])
    hits = [_made(row, document, score) for row, (document, score) in enumerate(ranked)]
    kept = diversify(hits, per_document, limit)
    assert len(kept) == min(limit, len(hits))
    assert len({hit.row for hit in kept}) == len(kept)
    assert kept[0] == hits[0]


def _kept(*passages: tuple[str, str], limit: int = 2) -> list[int]:
    hits = [_made(row, document, 4.0 - row / 100, text) for row, (document, text) in enumerate(passages)]
    return [hit.row for hit in diversify(hits, 2, limit, COPIES)]


def test_a_repeat_in_a_copy_comes_after_another_document() -> None:
    assert _kept(("a", LEVY), ("b", LEVY), ("c", LEVY), ("other", REBATE), limit=4) == [0, 3, 1, 2]


def test_equal_passages_are_no_repeats_if_their_documents_are_not_copies() -> None:
    assert _kept(("a", LEVY), ("other", LEVY)) == [0, 1]


@pytest.mark.parametrize(
    "line", ["LONDON, 4 May 2024 - ", "Published on 4 May 2024.\n\n", "2024-05-04\n\n", "Paris, May 4, 2024: "]
)
def test_a_copy_with_another_date_line_is_a_repeat(line: str) -> None:
    assert _kept(("a", f"Rome, 3 May 2024 - {LEVY}"), ("b", line + LEVY), ("other", REBATE)) == [0, 2]


def test_a_copy_with_another_figure_is_no_repeat() -> None:
    assert _kept(("a", LEVY), ("b", LEVY.replace("7", "9")), ("other", REBATE)) == [0, 1]


def test_a_copy_with_an_added_negation_is_no_repeat() -> None:
    assert _kept(("a", LEVY), ("b", LEVY.replace("is paid", "is not paid")), ("other", REBATE)) == [0, 1]


def test_a_copy_with_a_footer_is_a_repeat() -> None:
    assert _kept(("a", LEVY), ("b", LEVY + "All rights reserved."), ("other", REBATE)) == [0, 2]


def test_a_copy_with_another_date_of_effect_is_no_repeat() -> None:
    in_force = "It is in force from 1 May {}. "
    assert _kept(("a", LEVY + in_force.format(2024)), ("b", LEVY + in_force.format(2025)), ("other", REBATE)) == [0, 1]


def test_a_copy_cut_into_other_passages_is_a_repeat() -> None:
    assert _kept(
        ("a", LEVY), ("a", REBATE), ("b", LEVY.split(". ")[1] + ". " + REBATE), ("other", "Else."), limit=3
    ) == [*(0, 1, 3)]


def test_a_passage_under_another_year_is_no_repeat() -> None:
    one, other = (
        Hit(row, Reference(name, f"Finance act {2020 + row}"), Span(0, len(LEVY)), LEVY, (), (), 4.0)
        for row, name in enumerate("ab")
    )
    assert diversify([one, other, _made(2, "other", 3.9, REBATE)], 2, 2, COPIES) == [one, other]


def test_copies_with_different_passages_count_as_one_document() -> None:
    passages = [("a", LEVY), ("b", REBATE), ("c", "The register is public. Anyone may read it. "), ("other", "Else.")]
    assert _kept(*passages, limit=4) == [0, 1, 3, 2]


def test_editions_with_different_figures_count_separately() -> None:
    pages = [(document, text) for document in "ab" for text in (LEVY, REBATE.replace("June", "30 June"))]
    other = [(name, text.replace("7", "8").replace("30", "31") if name == "b" else text) for name, text in pages]
    assert _kept(*other, ("other", "Else."), limit=4) == [0, 1, 2, 3]


ARTICLE = (
    "The ministry raised the levy on sugary drinks to 7 per cent of the price. The levy is paid by whoever sells the "
    "drink to the public. Schools may claim a rebate before the end of the school year. The register of sellers is "
    "public, and anyone may read it without a fee. Inspectors visit each seller once a year and publish what they "
    "find.\n\n"
    "Producers of syrup had asked for a longer transition, since their contracts run until autumn. Doctors welcomed "
    "the decision and pointed to fewer cavities in towns where water fountains stand beside every playground. A "
    "committee of parliament will look at the effects on small shops, whose owners fear that customers will drive "
    "across the border. The treasury expects revenue to flow into school kitchens, swimming lessons and a fund that "
    "pays dentists in remote valleys. Opposition members called the forecast too hopeful and demanded that an "
    "independent institute should verify it before any money is promised to anyone."
)


@pytest.fixture
def syndicated(articles: Articles, service: Service) -> Service:
    """Index one article from twelve papers, each with its headline, date line and footer, and two others."""
    for day, paper in enumerate(PAPERS, 1):
        headline = f"# Sugar levy up, says the {paper}\n\n"
        articles.write(f"{day:02}.md", f"{headline}LONDON, {day} May 2024 - {ARTICLE}\n\nFrom our own desk.\n")
    articles.write("other.md", "# Sugar levy abroad\n\nThe levy on sugary drinks abroad is 20 per cent of the price.\n")
    articles.write("zoo.md", "# The zoo\n\nThe levy on sugary drinks is not raised in the zoo.\n")
    articles.ingest(service)
    return service


def test_one_article_in_many_papers_leaves_room_for_other_documents(syndicated: Service) -> None:
    answer = syndicated.view(None).answer(Ask("How high is the levy on sugary drinks?", limit=3))
    ids = {hit.reference.id for hit in answer.evidence}
    assert {"other", "zoo"} < ids
    assert len(ids) == 3


def test_copies_are_cited_together_if_there_is_room(syndicated: Service) -> None:
    settings = syndicated.settings.model_copy(update={"least_confidence": 0.0})
    answer = vary(syndicated, settings).view(None).answer(Ask("When may schools claim a rebate?", limit=8))
    (statement,) = [one for one in answer.statements if "rebate" in one.text]
    assert len({citation.reference.id for citation in statement.citations}) > 1


def test_a_copy_is_recorded_with_the_first_document_of_its_group(syndicated: Service) -> None:
    named = {one.reference.id: one.near_duplicate_of for one in syndicated.snapshot().documents()}
    assert named == {f"{day:02}": "01" if day > 1 else None for day in range(1, 13)} | {"other": None, "zoo": None}


def test_a_group_is_named_after_its_next_document_if_the_first_is_removed(
    syndicated: Service, articles: Articles
) -> None:
    (articles.folder / "01.md").unlink()
    articles.ingest(syndicated, prune=True)
    near = syndicated.snapshot().near_duplicates
    assert near == {f"{day:02}": "02" for day in range(3, 13)}


# Limits, each with the nearest input on both sides


def test_a_passage_is_relevant_down_to_three_quarters_of_the_best_score() -> None:
    def second(score: float, best: float = 4.0) -> int:
        hits = [_made(0, "a", best), _made(1, "a", best), _made(2, "b", score)]
        return diversify(hits, per_document=1, limit=2)[1].row

    assert (second(3.0), second(2.99)) == (2, 1)
    assert (second(-5.0, -4.0), second(-5.01, -4.0)) == (2, 1)


def test_the_evidence_is_picked_from_the_first_thirty_passages() -> None:
    def second(others: int, limit: int) -> int:
        hits = [*(_made(row, "a", 1.0) for row in range(others)), _made(others, "b", 1.0)]
        return diversify(hits, per_document=1, limit=limit)[1].row

    assert (second(29, limit=2), second(30, limit=2)) == (29, 1)
    assert (second(30, limit=31), second(31, limit=31)) == (30, 1)


def test_passages_of_a_document_count_up_to_its_limit_and_further_ones_follow_in_order() -> None:
    hits = [_made(row, document, 4.0 - row / 10) for row, document in enumerate("aaaabb")]
    assert [hit.row for hit in diversify(hits, per_document=2, limit=6)] == [0, 1, 4, 5, 2, 3]
    assert [hit.row for hit in diversify(hits, per_document=1, limit=4)] == [0, 4, 1, 2]


EIGHT = "The levy on sugar is paid by sellers. "
SIX = "Schools claim their rebate before June. "


def _counts_for(text: str, *earlier: str) -> str:
    """Return how a passage of the copy b counts after passages of a: for its "group", for "itself", or as a "repeat".

    Each group may have one passage in the first places, and the document a has used up the group's place.
    """
    passages = [*(("a", one) for one in earlier), ("b", text), ("a", "Nobody asked. "), ("other", "Else.")]
    hits = [_made(row, document, 4.0, words) for row, (document, words) in enumerate(passages)]
    order = [hit.row for hit in diversify(hits, 1, len(hits), COPIES)]
    place, other, further = (order.index(len(earlier) + n) for n in (0, 2, 1))
    return "itself" if place < other else "group" if place < further else "repeat"


def test_a_copy_is_a_repeat_if_at_most_a_fifth_of_its_words_is_new() -> None:
    assert _counts_for(EIGHT, EIGHT) == "repeat"
    assert _counts_for(EIGHT + "Rights reserved.", EIGHT) == "repeat", "2 of 10 words are new"
    eleven = EIGHT + "It is late. "
    assert _counts_for(eleven + "All rights reserved.", eleven) == "group", "3 of 14 words are new"


def test_a_copy_with_a_short_new_sentence_counts_if_the_sentence_has_a_figure() -> None:
    assert _counts_for(EIGHT + SIX + "Call 1234.", EIGHT + SIX) == "group", "2 of 16 words are new"
    assert _counts_for(EIGHT + SIX + "Call us.", EIGHT + SIX) == "repeat"


def test_a_copy_counts_for_itself_if_a_sentence_shares_half_of_its_words_with_the_original() -> None:
    assert _counts_for("Schools claim their grant after May.", SIX) == "group", "3 of 9 words are shared"
    assert _counts_for("Schools claim their rebate after May.", SIX) == "itself", "4 of 8 words are shared"
    half = "since May schools and small shops claim that the levy on sugar is paid by sellers."
    assert _counts_for(half, EIGHT) == "itself", "8 of 16 words are shared"
    assert _counts_for("Ever " + half, EIGHT) == "group", "8 of 17 words are shared"


def test_a_document_may_repeat_itself() -> None:
    hits = [_made(row, document, 4.0, EIGHT) for row, document in enumerate("aab")]
    assert [hit.row for hit in diversify(hits, 2, 3, {"b": "a"})] == [0, 1, 2]
    assert [hit.row for hit in diversify([*hits, _made(3, "other", 4.0)], 1, 4, {"b": "a"})] == [0, 3, 1, 2]


def test_a_sentence_that_only_repeats_the_title_or_a_heading_is_not_new() -> None:
    def copy(text: str, heading: str) -> Hit:
        return Hit(1, Reference("b", "Levy"), Span(0, len(text)), text, (heading,), (), 4.0)

    hits = [_made(0, "a", 4.0, EIGHT), copy(f"Who pays in full detail\n\n{EIGHT}", "Who pays in full detail")]
    other = _made(2, "other", 4.0)
    assert diversify([*hits, other], 2, 2, COPIES) == [hits[0], other]
    assert diversify([hits[0], copy(hits[1].text, "Else"), other], 2, 2, COPIES)[1].row == 1
