"""Sentences that refuse or only speak to the user are recognised; sentences of documents are not."""

from __future__ import annotations

import pytest

from rag.text.refusals import is_chat, is_refusal, without_lead_in


@pytest.mark.parametrize("sentence", [
    "UNANSWERABLE",
    "**Unanswerable.**",
    "The question is unanswerable.",
    "I cannot answer this question from the passages.",
    "I'm sorry, but I can’t find that in the documents.",
    "I don't know.",
    "The passages do not say what the rate is.",
    "The provided documents don't mention parking.",
    "None of the passages mentions a fine.",
    "The context does not contain enough information.",
    "There is no information in the passages about this.",
    "It is not stated in the provided context.",
    "Unfortunately, the sources give no answer to this question.",
    "Die Passagen enthalten dazu keine Angaben.",
    "Les passages ne mentionnent pas ce point.",
    "Los documentos no mencionan el precio.",
    "I documenti non lo dicono.",
    "Os documentos não mencionam o preço.",
    "De documenten zeggen daar niets over, er is geen antwoord.",
    "В документах нет ответа.",
])  # fmt: skip
def test_a_refusal_is_recognised(sentence: str) -> None:
    assert is_refusal(sentence)


@pytest.mark.parametrize("sentence", [
    "The law does not oblige companies to pass the charge on.",
    "An authority cannot provide information about secrets.",
    "Applicants do not have to explain why they want the information.",
    "Information given late must be provided free of charge.",
    "The text of the law does not mention fines.",
    "There is no charge on Christmas Day.",
    "Cases of misuse were not found.",
    "No charge applies between Christmas Day and New Year's Day.",
])  # fmt: skip
def test_a_sentence_with_a_negation_is_no_refusal(sentence: str) -> None:
    assert not is_refusal(sentence)


@pytest.mark.parametrize("sentence", [
    "Sure!",
    "Here is what I found in the passages:",
    "Great question about fines!",
    "According to the passages:",
    "In summary, the charge is as described above.",
    "I hope this helps!",
    "Let me know if you need more.",
])  # fmt: skip
def test_words_to_the_user_are_recognised(sentence: str) -> None:
    assert is_chat(sentence)


def test_a_sentence_of_a_document_is_no_chat() -> None:
    assert not is_chat("Here the fee applies to cars.")
    assert not is_chat("Great care is required of the driver of a bus on a public road.")


@pytest.mark.parametrize(("sentence", "rest"), [
    ("According to the passages, the fee is due.", "The fee is due."),
    ("Based on the provided documents, it rose.", "It rose."),
    ("Answer: it rose.", "It rose."),
    ("In the city, it rose.", "In the city, it rose."),
])  # fmt: skip
def test_a_lead_in_is_removed(sentence: str, rest: str) -> None:
    assert without_lead_in(sentence) == rest
