"""The exceptions and conditions of a cited rule are quoted after it, and the answer says where they were looked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.types import Answer, Ask, NoticeKind
from tests import samples
from tests.answer.test_pipeline import snapshot_of, texts

HARBOUR = """---
title: Harbour Act
---
# Harbour Act

## Section 3. Pilots

Every vessel must take a pilot, subject to section 5 and section 9. Pilots wear a white cap. \
Vessels shorter than 30 metres need not take a pilot.

## Section 4. Moorings

A yacht may moor at the quay for ten days.

## Section 5. Warships

The minister may allow a warship to enter without a pilot.

## Section 6. Moorings in winter

Section 4 does not apply between November and March.
"""
ALLOTMENTS = """---
title: Allotment Rules
---
# Allotment Rules

## Graves and chapels

A grave is leased for 25 years. A chapel may be hired for 80 crowns. This does not apply to members of the choir. \
In 1987 the parish bought a second bell.
"""
MILLER = """---
title: Contract of a miller
---
# Contract of a miller

## Conditions before the work begins

6.1 You must show the miller that you may carry sacks of 50 kilograms.

## Grinding

10 A miller must grind 20 sacks a day.

11 A sack that is ground in excess of the 20 sacks of a day must be paid apart.

Night pay: A miller may ask for 3 crowns a sack at night.

On Sundays a miller need not grind any sacks.

## Exceptions

No miller need grind sacks in a storm. Ducks may swim in the pond for 9 hours.
"""
ARTICLES = {"harbour.md": HARBOUR, "allotments.md": ALLOTMENTS, "miller.md": MILLER, **samples.ARTICLES}

Asked = Callable[[str], Answer]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    snapshot = snapshot_of(tmp_path_factory.mktemp("harbour"), ARTICLES)
    of = texts(snapshot)

    def answer(question: str) -> Answer:
        found = samples.answerer(None).answer(snapshot, Ask(question))
        samples.check_citations(found, of)
        return found

    return answer


def exceptions(answer: Answer) -> list[str]:
    return [one.text for one in answer.statements if one.exception]


def test_an_exception_in_the_section_and_a_provision_that_the_rule_names_are_quoted(ask: Asked) -> None:
    answer = ask("Must every vessel take a pilot?")
    assert not answer.statements[0].exception
    assert "Every vessel must take a pilot" in answer.statements[0].text
    assert "Vessels shorter than 30 metres need not take a pilot." in answer.text
    assert "The minister may allow a warship to enter without a pilot." in exceptions(answer)
    assert "white cap" not in " ".join(exceptions(answer))


def test_the_answer_says_where_exceptions_were_looked_for(ask: Asked) -> None:
    answer = ask("Must every vessel take a pilot?")
    search = next(one for one in answer.exception_searches if one.heading[-1:] == ("Section 3. Pilots",))
    assert search.provisions == ("section 5",)
    assert search.missing == ("section 9",)
    about = [one.text for one in answer.notices if one.kind is NoticeKind.EXCEPTIONS]
    assert any("“Section 3. Pilots” and in section 5" in text for text in about)
    assert any("limited by section 9, which the document does not have" in text for text in about)


def test_a_distant_section_that_limits_the_rule_is_quoted(ask: Asked) -> None:
    assert "Section 4 does not apply between November and March." in exceptions(
        ask("For how many days may a yacht moor at the quay?")
    )


def test_the_exception_of_a_neighbouring_rule_stays_there(ask: Asked) -> None:
    answer = ask("For how many years is a grave leased?")
    assert answer.statements[0].text == "A grave is leased for 25 years."
    assert exceptions(answer) == []


def test_a_rule_of_its_own_beside_the_cited_one_is_no_exception(ask: Asked) -> None:
    answer = ask("How many sacks must a miller grind a day?")
    assert "A miller must grind 20 sacks a day." in answer.statements[0].text
    assert set(exceptions(answer)) == {
        "On Sundays a miller need not grind any sacks.",
        "No miller need grind sacks in a storm.",
    }


def test_a_narrated_fact_has_no_exceptions(ask: Asked) -> None:
    answer = ask("What was the turnout of the referendum in Kazakhstan?")
    assert exceptions(answer) == []
    assert not [one for one in answer.notices if one.kind is NoticeKind.EXCEPTIONS]


def test_each_marker_names_one_quote(ask: Asked) -> None:
    answer = ask("Must every vessel take a pilot?")
    markers = [one.marker for one in answer.citations]
    assert markers == list(range(1, len(markers) + 1))
