"""The provisions of a document are read from its structure, and a quote is only given a reference that is certain."""

from __future__ import annotations

import re

import pytest

from rag.text.provision_names import provision_names
from rag.text.provisions import find, find_outline, find_references, pinpoint
from rag.types import Heading, Span


def headings_of(text: str) -> tuple[str, list[Heading]]:
    """Return a text without the marks of its Markdown headings, and the headings."""
    plain, headings = "", []
    for line in text.strip().split("\n"):
        marks, _, title = line.partition(" ")
        if marks and set(marks) == {"#"}:
            headings.append(Heading(Span(len(plain), len(plain) + len(title)), len(marks), title))
            line = title
        plain += line + "\n"
    return plain, headings


def reference(written: str, words: str, language: str = "en") -> str | None:
    text, headings = headings_of(written)
    start = text.index(words)
    return pinpoint(find_outline(text, headings), text, Span(start, start + len(words)), language)


def links(written: str, language: str = "en") -> list[tuple[str, str | None]]:
    text, headings = headings_of(written)
    outline = find_outline(text, headings)
    found = find_references(outline, text)
    return [(one.span.of(text), pinpoint(outline, text, one.target, language)) for one in found]


ACT = """
# Harbours (Safety) Act 2031

## Part 1 Licences

## Section 1 Duty to hold a licence

(1) A person must not berth a ship unless—

(a) the person holds a licence, and

(b) the licence—

(i) is in force, and

(ii) covers the ship.

(2) Subsection (1) does not apply to a rescue ship.

(3) A person who—

(a) contravenes subsection (1), or

(b) makes a false statement under section 2,

commits an offence.

## Section 2 Applications

(1) An application must be in writing.

(1A) It may be made by electronic means; section 9 of the Ports Act 2001 applies.

(2) The master must decide within 30 days.

## Schedule 1 Exempt ships

1. A ship under seven metres is exempt.

2. (1) A ship of the navy is exempt.

(2) Sub-paragraph (1) does not apply where the ship—

(a) carries cargo, or

(b) carries passengers as section 1(3) provides.
"""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("A person must not berth", "s 1(1)"),
        ("the person holds a licence", "s 1(1)(a)"),
        ("(ii) covers the ship", "s 1(1)(b)(ii)"),
        ("commits an offence", "s 1(3)"),
        ("holds a licence, and\n\n(b) the licence", "s 1(1)"),
        ("It may be made by electronic means", "s 2(1A)"),
        ("A ship under seven metres", "Sch 1, para 1"),
        ("A ship of the navy", "Sch 1, para 2(1)"),
        ("carries cargo", "Sch 1, para 2(2)(a)"),
        ("Part 1 Licences", None),
    ],
)
def test_a_statute_is_cited_by_section_and_schedule(words: str, expected: str | None) -> None:
    assert reference(ACT, words) == expected


def test_references_lead_to_the_provisions_of_the_same_text_only() -> None:
    assert links(ACT) == [
        ("Subsection (1)", "s 1(1)"),
        ("subsection (1)", "s 1(1)"),
        ("section 2", "s 2"),
        ("Sub-paragraph (1)", "Sch 1, para 2(1)"),
        ("section 1(3)", "s 1(3)"),
    ]


REGULATION = """
# Regulation on smart buoys

Whereas:

(1) Buoys are connected to networks.

(2) Rules are needed. It should apply without prejudice to Article 3 of Regulation (EU) 2016/679.

HAVE ADOPTED THIS REGULATION:

## CHAPTER I

### Article 1

### Definitions

The following definitions apply:

(1) ‘buoy’ means a floating mark;

(2) ‘smart buoy’ means a buoy with a sensor.

### Article 2

### Duties

1. Providers shall:

(a) register the buoy;

(b) pay the fee in Annex II, point 2.

The fee shall be paid each year.

2. Paragraph 1, point (a), does not apply to small buoys.

### Article 3

### Amendments

Regulation (EU) 2020/11 is amended as follows:

(1) the following paragraph is added:

‘3. Member States shall inform the Commission.’;

(2) Article 1 is deleted.

## ANNEX II

Fees

1. Large buoys: 40 euro.

2. Small buoys:

(a) in ports: 10 euro.
"""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Rules are needed", "Recital 2"),
        ("‘smart buoy’ means", "Art. 1(2)"),
        ("register the buoy", "Art. 2(1)(a)"),
        ("The fee shall be paid", "Art. 2(1)"),
        ("Member States shall inform", "Art. 3"),
        ("in ports", "Annex II, point 2(a)"),
        ("HAVE ADOPTED", None),
    ],
)
def test_a_european_act_is_cited_by_recital_article_and_annex(words: str, expected: str | None) -> None:
    assert reference(REGULATION, words) == expected


def test_a_reference_to_another_act_or_in_an_amendment_is_no_link() -> None:
    assert links(REGULATION) == [
        ("Annex II, point 2", "Annex II, point 2"),
        ("Paragraph 1, point (a)", "Art. 2(1)(a)"),
    ]


GESETZ = """
# Deichgesetz

## § 1 Zweck

Dieses Gesetz dient dem Schutz der Küste. Es gilt nicht für Binnendeiche.

## § 2 Pflichten

(1) Der Eigentümer unterhält den Deich. Er meldet Schäden unverzüglich.

(2) Der Eigentümer hat

1. den Deich zu prüfen,

2. ein Verzeichnis zu führen, das

a) den Ort nennt, und

3. Bäume zu entfernen.

## § 3 Bußgeld

Wer gegen § 2 Abs. 2 Satz 1 Nr. 3 verstößt, zahlt nach Anlage 1. § 2 Abs. 1 BGB bleibt unberührt.

## Anlage 1

1. Kleine Verstöße kosten 50 Euro.
"""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Es gilt nicht für Binnendeiche.", "§ 1 Satz 2"),
        ("Er meldet Schäden unverzüglich.", "§ 2 Abs. 1 Satz 2"),
        ("den Deich zu prüfen", "§ 2 Abs. 2 Nr. 1"),
        ("den Ort nennt", "§ 2 Abs. 2 Nr. 2 lit. a"),
        ("Kleine Verstöße", "Anlage 1 Nr. 1"),
    ],
)
def test_a_german_law_is_cited_in_german(words: str, expected: str) -> None:
    assert reference(GESETZ, words, "de") == expected


def test_german_references_are_links() -> None:
    assert links(GESETZ, "de") == [("§ 2 Abs. 2 Satz 1 Nr. 3", "§ 2 Abs. 2 Nr. 3"), ("Anlage 1", "Anlage 1")]


CODE = """
# Code des digues

## Article L. 123-4

Le propriétaire entretient la digue.

Il signale les dommages sans délai.

## Article L. 123-5

I. – Le propriétaire tient un registre qui comporte :

1° Le lieu de la digue ;

2° Son état.

II. – L’article L. 123-4, alinéa 2, est applicable.
"""


def test_a_french_code_is_cited_by_article_and_paragraph() -> None:
    assert reference(CODE, "Il signale les dommages", "fr") == "art. L. 123-4, al. 2"
    assert reference(CODE, "Son état", "fr") == "art. L. 123-5, I, 2°"
    assert links(CODE, "fr") == [("article L. 123-4, alinéa 2", "art. L. 123-4, al. 2")]


POLICY = """
# Leave Policy

## 2. Annual leave

### 2.1 Entitlement

Each employee has 25 days of leave.

### 2.2 Carrying over

Leave may be carried over if:

(a) the manager agrees; or (b) the director agrees.

See section 2.1.
"""


def test_a_policy_is_cited_by_its_numbered_headings() -> None:
    assert reference(POLICY, "Each employee") == "s 2.1"
    assert reference(POLICY, "the manager agrees") == "s 2.2(a)"
    assert reference(POLICY, "the director agrees") == "s 2.2(b)"
    assert links(POLICY) == [("section 2.1", "s 2.1")]


def test_numbered_paragraphs_of_a_paper_are_cited_by_their_number() -> None:
    lines = [f"{number}. The ferry board reports on the safety of line {number} each spring." for number in range(1, 8)]
    paper = "# White Paper\n\n## Introduction\n\n" + "\n\n".join([*lines[:4], "## Safety", *lines[4:]])
    assert reference(paper, "safety of line 3") == "para 3"
    assert reference(paper, "safety of line 6") == "para 6"
    assert reference(paper, "Safety") is None


TRAVEL = """
# Travel policy

## A. Before the trip

A1. Ask your manager before you book a journey of any kind.

A2. Rule A1 does not apply to journeys inside the town or to the airport.

## B. Getting there

B1. Trains come first, unless the journey takes more than six hours.

B2. Rules A1 and B1 bind guests of the town as well as its employees.

B3. Taxis are paid at night, and for people with heavy luggage.
"""

DIGEST = """
# Digest of the Ports Regulation

## Article 2 Scope

1. The Regulation covers ships.

## Article 7 Fines

4. A breach costs 10,000 crowns.

5. A grave breach costs 20,000 crowns.

## Article 8 Forms

1. The forms are in the Annex.

3. They are free.

## Schedule 1 Grounds

1 The berth is needed.

2 The rent is late.

## Annex Emergencies

1. A storm.

2. A fire in the port, as described in Article 1 and Article 2.
"""


@pytest.mark.parametrize(
    ("written", "words", "expected"),
    [
        (TRAVEL, "Trains come first", "r B1"),
        (DIGEST, "A grave breach", "Art. 7(5)"),
        (DIGEST, "The forms are in", "Art. 8(1)"),
        (DIGEST, "The rent is late", "Sch 1, para 2"),
        (DIGEST, "A storm", "Annex, point 1"),
        (ACT, "A person must not berth a ship unless—\n\n(a) the person holds a licence, and", "s 1(1)(a)"),
    ],
)
def test_lettered_rules_excerpts_and_attachments_without_a_number_are_cited(
    written: str, words: str, expected: str
) -> None:
    assert reference(written, words) == expected


def test_regulations_without_headings_are_named_by_their_title() -> None:
    rules = "The Ferry Regulations 2030\n\n" + "\n\n".join(
        f"{number}.—(1) The master of ferry {number} must keep a log of every crossing of the sound.\n\n"
        f"(2) The log of ferry {number} is shown to an inspector who asks for it."
        for number in range(1, 7)
    )
    assert reference(rules, "The log of ferry 4") == "reg 4(2)"
    assert reference(rules, "The master of ferry 2") == "reg 2(1)"


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("# Notes\n\nA rule of the harbour.", "A rule"),
        ("# Recipe\n\n1. Take the flour.\n\n2. Add the milk.", "Add the milk"),
        (
            "# Two acts\n\n## Article 1\n\nOne rule.\n\n## Article 2\n\nText.\n\n## Article 1\n\nOther rule.",
            "Other rule",
        ),
    ],
)
def test_an_unclear_structure_gives_no_reference(written: str, words: str) -> None:
    assert reference(written, words) is None


def test_a_list_that_begins_again_is_cited_by_the_provision_around_it() -> None:
    text = "## Article 1\n\nWho:\n\n(a) masters;\n\n(b) pilots.\n\nWhen:\n\n(a) in spring;\n\n(b) in autumn."
    assert reference(text, "in spring") == "Art. 1"
    assert reference(text, "pilots") == "Art. 1"


def test_a_letter_i_after_h_is_a_letter_and_otherwise_a_numeral() -> None:
    letters = "\n\n".join(f"({letter}) ship {letter};" for letter in "abcdefghij")
    assert reference(f"## Article 1\n\nShips:\n\n{letters}\n\n## Article 2\n\nX.", "ship i") == "Art. 1(i)"
    assert reference(f"## Article 1\n\nShips:\n\n{letters}\n\n## Article 2\n\nX.", "ship j") == "Art. 1(j)"


def test_a_table_of_contents_does_not_hide_the_articles() -> None:
    names = [f"Article {number} Rule of ship {number}" for number in range(1, 6)]
    body = "\n\n".join(f"{name}\n\nShip {number} pays a fee." for number, name in enumerate(names, start=1))
    assert reference("Contents\n\n" + "\n".join(names) + "\n\n" + body, "Ship 3 pays") == "Art. 3"


AMENDMENTS = "\n\n".join(
    f"## Amendment {number} Proposal for a rule {path}\n\nText proposed\n\nOld words {number}.\n\nNew words {number}."
    for number, path in (
        (11, "Recital 4 a (new)"),
        (12, "Article 5 – paragraph 1 – point a"),
        (13, "Annex III – paragraph 1 – point 6 – point e"),
        (14, "Article 9 – paragraph 4 – subparagraph 2"),
    )
)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (11, "Amendment 11, Recital 4a"),
        (12, "Amendment 12, Art. 5(1)(a)"),
        (13, "Amendment 13, Annex III, point 6(e)"),
        (14, "Amendment 14, Art. 9(4)"),
    ],
)
def test_amendments_are_cited_with_the_provision_that_they_change(number: int, expected: str) -> None:
    assert reference(AMENDMENTS, f"New words {number}") == expected


@pytest.mark.parametrize(
    ("written", "question", "begins"),
    [
        (ACT, "What does section 1(3)(a) say?", "(a) contravenes"),
        (ACT, "What is in paragraph 2(2)(b) of Schedule 1?", "(b) carries passengers"),
        (REGULATION, "What does Recital 2 say?", "(2) Rules are needed"),
        (REGULATION, "What is in Annex II point 2?", "2. Small buoys"),
        (GESETZ, "Was steht in § 2 Abs. 2 Nr. 2 lit. a?", "a) den Ort"),
        (CODE, "Que dit l’art. L. 123-4, al. 2 ?", "Il signale"),
        (AMENDMENTS, "What does Article 5(1)(a) say?", "Amendment 12"),
    ],
)
def test_a_question_finds_the_provision_that_it_names(written: str, question: str, begins: str) -> None:
    text, headings = headings_of(written)
    (name,) = provision_names(question)
    (span,) = find(find_outline(text, headings), name.steps)
    assert span.of(text).startswith(begins)


def test_every_span_of_a_text_is_cited_by_provisions_that_contain_it() -> None:
    for written in (ACT, REGULATION, GESETZ, CODE, POLICY, AMENDMENTS):
        text, headings = headings_of(written)
        outline = find_outline(text, headings)
        for line in re.finditer(r"[^\n]+", text):
            path = outline.path(Span(*line.span()))
            assert all(one.span.contains(Span(*line.span())) for one in path)
