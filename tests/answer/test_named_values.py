"""Words that name a value of a field lead to the documents with that value, which need not have the words."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answer.named_values import NamedValues, named_values
from rag.snapshots import Snapshot
from rag.snapshots.field_values import FieldValues
from rag.types import Answer, Ask, Filters, Outcome, Role, Turn
from tests import samples
from tests.answer.test_pipeline import snapshot_of

_FRONT = "---\ntitle: {title}\nauthor: {author}\nregion: {region}\ntopic: ferries\n---\n"
_FERRY = "A single ticket for the ferry costs {price} florins. Children under six years of age travel free of charge.\n"

ARTICLES = {
    "north.md": _FRONT.format(title="Ferry fares", author="Port of North Ashmoor", region="North Ashmoor")
    + _FERRY.format(price="four"),
    "veldria.md": _FRONT.format(title="Ferry tickets", author="Council of Veldria", region="Veldria")
    + _FERRY.format(price="nine"),
    "dogs.md": _FRONT.format(title="Dogs on quays", author="Council of Veldria", region="Veldria")
    + "The fine for a dog without a muzzle on the quay is thirty florins.\n",
    "union.md": _FRONT.format(title="Cranes", author="Jane Smith", region="Coastal Union")
    + "A crane operator needs a licence. Trains run between Veldria and the islands every nine minutes.\n",
}
FERRY = "How much does a single ticket for the ferry cost{}?"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return snapshot_of(tmp_path_factory.mktemp("named"), ARTICLES)


def _named(snapshot: Snapshot, question: str, filters: Filters | None = None) -> NamedValues | None:
    return named_values(snapshot, question, (), filters or {}, lambda word: word != "veldria")


def _ask(snapshot: Snapshot, question: str, filters: Filters | None = None) -> Answer:
    return samples.answerer(None, 0.3).answer(snapshot, Ask(question, filters or {}))


@pytest.mark.parametrize(
    ("question", "rest", "region"),
    [
        ("What does a ticket cost in North Ashmoor?", "What does a ticket cost?", "North Ashmoor"),
        ("What does a ticket cost in north ashmoor?", "What does a ticket cost?", "North Ashmoor"),
        ("In Veldria, what does a ticket cost?", "what does a ticket cost?", "Veldria"),
        ("What does a ticket cost in veldria now?", "What does a ticket cost now?", "Veldria"),
        ("What do Veldrian ferries cost?", "What do ferries cost?", "Veldria"),
        ("What do Veldria's ferries cost?", "What do ferries cost?", "Veldria"),
        ("Who needs a licence in the CU?", "Who needs a licence?", "Coastal Union"),
    ],
)
def test_a_name_becomes_a_filter_and_its_words_are_left_out(
    snapshot: Snapshot, question: str, rest: str, region: str
) -> None:
    found = _named(snapshot, question)
    assert found is not None
    assert (found.question, found.filters) == (rest, {"region": [region]})


@pytest.mark.parametrize(
    "question",
    [
        "What does a ticket cost?",
        "What do ferries cost?",  # a topic in small letters is a word of the texts, and no name
        "WHAT DOES A TICKET COST IN VELDRIA?",
        "Who is Jane?",
    ],
)
def test_a_question_without_a_name_stays_as_it_is(snapshot: Snapshot, question: str) -> None:
    assert _named(snapshot, question) is None


def test_the_filter_of_the_client_counts(snapshot: Snapshot) -> None:
    question = FERRY.format(" in Veldria")
    assert _named(snapshot, question, {"region": "North Ashmoor"}) is None
    same = _named(snapshot, question, {"region": "veldria"})
    assert same is not None
    assert (same.question, same.filters) == (FERRY.format(""), {"region": "veldria"})


def test_a_name_of_an_earlier_question_carries_over(snapshot: Snapshot) -> None:
    history = (Turn(Role.USER, FERRY.format(" in Veldria")), Turn(Role.ASSISTANT, "Nine florins [1]."))
    answer = samples.answerer(None, 0.3).answer(snapshot, Ask("Do children travel free of charge?", history=history))
    assert {one.reference.title for one in answer.citations} == {"Ferry tickets"}


def test_a_client_cannot_name_values_of_documents_that_it_may_not_see(tmp_path: Path) -> None:
    sealed = ARTICLES["veldria.md"].replace("topic:", "access: hr\ntopic:")
    whole = snapshot_of(tmp_path, {"north.md": ARTICLES["north.md"], "veldria.md": sealed})
    question = FERRY.format(" in Veldria")
    assert _named(whole.seen_by(frozenset({"hr"})), question) is not None
    assert _named(whole.seen_by(frozenset()), question) is None


def test_two_values_of_a_field_both_count_and_their_words_stay(snapshot: Snapshot) -> None:
    question = "Is the ferry cheaper in Veldria or in North Ashmoor?"
    found = _named(snapshot, question)
    assert found is not None
    assert (found.question, found.own) == (question, {"region": ["Veldria", "North Ashmoor"]})


def test_a_name_within_a_longer_one_counts_but_stays_in_the_question(snapshot: Snapshot) -> None:
    question = "Does the Council of Veldria sell tickets?"
    found = _named(snapshot, question)
    assert found is not None
    assert (found.question, found.own) == (question, {"region": ["Veldria"]})


def test_a_question_of_a_name_alone_keeps_it(snapshot: Snapshot) -> None:
    found = _named(snapshot, "What about North Ashmoor?")
    assert found is not None
    assert found.question == "What about North Ashmoor?"


@pytest.mark.parametrize(("region", "price"), [("North Ashmoor", "four"), ("Veldria", "nine")])
def test_the_named_documents_answer(snapshot: Snapshot, region: str, price: str) -> None:
    answer = _ask(snapshot, FERRY.format(f" in {region}"))
    assert answer.statements[0].text == f"A single ticket for the ferry costs {price} florins."
    assert len({one.reference.id for one in answer.citations}) == 1
    filtered = _ask(snapshot, FERRY.format(""), {"region": region})
    assert (answer.statements, answer.confidence) == (filtered.statements, filtered.confidence)


def test_documents_with_another_value_do_not_answer(snapshot: Snapshot) -> None:
    question = "What is the fine for a dog without a muzzle on the quay{}?"
    assert _ask(snapshot, question.format("")).outcome is not Outcome.NO_EVIDENCE
    assert _ask(snapshot, question.format(" in North Ashmoor")).outcome is Outcome.NO_EVIDENCE


def test_a_document_with_another_value_answers_if_it_has_the_name(snapshot: Snapshot) -> None:
    answer = _ask(snapshot, "How often do trains run between Veldria and the islands?")
    assert answer.statements[0].text == "Trains run between Veldria and the islands every nine minutes."


def test_initials_of_two_values_name_neither() -> None:
    values = FieldValues("region", ["Coastal Union", "Central Uplands", "Free Port of Ash"], are_numbers=False)
    assert values.names_with_initials("CU") == ()
    assert values.names_with_initials("FPA") == ("Free Port of Ash",)


def test_an_index_without_such_fields_names_nothing(tmp_path: Path) -> None:
    plain = snapshot_of(tmp_path, {"ferry.md": f"---\ntitle: Veldria\n---\n{_FERRY.format(price='two')}"})
    assert _named(plain, FERRY.format(" in Veldria")) is None
