"""A provision that a question names is found by the structure of the documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answer.provision_places import places_of
from rag.text.provision_names import provision_names
from rag.types import Answer, Ask, Document, Heading, NoticeKind, Outcome, Reference, Role, Span, Turn
from tests import samples
from tests.answer.test_pipeline import snapshot_of, texts

HARBOUR = """---
title: Harbour Act
---
# Harbour Act

## Part I General

## Section 3 Licences

(1) No person may berth a ship without a licence of the harbour master.

(2) The harbour master decides within thirty days of the application.

(3) A licence lapses if

(a) the fee is not paid; or

(b) the ship is sold to a new owner.

## Section 4 Fees

(1) The fee for a berth is forty crowns a metre.

(2) Ships of the rescue service pay no fee at all.

## Section 12 Penalties

(1) A breach of Section 3 is punished by a fine of up to nine thousand crowns.

## Schedule 1

1. Small ships are ships under seven metres.

2. The following goods need a permit:

(a) explosives of every class;

(b) living animals other than pets.
"""
DYKES = """---
title: Dyke Maintenance Regulations
---
Dyke Maintenance Regulations

1. These rules apply to every dyke of the province.

2. The owner mows each dyke twice a year.

3. (1) The inspector visits each dyke in March.

(2) The inspector may enter private land after notice of seven days.

4. Objections are made to the water board within six weeks.
"""
DEICH = """---
title: Deichverordnung
language: de
---
# Deichverordnung

## § 11 Geltung

(1) Die Verordnung gilt für alle Deiche.

## § 12 Pflichten

(1) Der Eigentümer mäht den Deich zweimal im Jahr.

(2) Das Amt prüft den Deich im März.

(3) Wer die Pflicht verletzt, zahlt ein Bußgeld von 300 Kronen.
"""
ARTICLES = {"harbour.md": HARBOUR, "dykes.md": DYKES, "deich.md": DEICH, **samples.ARTICLES}


def first(folder: Path, question: str, articles: dict[str, str] | None = None) -> Answer:
    """Answer a question with a service that refuses weak evidence."""
    snapshot = snapshot_of(folder, ARTICLES if articles is None else articles)
    answer = samples.answerer(None, 0.35).answer(snapshot, Ask(question))
    samples.check_citations(answer, texts(snapshot))
    return answer


@pytest.mark.parametrize(
    ("question", "document", "quote"),
    [
        ("What does section 4(2) of the Harbour Act say?", "harbour", "Ships of the rescue service pay no fee at all."),
        ("What is in section 3 (2)?", "harbour", "The harbour master decides within thirty days of the application."),
        ("What does paragraph 2(b) of Schedule 1 say?", "harbour", "living animals other than pets."),
        ("What does subsection (2) of section 3 provide?", "harbour", "The harbour master decides within thirty days"),
        ("What does regulation 2 say?", "dykes", "The owner mows each dyke twice a year."),
        ("What does regulation 3(2) allow?", "dykes", "The inspector may enter private land after notice"),
        ("Was steht in § 12 Abs. 3?", "deich", "Wer die Pflicht verletzt, zahlt ein Bußgeld von 300 Kronen."),
    ],
)
def test_a_provision_is_quoted_first(tmp_path: Path, question: str, document: str, quote: str) -> None:
    answer = first(tmp_path, question)
    assert answer.statements, answer
    assert answer.citations[0].reference.id == document
    assert quote in answer.statements[0].text


def test_the_provision_is_the_first_evidence(tmp_path: Path) -> None:
    answer = first(tmp_path, "Which ships pay no fee under section 4 of the Harbour Act?")
    assert answer.evidence[0].heading[-1] == "Section 4 Fees"


def test_a_question_about_a_breach_is_not_answered_by_the_provision_itself(tmp_path: Path) -> None:
    answer = first(tmp_path, "What is the fine for a breach of section 3 of the Harbour Act?")
    assert "fine of up to nine thousand crowns" in answer.statements[0].text


def test_the_named_document_is_meant(tmp_path: Path) -> None:
    other = HARBOUR.replace("Harbour Act", "Airport Act").replace("rescue service", "air ambulance")
    question = "What does section 4(2) of the {} say?"
    articles = {**ARTICLES, "airport.md": other}
    assert "air ambulance" in first(tmp_path / "a", question.format("Airport Act"), articles).statements[0].text
    assert "rescue service" in first(tmp_path / "b", question.format("Harbour Act"), articles).statements[0].text


def test_the_document_of_the_conversation_is_meant(tmp_path: Path) -> None:
    other = HARBOUR.replace("Harbour Act", "Airport Act").replace("rescue service", "air ambulance")
    other = other.replace("harbour", "airport").replace("ship", "plane").replace("berth", "stand")
    snapshot = snapshot_of(tmp_path, {**ARTICLES, "airport.md": other})
    history = (
        Turn(Role.USER, "Who grants a licence for a plane at a stand of the airport?"),
        Turn(Role.ASSISTANT, "No person may stand a plane without a licence of the airport master. [1]"),
    )
    ask = Ask("And what does section 4(2) say?", history=history)
    answer = samples.answerer(None).answer(snapshot, ask)
    assert {citation.reference.id for citation in answer.citations} == {"airport"}


def test_a_provision_of_a_document_that_is_not_there_is_not_taken_from_another(tmp_path: Path) -> None:
    answer = first(tmp_path, "What does section 4(2) of the Railway Code say?")
    assert not any("rescue service" in statement.text for statement in answer.statements)


def test_a_missing_part_of_a_section_is_named_and_the_section_is_quoted(tmp_path: Path) -> None:
    snapshot = snapshot_of(tmp_path, ARTICLES)
    answer = samples.answerer(None, 0.3).answer(snapshot, Ask("What does section 4(9) of the Harbour Act say?"))
    unanswered = [notice.text for notice in answer.notices if notice.kind is NoticeKind.UNANSWERED]
    assert unanswered == ["No document has “section 4(9)”."]
    assert answer.outcome is Outcome.PARTIAL
    assert {citation.reference.id for citation in answer.citations} == {"harbour"}
    assert "forty crowns" in answer.text


def test_a_missing_provision_is_not_replaced_by_another_one(tmp_path: Path) -> None:
    answer = first(tmp_path, "What does section 99 of the Harbour Act say?")
    assert [notice.text for notice in answer.notices] == ["No document has “section 99”."]
    assert answer.confidence == 0.0


def test_a_heading_may_have_the_whole_path() -> None:
    text = "Change 8: Article 5 – paragraph 1\nOne.\nChange 9: Article 5 – paragraph 2 – point a (new)\nTwo.\n"
    second = text.index("Change 9")
    headings = (
        Heading(Span(0, text.index("\n")), 1, "Change 8: Article 5 – paragraph 1"),
        Heading(Span(second, text.index("\nTwo")), 1, "Change 9: Article 5 – paragraph 2 – point a (new)"),
    )
    assert _places(text, "Article 5(2)(a)", headings) == [text[second:]]
    assert _places(text, "Article 5(1)", headings) == [text[:second]]


def test_a_provision_outside_the_filter_is_not_found(tmp_path: Path) -> None:
    snapshot = snapshot_of(tmp_path, ARTICLES)
    ask = Ask("What does section 4(2) of the Harbour Act say?", {"topic": "transport"})
    answer = samples.answerer(None).answer(snapshot, ask)
    assert {hit.reference.id for hit in answer.evidence} == {"charge"}


def _places(text: str, reference: str, headings: tuple[Heading, ...] = ()) -> list[str]:
    [name] = provision_names(reference)
    document = Document(Reference("a", "A"), text, headings=headings)
    return [span.of(text) for span in places_of(document, name.steps)]


def test_a_part_ends_where_the_next_one_begins() -> None:
    text = "7. (1) First rule.\n(2) Second rule:\n(a) one;\n(b) two.\n(3) Third rule.\n8. Next."
    assert _places(text, "section 7(2)") == ["(2) Second rule:\n(a) one;\n(b) two.\n"]
    assert _places(text, "section 7(2)(b)") == ["(b) two.\n"]
    assert _places(text, "section 7(4)") == []


def test_a_clause_includes_its_subclauses() -> None:
    text = "3. Term\nOne year.\n4. Rent\n4.1 The rent is nine crowns.\n4.2 The tenant pays in May.\n5. Repairs\nNone."
    assert _places(text, "clause 4") == ["4. Rent\n4.1 The rent is nine crowns.\n4.2 The tenant pays in May.\n"]
    assert _places(text, "clause 4.2") == ["4.2 The tenant pays in May.\n"]


def test_the_entry_in_a_table_of_contents_is_not_the_provision() -> None:
    text = (
        "Article 1 Scope 3\nArticle 2 Terms 4\n\nArticle 1 Scope\nThis law applies to all ports.\nArticle 2 Terms\nEnd."
    )
    assert _places(text, "Article 1")[0] == "Article 1 Scope\nThis law applies to all ports.\n"


def test_a_mention_in_a_sentence_is_not_the_provision() -> None:
    text = "1. Fees are due under Article 9 and subsections (4) and (5).\n2. See Article 9."
    assert _places(text, "Article 9") == []
    assert _places(text, "subsection (4)") == []


def test_a_section_ends_at_a_heading_of_its_level() -> None:
    text = "Article 5\nNo racing.\nNotes\nSee above.\nArticle 6\nNo fishing."
    titles = (("Article 5", 1), ("Notes", 2), ("Article 6", 1))
    headings = tuple(
        Heading(Span(text.index(title), text.index(title) + len(title)), level, title) for title, level in titles
    )
    assert _places(text, "Article 5", headings) == ["Article 5\nNo racing.\nNotes\nSee above.\n"]


def test_a_provision_ends_at_the_next_number_even_if_numbers_between_are_missing() -> None:
    text = "Section 9, as amended\n\n(2) The toll is due at noon.\n\n(6) The guard keeps the keys.\n"
    document = Document(Reference("a", "A"), text, headings=(Heading(Span(0, 21), 1, "Section 9, as amended"),))
    [span] = places_of(document, provision_names("section 9(2)")[0].steps)
    assert span.of(text).strip() == "(2) The toll is due at noon."


FERRIES = """---
title: Ferry Act
---
# Ferry Act

## Section 5 Crew

(1) The captain hires the crew.

(4) A sailor under eighteen may not stand watch at night.

## Section 6 Luggage

(1) A passenger may carry two bags.

(4) Heavy bags travel in the hold.

## Section 7 Refunds

(1) A passenger gets a refund if the ferry is late.

(4) The refund is paid within nine days.
"""


def test_the_rest_of_the_question_says_which_of_several_provisions_is_meant(tmp_path: Path) -> None:
    answer = first(tmp_path, "What does subsection (4) say about a sailor?", {"ferries.md": FERRIES})
    assert answer.statements[0].text == "(4) A sailor under eighteen may not stand watch at night."
    assert answer.notices == ()


def test_the_conversation_says_which_of_several_provisions_is_meant(tmp_path: Path) -> None:
    history = (
        Turn(Role.USER, "What does section 6 of the Ferry Act say?"),
        Turn(Role.ASSISTANT, "(1) A passenger may carry two bags. [1]"),
    )
    snapshot = snapshot_of(tmp_path, {"ferries.md": FERRIES})
    answer = samples.answerer(None).answer(snapshot, Ask("And subsection (4)?", history=history))
    assert [one.text for one in answer.statements] == ["(4) Heavy bags travel in the hold."]
    assert answer.notices[0].text == "The question was read as “And subsection (4) of section 6 of the Ferry Act?”"


def test_a_notice_says_how_many_provisions_have_the_number(tmp_path: Path) -> None:
    answer = first(tmp_path, "What does subsection (4) say?", {"ferries.md": FERRIES})
    assert len(answer.statements) == 1
    assert [one.text for one in answer.notices] == [
        "Shown 1 of 3 provisions with the name “subsection (4)”. Name its section or document for another one."
    ]
