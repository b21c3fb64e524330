"""Two versions of a text are compared sentence by sentence, and each change is named by its kind."""

from __future__ import annotations

import random
import time

import pytest

from rag.answer.versions import ChangeKind, RowState, compare, excerpt
from rag.answer.versions.alignment import equal_runs
from rag.answer.versions.comparison import Comparison
from rag.answer.versions.excerpt import Skipped
from rag.types import Document, Heading, Reference, Span

FIGURE, DATE, MODALITY = ChangeKind.FIGURE, ChangeKind.DATE, ChangeKind.MODALITY
NEGATION, REFERENCE = ChangeKind.NEGATION, ChangeKind.REFERENCE


def document(text: str, language: str = "en", headings: tuple[str, ...] = ()) -> Document:
    spans = [(Span(text.index(title), text.index(title) + len(title)), title) for title in headings]
    return Document(
        Reference("x", "X"), text, language, headings=tuple(Heading(span, 1, title) for span, title in spans)
    )


def between(was: str, became: str, language: str = "en") -> Comparison:
    return compare(document(was, language), document(became, language))


def words(comparison: Comparison) -> list[tuple[str, str]]:
    """Return the words of each edit, in both versions."""
    return [
        (edit.was.of(comparison.was.text), edit.became.of(comparison.became.text))
        for row in comparison.rows
        for edit in row.edits
    ]


@pytest.mark.parametrize(
    ("was", "became", "edit", "kinds"),
    [
        ("Leave is 25 days a year.", "Leave is 28 days a year.", ("25 days a year", "28 days a year"), (FIGURE,)),
        ("It costs ten euros.", "It costs twelve euros.", ("ten euros", "twelve euros"), (FIGURE,)),
        ("Pay $5 now.", "Pay €5 now.", ("$5", "€5"), (FIGURE,)),
        ("The fee is 500 euros.", "The fee is €500.", ("500 euros", "€500"), ()),
        ("It begins on 1 March 2024.", "It begins on 1 April 2024.", ("1 March 2024", "1 April 2024"), (DATE,)),
        ("It begins on 1 March.", "It begins on 2 March.", ("1 March", "2 March"), (DATE,)),
        ("Staff may work at home.", "Staff must work at home.", ("may", "must"), (MODALITY,)),
        ("Staff shall keep receipts.", "Staff must keep receipts.", ("shall", "must"), ()),
        ("Staff must sign the form.", "Staff sign the form.", ("must", ""), (MODALITY,)),
        ("Pets are not allowed inside.", "Pets are allowed inside.", ("not", ""), (NEGATION,)),
        ("You may not smoke here.", "You must smoke here.", ("may not", "must"), (MODALITY, NEGATION)),
        ("See section 4(2) for more.", "See section 5(2) for more.", ("section 4(2)", "section 5(2)"), (REFERENCE,)),
        ("4. Staff get a badge.", "5. Staff get a badge.", ("4.", "5."), (REFERENCE,)),
        ("Ask the head of the office.", "Ask the manager of the office.", ("head", "manager"), ()),
    ],
)
def test_a_change_is_named_by_its_kind(
    was: str, became: str, edit: tuple[str, str], kinds: tuple[ChangeKind, ...]
) -> None:
    found = between(was, became)
    assert [row.state for row in found.rows] == [RowState.CHANGED]
    assert words(found) == [edit]
    assert found.rows[0].kinds == kinds


@pytest.mark.parametrize(
    ("language", "was", "became", "kinds"),
    [
        ("de", "Der Antrag muss bis zum 1. Mai 2024 vorliegen.", "Der Antrag kann bis zum 1. Juni 2024 vorliegen.",
         (DATE, MODALITY)),
        ("fr", "Le droit est de 20 euros par demande.", "Le droit est de 25 euros par demande.", (FIGURE,)),
        ("es", "El permiso se puede transferir.", "El permiso no se puede transferir.", (NEGATION,)),
        ("it", "Il modulo può essere inviato.", "Il modulo deve essere inviato.", (MODALITY,)),
        ("nl", "De aanvraag mag per post.", "De aanvraag moet per post.", (MODALITY,)),
        ("pt", "A taxa é de 30 euros por pedido.", "A taxa é de 35 euros por pedido.", (FIGURE,)),
        ("ru", "Заявитель может подать форму.", "Заявитель должен подать форму.", (MODALITY,)),
    ],
)  # fmt: skip
def test_other_languages_have_their_own_words(
    language: str, was: str, became: str, kinds: tuple[ChangeKind, ...]
) -> None:
    (row,) = between(was, became, language).rows
    assert (row.state, row.kinds) == (RowState.CHANGED, kinds)


OLD = (
    "Scope\n\nThis applies to all staff. Badges are worn at work.\n\n"
    "Pay\n\nPay is monthly. Overtime is paid at double rates."
)
NEW = (
    "Scope\n\nThis applies to all staff and guests. Badges are worn at work.\n\n"
    "Carers\n\nCarers may take five days.\n\nPay\n\nPay is monthly."
)


def test_each_sentence_is_in_one_row_with_its_exact_span_and_heading() -> None:
    found = compare(document(OLD, headings=("Scope", "Pay")), document(NEW, headings=("Scope", "Carers", "Pay")))
    rows = [
        (row.state.value, row.was and row.was.of(OLD), row.became and row.became.of(NEW), row.heading)
        for row in found.rows
    ]
    assert rows == [
        ("same", "Scope", "Scope", ("Scope",)),
        ("changed", "This applies to all staff.", "This applies to all staff and guests.", ("Scope",)),
        ("same", "Badges are worn at work.", "Badges are worn at work.", ("Scope",)),
        ("added", None, "Carers", ("Carers",)),
        ("added", None, "Carers may take five days.", ("Carers",)),
        ("same", "Pay", "Pay", ("Pay",)),
        ("same", "Pay is monthly.", "Pay is monthly.", ("Pay",)),
        ("removed", "Overtime is paid at double rates.", None, ("Pay",)),
    ]
    assert found.states == {"same": 4, "changed": 1, "added": 2, "removed": 1}
    assert not found.is_same


def test_other_line_breaks_are_no_change() -> None:
    assert between("Staff wear\nbadges at work.", "Staff  wear badges\n\nat work.").rows[0].state is not RowState.SAME
    assert between("Staff wear\nbadges at work.", "Staff wear badges at work.").is_same


def test_a_sentence_that_stands_elsewhere_has_moved() -> None:
    moved, others = "Every visitor signs the book at the gate.", "One two three. Four five six. Seven eight nine."
    found = between(f"{moved} {others}", f"{others} {moved.replace('book', 'list')}")
    (row,) = [row for row in found.rows if row.state is RowState.MOVED]
    assert row.was == Span(0, len(moved))
    assert words(found) == [("book", "list")]
    assert found.states == {"same": 3, "moved": 1}


def test_characters_of_scripts_without_spaces_are_compared_one_by_one() -> None:
    found = between("职员每年休假二十天并须提前申请。", "职员每年休假三十天并须提前申请。", "zh")
    assert words(found) == [("二", "三")]


def test_repeated_sentences_are_aligned() -> None:
    found = between("\n\n".join(["Yes."] * 300), "\n\n".join(["Yes.", "No."] * 150))
    assert found.states == {"same": 150, "added": 150, "removed": 150}


def test_an_excerpt_has_the_changes_with_the_sentences_around_them() -> None:
    one = [f"Rule {word} applies to every office." for word in "abcdefghij"]
    other = [*one[:5], "Rule f applies to no office.", *one[6:]]
    shown = excerpt(between("\n\n".join(one), "\n\n".join(other)), context=1)
    assert [(row.sentences if isinstance(row, Skipped) else row.state.value) for row in shown] == [
        4, "same", "changed", "same", 3,
    ]  # fmt: skip
    assert isinstance(shown[0], Skipped)
    assert shown[0].was.of("\n\n".join(one)) == "\n\n".join(one[:4])
    assert excerpt(between("Same.", "Same."), context=0)[0] == between("Same.", "Same.").rows[0]


def test_the_longest_common_order_of_unique_items_is_kept() -> None:
    one = [str(number) for number in range(2_000)]
    other = [*one[1_000:], *one[:900]]
    assert sum(run.length for run in equal_runs(one, other)) == 1_000
    assert equal_runs([], one) == []


def made(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    vocabulary = [f"word{number}" for number in range(2_000)]
    return [" ".join(chance.choices(vocabulary, k=16)).capitalize() + " may apply." for _ in range(count)]


def test_a_document_of_300_pages_is_compared_in_a_few_seconds() -> None:
    """The limit is far above the second that it takes, because the machine may be busy."""
    one = made(6_000, 1)
    other = [text.replace("may", "must") if number % 10 == 0 else text for number, text in enumerate(one)]
    began = time.monotonic()
    found = between("\n\n".join(one), "\n\n".join(other))
    assert time.monotonic() - began < 10
    assert found.states == {"same": 5_400, "changed": 600}
    assert found.kinds == {"modality": 600}
