"""No document, and no several copies of one, stand in the way of another that speaks to the question."""

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


def test_one_document_cannot_crowd_out_another_that_speaks_to_the_question() -> None:
    hits = [_made(0, "a", 4.0), _made(1, "a", 3.8), _made(2, "a", 3.6), _made(3, "b", 3.0), _made(4, "c", 1.0)]
    assert [hit.row for hit in diversify(hits, per_document=2, limit=3)] == [0, 1, 3]


def test_further_passages_of_a_document_come_before_what_hardly_speaks() -> None:
    hits = [_made(0, "a", 4.0), _made(1, "a", 3.8), _made(2, "a", 3.6), _made(3, "b", 1.0)]
    assert [hit.row for hit in diversify(hits, per_document=2, limit=3)] == [0, 1, 2]


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.floats(-3, 3)), min_size=1, max_size=12),
    st.integers(1, 3),
    st.integers(1, 12),
)
def test_crowding_out_loses_no_place_and_keeps_the_best_first(
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


def test_what_a_copy_repeats_stands_behind_another_document() -> None:
    assert _kept(("a", LEVY), ("b", LEVY), ("c", LEVY), ("other", REBATE), limit=4) == [0, 3, 1, 2]


def test_the_same_words_in_documents_that_are_no_copies_are_left_alone() -> None:
    assert _kept(("a", LEVY), ("other", LEVY)) == [0, 1]


@pytest.mark.parametrize(
    "line", ["LONDON, 4 May 2024 - ", "Published on 4 May 2024.\n\n", "2024-05-04\n\n", "Paris, May 4, 2024: "]
)
def test_another_date_line_does_not_make_a_copy_say_something_else(line: str) -> None:
    assert _kept(("a", f"Rome, 3 May 2024 - {LEVY}"), ("b", line + LEVY), ("other", REBATE)) == [0, 2]


def test_a_copy_that_states_another_figure_is_no_repeat() -> None:
    assert _kept(("a", LEVY), ("b", LEVY.replace("7", "9")), ("other", REBATE)) == [0, 1]


def test_a_copy_in_which_a_word_turns_the_meaning_is_no_repeat() -> None:
    assert _kept(("a", LEVY), ("b", LEVY.replace("is paid", "is not paid")), ("other", REBATE)) == [0, 1]


def test_a_footer_does_not_make_a_copy_say_something_else() -> None:
    assert _kept(("a", LEVY), ("b", LEVY + "All rights reserved."), ("other", REBATE)) == [0, 2]


def test_a_copy_that_says_when_it_takes_effect_is_no_repeat() -> None:
    in_force = "It is in force from 1 May {}. "
    assert _kept(("a", LEVY + in_force.format(2024)), ("b", LEVY + in_force.format(2025)), ("other", REBATE)) == [0, 1]


def test_a_copy_cut_elsewhere_is_a_repeat_once_its_sentences_were_said() -> None:
    assert _kept(
        ("a", LEVY), ("a", REBATE), ("b", LEVY.split(". ")[1] + ". " + REBATE), ("other", "Else."), limit=3
    ) == [*(0, 1, 3)]


def test_what_stands_under_another_year_is_no_repeat() -> None:
    one, other = (
        Hit(row, Reference(name, f"Finance act {2020 + row}"), Span(0, len(LEVY)), LEVY, (), (), 4.0)
        for row, name in enumerate("ab")
    )
    assert diversify([one, other, _made(2, "other", 3.9, REBATE)], 2, 2, COPIES) == [one, other]


def test_copies_that_say_different_things_count_as_one_document() -> None:
    passages = [("a", LEVY), ("b", REBATE), ("c", "The register is public. Anyone may read it. "), ("other", "Else.")]
    assert _kept(*passages, limit=4) == [0, 1, 3, 2]


def test_editions_that_differ_in_figures_count_each_for_itself() -> None:
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
    """One article printed by twelve papers, each with a headline, a date line and a footer of its own; two others."""
    for day, paper in enumerate(PAPERS, 1):
        headline = f"# Sugar levy up, says the {paper}\n\n"
        articles.write(f"{day:02}.md", f"{headline}LONDON, {day} May 2024 - {ARTICLE}\n\nFrom our own desk.\n")
    articles.write("other.md", "# Sugar levy abroad\n\nThe levy on sugary drinks abroad is 20 per cent of the price.\n")
    articles.write("zoo.md", "# The zoo\n\nThe levy on sugary drinks is not raised in the zoo.\n")
    articles.ingest(service)
    return service


def test_one_article_in_many_papers_leaves_room_for_other_documents(syndicated: Service) -> None:
    answer = syndicated.answer(Ask("How high is the levy on sugary drinks?", limit=3))
    ids = {hit.reference.id for hit in answer.evidence}
    assert {"other", "zoo"} < ids
    assert len(ids) == 3


def test_copies_are_cited_together_where_there_is_room(syndicated: Service) -> None:
    settings = syndicated.settings.model_copy(update={"least_confidence": 0.0})
    answer = vary(syndicated, settings).answer(Ask("When may schools claim a rebate?", limit=8))
    (statement,) = [one for one in answer.statements if "rebate" in one.text]
    assert len({citation.reference.id for citation in statement.citations}) > 1


def test_a_copy_names_the_first_of_its_group(syndicated: Service) -> None:
    named = {one.reference.id: one.near_duplicate_of for one in syndicated.snapshot().documents()}
    assert named == {f"{day:02}": "01" if day > 1 else None for day in range(1, 13)} | {"other": None, "zoo": None}


def test_a_group_goes_on_under_its_next_member_when_the_first_is_removed(
    syndicated: Service, articles: Articles
) -> None:
    (articles.folder / "01.md").unlink()
    articles.ingest(syndicated, prune=True)
    near = syndicated.snapshot().near_duplicates
    assert near == {f"{day:02}": "02" for day in range(3, 13)}
