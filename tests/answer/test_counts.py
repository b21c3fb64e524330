"""How many things there are: from the sentence that states it, or from the list of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.answer.counts import states_count
from rag.service import Service
from rag.types import Answer, Ask, Outcome
from tests import samples

GRANTS = """---
title: Grants of the Lantern Fund
---
# Grants of the Lantern Fund

The Lantern Fund supports families on the islands.

| Grant | Sum a month | For whom |
|---|---|---|
| Wick grant | 20 crowns | each lamplighter |
| Oil grant | 35 crowns | each household without a stove |
| Glass grant | 12 crowns | each glazier |
| Tower grant | 90 crowns | each keeper of a tower |

The banned fuels include whale oil, pine tar, rotten straw and green wood.

The rules on fuels, which the guild keeps, are old.

The guild held eleven public meetings about the fund in the spring.
"""

Asked = Callable[[str], Answer]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    folder = tmp_path_factory.mktemp("counts")
    made = samples.service(folder / "index")
    samples.ingest(made, samples.write(folder / "articles", {"grants.md": GRANTS, **samples.ARTICLES}))
    return made


@pytest.mark.parametrize(
    ("sentence", "states"),
    [
        ("The guild held eleven public meetings.", True),
        ("There were 1,200 meetings in all.", True),
        ("The meetings took 11 days.", False),
        ("Paragraph 2 of this meeting rule applies.", False),
        ("2. Meetings are public.", False),
        ("A season of 5 to 10 weeks has 3 meetings.", True),
    ],
)
def test_a_sentence_states_a_count_if_a_number_stands_before_the_noun(sentence: str, states: bool) -> None:
    assert states_count(sentence, "public meetings") is states


def test_the_sentence_that_states_the_count_answers(service: Service) -> None:
    answer = service.view(None).answer(Ask("How many public meetings did the guild hold about the fund?"))
    assert answer.statements[0].text == "The guild held eleven public meetings about the fund in the spring."
    assert answer.notices == ()


def test_the_list_answers_if_no_sentence_states_the_count(service: Service) -> None:
    answer = service.view(None).answer(Ask("How many grants does the Lantern Fund have?"))
    assert answer.outcome == Outcome.PARTIAL
    assert all(name in answer.text for name in ("Wick grant", "Oil grant", "Glass grant", "Tower grant"))
    assert [one.text for one in answer.notices] == ["No sentence says how many grants there are. The answer lists 4."]


def test_a_list_is_the_table_whose_column_has_the_noun(service: Service) -> None:
    [statement] = service.view(None).answer(Ask("List all grants of the Lantern Fund")).statements
    assert all(name in statement.text for name in ("Wick grant", "Oil grant", "Glass grant", "Tower grant"))


def test_a_comparison_of_values_shows_one_statement_for_each_side(service: Service) -> None:
    answer = service.view(None).answer(Ask("Which grant is higher, the Wick grant or the Tower grant?"))
    assert ["20 crowns" in one.text or "90 crowns" in one.text for one in answer.statements] == [True, True]


def test_a_list_in_one_sentence_answers_a_request_for_a_list(service: Service) -> None:
    answer = service.view(None).answer(Ask("List all banned fuels of the fund"))
    assert answer.statements[0].text == "The banned fuels include whale oil, pine tar, rotten straw and green wood."
