"""How many documents, topics and questions are tried for suggestions, counted by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import cast

import pytest

from rag.answer.suggestions import Suggester, questions, topics
from rag.snapshots import Index
from rag.types import Answer, Ask, Citation, Document, Heading, Outcome, Reference, Span, Statement


def document(name: str, *headings: str, text: str = "") -> Document:
    """Return a document of sections with one line each, followed by `text`."""
    lines, spans, at = [], [], 0
    for heading in headings:
        spans.append(Span(at, at + len(heading)))
        lines.append(f"{heading}\n\nWords.\n\n")
        at += len(lines[-1])
    found = tuple(Heading(span, 2, heading) for span, heading in zip(spans, headings, strict=True))
    return Document(Reference(name, f"Title {name}"), "".join(lines) + text, "en", headings=found)


@dataclass
class Documents:
    """A snapshot of documents, and the questions that were asked of it."""

    documents: Mapping[str, Document]
    near_duplicates: Mapping[str, str]
    asked: list[str]

    def suggest(self, answered: Mapping[str, tuple[str, Span]] | None = None) -> tuple[str, ...]:
        """Return the suggestions if the questions in `answered` are answered from a span of a document."""

        def answer(ask: Ask) -> Answer:
            self.asked.append(ask.question)
            where = (answered or {}).get(ask.question)
            statements = (cite(*where),) if where else ()
            outcome = Outcome.ANSWERED if where else Outcome.NO_EVIDENCE
            return Answer(ask.question, outcome, statements, (), 1.0, "made")

        stored = [
            SimpleNamespace(reference=one.reference, near_duplicate_of=self.near_duplicates.get(name))
            for name, one in self.documents.items()
        ]
        made = SimpleNamespace(cache_key="made", documents=lambda: stored, document=self.documents.__getitem__)
        return Suggester().questions(cast(Index, made), answer)


def cite(name: str, span: Span) -> Statement:
    return Statement("Words.", (Citation(1, Reference(name, name), span, "Words.", (), None, 1.0),))


def made(found: Sequence[Document], **near_duplicates: str) -> Documents:
    return Documents({one.reference.id: one for one in found}, near_duplicates, [])


def test_six_questions_are_suggested() -> None:
    index = made([document(f"{n}", f"Who pays {n}?") for n in range(9)])
    answered = {f"Who pays {n}?": (f"{n}", Span(14, 20)) for n in range(9)}
    assert index.suggest(answered) == tuple(f"Who pays {n}?" for n in range(6))
    assert len(index.asked) == 6


def test_thirty_questions_are_asked_at_most() -> None:
    index = made([document(f"{n:02}", f"Who pays {n}?") for n in range(18)])
    assert index.suggest() == ()
    assert index.asked == [
        *(f"Who pays {n}?" for n in range(18)),
        *(f"What is said about “Title {n:02}”?" for n in range(12)),
    ]


def test_four_questions_of_a_document_are_asked_in_a_row() -> None:
    index = made([document("a", *(f"Who pays {n}?" for n in range(5)))])
    index.suggest()
    assert index.asked == [*(f"Who pays {n}?" for n in range(4)), "What is said about “Title a”?"]


def test_a_document_with_an_answered_question_is_asked_for_a_second_one_after_all_topics() -> None:
    index = made([document("a", "Who pays?", "Who owns?"), document("b")])
    answered = {"Who pays?": ("a", Span(11, 17)), "Who owns?": ("a", Span(30, 36))}
    assert index.suggest(answered) == ("Who pays?", "Who owns?")
    assert index.asked == ["Who pays?", "What is said about “Title a”?", "What is said about “Title b”?", "Who owns?"]


@pytest.mark.parametrize(("count", "step"), [(18, 1), (19, 2), (36, 2), (37, 3)])
def test_at_most_eighteen_documents_are_tried_spread_evenly_over_the_index(count: int, step: int) -> None:
    index = made([document(f"{n:02}", f"Who pays {n}?") for n in range(count)])
    index.suggest()
    assert [asked for asked in index.asked if asked.startswith("Who")] == [
        f"Who pays {n}?" for n in range(0, count, step)
    ]


def test_a_near_duplicate_is_not_asked() -> None:
    index = made([document("a", "Who pays?"), document("b", "Who owns?")], b="a")
    index.suggest()
    assert "Who owns?" not in index.asked


@pytest.mark.parametrize(
    ("name", "span", "answers"),
    [
        ("a", Span(11, 17), True),
        ("a", Span(0, 10), True),
        ("a", Span(0, 9), False),
        ("a", Span(18, 30), True),
        ("a", Span(19, 30), False),
        ("b", Span(11, 17), False),
    ],
)
def test_an_answer_must_begin_with_words_of_the_section_that_was_asked_for(
    name: str, span: Span, answers: bool
) -> None:
    index = made([document("a", "Who pays?", "Rules"), document("b")])  # the first section is 9 to 19
    assert index.suggest({"Who pays?": (name, span)}) == (("Who pays?",) if answers else ())


def test_a_partial_answer_is_not_suggested() -> None:
    def answer(ask: Ask) -> Answer:
        return Answer(ask.question, Outcome.PARTIAL, (cite("a", Span(11, 17)),), (), 1.0, "made")

    one = document("a", "Who pays?")
    stored = [SimpleNamespace(reference=one.reference, near_duplicate_of=None)]
    snapshot = SimpleNamespace(cache_key="made", documents=lambda: stored, document=lambda name: one)
    assert Suggester().questions(cast(Index, snapshot), answer) == ()


@pytest.mark.parametrize(("count", "step"), [(6, 1), (7, 2), (12, 2), (13, 3)])
def test_at_most_six_sections_are_topics_spread_evenly_over_the_document(count: int, step: int) -> None:
    headings = [f"Sick leave {'abcdefghijklm'[n] * 3}" for n in range(count)]
    found = document("a", *headings)
    *sections, whole = topics(found)
    assert [one.question for one in sections] == [f"What is said about “{one}”?" for one in headings[::step]]
    assert (whole.question, whole.span) == ("What is said about “Title a”?", Span(0, len(found.text)))


@pytest.mark.parametrize(
    ("heading", "topic"),
    [
        ("Leave", False),
        ("Leaverules", False),
        ("Sick pay", True),
        ("Sick pa", False),
        ("One two three four five", True),
        ("One two three four five six", False),
        ("SICK LEAVE", False),
        ("Title a", False),
        ("A" * 24 + " " + "b" * 23, True),
        ("A" * 24 + " " + "b" * 24, False),
    ],
)
def test_a_topic_has_two_to_five_words_of_eight_to_forty_eight_letters(heading: str, topic: bool) -> None:
    asked = [one.question for one in topics(document("a", heading))]
    assert asked[:-1] == ([f"What is said about “{heading}”?"] if topic else [])


def test_definitions_are_looked_for_in_the_first_hundred_thousand_characters() -> None:
    definition = "A sugar levy is a tax on drinks."

    def asked(before: int) -> list[str]:
        text = "x. " * (before // 3) + "y" * (before % 3 - 1) + "\n" + definition
        assert text.index(definition) == before
        return [one.question for one in questions(document("a", text=text))]

    assert asked(100_000 - len(definition)) == ["What is a sugar levy?"]
    assert asked(100_001) == []
