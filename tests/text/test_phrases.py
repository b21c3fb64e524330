"""The rules recognise the phrases of other languages than English, and leave English texts and questions alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import date

import pytest

from rag.text.announcements import announces
from rag.text.catalogue_questions import CatalogueQuestion, catalogue_request
from rag.text.conditions import limits
from rag.text.definitions import defined_term, requested_term
from rag.text.periods import Period, asked_period, dates, parse_period
from rag.text.phrases import MODULES, phrases_of
from rag.text.provision_names import provision_names
from rag.text.question_kinds import asks_for_list, asks_yes_or_no, parts, sides
from rag.text.sentence_roles import refers_back
from rag.text.subjects import completed, points_back, subject, with_subject
from rag.text.succession import Succession, succession

DAY = date(2012, 5, 1)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _strings(one[0] if isinstance(one, tuple) else one)


@pytest.mark.parametrize("language", MODULES)
def test_every_pattern_of_a_language_compiles_and_none_is_missing(language: str) -> None:
    for part in fields(found := phrases_of(language)):
        group = getattr(found, part.name)
        for one in fields(group):
            patterns = list(_strings(getattr(group, one.name)))
            assert patterns or one.name in ("about", "disagree")
            for pattern in patterns:
                assert pattern
                assert re.compile(pattern)
    assert len(found.time.months.split()) == 12


@pytest.mark.parametrize(
    "text",
    [
        "1. Mai 2012",
        "1er mai 2012",
        "1 de mayo de 2012",
        "1° maggio 2012",
        "1 de maio de 2012",
        "1 mei 2012",
        "1 мая 2012 года",
        "1 May 2012",
    ],
)
def test_a_day_is_parsed_in_every_language(text: str) -> None:
    assert parse_period(text) == Period(DAY, DAY)


@pytest.mark.parametrize(
    "text",
    [
        "vom 1. Mai 2012 bis zum 3. Mai 2012",
        "du 1er mai 2012 au 3 mai 2012",
        "del 1 de mayo de 2012 al 3 de mayo de 2012",
        "dal 1° maggio 2012 al 3 maggio 2012",
        "de 1 de maio de 2012 a 3 de maio de 2012",
        "van 1 mei 2012 tot en met 3 mei 2012",
        "с 1 мая 2012 года по 3 мая 2012 года",
    ],
)
def test_a_period_is_parsed_in_every_language(text: str) -> None:
    assert parse_period(text) == Period(DAY, date(2012, 5, 3))


@pytest.mark.parametrize(
    "text",
    [
        "gültig ab 1. Mai 2012",
        "à compter du 1er mai 2012",
        "desde el 1 de mayo de 2012",
        "dal 1° maggio 2012",
        "a partir de 1 de maio de 2012",
        "met ingang van 1 mei 2012",
        "с 1 мая 2012 года",
    ],
)
def test_a_period_without_an_end_is_parsed_in_every_language(text: str) -> None:
    assert parse_period(text) == Period(DAY, date.max)


@pytest.mark.parametrize(
    "question",
    [
        "Was galt im Jahr 2012?",
        "Quel était le tarif en 2012 ?",
        "¿Cuál era la tasa en 2012?",
        "Quanto era nel 2012?",
        "Qual era a taxa em 2012?",
        "Hoe hoog was het in 2012?",
        "Сколько стоило в 2012 году?",
    ],
)
def test_the_year_that_a_question_asks_for_is_found(question: str) -> None:
    assert asked_period(question) == Period(date(2012, 1, 1), date(2012, 12, 31))


def test_the_date_of_a_document_is_not_the_time_that_a_question_asks_for() -> None:
    assert asked_period("Was regelt die Satzung vom 3. Juni 2013?") is None
    assert asked_period("Que prévoit le règlement du 3 juin 2013 ?") is None
    assert asked_period("What is the order of 3 April 2013?") is None
    assert dates("правила от 6 февраля 2014 года") == {"2014-02-06"}


@pytest.mark.parametrize(
    ("question", "steps"),
    [
        ("Was regelt Artikel 5 Absatz 2?", (("article", "5"), ("paragraph", "2"))),
        ("Que prévoit l'article 5, paragraphe 2 ?", (("article", "5"), ("paragraph", "2"))),
        ("¿Qué dice el artículo 5, apartado 2?", (("article", "5"), ("paragraph", "2"))),
        ("Cosa dice l'articolo 5, comma 2?", (("article", "5"), ("paragraph", "2"))),
        ("O que diz o artigo 5.º, n.º 2?", (("article", "5"), ("paragraph", "2"))),
        ("Wat bepaalt artikel 5, lid 2?", (("article", "5"), ("paragraph", "2"))),
        ("Что сказано в пункте 2 статьи 5?", (("article", "5"), ("paragraph", "2"))),
    ],
)
def test_provisions_are_named_in_every_language(question: str, steps: tuple[tuple[str, str], ...]) -> None:
    assert [one.steps for one in provision_names(question)] == [steps]


@pytest.mark.parametrize(
    ("question", "kind", "subject_"),
    [
        ("Welche Dokumente sind von 2021?", CatalogueQuestion.SOME, ""),
        ("Quels documents parlent des marchés ?", CatalogueQuestion.SOME, "marchés"),
        ("¿Qué documentos hay?", CatalogueQuestion.ALL, ""),
        ("Quali documenti ci sono sulla sosta?", CatalogueQuestion.SOME, "sosta"),
        ("Quem escreveu o regulamento das hortas?", CatalogueQuestion.AUTHOR, "o regulamento das hortas"),
        ("Wanneer is de verordening gepubliceerd?", CatalogueQuestion.DATE, "de verordening"),
        ("Кто автор правил?", CatalogueQuestion.AUTHOR, "правил"),
    ],
)
def test_questions_about_documents_are_recognised(question: str, kind: CatalogueQuestion, subject_: str) -> None:
    request = catalogue_request(question)
    assert request is not None
    assert (request.kind, request.subject) == (kind, subject_)


@pytest.mark.parametrize(
    "question",
    [
        "Wer hat Anspruch auf Wohngeld?",
        "¿Qué documentos hay que presentar?",
        "Quali documenti si allegano?",
        "Какие документы нужны?",
        "Wie heeft recht op een uitkering?",
        "Quels documents faut-il joindre ?",
    ],
)
def test_questions_about_the_contents_of_documents_are_not(question: str) -> None:
    assert catalogue_request(question) is None


@pytest.mark.parametrize(
    ("language", "rule", "exception"),
    [
        ("de", "Hunde dürfen nicht in das Bad.", "Dies gilt nicht für Blindenhunde."),
        ("fr", "La vente est interdite.", "Cette interdiction ne s'applique pas aux volailles."),
        ("es", "Los menores no pueden entrar.", "Esta prohibición no se aplica a los acompañados."),
        ("it", "I camper non possono sostare.", "Il divieto non si applica ai residenti."),
        ("pt", "É proibido criar animais.", "Esta proibição não se aplica às abelhas."),
        ("nl", "Open vuur is verboden.", "Dit verbod geldt niet voor de smid."),
        ("ru", "Фотосъёмка запрещена.", "Этот запрет не распространяется на журналистов."),
    ],
)
def test_an_exception_limits_the_rule_before_it(language: str, rule: str, exception: str) -> None:
    assert limits(exception, rule, language)
    assert not limits(exception, rule, "en")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Folgende Unterlagen sind vorzulegen:"),
        ("fr", "La demande comprend les pièces suivantes."),
        ("es", "Se presentan los siguientes documentos."),
        ("it", "Si allegano i seguenti documenti."),
        ("pt", "São entregues os seguintes documentos."),
        ("nl", "De volgende stukken worden overgelegd."),
        ("ru", "Представляются следующие документы."),
    ],
)
def test_an_announcement_is_recognised(language: str, words: str) -> None:
    assert announces(words, language)


def test_a_sentence_that_refers_to_the_one_before_it_is_recognised() -> None:
    assert refers_back("Sie ist bis zum 1. Mai zu zahlen.", "de")
    assert refers_back("Il est réservé aux vendeurs.", "fr")
    assert not refers_back("Il est réservé aux vendeurs.", "it")


@pytest.mark.parametrize(
    ("language", "sentence", "older"),
    [
        ("de", "Diese Ordnung ersetzt die Badeordnung vom 12. März 2015.", "die Badeordnung vom 12. März 2015"),
        ("fr", "Il remplace le règlement du 3 juin 2013.", "le règlement du 3 juin 2013"),
        ("es", "Deroga el reglamento de 9 de mayo de 2014.", "el reglamento de 9 de mayo de 2014"),
        ("it", "Esso sostituisce il regolamento del 14 aprile 2012.", "il regolamento del 14 aprile 2012"),
        ("pt", "Revoga o regulamento de 8 de julho de 2014.", "o regulamento de 8 de julho de 2014"),
        ("nl", "Zij vervangt de verordening van 11 mei 2013.", "de verordening van 11 mei 2013"),
        ("ru", "Они заменяют правила от 6 февраля 2014 года.", "правила от 6 февраля 2014 года"),
    ],
)
def test_the_text_that_a_document_replaces_is_found(language: str, sentence: str, older: str) -> None:
    assert succession(sentence, language) == Succession(replaces=older)
    assert succession(sentence) is None


@pytest.mark.parametrize(
    ("language", "question", "sentence"),
    [
        ("de", "Was ist eine Saisonkarte?", "Eine Saisonkarte ist eine Eintrittskarte."),
        ("fr", "Qu'est-ce qu'un abonné ?", "Un abonné est un commerçant."),
        ("es", "¿Qué es el abono anual?", "El abono anual es un título personal."),
        ("it", "Che cos'è il contrassegno?", "Il contrassegno è un documento."),
        ("pt", "O que é o hortelão?", "O hortelão é a pessoa que cultiva um talhão."),
        ("nl", "Wat is een woonboot?", "Een woonboot is een vaartuig."),
        ("ru", "Что такое абонемент?", "Абонемент — это билет."),
    ],
)
def test_a_definition_fits_the_question_for_it(language: str, question: str, sentence: str) -> None:
    asked, defined = requested_term(question, (language,)), defined_term(sentence, language)
    assert asked
    assert defined
    assert asked.casefold() == defined.casefold()


@pytest.mark.parametrize(
    ("language", "earlier", "question", "read"),
    [
        ("de", "Was ist eine Saisonkarte?", "Was kostet sie?", "Was kostet eine Saisonkarte?"),
        ("de", "Wie lang ist ein Hausverbot?", "Was hilft dagegen?", "Was hilft gegen ein Hausverbot?"),
        ("fr", "Qui utilise le branchement ?", "Combien coûte-t-il ?", "Combien coûte le branchement ?"),
        ("es", "¿Qué es el abono anual?", "¿Cuánto cuesta?", "¿Cuánto cuesta el abono anual?"),
        ("it", "Che cos'è il contrassegno?", "Quanto costa?", "Quanto costa il contrassegno?"),
        ("pt", "O que é um talhão?", "Quanto custa ele?", "Quanto custa um talhão?"),
        ("nl", "Wat is een woonboot?", "Hoeveel betaalt die per jaar?", "Hoeveel betaalt een woonboot per jaar?"),
        ("ru", "Что такое абонемент?", "Сколько он стоит?", "Сколько абонемент стоит?"),
    ],
)
def test_the_subject_of_a_conversation_replaces_a_pronoun(
    language: str, earlier: str, question: str, read: str
) -> None:
    named = subject(earlier, (language,))
    assert named is not None
    assert points_back(question, (language,))
    assert with_subject(question, named, (language,)) == read


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("de", "Wie können Sie mir helfen?"),
        ("de", "Wann ist das Freibad geöffnet?"),
        ("fr", "Y a-t-il un délai ?"),
        ("fr", "La vente est-elle autorisée ?"),
        ("es", "¿Cuánto cuesta la bicicleta?"),
        ("ru", "Когда открыт музей?"),
    ],
)
def test_a_question_with_its_own_subject_points_to_nothing(language: str, question: str) -> None:
    assert not points_back(question, (language,))


def test_a_pronoun_of_another_gender_is_not_replaced() -> None:
    assert with_subject("Combien coûte-t-il ?", "la carte", ("fr",)) == "Combien coûte-t-il ?"


def test_an_elliptic_question_is_completed() -> None:
    assert completed("Und ein Schließfach?", "Was kostet eine Saisonkarte?", ("de",)) == "Was kostet ein Schließfach?"
    assert completed("¿Y la de carga?", "¿Cuánto cuesta la eléctrica?", ("es",)) is None
    assert completed("Und in Ostra?", "Wie lang ist der Urlaub in Veldmark?", ("de",)) == (
        "Wie lang ist der Urlaub in Ostra?"
    )


@pytest.mark.parametrize(
    ("language", "question", "asked"),
    [
        ("de", "Was ist teurer, ein Rad oder ein Boot?", ("Was kostet ein Rad?", "Was kostet ein Boot?")),
        ("it", "Costa di più la bici o la barca?", ("Quanto costa la bici?", "Quanto costa la barca?")),
        ("nl", "Wat duurt langer, een les of een cursus?", ("Hoe lang duurt een les?", "Hoe lang duurt een cursus?")),
        ("ru", "Что дороже, лодка или велосипед?", ("Сколько стоит лодка?", "Сколько стоит велосипед?")),
    ],
)
def test_the_sides_of_a_comparison_are_asked_one_by_one(language: str, question: str, asked: tuple[str, str]) -> None:
    assert sides(question, (language,)) == asked


def test_two_questions_in_one_are_split() -> None:
    question = "Was kostet eine Saisonkarte und wie lange gilt sie?"
    assert parts(question, ("de",)) == ("Was kostet eine Saisonkarte?", "wie lange gilt eine Saisonkarte?")
    assert parts("Was kostet eine Karte für Kinder und Erwachsene?", ("de",)) == (
        "Was kostet eine Karte für Kinder und Erwachsene?",
    )


@pytest.mark.parametrize(
    ("language", "question", "yes_no", "list_"),
    [
        ("de", "Dürfen Hunde in das Bad?", True, False),
        ("de", "Wer darf in das Bad?", False, False),
        ("de", "Welche Unterlagen sind nötig?", False, True),
        ("fr", "La vente est-elle autorisée ?", True, False),
        ("fr", "Quelles pièces faut-il joindre ?", False, True),
        ("es", "¿Pueden entrar los menores?", True, False),
        ("es", "Enumera todos los documentos.", False, True),
        ("it", "I camper possono sostare?", True, False),
        ("pt", "Quais são os documentos?", False, True),
        ("nl", "Mag men open vuur maken?", True, False),
        ("ru", "Разрешена ли съёмка?", True, False),
        ("ru", "Какие документы нужны?", False, True),
    ],
)
def test_yes_or_no_and_lists_are_told_apart(language: str, question: str, yes_no: bool, list_: bool) -> None:
    assert asks_yes_or_no(question, (language,)) is yes_no
    assert asks_for_list(question, (language,)) is list_
