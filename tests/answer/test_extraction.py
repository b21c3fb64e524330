"""The choice of sentences for an extractive answer, and the statements that they form."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rag.answer.choosing import choose
from rag.answer.extraction import Scored
from rag.answer.statements import Sentence, sentences_of
from rag.index.quotables import quotable
from rag.snapshots import Snapshot
from rag.types import Ask, Draft, Hit, Reference, Span
from tests import samples

FACT = "Drinks with 8 grams of sugar per 100 millilitres pay 24 pence per litre"
OTHER = "Residents of the zone had a discount until it closed to newcomers."


def passage(document: str, text: str) -> Hit:
    found = quotable("", text, 0, (document,))
    return Hit(0, Reference(document, document), Span(0, len(text)), text, (), (), 1.0, quotable=found)


def drafts(*hits: Hit, best: str = "") -> tuple[Draft, ...]:
    """Choose from sentences with equal scores, ranked by passage. A sentence that contains `best` is ranked first."""
    ranked = [scored(sentence, 1.0) for number, hit in enumerate(hits) for _, sentence in sentences_of(hit, "", number)]
    return choose(sorted(ranked, key=lambda s: (not s.sentence.whole, best not in s.sentence.text)), hits)


def scored(sentence: Sentence, score: float, *matched: str) -> Scored:
    """Return a sentence with a tenth of the question for each of its `matched` words, by default one of its own."""
    words = matched or (f"{sentence.passage} {sentence.span}",)
    return Scored(sentence, maxsim=0.0, coverage=0.0, score=score, matched=dict.fromkeys(words, 0.1))


def test_a_sentence_of_two_documents_is_one_statement_that_cites_both() -> None:
    said = drafts(passage("levy", f"{FACT}."), passage("copy", f"{FACT}."), passage("charge", OTHER))
    assert [draft.text for draft in said] == [f"{FACT}.", OTHER]
    assert [number for number, _ in said[0].sources] == [0, 1]


def test_a_repeat_within_one_document_is_cited_once() -> None:
    (said,) = drafts(passage("levy", f"{FACT}."), passage("levy", f"{FACT}."))
    assert len(said.sources) == 1


def test_the_best_two_repeats_are_cited() -> None:
    (said,) = drafts(*(passage(name, f"{FACT}.") for name in ("levy", "first", "second", "third", "fourth")))
    assert [number for number, _ in said.sources] == [0, 1, 2]


def test_sentences_with_different_figures_are_different_statements() -> None:
    said = drafts(passage("levy", f"{FACT}."), passage("news", f"{FACT.replace('24', '26')}."))
    assert [len(draft.sources) for draft in said] == [1, 1]


def test_the_best_statement_comes_first_and_the_others_in_reading_order() -> None:
    exempt, elsewhere = "Fruit juices are exempt from it altogether.", "Ireland has had such a levy since 2018."
    hit = passage("levy", f"{FACT}. {exempt} {elsewhere}")
    assert [draft.text for draft in drafts(hit)] == [f"{FACT}.", exempt, elsewhere]
    assert [draft.text for draft in drafts(hit, best="Ireland")] == [elsewhere, f"{FACT}.", exempt]


def test_a_passage_with_a_far_lower_score_adds_no_statement() -> None:
    far = replace(passage("news", OTHER), score=0.4)
    assert [draft.text for draft in drafts(passage("levy", f"{FACT}."), far, best=FACT)] == [f"{FACT}."]
    assert len(drafts(passage("levy", f"{FACT}."), replace(far, score=0.6), best=FACT)) == 2


def test_a_sentence_with_no_other_word_of_the_question_is_quoted_only_from_a_passage_that_ranks_higher() -> None:
    hits = [passage("levy", f"{FACT}."), passage("charge", OTHER)]
    first, second = (scored(one, 1.0, "levy") for n, hit in enumerate(hits) for _, one in sentences_of(hit, "", n))
    assert [draft.text for draft in choose([second, first], hits)] == [OTHER, f"{FACT}."]
    assert [draft.text for draft in choose([first, second], hits)] == [f"{FACT}."]
    assert [draft.text for draft in choose([second, first], hits, decided=True)] == [OTHER]


def test_items_of_one_list_form_one_statement() -> None:
    items = ["show your card to the officer", "pay the fee at the desk", "sign the form in ink before noon"]
    hit = passage("levy", "You must:\n- " + ";\n- ".join(items) + ".\n\n" + "x" * 700)
    (said,) = drafts(hit, best="the officer")[:1]
    assert said.text.startswith("You must: show your card to the officer")


TABLE = "From: 2018; Rate: 24 pence. \nFrom: 2025; Rate: 25.9 pence.\nFrom: 2026; Rate: 27 pence."


def test_one_row_is_quoted_alone_and_two_rows_with_their_whole_short_table() -> None:
    hit = passage("levy", f"{FACT}.\n\n{TABLE}")
    found = {sentence.text: sentence for _, sentence in sentences_of(hit, "")}
    first, last = (found[f"From: {row}."] for row in ("2018; Rate: 24 pence", "2026; Rate: 27 pence"))
    rest = [scored(one, 0.1) for one in found.values() if one not in (first, last)]
    alone = choose([scored(last, 1.0), scored(first, 0.1), *rest], [hit])
    assert [draft.text for draft in alone] == ["From: 2026; Rate: 27 pence."]
    (whole,) = choose([scored(last, 1.0), scored(first, 0.9), *rest], [hit])
    assert whole.text == " ".join(line.strip() for line in TABLE.splitlines())


def test_a_statement_of_two_rows_is_not_cited_from_a_document_with_one_of_them() -> None:
    rows = TABLE.splitlines()
    draft, *_ = drafts(passage("levy", "\n".join(rows[1:])), passage("copy", rows[1]))
    assert draft.text == " ".join(rows[1:])
    assert {number for number, _ in draft.sources} == {0}


def test_a_fragment_is_quoted_only_if_there_is_no_whole_sentence() -> None:
    hit = passage("levy", f"Rates for producers of drinks\n\n{FACT}.")
    assert [draft.text for draft in drafts(hit)] == [f"{FACT}."]
    assert [draft.text for draft in drafts(passage("levy", "Rates for producers of drinks"))]


def test_a_lead_that_a_statement_quotes_is_not_quoted_again() -> None:
    hit = passage("levy", "Small producers pay nothing at all. They must register with the office all the same.")
    (said,) = drafts(hit)
    assert said.text == hit.text


def test_a_list_cut_between_passages_is_answered_with_its_lead_in(tmp_path: Path) -> None:
    items = "\n".join(
        f"- the keeper of the {n}th register of ships, boats and barges in the harbour;" for n in range(40)
    )
    service = samples.service(tmp_path / "index")
    article = f"# Offices\n\nThe Minister shall appoint:\n\n{items}\n"
    samples.ingest(service, samples.write(tmp_path / "articles", {"offices.md": article}))
    snapshot: Snapshot = service.snapshot()
    assert len(snapshot) > 2
    answer = service.view(None).answer(Ask("Who appoints the keeper of the 33th register?"))
    assert answer.statements[0].text.startswith("The Minister shall appoint: the keeper of the 33th register")
    text = snapshot.document("offices").text
    samples.check_citations(answer, {"offices": text})
    assert answer.citations[0].quote == "The Minister shall appoint:"


def test_a_definition_comes_first_if_the_question_asks_for_one(tmp_path: Path) -> None:
    service = samples.service(tmp_path / "index")
    article = (
        "A regulatory sandbox is open to all firms that ask for a place in the regulatory sandbox.\n\n"
        "(5) ‘regulatory sandbox’ means a place where firms try new things out under the eye of an authority."
    )
    samples.ingest(service, samples.write(tmp_path / "articles", {"law.md": article}))
    definition, rest = (
        service.view(None).answer(Ask(asked)).text for asked in ("What is a regulatory sandbox?", "Is a sandbox open?")
    )
    assert definition.startswith("(5) ‘regulatory sandbox’ means")
    assert not rest.startswith("(5)")
