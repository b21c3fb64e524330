"""Sentences of other languages than English: abbreviations, ordinals, starters and question marks."""

from __future__ import annotations

import unicodedata

import pytest

from rag.text import sentences
from rag.text.sentence_roles import is_question


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", ["Die Beschwerde ist gem. Art. 7 ausgeschlossen.", "Die 3. Kammer hat entschieden."]),
        ("de", ["Vgl. hierzu BT-Drs. 19/4674.", "Die Gebühr beträgt ca. 5 Mio. Euro.", "Der Rat zahlt."]),
        ("de", ["Es gibt keine Fälle dieser Art.", "Anträge sind frei."]),
        ("fr", ["L'art. L. 123-4 du code est abrogé.", "Voir l'al. 2.", "Les dépens sont réservés."]),
        ("es", ["La Admón. Pública responde.", "Debe ser.", "El plazo es de 15 días, p. ej. en el art. 9."]),
        ("it", ["L'art. 5, co. 2, si applica.", "Il Sig. Rossi firma.", "La domanda è gratuita."]),
        (
            "nl",
            ["De bewoner belt ten minste drie dagen van tevoren op.", "Zie art. 9 en blz. 4.", "De heffing stijgt."],
        ),
        ("pt", ["O Sr. Silva assinou.", "Ver o art. 3, al. a).", "A taxa é de 5 euros."]),
        ("ru", ["Штраф установлен в ст. 5.", "Он составляет 500 руб. в год.", "Закон действует."]),
        ("el", ["Ποιο είναι το πρόστιμο;", "Το πρόστιμο είναι 50 ευρώ."]),
        ("hy", ["Օրենքը գործում է։", "Տուգանքը մեծ է։"]),
        ("ar", ["ما هي الغرامة؟", "الغرامة كبيرة."]),
    ],
)
def test_a_text_is_split_by_the_abbreviations_of_its_language(language: str, expected: list[str]) -> None:
    text = " ".join(expected)
    assert [span.of(text) for span in sentences(text, language)] == expected


def test_english_is_the_language_of_a_text_without_one() -> None:
    text = "He is art. The rest is not. The 3. Kammer met."
    assert sentences(text) == sentences(text, "en") == sentences(text, "zh")


@pytest.mark.parametrize(
    "question",
    [
        "What is it?",
        "Ποιο είναι το πρόστιμο\u037e",
        unicodedata.normalize("NFC", "Ποιο είναι το πρόστιμο\u037e"),
        "ما هي الغرامة\u061f",
        "ما هي الغرامة\u061f\u200f",
        "罚款是多少？",
        "「罰金はいくらですか？」",
        "¿Cuánto es?",
        "« Quel est le prix ? »",
    ],
)
def test_a_question_mark_of_any_script_is_seen(question: str) -> None:
    assert is_question(question)


@pytest.mark.parametrize("words", ["the levy;", "α;", "TNF-α;", "Το πρόστιμο είναι 50 ευρώ."])
def test_other_marks_end_no_question(words: str) -> None:
    assert not is_question(words)
