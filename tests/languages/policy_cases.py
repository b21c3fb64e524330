"""Questions of many kinds over the policies of seven invented towns, in the language of each policy.

Each town has a policy in force and the older one that it replaces.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """A question, after an earlier one if there is one, with words that the statements must and must not have.

    If `words` is empty, no document answers the question.
    """

    language: str
    kind: str
    question: str
    words: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    earlier: str | None = None


def _german(kind: str, question: str, *words: str, absent: tuple[str, ...] = (), earlier: str | None = None) -> Case:
    return Case("de", kind, question, words, absent, earlier)


def _french(kind: str, question: str, *words: str, absent: tuple[str, ...] = (), earlier: str | None = None) -> Case:
    return Case("fr", kind, question, words, absent, earlier)


def _spanish(kind: str, question: str, *words: str, absent: tuple[str, ...] = (), earlier: str | None = None) -> Case:
    return Case("es", kind, question, words, absent, earlier)


def _italian(kind: str, question: str, *words: str, absent: tuple[str, ...] = (), earlier: str | None = None) -> Case:
    return Case("it", kind, question, words, absent, earlier)


def _portuguese(
    kind: str, question: str, *words: str, absent: tuple[str, ...] = (), earlier: str | None = None
) -> Case:
    return Case("pt", kind, question, words, absent, earlier)


def _dutch(kind: str, question: str, *words: str, absent: tuple[str, ...] = (), earlier: str | None = None) -> Case:
    return Case("nl", kind, question, words, absent, earlier)


def _russian(kind: str, question: str, *words: str, absent: tuple[str, ...] = (), earlier: str | None = None) -> Case:
    return Case("ru", kind, question, words, absent, earlier)


CASES = (
    _german("figure", "Wie viel kostet eine Saisonkarte?", "90 Kronen"),
    _german("now", "Wie hoch ist der Eintritt für Erwachsene?", "5,50", absent=("3,20", "4,00")),
    _german("then", "Wie hoch war der Eintritt im Jahr 2014?", "3,20", absent=("5,50", "4,00")),
    _german("date", "Wann tritt die Badeordnung in Kraft?", "1. Mai 2021"),
    _german("definition", "Was ist eine Saisonkarte?", "Eintrittskarte"),
    _german("list", "Welche Unterlagen sind für den Schwimmkurs nötig?", "Geburtsurkunde", "Attest", "Wohnsitzes"),
    _german("yes or no", "Dürfen Hunde in das Bad mitgebracht werden?", "nicht", "Blindenhunde"),
    _german("provision", "Was steht in § 6?", "Wertsachen"),
    _german("provision", "Was regelt § 4 Abs. 2?", "großes", absent=("kleines", "ersetzt")),
    _german("compare", "Was ist teurer, ein kleines Schließfach oder ein großes Schließfach?", "1 Krone", "3 Kronen"),
    _german("author", "Wer hat die Badeordnung der Stadt Velden verfasst?", "Ilse Brandt"),
    _german("documents", "Welche Dokumente gibt es über das Freibad?", "Ilse Brandt"),
    _german("follow-up", "Was kostet sie?", "90 Kronen", earlier="Was ist eine Saisonkarte?"),
    _german(
        "follow-up", "Kann man dagegen Widerspruch einlegen?", "zwei Wochen", earlier="Wie lang ist ein Hausverbot?"
    ),
    _german("replaced", "Wann ist das Freibad geöffnet?", "9 bis 20 Uhr", absent=("10 bis 18",)),
    _german("unanswerable", "Wie hoch ist die Grundsteuer?"),
    _german("typo", "Was kostet eine Sasionkarte?", "90 Kronen"),
    _french("figure", "Combien coûte le branchement renforcé ?", "5 couronnes"),
    _french("now", "Quel est le droit de place par jour ?", "9 couronnes", absent=("6 couronnes", "7,50")),
    _french("then", "Quel était le droit de place en 2013 ?", "6 couronnes", absent=("9 couronnes", "7,50")),
    _french("date", "Quand le règlement des marchés entre-t-il en vigueur ?", "1er janvier 2021"),
    _french("definition", "Qu'est-ce qu'un abonné ?", "toute l'année"),
    _french("list", "Quelles pièces accompagnent la demande d'emplacement ?", "carte", "assurance", "photographie"),
    _french("yes or no", "La vente d'animaux vivants est-elle autorisée ?", "interdite", "volailles"),
    _french("provision", "Que dit l'article 6 ?", "cartons"),
    _french("provision", "Que prévoit l'article 4, paragraphe 2 ?", "renforcé", absent=("simple", "groupes")),
    _french(
        "compare", "Quelle est la différence entre le branchement simple et le branchement renforcé ?", "2 cou", "5 cou"
    ),
    _french("author", "Qui a rédigé le règlement des marchés de Bellerive ?", "Odile Garnier"),
    _french("documents", "Quels documents parlent des marchés ?", "Odile Garnier"),
    _french("follow-up", "Combien coûte-t-il ?", "5 couronnes", earlier="Qui peut utiliser le branchement renforcé ?"),
    _french(
        "follow-up",
        "Peut-il la contester ?",
        "quinze jours",
        earlier="Combien de temps dure la suspension d'un commerçant ?",
    ),
    _french("replaced", "À quelle heure ouvre le marché ?", "7 heures", absent=("8 heures",)),
    _french("unanswerable", "Quel est le montant de la taxe foncière ?"),
    _french("typo", "Combien coûte le branchemnt renforcé ?", "5 couronnes"),
    _spanish("figure", "¿Cuánto cuesta el abono anual?", "32 coronas"),
    _spanish("now", "¿Cuál es el precio por viaje?", "1,10", absent=("0,60", "0,80")),
    _spanish("then", "¿Cuál era el precio por viaje en 2015?", "0,60", absent=("1,10", "0,80")),
    _spanish("date", "¿Cuándo entra en vigor el reglamento de las bicicletas?", "1 de abril de 2022"),
    _spanish("definition", "¿Qué es un anclaje?", "punto fijo"),
    _spanish("list", "¿Qué documentos hay que presentar para darse de alta?", "identidad", "empadron", "fianza"),
    _spanish("yes or no", "¿Pueden los menores de 14 años utilizar el servicio?", "no pueden", "acompañados"),
    _spanish("provision", "¿Qué dice el artículo 6?", "daños"),
    _spanish("provision", "¿Qué establece el artículo 4, apartado 2?", "carga", absent=("eléctrica", "mismo anclaje")),
    _spanish("compare", "¿Qué es más caro, la bicicleta eléctrica o la bicicleta de carga?", "2 coronas", "4 coronas"),
    _spanish("author", "¿Quién escribió el reglamento de las bicicletas públicas de Montarenas?", "Elvira Sotomayor"),
    _spanish("documents", "¿Qué documentos hay sobre bicicletas?", "Elvira Sotomayor"),
    _spanish("follow-up", "¿Cuánto cuesta?", "32 coronas", earlier="¿Qué es el abono anual?"),
    _spanish("follow-up", "¿Y la bicicleta de carga?", "4 coronas", earlier="¿Cuánto cuesta la bicicleta eléctrica?"),
    _spanish("replaced", "¿Cuál es el horario del servicio?", "6 a 23", absent=("8 a 20",)),
    _spanish("unanswerable", "¿Cuánto es el impuesto sobre la renta?"),
    _spanish("typo", "¿Cuánto cuesta la biciclta de carga?", "4 coronas"),
    _italian("figure", "Quanto costa l'autorimessa del teatro?", "12 corone"),
    _italian("now", "Qual è la tariffa oraria della sosta?", "1,80", absent=("0,90", "1,30")),
    _italian("then", "Qual era la tariffa oraria della sosta nel 2012?", "0,90", absent=("1,80", "1,30")),
    _italian("date", "Quando entra in vigore il regolamento della sosta?", "1° gennaio 2020"),
    _italian("definition", "Che cos'è il contrassegno?", "autorizza un solo veicolo"),
    _italian("list", "Quali documenti si allegano alla domanda?", "patente", "residenza", "ricevuta"),
    _italian("yes or no", "I camper possono sostare nel centro storico?", "non possono", "residenti"),
    _italian("provision", "Che cosa dice l'articolo 6?", "rimossi"),
    _italian("provision", "Che cosa prevede l'articolo 4, comma 2?", "teatro", absent=("stazione", "sorvegliate")),
    _italian(
        "compare", "Costa di più l'autorimessa della stazione o l'autorimessa del teatro?", "8 corone", "12 corone"
    ),
    _italian("author", "Chi ha scritto il regolamento della sosta di Castelvento?", "Bianca Morelli"),
    _italian("documents", "Quali documenti ci sono sulla sosta?", "Bianca Morelli"),
    _italian("follow-up", "Entro quanto tempo viene rilasciato?", "venti giorni", earlier="Che cos'è il contrassegno?"),
    _italian("follow-up", "E quella del teatro?", "12 corone", earlier="Quanto costa l'autorimessa della stazione?"),
    _italian("replaced", "In quale orario la sosta è a pagamento?", "8 alle 19", absent=("9 alle 17",)),
    _italian("unanswerable", "Quanto costa il biglietto dell'autobus?"),
    _italian("typo", "Quanto costa l'autorimesa del teatro?", "12 corone"),
    _portuguese("figure", "Quanto custa o aluguer de uma motoenxada?", "9 coroas"),
    _portuguese("now", "Qual é a taxa mensal de cada talhão?", "7,50", absent=("4 coroas", "6 coroas")),
    _portuguese("then", "Qual era a taxa mensal em 2014?", "4 coroas", absent=("7,50", "6 coroas")),
    _portuguese("date", "Quando entra em vigor o regulamento das hortas urbanas?", "1 de março de 2022"),
    _portuguese("definition", "O que é um talhão?", "cinquenta metros"),
    _portuguese("list", "Quais são os documentos da candidatura?", "cidadão", "rendimentos", "plano de cultivo"),
    _portuguese("yes or no", "É permitido criar animais nas hortas?", "Não é permitido", "abelhas"),
    _portuguese("provision", "O que diz o artigo 6.º?", "200 litros"),
    _portuguese("provision", "O que diz o artigo 4.º, n.º 2?", "motoenxada", absent=("uma enxada", "limpas")),
    _portuguese(
        "compare",
        "Qual é a diferença entre o aluguer de uma enxada e o aluguer de uma motoenxada?",
        "1 coroa ",
        "9 coroas",
    ),
    _portuguese("author", "Quem escreveu o regulamento das hortas urbanas de Vale Claro?", "Graça Teixeira"),
    _portuguese("documents", "Que documentos existem sobre hortas?", "Graça Teixeira"),
    _portuguese("follow-up", "Quanto custa ele por mês?", "7,50", earlier="O que é um talhão?"),
    _portuguese("follow-up", "E o de uma motoenxada?", "9 coroas", earlier="Quanto custa o aluguer de uma enxada?"),
    _portuguese("replaced", "Qual é o horário das hortas?", "7 às 21", absent=("9 às 18",)),
    _portuguese("unanswerable", "Qual é o valor do salário mínimo?"),
    _portuguese("typo", "Quanto custa o aluger de uma motoenxada?", "9 coroas"),
    _dutch("figure", "Hoeveel betalen woonboten?", "140 kronen"),
    _dutch("now", "Hoe hoog is het havengeld per nacht?", "12,50", absent=("7 kronen", "9 kronen")),
    _dutch("then", "Hoe hoog was het havengeld in 2013?", "7 kronen", absent=("12,50", "9 kronen")),
    _dutch("date", "Wanneer treedt de verordening ligplaatsen in werking?", "1 januari 2021"),
    _dutch("definition", "Wat is een woonboot?", "hoofdverblijf"),
    _dutch("list", "Welke stukken worden bij de aanvraag overgelegd?", "eigendomsbewijs", "foto", "meetrapport"),
    _dutch("yes or no", "Mag men in de haven open vuur maken?", "verboden", "smid"),
    _dutch("provision", "Wat staat er in artikel 6?", "vuilniszakken"),
    _dutch("provision", "Wat bepaalt artikel 4, lid 2?", "wasmunt", absent=("douchemunt", "Drinkwater")),
    _dutch("compare", "Wat is duurder, een douchemunt of een wasmunt?", "1 kroon", "4 kronen"),
    _dutch("author", "Wie heeft de verordening ligplaatsen Oosthaven geschreven?", "Joke Terpstra"),
    _dutch("documents", "Welke documenten zijn er over ligplaatsen?", "Joke Terpstra"),
    _dutch("follow-up", "Hoeveel betaalt die per maand?", "140 kronen", earlier="Wat is een woonboot?"),
    _dutch("follow-up", "En een wasmunt?", "4 kronen", earlier="Hoeveel kost een douchemunt?"),
    _dutch("replaced", "Wanneer is het havenkantoor geopend?", "8 tot 18", absent=("9 tot 16",)),
    _dutch("unanswerable", "Hoe hoog is de inkomstenbelasting?"),
    _dutch("typo", "Hoe hoog is het havengedl per nacht?", "12,50"),
    _russian("figure", "Сколько стоит абонемент?", "38 крон"),
    _russian("now", "Какова плата за вход для взрослых?", "7 крон", absent=("4 кроны", "5,50")),
    _russian("then", "Какой была плата за вход в 2014 году?", "4 кроны", absent=("7 крон", "5,50")),
    _russian("date", "Когда вступают в силу правила посещения музея?", "1 сентября 2020 года"),
    _russian("definition", "Что такое абонемент?", "любое число посещений"),
    _russian("list", "Какие документы представляет школа для заказа экскурсии?", "заявку", "список", "договора"),
    _russian("yes or no", "Разрешена ли фотосъёмка в залах?", "запрещена", "журналистов"),
    _russian("provision", "Что говорит статья 6?", "утерянные вещи"),
    _russian("provision", "Что сказано в пункте 2 статьи 4?", "чемодана", absent=("одежды", "Зонты")),
    _russian("compare", "Что дороже, хранение верхней одежды или хранение чемодана?", "1 крону", "3 кроны"),
    _russian("author", "Кто автор правил посещения музея города Светлогорье?", "Вера Климова"),
    _russian("documents", "Какие есть документы о музее?", "Вера Климова"),
    _russian("follow-up", "Сколько он стоит?", "38 крон", earlier="Что такое абонемент?"),
    _russian("follow-up", "А хранение чемодана?", "3 кроны", earlier="Сколько стоит хранение верхней одежды?"),
    _russian("replaced", "Когда открыт музей?", "10 до 19", absent=("11 до 17",)),
    _russian("unanswerable", "Каков размер подоходного налога?"),
    _russian("typo", "Сколько стоит абонмент?", "38 крон"),
)
