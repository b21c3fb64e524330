"""The index terms of a text, their spans, and the numbers in it."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text import numbers, term_spans, terms, terms_of_words, tokenization


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kazakhstan's reforms", ["kazakhstan", "reform"]),
        ("Kazakhstan’s policies", ["kazakhstan", "polici"]),
        ("multi-vector policy", ["multi", "vector", "polici"]),
        ("2,000 euros", ["2000", "euro"]),
        ("2000 euros", ["2000", "euro"]),
        ("3.5 per cent", ["3.5", "per", "cent"]),
        ("1,000.50", ["1000.50"]),
        ("2022-06-05", ["2022", "06", "05"]),
        ("Section 1.2.3", ["section", "1.2.3"]),
        ("Article 5(2)(b)", ["articl", "5", "2", "b"]),
        ("COVID-19", ["covid", "19"]),
        ("the U.S. and the EU, i.e. the E.U.", ["us", "eu", "eu"]),
        ("How does the Board vote?", ["board", "vote"]),
        ("It isn't what they've said", ["said"]),
        ("the IT policy of the WHO", ["it", "polici", "who"]),
        ("a citizen of O’Brien", ["citizen", "o", "brien"]),
        ("CAFÉ cafe\u0301 café", ["café", "café", "café"]),
        ("２０２２ ﬁnance Straße", ["2022", "financ", "strass"]),
        ("exam\xadple snake_case", ["exampl", "snake", "case"]),
        ("東京都", ["東京", "京都"]),
        ("法 Act", ["法", "act"]),
        ("हिन्दी नीति।", ["हिन्दी", "नीति"]),
        ("الكِتاب", ["الكِتاب"]),
        ("What is it?", ["what", "is", "it"]),
        ("😀 … —", []),
        ("", []),
    ],
)
def test_a_text_yields_its_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("language", "text", "same"),
    [
        ("de", "Die Bußgelder der Städte", "das Bussgeld einer Stadt"),
        ("fr", "L’élève à l'école", "les élèves dans une école"),
        ("es", "las solicitudes de los ciudadanos", "la solicitud del ciudadano"),
        ("it", "le sanzioni dell'autorità", "la sanzione delle autorità"),
        ("pt", "as multas e os prazos", "a multa e o prazo"),
        ("nl", "de boetes van de gemeenten", "een boete in de gemeente"),
        ("ru", "штрафы за нарушения", "о штрафе и нарушение"),
        ("el", "Οι κανονισμοί του δήμου", "ο κανονισμός στον δήμο"),
        ("sv", "avgifterna för hundar", "en avgift och hunden"),
        ("nb", "gebyrene for hunder", "et gebyr og hunden"),
    ],
)
def test_two_forms_of_a_word_have_one_term_and_stop_words_have_none(language: str, text: str, same: str) -> None:
    assert terms(text, language) == terms(same, language)
    assert len(terms(text, language)) == 2


@pytest.mark.parametrize("language", [None, "zh", "uk", "xx", ""])
def test_a_language_without_a_stemmer_is_read_as_english(language: str | None) -> None:
    assert terms("the policies of 東京", language) == terms("the policies of 東京")


def test_turkish_has_its_own_capitals() -> None:
    assert terms("IŞIK", "tr") == terms("ışık", "tr") != terms("işik", "tr")


def test_each_term_has_the_span_of_its_word() -> None:
    text = "Kazakhstan's 2,000 multi-vector 東京都 U.S. policies"
    assert [(term, span.of(text)) for term, span in term_spans(text)] == [
        ("kazakhstan", "Kazakhstan"),
        ("2000", "2,000"),
        ("multi", "multi"),
        ("vector", "vector"),
        ("東京", "東京"),
        ("京都", "京都"),
        ("us", "U.S."),
        ("polici", "policies"),
    ]


@given(st.text() | st.text(alphabet="aA1.,'’ -%東ｶﾞ\u0301\xad½"))
def test_terms_and_term_spans_agree(text: str) -> None:
    found = term_spans(text)
    assert terms(text) == [term for term, _ in found]
    assert all(term and span.of(text) for term, span in found)
    assert [span.start for _, span in found] == sorted(span.start for _, span in found)


@given(st.text(alphabet="abAB.,'’ -1(\n東\u0301\xad_é"))
def test_the_fast_pattern_for_plain_words_gives_the_same_tokens(text: str) -> None:
    without_fast_pattern = re.compile(tokenization._TOKEN.pattern.removeprefix(tokenization._PLAIN))
    assert tokenization._TOKEN.findall(text) == without_fast_pattern.findall(text)


def test_many_threads_stem_the_same_as_one() -> None:
    texts = [f"regulations policies agencies {word}ing" * 3 for word in map(chr, range(0x61, 0x7B))] * 20
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(terms, texts)) == [terms(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2,000 and 2 000 and 2\u202f000 and 2000", {"2000"}),
        ("7 % or 7% or 7 per cent or 7 percent", {"7%"}),
        ("7.5 per cent of 20", {"7.5%", "20"}),
        ("7 Prozent, 7 procent, 7 pour cent, 7 por ciento, 7 per cento", {"7%"}),
        ("on 2022-06-05", {"2022", "6", "5"}),
        ("on 5 June 2022", {"2022", "5"}),
        ("am 05.06.2022", {"2022", "6", "5"}),
        ("$1,000.00 or $1,000", {"1000"}),
        ("1.000.000,50 or 2.000,50", {"1000000.50", "2000.50"}),
        ("3,5 and 3.5", {"3.5"}),
        ("Section 1.2.3, 10am", {"1.2.3", "10"}),
        ("in 2022 100 people", {"2022", "100"}),
        ("٣٤ and ３４", {"34"}),
        ("0 and 007", {"0", "7"}),
        ("no figures", set()),
    ],
)
def test_a_number_is_the_same_in_every_spelling(text: str, expected: set[str]) -> None:
    assert numbers(text) == expected


@given(st.text() | st.text(alphabet="0123456789., %a٣½²"))
def test_numbers_are_never_empty(text: str) -> None:
    assert all(number.strip("%.,") for number in numbers(text))


@pytest.mark.parametrize("unit", ["a", "a'", "1,", "1 ", "123 ", "1.000 ", "東", "a\u0301", "a.", " ", "'"], ids=repr)
def test_a_long_text_of_any_repeated_pattern_is_tokenized_fast(unit: str) -> None:
    text = unit * (250_000 // len(unit))
    start = time.process_time()
    terms(text)
    numbers(text)
    assert time.process_time() - start < 5


@given(st.lists(st.text(alphabet="aeinrstyàßœıŉюёςλ東ｶ\u0301\xad’-ʼ1 ", max_size=8).map(str.lower)))
def test_words_have_the_same_terms_when_they_are_read_together(words: list[str]) -> None:
    for language in ("en", "fr", "ru", "tr"):
        together = terms_of_words(words, language)
        alone = [terms(word, language) for word in words]
        assert together == [found[0] if len(found) == 1 else None for found in alone]
