"""Words that neither the index nor the encoder has are corrected with the vocabulary of the index."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rag.answer.notices import understood
from rag.answer.spelling import correct
from rag.text import terms, terms_of_words

INDEX = (
    "subject ticket travel penalty fine committee estonia iraq licence employer government Бюджет straße "
    "programme tariff"
)
FAMILIAR = {"stoves", "trial", "diesel"}


class Known:
    """A vocabulary of the words in INDEX."""

    def terms(self, word: str) -> list[str]:
        return terms(word)

    def frequency(self, term: str) -> int:
        return terms(INDEX).count(term)

    def frequencies(self, words: Sequence[str]) -> list[int]:
        return [self.frequency(term or "") for term in terms_of_words(words)]

    def words(self, term: str) -> list[str]:
        return [word.lower() for word in INDEX.split() if term in terms(word)]

    def familiar(self, word: str) -> bool:
        return word in FAMILIAR

    def is_ending(self, letters: str) -> bool:
        return False


class French(Known):
    """A vocabulary with a French verb, whose endings are usual ones."""

    def frequency(self, term: str) -> int:
        return terms("salarie").count(term)

    def words(self, term: str) -> list[str]:
        return ["salarie"]

    def is_ending(self, letters: str) -> bool:
        return letters in ("ire", "rie")


def corrected(question: str) -> str:
    return correct(question, Known()).question


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("What is the fine for a tikcet?", "What is the fine for a ticket?"),  # swapped letters
        ("fine for traveling witout", "fine for traveling without"),  # a stop word
        ("When did Estonnia join?", "When did Estonia join?"),  # a doubled letter
        ("the comittee", "the committee"),
        ("the comitee", "the committee"),  # two edits, one of which doubles a letter
        ("the goverment", "the government"),
        ("the licance", "the licence"),
        ("какой бюджэт", "какой бюджет"),
        ("Employr duties", "Employer duties"),
        ("waht is the fien, and wich committee", "what is the fine, and which committee"),  # only slips of short words
    ],
)
def test_a_misspelt_word_is_corrected(typed: str, meant: str) -> None:
    assert corrected(typed) == meant


@pytest.mark.parametrize(
    "question",
    [
        "How much is the tariff?",  # in the index
        "Which towns ban stoves?",  # the encoder knows it
        "the trial",
        "What is the rule in Irak?",  # too short
        "Is it banned in the town of Ikaq?",
        "Is the town of Fien named?",  # a short name
        "Wann gilt das?",  # German words, although no document is in German
        "What does subsection (2) say?",  # the name of a kind of provision
        "What does the EMPLOYR act say?",  # capitals are an acronym
        "zxqwvy",
        "",
        "?",
    ],
)
def test_another_word_stays(question: str) -> None:
    assert corrected(question) == question


def test_no_letter_of_a_name_is_replaced() -> None:
    assert corrected("Does it apply in Estania?") == "Does it apply in Estania?"
    assert corrected("does it apply in estania?") == "does it apply in estonia?"


def test_a_word_with_another_usual_ending_is_no_slip() -> None:
    assert correct("le salaire", French()).question == "le salaire"
    assert correct("il sallarie", French()).question == "il salarie"


def test_the_changes_are_listed() -> None:
    changes = correct("a tikcet and a pennalty", Known()).changes
    assert changes == (("tikcet", "ticket"), ("pennalty", "penalty"))


def test_every_change_is_listed_in_one_notice() -> None:
    [notice] = understood(correct("waht is the pennalty for a tikcet", Known()), "what is the penalty for a ticket")
    assert notice.text == "The question was read with “waht” as “what”, “pennalty” as “penalty”, “tikcet” as “ticket”."


def test_the_correction_is_a_word_of_the_documents() -> None:
    assert corrected("a goverments") == "a government"
