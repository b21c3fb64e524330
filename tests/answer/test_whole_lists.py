"""A list that goes on in other passages is shown whole, as far as the limit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rag.settings import Settings
from rag.snapshots import Snapshot
from rag.types import Answer, Ask, NoticeKind
from rag.wiring import assemble
from tests import samples
from tests.answer.test_pipeline import texts

PAPERS = (
    "the full name of the owner and the place in which the owner lives during the winter months",
    "a drawing of the hull from above and from the left hand side at a scale of one to fifty",
    "proof that the engine was tested by a workshop within the last year and has passed that test",
    "the colour of the sails and the letters that are painted on them with the height of each letter",
    "a list of all persons who may steer the vessel in the dark and on the open sea",
    "two photographs of the cabin that were taken in broad daylight and with both doors open",
    "the day on which the keel was laid and the yard that laid it if that yard is still open",
)
APPLICATION = "# Moorings\n\n" + (
    "An application for a mooring must contain the following papers in good order:\n\n"
    + "".join(f"({letter}) {paper};\n\n" for letter, paper in zip("abcdefg", PAPERS, strict=True))
    + "The harbour office keeps every sheet for seven years after the ship has left the port for good.\n"
)
THINGS = ("lamp", "mirror", "stair", "window", "door", "boat", "flag", "bell", "clock", "stove", "ladder", "lantern")
DUTIES = "# Keepers\n\nThe keeper of a lighthouse has the following duties on every single night:\n\n" + "".join(
    f"{number}. Clean the {thing} with soap and with warm water before the sun has gone down.\n\n"
    for number, thing in enumerate(THINGS, 1)
)
SIGNALS = """# Signals

A captain in fog must give these signals to all other ships that are near:

(a) if the ship is under way and longer than twenty metres or if its captain cannot see the bow at all:

(i) one long blast of the horn in each period of two minutes while the big engine turns the screw;

(ii) one stroke of the gong after the blast if the ship tows another one that cannot give a signal of its own;

(b) if the ship lies at anchor in a place that others may pass at any hour of the day or of the night:

(i) a bell that is rung for five seconds in each minute;

(ii) a lantern that is swung from the bow until the other ship has passed;

(c) a flare in each other case that this rule does not name at all.
"""
DISCIPLINE = """# Discipline of the guild

1. The master looks after the discipline of the guild in every season.

2. The master follows the same procedure with each sailor:

- tell the sailor what went wrong on the ship
- write a report on what was done about it

3. The steps of the discipline are as follows:

- a warning by word of mouth
- a warning on paper
- the loss of the berth

The purpose of the wages policy is to:

- treat all sailors of the guild fairly
- pay wages that keep good sailors in the guild
- make every sailor glad
"""
ARTICLES = {
    "discipline.md": DISCIPLINE,
    "moorings.md": APPLICATION,
    "keepers.md": DUTIES,
    "signals.md": SIGNALS,
    **samples.ARTICLES,
}

Asked = Callable[[str], Answer]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder: Path = tmp_path_factory.mktemp("lists")
    settings = Settings(
        _env_file=None, index_dir=folder / "index", encoder="hashing", least_confidence=0.0, chunk_tokens=48
    )
    service = assemble(settings)
    samples.ingest(service, samples.write(folder / "articles", ARTICLES))
    return service.snapshot()


@pytest.fixture(scope="module")
def ask(snapshot: Snapshot) -> Asked:
    of = texts(snapshot)

    def answer(question: str) -> Answer:
        found = samples.answerer(None, 0.0).answer(snapshot, Ask(question, limit=3))
        samples.check_citations(found, of)
        return found

    return answer


@pytest.mark.parametrize(
    "question", ["What must an application for a mooring contain?", "List all papers of an application for a mooring"]
)
def test_a_list_over_three_passages_is_one_statement(ask: Asked, question: str) -> None:
    answer = ask(question)
    first = answer.statements[0].text
    assert first.startswith("An application for a mooring must contain the following papers in good order:")
    assert [paper for paper in PAPERS if paper not in first] == []
    assert answer.notices == ()
    assert not any(paper in one.text for one in answer.statements[1:] for paper in PAPERS)


def test_only_the_item_is_shown_if_it_has_a_word_of_the_question(ask: Asked) -> None:
    answer = ask("Who may steer the vessel in the dark by an application for a mooring?")
    assert PAPERS[4] in answer.statements[0].text
    assert PAPERS[0] not in answer.text


@pytest.mark.parametrize(
    "question", ["List all duties of the keeper of a lighthouse", "What are the duties of the keeper of a lighthouse?"]
)
def test_a_longer_list_ends_at_the_limit_with_a_notice(ask: Asked, question: str) -> None:
    answer = ask(question)
    first = answer.statements[0].text
    assert "Clean the stove" in first
    assert "Clean the ladder" not in first
    [notice] = answer.notices
    assert notice.kind == NoticeKind.SHOWN
    assert notice.text.startswith("Shown 10 of 12: the others are in “Keepers” from “Clean the ladder with soap")


def test_sub_items_follow_their_item(ask: Asked) -> None:
    first = ask("List all signals that a captain in fog must give").statements[0].text
    places = [
        first.index(part) for part in ("signals to all", "under way", "long blast", "at anchor", "a bell", "flare")
    ]
    assert places == sorted(places)


def test_of_several_lists_in_a_section_the_one_whose_lead_names_the_things_answers(ask: Asked) -> None:
    answer = ask("What are the steps of the discipline of the guild?")
    first = answer.statements[0].text
    assert [step for step in ("word of mouth", "on paper", "loss of the berth") if step not in first] == []
    assert "write a report" not in answer.text


def test_a_purpose_is_shown_whole_although_one_item_has_a_word_of_the_question(ask: Asked) -> None:
    first = ask("What is the purpose of the wages policy?").statements[0].text
    assert [part for part in ("sailors of the guild fairly", "keep good sailors", "glad") if part not in first] == []
