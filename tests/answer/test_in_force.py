"""What is in force at the time asked for answers. What is in force at another time is named beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from rag.snapshots import Snapshot
from rag.text.periods import iso_period
from rag.types import Abstention, Answer, Ask, NoticeKind, Outcome, Period
from tests import dated, samples
from tests.answer.test_pipeline import snapshot_of, texts

Asked = Callable[..., Answer]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return snapshot_of(tmp_path_factory.mktemp("dated"), dated.ARTICLES)


@pytest.fixture(scope="module")
def ask(snapshot: Snapshot) -> Asked:
    of = texts(snapshot)

    def answer(question: str, as_of: str | None = None) -> Answer:
        found = samples.answerer(None, 0.3).answer(snapshot, Ask(question, as_of=iso_period(as_of or "")))
        samples.check_citations(found, of)
        return found

    return answer


def _first(answer: Answer) -> str:
    assert answer.statements, answer
    return answer.statements[0].text


def _told(answer: Answer) -> dict[NoticeKind, str]:
    return {notice.kind: notice.text for notice in answer.notices}


@pytest.mark.parametrize(("as_of", "price"), [("2019-06-01", "two"), ("2022", "four"), ("2090-01-01", "nine")])
def test_the_version_in_force_answers(ask: Asked, as_of: str, price: str) -> None:
    answer = ask(dated.FARES, as_of)
    assert _first(answer) == f"A single ticket for the ferry costs {price} florins."
    assert {one.reference.title.split()[-1] for one in answer.citations} <= {"2019", "2021", "2090"}
    assert len({one.reference.id for one in answer.citations if "Fares" in one.reference.title}) == 1
    assert answer.as_of == iso_period(as_of)


def test_today_counts_if_no_time_is_asked_for(ask: Asked) -> None:
    answer = ask(dated.FARES)
    assert _first(answer) == "A single ticket for the ferry costs four florins."
    told, today = _told(answer), datetime.now(UTC).date()
    assert told == {
        NoticeKind.NOT_YET_IN_FORCE: f"As of {today}, “Ferry Fares Order 2090” is not yet in force: its text says that "
        "its first day is 2090-01-01.",
        NoticeKind.NO_LONGER_IN_FORCE: f"As of {today}, “Ferry Fares Order 2019” is no longer in force: “Ferry Fares "
        "Order 2021” replaced it after 2021-02-28.",
    }


@pytest.mark.parametrize(
    ("question", "price", "written"),
    [
        ("How much did a single ticket for the ferry cost in 2019?", "two", "2019"),
        ("How much did a single ticket for the ferry cost as of 1 March 2021?", "four", "2021-03-01"),
        ("How much did a single ticket for the ferry cost before 1 March 2021?", "two", "2021-02-28"),
        ("How much does a single ticket for the ferry cost from 1 January 2090?", "nine", "2090-01-01"),
    ],
)
def test_words_of_the_question_name_the_time(ask: Asked, question: str, price: str, written: str) -> None:
    answer = ask(question)
    assert _first(answer) == f"A single ticket for the ferry costs {price} florins."
    assert answer.as_of is not None
    assert answer.as_of.written == written
    assert _told(answer)[NoticeKind.UNDERSTOOD].startswith(f"The question was read as of {written}, because of “")


def test_the_given_time_counts_before_the_words_of_the_question(ask: Asked) -> None:
    answer = ask("How much did a single ticket for the ferry cost in 2019?", "2022-01-01")
    assert _first(answer) == "A single ticket for the ferry costs four florins."


@pytest.mark.parametrize(
    "words",
    [
        "before the reform",
        "before the parental leave reform",
        "before the reform of 2022",
        "before the 2022 reform",
        "before the reform of parental leave in 2022",
    ],
)
def test_a_change_is_dated_by_the_document_that_made_it(ask: Asked, words: str) -> None:
    answer = ask(f"{dated.LEAVE} {words}?")
    assert "twelve weeks" in _first(answer)
    assert answer.as_of == Period(date(2022, 6, 30), date(2022, 6, 30))
    assert "thirty weeks" in _first(ask(f"{dated.LEAVE}?"))


def test_a_change_that_no_document_made_is_before_its_year(ask: Asked) -> None:
    assert ask(f"{dated.LEAVE} before the reform of 2015?").as_of == Period(date(2014, 12, 31), date(2014, 12, 31))
    assert ask(f"{dated.LEAVE} after the reform of 2015?").as_of == Period(date(2015, 12, 31), date(2015, 12, 31))


def test_a_date_in_the_story_of_the_asker_is_not_the_time_asked_about(ask: Asked) -> None:
    answer = ask(f"I moved here in 2019. {dated.FARES}")
    assert _first(answer) == "A single ticket for the ferry costs four florins."
    assert NoticeKind.UNDERSTOOD not in _told(answer)


MOORING = "What is the fee for mooring a small boat in the harbour overnight?"
SWIMMING = "What is the fine for swimming in the dock after sunset?"
_EDITION = "---\ntitle: Harbour Rules, edition of {0}\nvalid_from: {0}-01-01\n{1}---\n{2}\n"
_SHORT = "The fee for mooring a boat is {} florins a night. Dogs stay on a lead."
_LONG = (
    "The fee for mooring a small boat in the harbour overnight is five florins.\n\nThe fine for swimming in the dock "
    "after sunset is eighty florins."
)
EDITIONS = {
    "rules-2010.md": _EDITION.format(2010, "valid_to: 2015-12-31\n", _SHORT.format("three")),
    "rules-2016.md": _EDITION.format(2016, "valid_to: 2019-12-31\nversion_of: rules-2010\n", _LONG),
    "rules-2020.md": _EDITION.format(2020, "version_of: rules-2010\n", _SHORT.format("nine")),
    "fares.md": "---\ntitle: Ferry fares\n---\nA single ticket for the ferry costs two florins.\n",
}


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return snapshot_of(tmp_path_factory.mktemp("editions"), EDITIONS)


def _ask_editions(editions: Snapshot, question: str, as_of: str) -> Answer:
    return samples.answerer(None, 0.3).answer(editions, Ask(question, as_of=iso_period(as_of)))


@pytest.mark.parametrize(
    ("as_of", "edition", "price"), [("2012", 2010, "three"), ("2017", 2016, "five"), ("2024", 2020, "nine")]
)
def test_a_better_score_of_another_version_is_no_reason_to_refuse(
    editions: Snapshot, as_of: str, edition: int, price: str
) -> None:
    answer = _ask_editions(editions, MOORING, as_of)
    assert f"{price} florins" in _first(answer)
    assert {one.reference.id for one in answer.citations} == {f"rules-{edition}"}
    if edition != 2016:
        assert answer.outcome is Outcome.PARTIAL
        assert any("edition of 2016" in notice.text for notice in answer.notices)


def test_a_rule_that_only_another_version_has_is_refused(editions: Snapshot) -> None:
    answer = _ask_editions(editions, SWIMMING, "2024")
    assert (answer.abstention, answer.statements) == (Abstention.NOT_IN_FORCE, ())
    assert "edition of 2016" in _told(answer)[NoticeKind.NO_LONGER_IN_FORCE]


def test_a_rule_that_only_a_later_version_has_was_not_before_the_first_version(editions: Snapshot) -> None:
    assert _ask_editions(editions, SWIMMING, "2012").abstention is Abstention.NOT_IN_FORCE


def test_the_first_version_is_named_although_each_version_has_a_last_day(editions: Snapshot) -> None:
    answer = _ask_editions(editions, MOORING, "2005")
    assert answer.abstention is Abstention.BEFORE_FIRST_VERSION
    [notice] = answer.notices
    assert "edition of 2010" in notice.text


def test_a_time_before_the_first_version_is_a_refusal_that_names_it(ask: Asked) -> None:
    answer = ask(dated.FARES, "2015")
    assert (answer.outcome, answer.abstention) == (Outcome.NO_EVIDENCE, Abstention.BEFORE_FIRST_VERSION)
    assert answer.statements == ()
    [notice] = answer.notices
    assert notice.kind is NoticeKind.NOT_YET_IN_FORCE
    assert notice.text == "As of 2015, “Ferry Fares Order 2019” is not yet in force: its first day is 2019-01-01."


def test_a_repealed_document_answers_until_its_last_day(ask: Asked) -> None:
    assert "thirty florins" in _first(ask(dated.MUZZLE, "2022-06-30"))
    answer = ask(dated.MUZZLE)
    assert (answer.abstention, answer.statements) == (Abstention.NOT_IN_FORCE, ())
    told = _told(answer)[NoticeKind.NO_LONGER_IN_FORCE]
    assert told.endswith("“Harbour Dogs Order” is no longer in force: its text says that its last day is 2022-06-30.")


def test_a_document_without_dates_is_always_in_force(ask: Asked) -> None:
    assert "forty minutes" in _first(ask(dated.VISIT, "1990"))


def test_a_catalogue_question_marks_what_is_not_in_force(ask: Asked) -> None:
    answer = ask("Which documents are there about dogs?")
    assert "Harbour Dogs Order" in _first(answer)
    assert NoticeKind.NO_LONGER_IN_FORCE in _told(answer)


def test_a_search_finds_only_what_is_in_force(snapshot: Snapshot) -> None:
    def found(as_of: str) -> set[str]:
        hits = samples.answerer(None).search(snapshot, Ask(dated.FARES, as_of=iso_period(as_of), limit=50))
        return {hit.reference.id for hit in hits}

    assert {"fares-2019", "dogs", "leave", "lighthouse"} == found("2019-06-01")
    assert {"fares-2090", "reform", "lighthouse"} == found("2095")


def test_the_time_does_not_change_the_score_of_a_passage(snapshot: Snapshot) -> None:
    def score(as_of: str) -> float:
        hits = samples.answerer(None).search(snapshot, Ask(dated.VISIT, as_of=iso_period(as_of)))
        return next(hit.score for hit in hits if hit.reference.id == "lighthouse")

    assert score("2010") == score("2095")


def test_filters_hold_beside_the_time(snapshot: Snapshot) -> None:
    ask = Ask(dated.FARES, {"published": "2018-11-02"}, as_of=iso_period("2019-06"))
    assert {hit.reference.id for hit in samples.answerer(None).search(snapshot, ask)} == {"fares-2019"}
    empty = samples.answerer(None).answer(snapshot, Ask(dated.FARES, {"published": "1999"}))
    assert empty.abstention is Abstention.FILTERED_OUT


def test_an_index_without_dates_answers_as_before(tmp_path: Path) -> None:
    snapshot = snapshot_of(tmp_path)
    question = samples.LEVY_QUESTION
    answer = samples.answerer(None).answer(snapshot, Ask(question))
    early = samples.answerer(None).answer(snapshot, Ask(question, as_of=iso_period("1800")))
    assert (answer.statements, answer.evidence, answer.confidence) == (
        early.statements,
        early.evidence,
        early.confidence,
    )
    assert (answer.as_of, answer.notices) == (None, ())
    assert snapshot.in_force(Period(date.min, date.min)) is snapshot


def test_a_question_for_a_date_is_answered_from_what_is_not_yet_in_force(ask: Asked) -> None:
    answer = ask("When does the Ferry Fares Order 2090 enter into force?")
    assert _first(answer).startswith("This order enters into force on 1 January 2090.")
    assert "is not yet in force" in _told(answer)[NoticeKind.NOT_YET_IN_FORCE]
    assert answer.as_of is None
    assert ask("When does the Ferry Fares Order 2090 enter into force?", "2026-01-01").outcome is Outcome.NO_EVIDENCE
