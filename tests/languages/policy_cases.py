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


def _case(
    language: str, kind: str, question: str, *words: str, absent: tuple[str, ...] = (), earlier: str | None = None
) -> Case:
    return Case(language, kind, question, words, absent, earlier)


CASES = (
    _case("de", "figure", "Wie viel kostet eine Saisonkarte?", "90 Kronen"),
    _case("de", "now", "Wie hoch ist der Eintritt für Erwachsene?", "5,50", absent=("3,20", "4,00")),
    _case("de", "then", "Wie hoch war der Eintritt im Jahr 2014?", "3,20", absent=("5,50", "4,00")),
    _case("de", "date", "Wann tritt die Badeordnung in Kraft?", "1. Mai 2021"),
    _case("de", "definition", "Was ist eine Saisonkarte?", "Eintrittskarte"),
    _case("de", "list", "Welche Unterlagen sind für den Schwimmkurs nötig?", "Geburtsurkunde", "Attest", "Wohnsitzes"),
    _case("de", "yes or no", "Dürfen Hunde in das Bad mitgebracht werden?", "nicht", "Blindenhunde"),
    _case("de", "provision", "Was steht in § 6?", "Wertsachen"),
    _case("de", "provision", "Was regelt § 4 Abs. 2?", "großes", absent=("kleines", "ersetzt")),
    _case(
        "de", "compare", "Was ist teurer, ein kleines Schließfach oder ein großes Schließfach?", "1 Krone", "3 Kronen"
    ),
    _case("de", "author", "Wer hat die Badeordnung der Stadt Velden verfasst?", "Ilse Brandt"),
    _case("de", "documents", "Welche Dokumente gibt es über das Freibad?", "Ilse Brandt"),
    _case("de", "follow-up", "Was kostet sie?", "90 Kronen", earlier="Was ist eine Saisonkarte?"),
    _case("de", "replaced", "Wann ist das Freibad geöffnet?", "9 bis 20 Uhr", absent=("10 bis 18",)),
    _case("de", "unanswerable", "Wie hoch ist die Grundsteuer?"),
    _case("de", "typo", "Was kostet eine Sasionkarte?", "90 Kronen"),
    _case("fr", "figure", "Combien coûte le branchement renforcé ?", "5 couronnes"),
    _case("fr", "now", "Quel est le droit de place par jour ?", "9 couronnes", absent=("6 couronnes", "7,50")),
    _case("fr", "then", "Quel était le droit de place en 2013 ?", "6 couronnes", absent=("9 couronnes", "7,50")),
    _case("fr", "date", "Quand le règlement des marchés entre-t-il en vigueur ?", "1er janvier 2021"),
    _case("fr", "definition", "Qu'est-ce qu'un abonné ?", "toute l'année"),
    _case("fr", "list", "Quelles pièces accompagnent la demande d'emplacement ?", "carte", "assurance", "photographie"),
    _case("fr", "yes or no", "La vente d'animaux vivants est-elle autorisée ?", "interdite", "volailles"),
    _case("fr", "provision", "Que dit l'article 6 ?", "cartons"),
    _case("fr", "provision", "Que prévoit l'article 4, paragraphe 2 ?", "renforcé", absent=("simple", "groupes")),
    _case(
        "fr",
        "compare",
        "Quelle est la différence entre le branchement simple et le branchement renforcé ?",
        "2 cou",
        "5 cou",
    ),
    _case("fr", "author", "Qui a rédigé le règlement des marchés de Bellerive ?", "Odile Garnier"),
    _case("fr", "documents", "Quels documents parlent des marchés ?", "Odile Garnier"),
    _case(
        "fr", "follow-up", "Combien coûte-t-il ?", "5 couronnes", earlier="Qui peut utiliser le branchement renforcé ?"
    ),
    _case(
        "fr",
        "follow-up",
        "Peut-il la contester ?",
        "quinze jours",
        earlier="Combien de temps dure la suspension d'un commerçant ?",
    ),
    _case("fr", "replaced", "À quelle heure ouvre le marché ?", "7 heures", absent=("8 heures",)),
    _case("fr", "unanswerable", "Quel est le montant de la taxe foncière ?"),
    _case("fr", "typo", "Combien coûte le branchemnt renforcé ?", "5 couronnes"),
    _case("es", "figure", "¿Cuánto cuesta el abono anual?", "32 coronas"),
    _case("es", "now", "¿Cuál es el precio por viaje?", "1,10", absent=("0,60", "0,80")),
    _case("es", "then", "¿Cuál era el precio por viaje en 2015?", "0,60", absent=("1,10", "0,80")),
    _case("es", "date", "¿Cuándo entra en vigor el reglamento de las bicicletas?", "1 de abril de 2022"),
    _case("es", "definition", "¿Qué es un anclaje?", "punto fijo"),
    _case("es", "list", "¿Qué documentos hay que presentar para darse de alta?", "identidad", "empadron", "fianza"),
    _case("es", "yes or no", "¿Pueden los menores de 14 años utilizar el servicio?", "no pueden", "acompañados"),
    _case("es", "provision", "¿Qué dice el artículo 6?", "daños"),
    _case(
        "es", "provision", "¿Qué establece el artículo 4, apartado 2?", "carga", absent=("eléctrica", "mismo anclaje")
    ),
    _case(
        "es", "compare", "¿Qué es más caro, la bicicleta eléctrica o la bicicleta de carga?", "2 coronas", "4 coronas"
    ),
    _case(
        "es", "author", "¿Quién escribió el reglamento de las bicicletas públicas de Montarenas?", "Elvira Sotomayor"
    ),
    _case("es", "documents", "¿Qué documentos hay sobre bicicletas?", "Elvira Sotomayor"),
    _case("es", "follow-up", "¿Cuánto cuesta?", "32 coronas", earlier="¿Qué es el abono anual?"),
    _case(
        "es", "follow-up", "¿Y la bicicleta de carga?", "4 coronas", earlier="¿Cuánto cuesta la bicicleta eléctrica?"
    ),
    _case("es", "replaced", "¿Cuál es el horario del servicio?", "6 a 23", absent=("8 a 20",)),
    _case("es", "unanswerable", "¿Cuánto es el impuesto sobre la renta?"),
    _case("es", "typo", "¿Cuánto cuesta la biciclta de carga?", "4 coronas"),
    _case("it", "figure", "Quanto costa l'autorimessa del teatro?", "12 corone"),
    _case("it", "now", "Qual è la tariffa oraria della sosta?", "1,80", absent=("0,90", "1,30")),
    _case("it", "then", "Qual era la tariffa oraria della sosta nel 2012?", "0,90", absent=("1,80", "1,30")),
    _case("it", "date", "Quando entra in vigore il regolamento della sosta?", "1° gennaio 2020"),
    _case("it", "definition", "Che cos'è il contrassegno?", "autorizza un solo veicolo"),
    _case("it", "list", "Quali documenti si allegano alla domanda?", "patente", "residenza", "ricevuta"),
    _case("it", "yes or no", "I camper possono sostare nel centro storico?", "non possono", "residenti"),
    _case("it", "provision", "Che cosa dice l'articolo 6?", "rimossi"),
    _case("it", "provision", "Che cosa prevede l'articolo 4, comma 2?", "teatro", absent=("stazione", "sorvegliate")),
    _case(
        "it",
        "compare",
        "Costa di più l'autorimessa della stazione o l'autorimessa del teatro?",
        "8 corone",
        "12 corone",
    ),
    _case("it", "author", "Chi ha scritto il regolamento della sosta di Castelvento?", "Bianca Morelli"),
    _case("it", "documents", "Quali documenti ci sono sulla sosta?", "Bianca Morelli"),
    _case(
        "it", "follow-up", "Entro quanto tempo viene rilasciato?", "venti giorni", earlier="Che cos'è il contrassegno?"
    ),
    _case("it", "follow-up", "E quella del teatro?", "12 corone", earlier="Quanto costa l'autorimessa della stazione?"),
    _case("it", "replaced", "In quale orario la sosta è a pagamento?", "8 alle 19", absent=("9 alle 17",)),
    _case("it", "unanswerable", "Quanto costa il biglietto dell'autobus?"),
    _case("it", "typo", "Quanto costa l'autorimesa del teatro?", "12 corone"),
    _case("pt", "figure", "Quanto custa o aluguer de uma motoenxada?", "9 coroas"),
    _case("pt", "now", "Qual é a taxa mensal de cada talhão?", "7,50", absent=("4 coroas", "6 coroas")),
    _case("pt", "then", "Qual era a taxa mensal em 2014?", "4 coroas", absent=("7,50", "6 coroas")),
    _case("pt", "date", "Quando entra em vigor o regulamento das hortas urbanas?", "1 de março de 2022"),
    _case("pt", "definition", "O que é um talhão?", "cinquenta metros"),
    _case("pt", "list", "Quais são os documentos da candidatura?", "cidadão", "rendimentos", "plano de cultivo"),
    _case("pt", "yes or no", "É permitido criar animais nas hortas?", "Não é permitido", "abelhas"),
    _case("pt", "provision", "O que diz o artigo 6.º?", "200 litros"),
    _case("pt", "provision", "O que diz o artigo 4.º, n.º 2?", "motoenxada", absent=("uma enxada", "limpas")),
    _case(
        "pt",
        "compare",
        "Qual é a diferença entre o aluguer de uma enxada e o aluguer de uma motoenxada?",
        "1 coroa ",
        "9 coroas",
    ),
    _case("pt", "author", "Quem escreveu o regulamento das hortas urbanas de Vale Claro?", "Graça Teixeira"),
    _case("pt", "documents", "Que documentos existem sobre hortas?", "Graça Teixeira"),
    _case("pt", "follow-up", "E o de uma motoenxada?", "9 coroas", earlier="Quanto custa o aluguer de uma enxada?"),
    _case("pt", "replaced", "Qual é o horário das hortas?", "7 às 21", absent=("9 às 18",)),
    _case("pt", "unanswerable", "Qual é o valor do salário mínimo?"),
    _case("pt", "typo", "Quanto custa o aluger de uma motoenxada?", "9 coroas"),
    _case("nl", "figure", "Hoeveel betalen woonboten?", "140 kronen"),
    _case("nl", "now", "Hoe hoog is het havengeld per nacht?", "12,50", absent=("7 kronen", "9 kronen")),
    _case("nl", "then", "Hoe hoog was het havengeld in 2013?", "7 kronen", absent=("12,50", "9 kronen")),
    _case("nl", "date", "Wanneer treedt de verordening ligplaatsen in werking?", "1 januari 2021"),
    _case("nl", "definition", "Wat is een woonboot?", "hoofdverblijf"),
    _case("nl", "list", "Welke stukken worden bij de aanvraag overgelegd?", "eigendomsbewijs", "foto", "meetrapport"),
    _case("nl", "yes or no", "Mag men in de haven open vuur maken?", "verboden", "smid"),
    _case("nl", "provision", "Wat staat er in artikel 6?", "vuilniszakken"),
    _case("nl", "provision", "Wat bepaalt artikel 4, lid 2?", "wasmunt", absent=("douchemunt", "Drinkwater")),
    _case("nl", "compare", "Wat is duurder, een douchemunt of een wasmunt?", "1 kroon", "4 kronen"),
    _case("nl", "author", "Wie heeft de verordening ligplaatsen Oosthaven geschreven?", "Joke Terpstra"),
    _case("nl", "documents", "Welke documenten zijn er over ligplaatsen?", "Joke Terpstra"),
    _case("nl", "follow-up", "Hoeveel betaalt die per maand?", "140 kronen", earlier="Wat is een woonboot?"),
    _case("nl", "follow-up", "En een wasmunt?", "4 kronen", earlier="Hoeveel kost een douchemunt?"),
    _case("nl", "replaced", "Wanneer is het havenkantoor geopend?", "8 tot 18", absent=("9 tot 16",)),
    _case("nl", "unanswerable", "Hoe hoog is de inkomstenbelasting?"),
    _case("nl", "typo", "Hoe hoog is het havengedl per nacht?", "12,50"),
    _case("ru", "figure", "Сколько стоит абонемент?", "38 крон"),
    _case("ru", "now", "Какова плата за вход для взрослых?", "7 крон", absent=("4 кроны", "5,50")),
    _case("ru", "then", "Какой была плата за вход в 2014 году?", "4 кроны", absent=("7 крон", "5,50")),
    _case("ru", "date", "Когда вступают в силу правила посещения музея?", "1 сентября 2020 года"),
    _case("ru", "definition", "Что такое абонемент?", "любое число посещений"),
    _case("ru", "list", "Какие документы представляет школа для заказа экскурсии?", "заявку", "список", "договора"),
    _case("ru", "yes or no", "Разрешена ли фотосъёмка в залах?", "запрещена", "журналистов"),
    _case("ru", "provision", "Что говорит статья 6?", "утерянные вещи"),
    _case("ru", "provision", "Что сказано в пункте 2 статьи 4?", "чемодана", absent=("одежды", "Зонты")),
    _case("ru", "compare", "Что дороже, хранение верхней одежды или хранение чемодана?", "1 крону", "3 кроны"),
    _case("ru", "author", "Кто автор правил посещения музея города Светлогорье?", "Вера Климова"),
    _case("ru", "documents", "Какие есть документы о музее?", "Вера Климова"),
    _case("ru", "follow-up", "Сколько он стоит?", "38 крон", earlier="Что такое абонемент?"),
    _case("ru", "follow-up", "А хранение чемодана?", "3 кроны", earlier="Сколько стоит хранение верхней одежды?"),
    _case("ru", "replaced", "Когда открыт музей?", "10 до 19", absent=("11 до 17",)),
    _case("ru", "unanswerable", "Каков размер подоходного налога?"),
    _case("ru", "typo", "Сколько стоит абонмент?", "38 крон"),
    _case("de", "now", "Was zahlt man derzeit für den Eintritt?", "5,50", absent=("3,20", "4,00")),
    _case("de", "then", "Was kostete der Eintritt am 3. Juni 2017?", "4,00", absent=("5,50", "3,20")),
    _case("de", "list", "Nenne alle Unterlagen für die Anmeldung zum Schwimmkurs.", "Geburtsurkunde", "Einwilligung"),
    _case("de", "yes or no", "Haftet die Stadt für verlorene Wertsachen?", "haftet nicht"),
    _case("de", "provision", "Was sagt Paragraf 7 der Badeordnung?", "Badeaufsicht"),
    _case("de", "date", "Wann wurde die Badeordnung der Stadt Velden veröffentlicht?", "2021-02-10"),
    _case("de", "follow-up", "Und ein großes?", "3 Kronen", earlier="Was kostet ein kleines Schließfach?"),
    _case("de", "two", "Was kostet eine Saisonkarte und wann tritt die Ordnung in Kraft?", "90 Kronen", "1. Mai 2021"),
    _case("de", "documents", "Welche Dokumente gibt es?", "Ilse Brandt", "Odile Garnier"),
    _case("de", "unanswerable", "Wie viele Einwohner hat Velden?"),
    _case(
        "fr", "now", "Combien coûte aujourd'hui une place au marché par jour ?", "9 couronnes", absent=("6 couronnes",)
    ),
    _case("fr", "then", "Quel droit de place payait-on le 5 mai 2018 ?", "7,50", absent=("6 couronnes", "9 couronnes")),
    _case("fr", "yes or no", "Les groupes électrogènes sont-ils autorisés ?", "interdits"),
    _case("fr", "provision", "Que prévoit le deuxième paragraphe de l'article 4 ?", "renforcé"),
    _case("fr", "date", "Quand a été publié le règlement des marchés de Bellerive ?", "2020-11-20"),
    _case(
        "fr",
        "follow-up",
        "Et le branchement simple ?",
        "2 couronnes",
        earlier="Combien coûte le branchement renforcé ?",
    ),
    _case(
        "fr",
        "two",
        "Combien coûte le branchement simple et quand le règlement entre-t-il en vigueur ?",
        "2 couronnes",
        "1er janvier 2021",
    ),
    _case("fr", "documents", "Quels documents avez-vous ?", "Odile Garnier"),
    _case("es", "list", "Enumera todos los documentos para el alta.", "fotografía", "fianza"),
    _case("es", "yes or no", "¿El recurso suspende la sanción?", "no suspende"),
    _case("es", "provision", "¿Qué contiene el artículo 7 del reglamento de las bicicletas?", "retirar el abono"),
    _case("es", "date", "¿Cuándo se publicó el reglamento de las bicicletas públicas de Montarenas?", "2022-01-18"),
    _case(
        "es",
        "two",
        "¿Cuánto cuesta el abono anual y cuándo entra en vigor el reglamento?",
        "32 coronas",
        "1 de abril de 2022",
    ),
    _case("es", "documents", "¿Qué documentos hay?", "Elvira Sotomayor"),
    _case("es", "unanswerable", "¿Cuántos habitantes tiene Montarenas?"),
    _case("it", "list", "Elenca tutti i documenti da allegare alla domanda di contrassegno.", "patente", "ricevuta"),
    _case("it", "yes or no", "È vietata la sosta nelle piazze?", "vietata"),
    _case("it", "provision", "Cosa stabilisce l'articolo 7?", "revocare"),
    _case("it", "date", "Quando è stato pubblicato il regolamento della sosta di Castelvento?", "2019-12-05"),
    _case("it", "follow-up", "Quanto costa?", "12 corone", earlier="Quando è aperta l'autorimessa del teatro?"),
    _case(
        "it",
        "two",
        "Quanto costa l'autorimessa del teatro e quando entra in vigore il regolamento?",
        "12 corone",
        "1° gennaio 2020",
    ),
    _case("it", "documents", "Quali documenti ci sono?", "Bianca Morelli"),
    _case("it", "unanswerable", "Quanti abitanti ha Castelvento?"),
    _case("pt", "now", "Quanto se paga atualmente de taxa mensal?", "7,50", absent=("4 coroas", "6 coroas")),
    _case("pt", "then", "Qual era a taxa mensal em 5 de maio de 2018?", "6 coroas", absent=("4 coroas", "7,50")),
    _case("pt", "list", "Enumere todos os documentos da candidatura.", "cidadão", "plano de cultivo"),
    _case("pt", "yes or no", "O recurso suspende a retirada?", "não suspende"),
    _case("pt", "provision", "O que estabelece o artigo 7.º?", "retirar o talhão"),
    _case("pt", "date", "Quando foi publicado o regulamento das hortas urbanas de Vale Claro?", "2021-09-14"),
    _case("pt", "follow-up", "E uma enxada?", "1 coroa", earlier="Quanto custa o aluguer de uma motoenxada?"),
    _case(
        "pt",
        "two",
        "Quanto custa o aluguer de uma enxada e quando entra em vigor o regulamento?",
        "1 coroa",
        "1 de março de 2022",
    ),
    _case("pt", "documents", "Que documentos existem?", "Graça Teixeira"),
    _case("nl", "now", "Wat betaal je nu aan havengeld?", "12,50", absent=("7 kronen", "9 kronen")),
    _case("nl", "then", "Hoe hoog was het havengeld op 3 juni 2017?", "9 kronen", absent=("7 kronen", "12,50")),
    _case("nl", "list", "Noem alle stukken bij de aanvraag.", "verzekeringspolis", "meetrapport"),
    _case("nl", "yes or no", "Mogen motoren 's nachts draaien?", "niet draaien"),
    _case("nl", "provision", "Wat zegt artikel 7 van de verordening?", "weigeren"),
    _case("nl", "date", "Wanneer is de verordening ligplaatsen Oosthaven gepubliceerd?", "2020-10-06"),
    _case("nl", "follow-up", "Wanneer is het open?", "8 tot 18", earlier="Waar is het havenkantoor?"),
    _case(
        "nl",
        "two",
        "Hoeveel kost een wasmunt en wanneer treedt de verordening in werking?",
        "4 kronen",
        "1 januari 2021",
    ),
    _case("nl", "documents", "Welke documenten zijn er?", "Joke Terpstra"),
    _case("nl", "unanswerable", "Hoeveel inwoners heeft Oosthaven?"),
    _case("ru", "now", "Сколько стоит вход для взрослых сейчас?", "7 крон", absent=("4 кроны", "5,50")),
    _case("ru", "then", "Сколько стоил вход 3 июня 2017 года?", "5,50", absent=("4 кроны", "7 крон")),
    _case("ru", "list", "Перечислите все документы для заказа экскурсии.", "список", "договора"),
    _case("ru", "yes or no", "Приостанавливает ли жалоба запрет?", "не приостанавливает"),
    _case("ru", "provision", "Что установлено в статье 7?", "запретить вход"),
    _case("ru", "date", "Когда были опубликованы правила посещения музея города Светлогорье?", "2020-08-25"),
    _case("ru", "follow-up", "А чемодана?", "3 кроны", earlier="Сколько стоит хранение верхней одежды?"),
    _case("ru", "two", "Сколько стоит абонемент и когда вступают в силу правила?", "38 крон", "1 сентября 2020"),
    _case("ru", "documents", "Какие есть документы?", "Вера Климова"),
    _case("ru", "unanswerable", "Сколько жителей в Светлогорье?"),
)
