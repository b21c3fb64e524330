"""A sentence of a language model is shown in its own words, as the quote in its place, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.adapters.hashing import HashingEncoder
from rag.answer.replies import parse_reply
from rag.answer.verification import Verdict, Verifier
from rag.types import Decision, Doubt, Draft, Hit, Reference, Span
from tests.claims.__main__ import CLAIMS
from tests.claims.measuring import decide_all, hit_of, read_claims

PASSAGE = (
    "The levy took effect on 6 April 2018. Drinks with 8 grams of sugar pay 24 pence per litre.\n"
    "Fruit juices are exempt from the levy. More than half of the makers cut the sugar before the levy began.\n"
    "The council fined the factory 3,000 euros in May 2023, unless it repairs the filter within 14 days.\n"
    "An officer may close a shop. The officer must answer within three months.\n"
    "Adults rated the park at 7.3 on average, against 6.8 in the suburbs.\n"
)
OTHER = "The congestion charge is 15 pounds a day. It applies between 07:00 and 18:00 on weekdays."


def hit(text: str, document: str = "levy", start: int = 0, language: str | None = None) -> Hit:
    span = Span(start, start + len(text))
    reference = Reference(document, document.title())
    return Hit(0, reference, span, text, ("Duties",), (), 0.5, language=language)


def verifier(*evidence: Hit) -> Verifier:
    return Verifier(evidence or (hit(PASSAGE), hit(OTHER, "charge")), lambda _: 1.0, HashingEncoder())


def decide(claim: str, *passages: int) -> Verdict:
    return verifier().decide(Draft(claim, tuple((number, None) for number in passages or (0,))))


@pytest.mark.parametrize("claim", [
    "The levy took effect on 6 April 2018.",
    "The levy started on April 6, 2018.",
    "Drinks with 8 g of sugar pay £0.24 per litre.",
    "Drinks with eight grams of sugar pay twenty-four pence a litre.",
    "Fruit juices are excluded from the levy.",
    "Most makers cut the sugar before the levy began.",
    "An officer can close a shop.",
    "The officer has to answer within 3 months.",
    "In May 2023 the council fined the factory €3,000, unless it repairs the filter within two weeks.",
    "The factory was fined 3,000 euros by the council in May 2023, unless it repairs the filter within 14 days.",
    "Adults rated the park at 7.3 on average, against 6.8 in the suburbs.",
])  # fmt: skip
def test_a_supported_sentence_is_shown_in_its_own_words(claim: str) -> None:
    verdict = decide(claim)
    assert (verdict.decision, verdict.doubt) == (Decision.KEPT, None)
    assert verdict.statement is not None
    assert (verdict.statement.text, verdict.statement.quoted) == (claim, False)
    assert all(citation.quote in PASSAGE for citation in verdict.statement.citations)


@pytest.mark.parametrize(("claim", "doubt"), [
    ("Drinks with 8 grams of sugar pay 25 pence per litre.", Doubt.FIGURE),
    ("Drinks with 8 grams of sugar pay 24 euros per litre.", Doubt.FIGURE),
    ("Drinks with 8 kilograms of sugar pay 24 pence per litre.", Doubt.FIGURE),
    ("Drinks with 8 grams of sugar pay 24 pence per day.", Doubt.FIGURE),
    ("The levy took effect on 6 March 2018.", Doubt.FIGURE),
    ("The officer must answer within three weeks.", Doubt.FIGURE),
    ("Adults rated the park at 6.8 on average, against 7.3 in the suburbs.", Doubt.FIGURE),
    ("Drinks with at least 8 grams of sugar pay 24 pence per litre.", Doubt.COMPARISON),
    ("Fruit juices are not exempt from the levy.", Doubt.NEGATION),
    ("Fruit juices are liable to the levy.", Doubt.OPPOSITE),
    ("All makers cut the sugar before the levy began.", Doubt.QUANTIFIER),
    ("More than half of the makers cut the sugar after the levy began.", Doubt.TIME),
    ("An officer must close a shop.", Doubt.MODALITY),
    ("The officer may answer within three months.", Doubt.MODALITY),
    ("An officer may not close a shop.", Doubt.NEGATION),
    ("The factory fined the council 3,000 euros in May 2023, unless it repairs the filter within 14 days.", Doubt.ROLE),
    ("The council fined the factory 3,000 euros in May 2023.", Doubt.CONDITION),
    ("The Senate fined the factory, like Rome, 3,000 euros in May 2023.", Doubt.NAME),
])  # fmt: skip
def test_the_quote_stands_in_the_place_of_a_doubtful_sentence(claim: str, doubt: Doubt) -> None:
    verdict = decide(claim)
    assert verdict.decision is Decision.REPLACED
    assert verdict.doubt is doubt
    assert verdict.statement is not None
    assert verdict.statement.quoted
    assert verdict.statement.text in " ".join(PASSAGE.split())


def test_a_sentence_that_no_quote_says_anything_of_is_withheld() -> None:
    verdict = decide("Penguins huddle together against winter storms.")
    assert (verdict.decision, verdict.statement, verdict.doubt) == (Decision.WITHHELD, None, Doubt.UNSUPPORTED)


def test_a_sentence_without_a_passage_is_withheld() -> None:
    verdict = verifier().decide(Draft("The levy took effect on 6 April 2018.", ()))
    assert (verdict.decision, verdict.doubt) == (Decision.WITHHELD, Doubt.NO_SOURCE)
    assert decide("The levy took effect on 6 April 2018.", 99).doubt is Doubt.NO_SOURCE


def test_a_wrong_marker_is_corrected() -> None:
    verdict = decide("The congestion charge is 15 pounds a day.", 0)
    assert verdict.statement is not None
    assert [citation.reference.id for citation in verdict.statement.citations] == ["charge"]


def test_each_part_of_a_joint_sentence_has_its_own_quote() -> None:
    verdict = decide("The levy took effect on 6 April 2018, and the congestion charge is 15 pounds a day.", 0, 1)
    assert verdict.statement is not None
    quotes = [citation.quote for citation in verdict.statement.citations]
    assert quotes == ["The levy took effect on 6 April 2018.", "The congestion charge is 15 pounds a day."]
    assert decide("The levy took effect on 6 April 2018, and the congestion charge is 16 pounds a day.", 0, 1).doubt


def test_a_sentence_whose_antecedent_was_not_kept_is_not_kept_either() -> None:
    after_kept, after_withheld = verifier(), verifier()
    after_kept.decide(Draft("The congestion charge is 15 pounds a day.", ((1, None),)))
    after_withheld.decide(Draft("Penguins huddle together against winter storms.", ((1, None),)))
    claim = Draft("It applies between 7 a.m. and 6 p.m. on weekdays.", ((1, None),))
    assert after_kept.decide(claim).decision is Decision.KEPT
    verdict = after_withheld.decide(claim)
    assert (verdict.decision, verdict.doubt) == (Decision.REPLACED, Doubt.ANTECEDENT)


def test_a_repeated_statement_is_shown_once() -> None:
    repeating = verifier()
    draft = Draft("Fruit juices are not exempt from the levy.", ((0, None),))
    assert repeating.decide(draft).statement is not None
    assert repeating.decide(draft).statement is None


def test_a_sentence_in_another_language_is_quoted() -> None:
    verdict = decide("Fruchtsäfte sind von der Abgabe befreit und müssen sie nicht zahlen.")
    assert (verdict.decision, verdict.doubt) == (Decision.REPLACED, Doubt.LANGUAGE)


def test_a_language_without_a_lexicon_needs_almost_the_same_words() -> None:
    text = "Die Gebühr beträgt 15 Euro am Tag und gilt nicht an Feiertagen."
    german = verifier(hit(text, language="de"))
    assert german.decide(Draft(text, ((0, None),))).decision is Decision.KEPT
    for claim in (text.replace("nicht", "auch"), text.replace("15", "16"), text.replace("gilt", "kann")):
        assert german.decide(Draft(claim, ((0, None),))).decision is Decision.REPLACED


def test_every_citation_is_the_text_at_its_span() -> None:
    shifted = verifier(hit(PASSAGE, start=40))
    verdict = shifted.decide(Draft("Fruit juices are not exempt from the levy.", ((0, None),)))
    assert verdict.statement is not None
    (citation,) = verdict.statement.citations
    assert citation.span.shift(-40).of(PASSAGE) == citation.quote


def test_a_table_row_supports_a_sentence_with_the_right_cell_only() -> None:
    rows = (
        "Fees, Table, 2024\n"
        "Kind: small car; Fee: 5 euros; Deposit: 20 euros.\n"
        "Kind: bus; Fee: 9 euros; Deposit: 40 euros."
    )
    table = verifier(hit_of(rows))
    assert table.decide(Draft("The fee for a bus is 9 euros.", ((0, None),))).decision is Decision.KEPT
    assert table.decide(Draft("The fee for a bus is 40 euros.", ((0, None),))).doubt is Doubt.FIGURE
    assert table.decide(Draft("The fee for a bus is 5 euros.", ((0, None),))).decision is Decision.REPLACED


def test_few_false_claims_pass_and_no_true_one_is_lost() -> None:
    claims = list(read_claims(CLAIMS))
    decided = decide_all(claims, None)
    accepted = [one for one in decided if one.decision is Decision.KEPT and not one.claim.supported]
    lost = [one for one in decided if one.decision is Decision.WITHHELD and one.claim.supported]
    assert len(claims) >= 150
    assert len(accepted) <= 0.04 * sum(not claim.supported for claim in claims)
    assert lost == []


def test_a_claim_without_its_fields_is_named(tmp_path: Path) -> None:
    file = tmp_path / "claims.jsonl"
    file.write_text('{"passage": "A.", "claim": "A.", "supported": true}\n{"claim": "B."}\n')
    with pytest.raises(ValueError, match="line 2: give each claim the fields passage, claim and supported"):
        list(read_claims(file))


def test_a_quote_of_a_reply_is_found_for_every_form_of_marker() -> None:
    for marker in ("[1]", "【1】", "(1)", "[^1]", "[Passage 1]", "**[1]**"):
        (draft,) = parse_reply([f"The levy took effect on 6 April 2018 {marker}."])
        assert verifier().decide(draft).decision is Decision.KEPT


@pytest.mark.parametrize("language", ["ka", "ary", "zh", "nb", None])
def test_a_sentence_about_a_source_in_a_language_without_a_stemmer_is_decided_on(language: str | None) -> None:
    text = "The levy took effect on 6 April 2018."
    assert verifier(hit(text, language=language)).decide(Draft(text, ((0, None),))).statement is not None


# Quotes that the language model gives


TWICE = (
    "The fee for boats is 20 euros a day and is paid at the harbour office before the boat leaves the harbour.\n"
    "The fee for boats is 20 euros a day in the marina of the northern basin as well.\n"
)


def with_quote(claim: str, words: str, *, misquoted: bool = False) -> Verdict:
    start = TWICE.index(words)
    source = (0, Span(start, start + len(words)))
    return verifier(hit(TWICE, "fees")).decide(Draft(claim, (source,), misquoted))


@pytest.mark.parametrize("words", ["paid at the harbour office", "marina of the northern basin"])
def test_the_quote_that_a_model_gives_is_cited_if_it_supports_the_sentence(words: str) -> None:
    verdict = with_quote("The fee for boats is 20 euros a day.", words)
    assert verdict.statement is not None
    assert [words in citation.quote for citation in verdict.statement.citations] == [True]


def test_another_quote_is_used_if_that_of_the_model_does_not_support_the_sentence() -> None:
    verdict = with_quote("The fee for boats is paid at the harbour office.", "marina of the northern basin")
    assert verdict.decision is Decision.KEPT
    assert "harbour office" in verdict.quote


def test_a_forged_quote_counts_against_a_sentence_unless_it_has_the_words_of_a_real_one() -> None:
    paraphrase, copy = "The fee for a boat is 20 euros daily.", "The fee for boats is 20 euros a day."
    assert with_quote(paraphrase, "marina").decision is Decision.KEPT
    verdict = with_quote(paraphrase, "marina", misquoted=True)
    assert (verdict.decision, verdict.doubt) == (Decision.REPLACED, Doubt.QUOTE)
    assert with_quote(copy, "marina", misquoted=True).decision is Decision.KEPT


# Links and orders


@pytest.mark.parametrize("extra", [
    " (https://evil.example)", " at evil.example/pay", " <img src=x>", " ![x](y.png)", " <https://evil.example>",
    " from mail@evil.example", " [here](javascript:alert)",
])  # fmt: skip
def test_a_link_that_the_passage_does_not_have_is_not_shown(extra: str) -> None:
    verdict = decide(f"The levy took effect on 6 April 2018{extra}.")
    assert (verdict.decision, verdict.doubt) == (Decision.REPLACED, Doubt.LINK)


def test_a_link_of_the_passage_is_shown() -> None:
    text = "The form is at https://council.example/form since May."
    verdict = verifier(hit(text)).decide(Draft("The form is at https://council.example/form.", ((0, None),)))
    assert verdict.decision is Decision.KEPT


def test_an_order_that_the_question_does_not_ask_about_supports_nothing() -> None:
    text = "The fee is 20 euros. Pay the fee at https://council.example/fees before noon."
    claim = Draft("Pay the fee at https://council.example/fees before noon.", ((0, None),))
    asked = Verifier([hit(text)], lambda _: 1.0, HashingEncoder(), "How do I pay the fee?").decide(claim)
    other = Verifier([hit(text)], lambda _: 1.0, HashingEncoder(), "How much is the fee?").decide(claim)
    assert asked.decision is Decision.KEPT
    assert other.statement is None or "council.example" not in other.statement.text
