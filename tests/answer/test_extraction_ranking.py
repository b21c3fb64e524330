"""The order of sentences, and the choice of sentences, from made scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from rag.answer.choosing import choose
from rag.answer.extraction import Scored, ranked_sentences
from rag.answer.retrieval import Query
from rag.answer.statements import Sentence
from rag.types import Hit, Reference, Span
from tests.answer.made import ABOVE, Row, hit, one_token, snapshot

# The order

FOUR = "Offices open at nine."


def ranked(*rows: Row, question: str = "tax", **idf: float) -> list[Scored]:
    """Rank the sentences of the rows for a question of one token and the terms in `idf`."""
    made = snapshot(rows, idf)
    query = Query(question, np.zeros((1, 1), np.float32), tuple(idf or ["tax"]), one_token())
    return ranked_sentences(made, query, [hit(row, number) for number, row in enumerate(rows)])


def test_the_maxsim_of_a_sentence_leaves_out_the_headings() -> None:
    (best,) = ranked(Row(FOUR, maxsims={0: 0.5, ABOVE: 1.0}))
    assert best.maxsim == pytest.approx(0.5)


def test_a_sentence_that_the_model_did_not_read_has_no_maxsim() -> None:
    (best,) = ranked(Row(FOUR))
    assert (best.maxsim, best.coverage) == (0, 0)


def test_a_term_in_the_sentence_counts_as_much_as_one_above_it() -> None:
    (said,) = ranked(Row("Offices open for tax."), tax=3.0, sugar=1.0)
    (below,) = ranked(Row(FOUR, heading=("The tax",)), tax=3.0, sugar=1.0)
    assert said.coverage == below.coverage == pytest.approx(0.75)


def test_a_title_counts_like_a_heading() -> None:
    assert ranked(Row(FOUR, title="The tax"), tax=1.0, sugar=1.0)[0].coverage == pytest.approx(0.5)


def test_the_best_sentence_has_the_score_1_and_others_less() -> None:
    best, other = ranked(Row(FOUR, maxsims={0: 1.0}), Row(FOUR, maxsims={0: 0.5}))
    assert best.score == 1.0 > other.score >= 0.0


def test_of_equal_sentences_the_one_in_the_better_passage_is_better() -> None:
    first, second, third = ranked(*[Row(FOUR, maxsims={0: 0.5})] * 3)
    assert [one.sentence.passage for one in (first, second, third)] == [0, 1, 2]
    assert first.score > second.score > third.score


def test_a_sentence_with_the_requested_kind_of_figure_is_better() -> None:
    row = Row("Offices open at dawn. Offices open in 9 towns.", maxsims={0: 0.5, 1: 0.5})
    assert ranked(row, question="How many offices open?")[0].sentence.text == "Offices open in 9 towns."


def test_a_sentence_comes_before_a_fragment_with_a_higher_score() -> None:
    row = Row(f"Rates for producers of drinks\n\n{FOUR}", maxsims={0: 1.0, 1: 0.0})
    whole, fragment = ranked(row)
    assert (whole.sentence.text, whole.score < fragment.score) == (FOUR, True)


def test_equal_sentences_are_in_the_order_of_their_passages() -> None:
    found = ranked(Row(FOUR, maxsims={0: 0.0}), Row(FOUR, maxsims={0: 0.25}), Row(FOUR, maxsims={0: 0.0}))
    assert [one.sentence.passage for one in found] == [1, 0, 2]


# The choice, from made sentences


def scored(sentence: Sentence, score: float, *matched: str) -> Scored:
    """Return a sentence with a tenth of the question for each of its `matched` words, by default one of its own."""
    words = matched or (f"{sentence.passage} {sentence.span}",)
    return Scored(sentence, maxsim=0.0, coverage=0.0, score=score, matched=dict.fromkeys(words, 0.1))


def made(terms: str, passage: int = 0, start: int = 0, text: str = "Said.") -> Sentence:
    """Return a sentence whose terms are single letters."""
    return Sentence(Span(start, start + len(text)), text, frozenset(terms), passage)


def chosen(*ranked: Scored, scores: Sequence[float] = (), documents: str = "abcdef") -> list[list[int]]:
    """Return the passages that each draft cites; passage n has the n-th score, and the n-th letter as its document."""
    passages = [1.0] * len(documents)
    passages[: len(scores)] = scores
    text = "Said. " * 10
    evidence = [
        Hit(n, Reference(name, name), Span(0, len(text)), text, (), (), passages[n]) for n, name in enumerate(documents)
    ]
    return [[number for number, _ in draft.sources] for draft in choose(ranked, evidence)]


def test_a_further_sentence_must_score_85_hundredths_of_the_best() -> None:
    best = scored(made("ab"), 2.0)
    assert chosen(best, scored(made("cd", passage=1), 1.7)) == [[0], [1]]
    assert chosen(best, scored(made("cd", passage=1), 1.69)) == [[0]]


def test_a_sentence_of_another_passage_must_have_words_of_the_question_that_the_others_lack() -> None:
    best = scored(made("ab"), 1.0, "tax", "rate")
    assert chosen(best, scored(made("cd", passage=1), 1.0, "tax", "year")) == [[0], [1]]
    assert chosen(best, scored(made("cd", passage=1), 1.0, "tax")) == [[0]]


def test_another_figure_of_another_document_needs_no_new_words() -> None:
    best = scored(made("abcd", text="It costs 5."), 1.0, "cost")
    assert chosen(best, scored(made("abcd", passage=1, text="It costs 6."), 1.0, "cost")) == [[0], [1]]
    assert chosen(best, scored(made("abcd", passage=1, text="It costs 6."), 1.0, "cost"), documents="aa") == [[0]]


def test_a_wanted_sentence_needs_no_new_words() -> None:
    best = scored(made("ab"), 1.0, "tax")
    assert chosen(best, replace(scored(made("cd", passage=1), 1.0, "tax"), wanted=True)) == [[0], [1]]


def test_prose_of_the_same_passage_needs_no_new_words_but_a_list_item_does() -> None:
    best, further = scored(made("ab"), 1.0, "tax"), scored(made("cd", start=30), 1.0, "tax")
    assert chosen(best, further) == [[0], [0]]
    assert chosen(best, replace(further, sentence=replace(further.sentence, marked=True))) == [[0]]


def test_the_next_sentence_of_the_paragraph_may_score_less() -> None:
    best = scored(made("ab"), 1.0, "tax")
    assert chosen(best, scored(made("cd", start=6), 0.65, "tax")) == [[0], [0]]
    assert chosen(best, scored(made("cd", start=6), 0.64, "tax")) == [[0]]
    assert chosen(best, scored(made("cd", start=30), 0.7, "tax")) == [[0]]
    best = scored(made("ab"), 1.0, *"abcdefgh")
    assert chosen(best, scored(made("cd", start=6), 0.65, "tax")) == [[0]], "the best has .8 of the question"


def test_a_further_sentence_must_be_in_a_passage_with_half_the_best_score() -> None:
    pair = scored(made("ab"), 1.0), scored(made("cd", passage=1), 1.0)
    assert chosen(*pair, scores=(4.0, 2.0)) == [[0], [1]]
    assert chosen(*pair, scores=(4.0, 1.9)) == [[0]]
    assert chosen(*pair, scores=(-2.0, -3.0)) == [[0], [1]]
    assert chosen(*pair, scores=(-2.0, -3.1)) == [[0]]


def test_a_passage_off_the_subject_does_not_end_the_choice() -> None:
    off, on = scored(made("cd", passage=1), 1.0), scored(made("ef", passage=2), 1.0)
    assert chosen(scored(made("ab"), 1.0), off, on, scores=(4.0, 1.0, 4.0)) == [[0], [2]]


def test_sentences_that_share_three_fifths_of_their_terms_are_equal() -> None:
    best = scored(made("abcd"), 1.0)
    assert chosen(best, scored(made("abce", passage=1), 1.0)) == [[0]], "3 of 5, not enough to be cited"
    assert chosen(best, scored(made("abcdefg", passage=1), 1.0)) == [[0], [1]], "4 of 7"


def test_a_repeat_that_shares_four_fifths_of_its_terms_is_cited_too() -> None:
    assert chosen(scored(made("abcd"), 1.0), scored(made("abcde", passage=1), 1.0)) == [[0, 1]]
    assert chosen(scored(made("abcdefg"), 1.0), scored(made("abcdefghi", passage=1), 1.0)) == [[0]], "7 of 9"


def test_a_statement_cites_at_most_three_documents() -> None:
    (sources,) = chosen(*(scored(made("abcd", passage=n), 1.0) for n in range(5)))
    assert len(sources) == 3


def test_a_repeat_with_a_score_too_low_for_a_statement_is_cited_too() -> None:
    assert chosen(scored(made("abcd"), 1.0), scored(made("abcd", passage=1), 0.1)) == [[0, 1]]


def test_a_document_is_cited_once_with_its_best_repeat() -> None:
    same = [scored(made("abcd", passage=n), 1.0 - n / 10) for n in range(3)]
    assert chosen(*same, documents="abb") == [[0, 1]]


def test_at_most_three_sentences_are_chosen() -> None:
    assert chosen(*(scored(made(letter, passage=n), 1.0) for n, letter in enumerate("abcde"))) == [[0], [1], [2]]


def test_a_chosen_sentence_is_replaced_by_a_later_one_that_includes_it() -> None:
    lead = made("ab", start=0)
    item = replace(made("cd", start=6), leads=(lead.span,))
    (draft,) = choose([scored(lead, 1.0), scored(item, 1.0)], [hit(Row("Said. Said.", "a"))])
    assert draft.text == "Said. Said."


def test_items_with_the_same_words_of_the_question_are_all_chosen() -> None:
    lead = Span(0, 5)
    five, two = (
        replace(scored(replace(made(f"abcd{own}", start=start), marked=True, leads=(lead,)), 1.0), matched={"a": 0.5})
        for own, start in (("e", 6), ("f", 12))
    )
    (draft,) = choose([five, two], [hit(Row("Said. Said. Said.", "a"))])
    assert draft.sources == ((0, Span(0, 17)),)


def test_further_statements_of_one_passage_are_in_reading_order() -> None:
    first, second, third = made("ab", start=0), made("cd", start=6), made("ef", passage=1)
    drafts = choose(
        [scored(one, 1.0) for one in (third, second, first)], [hit(Row("Said. Said.", "a")), hit(Row("Said.", "b"))]
    )
    assert [[(number, span.start) for number, span in draft.sources if span] for draft in drafts] == [
        [(1, 0)],
        [(0, 0)],
        [(0, 6)],
    ]


# A further sentence


def answered(best: Scored, *further: Scored, decided: bool = False) -> int:
    """Return how many statements are made of the sentences, whose passage has two paragraphs: three sentences, one."""
    row = Row("Said. Said. Said.\n\nSaid.", "a")
    return len(choose([best, *further], [hit(row)], decided=decided))


def test_a_wanted_row_must_score_85_hundredths_of_the_best_too() -> None:
    best, row = scored(made("ab"), 1.0), replace(scored(made("cd", passage=1), 0.8), wanted=True)
    assert chosen(best, row) == [[0]]
    assert chosen(best, replace(row, score=0.85)) == [[0], [1]]


def test_the_next_sentence_may_score_less_only_if_most_of_the_question_is_open() -> None:
    best, following = scored(made("ab"), 1.0, "tax"), scored(made("cd", start=6), 0.7, "tax")
    assert answered(best, following) == 2
    assert answered(scored(best.sentence, 1.0, *"abcde"), following) == 1


def test_words_of_the_headings_close_a_question_too() -> None:
    best, following = scored(made("ab"), 1.0, "tax"), scored(made("cd", start=6), 0.7, "tax")
    assert answered(replace(best, coverage=0.5), following) == 2
    assert answered(replace(best, coverage=0.6), following) == 1


def test_a_decided_question_needs_no_other_sentence_on_the_same_words() -> None:
    best, other = scored(made("ab"), 1.0, "tax"), scored(made("cd", start=19), 0.9, "tax")
    assert answered(best, other) == 2
    assert answered(best, other, decided=True) == 1
    assert answered(best, scored(other.sentence, 0.9, "tax", "rate"), decided=True) == 2


def test_a_condition_that_follows_a_decision_is_quoted() -> None:
    best, following = scored(made("ab"), 1.0, "tax"), scored(made("cd", start=6), 0.9, "tax")
    assert answered(best, following, decided=True) == 2


def test_definitions_of_one_term_stay_in_the_order_of_the_text() -> None:
    texts = ("Levy means a tax.", "Levy means more than a fee.", "Duty means a fee.")
    text = " ".join(texts)
    first, second, other = (made(letter, 0, text.index(one), one) for letter, one in zip("abc", texts, strict=True))
    for best, order in ((second, [first, second, other]), (other, [other, first, second])):
        rest = [scored(one, 0.9) for one in (second, other, first) if one is not best]
        drafts = choose([scored(best, 1.0), *rest], [hit(Row(text, "a"))])
        assert [draft.text for draft in drafts] == [one.text for one in order]
