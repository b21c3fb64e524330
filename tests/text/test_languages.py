"""The languages of terms and questions, and their stop words."""

from __future__ import annotations

import pytest
import Stemmer  # type: ignore[import-not-found]

from rag.text.languages import STEMMERS, known, question_languages, stop_words
from rag.text.stop_words import QUESTION_PHRASES, WORDS
from rag.text.tokenization import question_spans, terms

LANGUAGES = ("de", "en", "es", "fr", "nl")


def test_every_language_has_a_stemmer_and_stop_words() -> None:
    assert WORDS.keys() == STEMMERS.keys()
    assert set(STEMMERS.values()) <= set(Stemmer.algorithms())
    assert QUESTION_PHRASES.keys() <= WORDS.keys()


def test_every_language_of_the_stemmers_is_known() -> None:
    variants = {"porter", "dutch_porter"}
    assert set(Stemmer.algorithms()) - set(STEMMERS.values()) == variants


@pytest.mark.parametrize("language", STEMMERS)
def test_a_text_of_stop_words_alone_keeps_its_words(language: str) -> None:
    words = " ".join(WORDS[language].split()[:5])
    assert terms(words, language)


@pytest.mark.parametrize(
    ("language", "expected"), [("de", "de"), ("nb", "no"), ("nn", "no"), ("zh", "en"), ("", "en"), (None, "en")]
)
def test_a_text_is_analysed_in_its_language_or_in_english(language: str | None, expected: str) -> None:
    assert known(language) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Wie hoch ist das Bußgeld?", ("de",)),
        ("Was kostet das?", ("de",)),
        ("What is the fine?", ("en",)),
        ("Quel est le prix du repas ?", ("fr",)),
        ("Qu'est-ce que l’amende ?", ("fr",)),
        ("¿Cuál es el precio?", ("es",)),
        ("cual es el precio", ("es",)),
        ("Hoe hoog is de boete?", ("nl",)),
        ("Bußgeld", LANGUAGES),
    ],
)
def test_the_stop_words_of_a_question_show_its_language(question: str, expected: tuple[str, ...]) -> None:
    assert question_languages(question, LANGUAGES) == expected


def test_a_question_is_in_a_language_of_the_index() -> None:
    assert question_languages("Wie hoch ist das Bußgeld?", ("en",)) == ("en",)


def test_accents_may_be_omitted_from_stop_words() -> None:
    assert {"dónde", "donde"} <= stop_words(("es",))


@pytest.mark.parametrize(
    ("question", "spoken", "language", "expected"),
    [
        ("Wie hoch ist das Bußgeld?", "de", "de", ["bussgeld"]),
        ("¿Cuánto tiempo dura la ayuda?", "es", "es", ["dur", "ayud"]),
        ("What does the OWF decide?", "en", "de", ["owf", "decid"]),
        ("Wie hoch?", "de", "de", ["hoch"]),
    ],
)
def test_a_question_has_the_terms_of_the_documents_without_its_own_stop_words(
    question: str, spoken: str, language: str, expected: list[str]
) -> None:
    found = question_spans(question, language, (spoken,))
    assert [term for term, _ in found] == expected
    assert all(span.of(question).strip() for _, span in found)
