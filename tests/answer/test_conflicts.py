"""Two documents in force that contradict each other are both quoted; what only looks like it is no conflict."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.answer.checks.contradiction import contradiction
from rag.answer.checks.one_subject import Passage
from rag.text.ranks import rank_of
from rag.types import DEFAULT_RANKS, Answer, Ask, Difference, NoticeKind, Outcome, Precedence
from tests import samples
from tests.answer.test_pipeline import snapshot_of, texts


def article(title: str, published: str, text: str) -> str:
    return f"---\ntitle: {title}\npublished: {published}\n---\n# {title.splitlines()[0]}\n\n{text}\n"


ARTICLES = {
    "leave-act.md": article("Norvik Leave Act", "2019-03-01", "Employees are entitled to 25 days of annual leave."),
    "leave-guide.md": article("Norvik Staff Guide", "2022-05-01", "Employees are entitled to 28 days of annual leave."),
    "boats-1.md": article("Tarn Boat Order 2012", "2012-01-01", "The fee for a rowing boat is 30 crowns."),
    "boats-2.md": article(
        "Tarn Boat Order 2020",
        "2020-01-01",
        "This order replaces the Tarn Boat Order 2012. The fee for a rowing boat is 45 crowns.",
    ),
    "toll-act.md": article("Toll Act\njurisdiction: Veld", "2020-01-01", "2. A lorry pays 30 crowns at the bridge."),
    "crossing.md": article("Crossings\njurisdiction: Veld", "2021-01-01", "4.1 A lorry pays 35 crowns at the bridge."),
    "hill.md": article(
        "Toll Act of the hills\njurisdiction: Hill", "2021-01-01", "A lorry pays 50 crowns at the bridge."
    ),
    "kites-act.md": article(
        "Orly Kite Act",
        "2019-01-01",
        "A kite must not fly:\n\n(a) higher than 120 metres above the ground;\n\n(b) over crowds.",
    ),
    "kites.md": article("Orly Kite Guide", "2021-01-01", "Fly a kite no higher than 100 metres above the ground."),
    **samples.ARTICLES,
}
Asked = Callable[[str], Answer]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    snapshot = snapshot_of(tmp_path_factory.mktemp("conflicts"), ARTICLES)
    of = texts(snapshot)

    def answer(question: str) -> Answer:
        found = samples.answerer(None).answer(snapshot, Ask(question))
        samples.check_citations(found, of)
        return found

    return answer


def test_both_sides_are_quoted_and_the_law_goes_first(ask: Asked) -> None:
    answer = ask("How many days of annual leave are employees entitled to?")
    assert answer.outcome is Outcome.CONFLICTING
    assert "25 days" in answer.text
    assert "28 days" in answer.text
    [conflict] = answer.conflicts
    assert (conflict.difference, conflict.precedence) == (Difference.FIGURE, Precedence.RANK)
    assert (conflict.first.reference.title, conflict.first.rank) == ("Norvik Leave Act", "act")
    cited = {one.marker: one.reference.title for one in answer.citations}
    assert cited[conflict.first.marker] == "Norvik Leave Act"
    assert cited[conflict.second.marker] == "Norvik Staff Guide"


def test_a_plain_sentence_names_both_documents_with_their_dates(ask: Asked) -> None:
    notices = ask("How many days of annual leave are employees entitled to?").notices
    about = " ".join(one.text for one in notices if one.kind is NoticeKind.CONFLICT)
    assert "“Norvik Leave Act”" in about
    assert "2019-03-01" in about
    assert "“Norvik Staff Guide”" in about
    assert "2022-05-01" in about
    assert "its rank is higher" in about


def test_provisions_of_one_jurisdiction_conflict_and_those_of_two_do_not(ask: Asked) -> None:
    assert not ask("How many crowns does a lorry pay at the bridge?").conflicts  # cites the law of the hills
    [conflict] = ask("How many crowns does a lorry pay at the bridge in Veld?").conflicts
    assert {conflict.first.reference.id, conflict.second.reference.id} == {"toll-act", "crossing"}


def test_an_item_of_a_list_is_compared_with_the_lead_of_its_list(ask: Asked) -> None:
    [conflict] = ask("How high above the ground may a kite fly?").conflicts
    assert {conflict.first.reference.id, conflict.second.reference.id} == {"kites-act", "kites"}


def test_a_replaced_text_is_no_conflict(ask: Asked) -> None:
    answer = ask("What is the fee for a rowing boat?")
    assert answer.outcome is not Outcome.CONFLICTING
    assert answer.conflicts == ()


def differ(one: str, other: str, titles: tuple[str, str] = ("Elsby Act", "Elsby Guide")) -> Difference | None:
    return contradiction(Passage(one, titles[0]), Passage(other, titles[1]), lambda word: word.islower())


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [
        ("The late fee for books is 5 crowns.", "The late fee for books is 8 crowns.", Difference.FIGURE),
        ("The annual report is due by 31 March.", "The annual report is due by 30 April.", Difference.DATE),
        (
            "The late fee for books is 5 crowns, subject to section 6.",
            "The late fee for books is 8 crowns.",
            Difference.FIGURE,
        ),
        ("A claim must be reported within 30 days.", "Report a claim within 14 days.", Difference.FIGURE),
        (
            "Borrowers must give 5 days' notice in writing.",
            "Borrowers must give 8 days' notice in writing and name the reason.",
            Difference.FIGURE,
        ),
        ("Books cost 5 crowns a day.", "People pay 8 crowns for books a day.", Difference.FIGURE),
        (
            "The company reimburses hotels up to 110 euros.",
            "Hotels are reimbursed up to 140 euros.",
            Difference.FIGURE,
        ),
        ("A permit is required for a shed.", "No permit is required for a shed.", Difference.MODALITY),
        ("Trams may be used for trips of more than an hour.", "Trams must not be used for trips.", Difference.NEGATION),
        ("Cyclists must wear a helmet.", "Cyclists need not wear a helmet.", Difference.MODALITY),
        ("Cyclists must wear a helmet.", "Cyclists should wear a helmet.", Difference.MODALITY),
        ("Dogs are allowed in the park.", "Dogs are not allowed in the park.", Difference.NEGATION),
        ("The charge applies to empty houses.", "The charge does not apply to empty houses.", Difference.NEGATION),
    ],
)
def test_sentences_that_contradict_each_other(one: str, other: str, difference: Difference) -> None:
    assert differ(one, other) is difference
    assert differ(other, one) is difference


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Teachers get 30 days of leave.", "Drivers get 24 days of leave."),
        ("Dogs are allowed in the north park.", "Dogs are not allowed in the south park."),
        ("Goods are stored for two weeks.", "Goods are stored for 14 days."),
        ("Employees get at least 20 days of leave.", "Employees get 26 days of leave."),
        ("The toll was 5 euros in 2019.", "The toll was 8 euros in 2023."),
        ("The deposit for a flat is 500 euros.", "The deposit for a furnished flat is 900 euros."),
        ("Smoking is not allowed in offices.", "Smoking is prohibited in offices."),
        ("A dog needs a licence.", "A licence is required for a dog."),
        ("Cats and dogs pay 5 crowns.", "Cats pay 8 crowns."),
    ],
)
def test_sentences_that_only_seem_to(one: str, other: str) -> None:
    assert differ(one, other) is None
    assert differ(other, one) is None


def test_a_guide_may_say_you_for_those_whom_the_law_names() -> None:
    titles = "Elsby Aircraft and Member Act", "Elsby Guide to flying aircraft"
    fly = "Fly no higher than 90 metres over water.", "The aircraft must not fly higher than 95 metres over water."
    enrol = "You may enrol within a week after your first match.", "A member must enrol before the first match."
    assert differ(*fly, titles[::-1]) is Difference.FIGURE
    assert differ(*enrol, titles[::-1]) is Difference.MODALITY


def test_the_names_of_columns_say_nothing_about_the_case_of_a_row() -> None:
    row = Passage("Boat barge, Fee a year 90 crowns.", "Tilby Mooring Act", columns=("Boat", "Fee a year"))
    fee = "The mooring fee for a {} is 80 crowns a year."
    barge, ferry = (Passage(fee.format(boat), "Tilby Mooring Guide") for boat in ("barge", "ferry"))
    assert contradiction(row, barge, str.islower) is Difference.FIGURE
    assert contradiction(row, ferry, str.islower) is None


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [
        (
            "A resident of a zone may obtain a permit for 96 marks a year.",
            "A resident's permit costs 84 marks a year.",
            Difference.FIGURE,
        ),
        ("The deposit for a furnished flat is 900 euros.", "The deposit for a flat is 500 euros.", None),
        ("The deposit for a flat in the centre is 900 euros.", "The deposit for a flat is 500 euros.", None),
    ],
)
def test_one_missing_word_is_no_other_case_unless_it_qualifies(
    one: str, other: str, difference: Difference | None
) -> None:
    passages = Passage(one, "Parking by-law"), Passage(other, "Questions and answers")
    assert contradiction(*passages, str.islower, akin=True) is difference
    assert contradiction(*passages, str.islower, akin=True, close=False) is None


def test_documents_of_one_jurisdiction_need_no_common_name() -> None:
    fee = "The deposit is {} crowns for a container of metal."
    first, second = Passage(fee.format("0.25"), "Packaging Act"), Passage(fee.format("0.15"), "Bottles: your rights")
    assert contradiction(first, second, str.islower) is None
    assert contradiction(first, second, str.islower, akin=True) is Difference.FIGURE


def test_the_same_words_of_two_places_are_no_conflict() -> None:
    fee = "The late fee for books is {} crowns."
    assert differ(fee.format(5), fee.format(8), ("Danby Library Act", "Keld Library Act")) is None


def test_two_editions_are_no_conflict() -> None:
    fee = "The late fee for books is {} crowns."
    assert differ(fee.format(5), fee.format(8), ("Elsby Fees 2021", "Elsby Fees 2023")) is None


def test_the_rank_stands_in_the_metadata_or_in_the_title() -> None:
    assert rank_of({}, "Norvik Leave Act") == (1, "act")
    assert rank_of({}, "Guide to the Leave Act") == (4, "guide")
    assert rank_of({"type": "regulation"}, "Leave") == (2, "regulation")
    assert rank_of({}, "Leave") == (len(DEFAULT_RANKS), "")
