"""Questions in the language of the documents, with the default encoder, whose model has read only English text."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.service import Service
from rag.settings import Settings
from rag.types import Ask, Outcome
from rag.wiring import assemble

TEXTS = Path(__file__).with_name("texts")

QUESTIONS = [
    # German
    ("Wie hoch ist die Hundesteuer?", "84 Kronen"),
    ("Wie viel kostet ein weiterer Hund?", "120 Kronen"),
    ("Wann tritt die Satzung in Kraft?", "1. März 2023"),
    ("Wie hoch ist das Bußgeld?", "500 Kronen"),
    ("Wer entscheidet über Ausnahmen vom Leinenzwang?", "Ordnungsamt"),
    ("Sind Blindenführhunde von der Steuer befreit?", "befreit"),
    ("Wo gilt der Leinenzwang?", "Leine"),
    ("Sind Führhunde steuerbefreit?", "befreit"),
    ("Wo liegt das Anmeldeformular?", "Formular"),
    # French
    ("Combien de livres peut-on emprunter ?", "huit livres"),
    ("Quelle est la durée du prêt ?", "quatre semaines"),
    ("L'inscription est-elle gratuite ?", "gratuite"),
    ("Quelle est la pénalité en cas de retard ?", "0,20 couronne"),
    ("À quelle heure ouvrent les bibliothèques ?", "10 heures"),
    ("Qui remplace les livres perdus ?", "aux frais de l'emprunteur"),
    # Spanish
    ("¿Cuánto es la ayuda al alquiler?", "210 coronas"),
    ("¿Cuándo termina el plazo de presentación?", "31 de marzo"),
    ("¿Dónde se presentan las solicitudes?", "Oficina de la Vivienda"),
    ("¿Quiénes quedan excluidos?", "propietarios"),
    ("¿Cuánto tiempo se concede la ayuda?", "doce meses"),
    ("cuanto es el recargo", "10 %"),
    # Dutch
    ("Hoe hoog is de afvalheffing?", "145 kronen"),
    ("Wanneer wordt papier ingezameld?", "eerste maandag"),
    ("Hoe hoog is de boete voor afval op straat?", "95 kronen"),
    ("Hoeveel betalen alleenstaanden?", "helft"),
    ("Hoe vaak wordt het restafval opgehaald?", "twee weken"),
    ("Wie kan ontheffing verlenen?", "burgemeester"),
    ("Wanneer is de papierinzameling?", "eerste maandag"),
    # English, in the same index
    ("How much is a resident's parking permit?", "60 crowns"),
    ("What is the fine for parking without a ticket?", "35 crowns"),
]

UNANSWERABLE = [
    "Wie hoch ist das Kindergeld?",
    "Wer ist der Präsident von Frankreich?",
    "Wie lange dauert der Mutterschutz?",
    "Was kostet der Hundeführerschein?",
    "Quel est le taux de la TVA ?",
    "Qui est le premier ministre de l'Italie ?",
    "¿Cuál es la capital de Portugal?",
    "¿Cuánto cuesta el pasaporte?",
    "Hoe hoog is het minimumloon?",
    "Wat kost een containerwoning?",
    "Wanneer beginnen de zomervakanties?",
]


@pytest.fixture(scope="module")
def mixed(shared: Path) -> Service:
    """The default service over the texts of all languages together."""
    service = assemble(Settings(_env_file=None, index_dir=shared / "languages"))
    service.ingest([TEXTS], lambda *_: None)
    return service


@pytest.mark.parametrize(("question", "words"), QUESTIONS)
def test_a_question_in_the_language_of_a_document_is_answered_from_it(
    mixed: Service, question: str, words: str
) -> None:
    answer = mixed.view(None).answer(Ask(question))
    assert answer.outcome is not Outcome.NO_EVIDENCE
    assert words in answer.statements[0].text


@pytest.mark.parametrize("question", UNANSWERABLE)
def test_a_question_that_no_document_answers_is_refused_in_every_language(mixed: Service, question: str) -> None:
    assert mixed.view(None).answer(Ask(question)).outcome is Outcome.NO_EVIDENCE
