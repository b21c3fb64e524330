"""The sentence that introduces a thing comes first if the question asks what the thing is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from rag.answer.introductions import introductions
from rag.answer.statements import sentences_of
from rag.text import terms
from tests.answer.made import Row, hit

IDF: Mapping[str, float] = {"kigali": 5.0, "montreal": 6.0, "protocol": 4.0, "amend": 2.0}

EXTENDS = "The Kigali Amendment extends the protocol to the climate."
AVOIDS = "Full implementation of the Kigali Amendment could avoid half a degree."
LATER = "The Kigali Amendment entered into force in 2019."


def introducing(term: str, *rows: Row) -> list[str]:
    hits = [hit(row, number) for number, row in enumerate(rows)]
    sentences = [one for number, each in enumerate(hits) for _, one in sentences_of(each, "", number)]
    found = introductions(sentences, term, hits, lambda one: IDF.get(one, 1.0))
    return [sentences[number].text for number in sorted(found)]


def test_the_subject_of_a_sentence_is_introduced() -> None:
    assert introducing("Kigali Amendment", Row(f"{AVOIDS} {EXTENDS}")) == [EXTENDS]


def test_only_the_first_such_sentence_of_a_document_introduces() -> None:
    assert introducing("Kigali Amendment", Row(f"{EXTENDS} {LATER}")) == [EXTENDS]
    two = introducing("Kigali Amendment", Row(EXTENDS, document="a"), Row(LATER, document="b"))
    assert two == [EXTENDS, LATER]


@pytest.mark.parametrize(("title", "found"), [("The Montreal Protocol", [EXTENDS]), ("The climate", [])])
def test_the_title_may_have_the_words_that_say_more(title: str, found: list[str]) -> None:
    assert introducing("Kigali Amendment to the Montreal Protocol", Row(EXTENDS, title=title)) == found


def test_the_words_after_a_preposition_are_not_the_thing() -> None:
    row = Row("The Montreal Protocol entered into force in 1989.", title="The Kigali Amendment")
    assert introducing("Kigali Amendment to the Montreal Protocol", row) == []


def test_a_common_thing_is_introduced_only_by_all_its_words() -> None:
    row = Row("Sick days are rare. Sick leave is paid in full.", title="Sick leave")
    assert introducing("sick leave", row) == ["Sick leave is paid in full."]


def test_what_a_thing_must_do_introduces_nothing() -> None:
    assert introducing("pilots", Row("Pilots should keep the logs.")) == []
    assert introducing("pilots", Row("Pilots steer the ships of others.")) == ["Pilots steer the ships of others."]


def test_a_term_of_function_words_introduces_nothing() -> None:
    assert introducing("it", Row("It is so.")) == []
    assert list(terms("it", "en")) == ["it"]


def test_a_document_in_a_language_without_a_stemmer_is_read_as_english() -> None:
    pidgin = replace(hit(Row(EXTENDS)), language="pcm")
    [(_, sentence)] = sentences_of(pidgin, "", 0)
    assert introductions([sentence], "Kigali Amendment", [pidgin], lambda one: IDF.get(one, 1.0)) == {0}
