"""Sentences in languages beside English contradict each other only if nothing else differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answer.checks.one_subject import Passage
from rag.answer.same_words import difference
from rag.types import Ask, Difference, Outcome
from tests import samples
from tests.answer.test_pipeline import snapshot_of

RULES = "Satzung Auberg", "Merkblatt Auberg"


def compared(
    one: str, other: str, titles: tuple[str, str] = RULES, language: str = "de", *, akin: bool = False
) -> Difference | None:
    first, second = (Passage(text, title) for text, title in zip((one, other), titles, strict=True))
    return difference(first, second, language, akin=akin)


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Die Gebühr beträgt 40 Euro im Jahr.", "Die Gebühr beträgt 1.200,50 Euro im Jahr.", Difference.FIGURE),
        ("Der Zuschuss deckt 30 % der Kosten.", "Der Zuschuss deckt 45 % der Kosten.", Difference.FIGURE),
        ("Anträge enden am 3. Mai 2024.", "Die Anträge enden am 10. Mai 2024.", Difference.DATE),
        ("Hunde müssen an die Leine.", "Hunde sollen an die Leine.", Difference.MODALITY),
        ("Hunde müssen an die Leine.", "Hunde dürfen an die Leine.", Difference.MODALITY),
        ("Mieter dürfen auf dem Balkon grillen.", "Mieter dürfen auf dem Balkon nicht grillen.", Difference.NEGATION),
        ("Auf dem Balkon ist Grillen verboten.", "Auf dem Balkon darf man Grillen.", Difference.NEGATION),
        ("Auf dem Balkon ist Grillen verboten.", "Auf dem Balkon ist Grillen nicht erlaubt.", None),
        ("Mieter müssen nicht grillen am Balkon.", "Mieter dürfen am Balkon grillen.", None),
        ("Anträge enden am 3. Mai 2024.", "Anträge enden am 10. Mai 2025.", None),
        ("Die Gebühr beträgt 40 Euro im Jahr.", "Die Gebühr beträgt 40 % im Jahr.", None),
        ("Die Gebühr beträgt im Jahr.", "Die Gebühr beträgt 40 Euro, 50 Euro im Jahr.", None),
        ("Die Gebühr beträgt 2023 40 Euro im Jahr.", "Die Gebühr beträgt 2024 50 Euro im Jahr.", None),
        ("Die Gebühr für Boote beträgt 40 Euro.", "Die Gebühr für Kähne beträgt 50 Euro.", None),
        ("Die Gebühr beträgt mindestens 40 Euro im Jahr.", "Die Gebühr beträgt 50 Euro im Jahr.", None),
    ],
)
def test_only_what_cannot_hold_together_is_a_contradiction(one: str, other: str, found: Difference | None) -> None:
    assert compared(one, other) is found
    assert compared(other, one) is found


def test_the_documents_must_be_about_the_same_place_and_group() -> None:
    fees = "Die Gebühr beträgt 40 Euro im Jahr.", "Die Gebühr beträgt 50 Euro im Jahr."
    assert compared(*fees, ("Gebührenordnung Auberg", "Gebührenordnung Seedorf")) is None
    assert compared(*fees, ("Gebührenordnung Auberg", "Merkblatt Gebühren")) is None
    assert compared(*fees, ("Gebührenordnung Auberg", "Merkblatt Gebühren"), akin=True) is Difference.FIGURE
    assert compared(*fees, ("Gebührenordnung Auberg 2020", "Gebührenordnung Auberg 2024")) is None
    adults, children = (
        Passage(text, title, headings)
        for text, title, headings in zip(fees, RULES, (("Erwachsene",), ("Kinder",)), strict=True)
    )
    assert difference(adults, children, "de", akin=True) is None


@pytest.mark.parametrize(
    ("language", "allows", "forbids", "question"),
    [
        ("de", "Mieter dürfen grillen.", "Mieter dürfen nicht grillen.", "Dürfen Mieter in Auberg grillen?"),
        (
            "fr",
            "Les locataires peuvent fumer.",
            "Les locataires ne peuvent pas fumer.",
            "Les locataires peuvent fumer ?",
        ),
        (
            "en",
            "Tenants may keep dogs indoors.",
            "Tenants may not keep dogs indoors.",
            "May tenants keep dogs indoors?",
        ),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_a_statement_never_cites_a_sentence_that_denies_it(
    tmp_path: Path, language: str, allows: str, forbids: str, question: str, known: bool
) -> None:
    head = f"---\nlanguage: {language}\n---\n" if known else ""
    snapshot = snapshot_of(
        tmp_path, {"a.md": f"{head}# Auberg A\n\n{allows}\n", "b.md": f"{head}# Auberg B\n\n{forbids}\n"}
    )
    answer = samples.answerer(None).answer(snapshot, Ask(question))
    assert answer.outcome is not Outcome.NO_EVIDENCE
    for statement in answer.statements:
        assert len({citation.quote for citation in statement.citations}) == 1
