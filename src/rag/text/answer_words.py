"""The words that ask for a duration, a date, an amount or a number, and that state one, in languages beside English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asks:
    """Patterns of the questions in one language that expect an answer of each type."""

    duration: str
    date: str
    amount: str
    number: str


@dataclass(frozen=True, slots=True)
class Answers:
    """The words of one language that state an answer: numerals, units of time, months, and amounts without figures.

    The units are the beginnings of words.
    """

    counts: str
    durations: str
    months: str
    free: str


ASKS = {
    "de": Asks(
        duration=r"\bwie ?lange\b|\bwie ?viele? (?:minuten|stunden|tage|wochen|monate|jahre|zeit)\b|"
        r"\b(?:welche|innerhalb welcher|bis zu welcher) frist\b",
        date=r"\bwann\b|\b(?:an|zu|bis zu|ab) welche[mn]? (?:tag|datum|monat|jahr|termin)\b|"
        r"\bin welchem (?:jahr|monat)\b",
        amount=r"\bwie (?:hoch|teuer)\b|\bwie ?viel\b|\bwas kostet\b|\bwelche höhe\b",
        number=r"\bwie ?viele\b",
    ),
    "es": Asks(
        duration=r"\bcu[aá]nto (?:tiempo|dura)\b|\bcu[aá]nt[oa]s (?:minutos|horas|d[ií]as|semanas|meses|años)\b|"
        r"\bqu[eé] plazo\b|\bcu[aá]l es el plazo\b",
        date=r"\bcu[aá]ndo\b|\b(?:qu[eé]|cu[aá]l es la) (?:fecha|d[ií]a|mes|año)\b",
        amount=r"\bcu[aá]nto\b|\bcu[aá]l es (?:el|la) (?:\w+ )?(?:precio|importe|cuant[ií]a|tarifa|multa|tasa|coste)\b",
        number=r"\bcu[aá]nt[oa]s\b",
    ),
    "fr": Asks(
        duration=r"\bcombien de (?:temps|minutes|heures|jours|semaines|mois|ann[ée]es|ans)\b|\bquel(?:le)? (?:est la "
        r"dur[ée]e|dur[ée]e|d[ée]lai|est le d[ée]lai)\b",
        date=r"\bquand\b|\b(?:quelle|quel) (?:date|jour|mois|ann[ée]e)\b|\bquelle est la date\b",
        amount=r"\bcombien\b|\bquel(?:le)? est (?:le |la |l['’])(?:\w+ )?(?:prix|montant|tarif|amende|taux|co[uû]t)\b",
        number=r"\bcombien d(?:e\b|['’])",
    ),
    "it": Asks(
        duration=r"\bquanto (?:tempo|dura)\b|\bquant[ie] (?:minuti|ore|giorni|settimane|mesi|anni)\b|"
        r"\bqual è il termine\b",
        date=r"\bquando\b|\b(?:che|quale|qual è la) (?:data|giorno|mese|anno)\b",
        amount=r"\bquanto\b|\bqual è (?:il |la |l['’])(?:\w+ )?(?:prezzo|importo|tariffa|multa|tassa|costo)\b",
        number=r"\bquant[ie]\b",
    ),
    "nl": Asks(
        duration=r"\bhoe ?lang\b|\bhoeveel (?:minuten|uur|uren|dagen|weken|maanden|jaar|tijd)\b|\bwelke termijn\b",
        date=r"\bwanneer\b|\b(?:op|vanaf|tot) welke (?:datum|dag)\b|\bin welk jaar\b",
        amount=r"\bhoe (?:hoog|duur)\b|\bhoeveel\b|\bwat kost\b|\bwat is (?:de|het) (?:prijs|bedrag|tarief|boete)\b",
        number=r"\bhoeveel\b",
    ),
    "pt": Asks(
        duration=r"\bquanto (?:tempo|dura)\b|\bquant[oa]s (?:minutos|horas|dias|semanas|meses|anos)\b|"
        r"\bqual (?:é )?o prazo\b",
        date=r"\bquando\b|\b(?:que|qual é a|em que) (?:data|dia|mês|ano)\b",
        amount=r"\bquanto\b|\bqual é (?:o|a) (?:\w+ )?(?:preço|valor|montante|tarifa|multa|taxa|custo)\b",
        number=r"\bquant[oa]s\b",
    ),
    "ru": Asks(
        duration=r"\bкак долго\b|\bсколько (?:минут|часов|дней|недель|месяцев|лет|времени)\b|"
        r"\bкак(?:ов|ой) срок\b",
        date=r"\bкогда\b|\b(?:какого числа|в каком году|с какой даты)\b",
        amount=r"\bсколько (?:стоит|составляет)\b|"
        r"\bкак(?:ов|ова|ая|ой) (?:\w+ )?(?:размер|штраф|цена|стоимость|сумма)\b",
        number=r"\bсколько\b",
    ),
}

ANSWERS = {
    "de": Answers(
        counts="eine[mnr]?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|vierzehn|zwanzig|dreißig|neunzig",
        durations="Minute|Stunde|Tag|Woche|Monat|Quartal|Jahr|Werktag|Arbeitstag|Kalendertag",
        months="Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember",
        free="kostenlos|kostenfrei|gebührenfrei|unentgeltlich|Hälfte|doppelte",
    ),
    "es": Answers(
        counts="una?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|catorce|quince|veinte|treinta|noventa",
        durations="minuto|hora|día|semana|mes|trimestre|año",
        months="enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre",
        free="gratuit[oa]s?|gratis|mitad|doble",
    ),
    "fr": Answers(
        counts="une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quatorze|quinze|vingt|trente|soixante",
        durations="minute|heure|jour|semaine|mois|trimestre|année|an",
        months="janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
        free="gratuit(?:e|ement|s|es)?|moitié|double",
    ),
    "it": Answers(
        counts="una?|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|dodici|quindici|venti|trenta|novanta",
        durations="minut|or[ae]|giorn|settiman|mes[ei]|trimestr|ann[oi]",
        months="gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre",
        free="gratuit[oaie]|metà|doppio",
    ),
    "nl": Answers(
        counts="een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|veertien|twintig|dertig|negentig",
        durations="minu[ut]|uur|uren|dag|week|weken|maand|kwarta|jaar|jaren|werkdag",
        months="januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december",
        free="gratis|kosteloos|helft|dubbele",
    ),
    "pt": Answers(
        counts="uma?|dois|duas|três|quatro|cinco|seis|sete|oito|nove|dez|onze|doze|quinze|vinte|trinta|noventa",
        durations="minuto|hora|dia|semana|m[eê]s|trimestre|ano",
        months="janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro",
        free="gratuit[oa]s?|grátis|metade|dobro",
    ),
    "ru": Answers(
        counts="один|одного|два|две|двух|три|трёх|трех|четыре|пять|шесть|семь|восемь|девять|десять|двадцать|тридцать",
        durations="минут|час|дн|день|недел|месяц|квартал|год|лет",
        months="января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря",
        free="бесплатно|половин|вдвое",
    ),
}

VALUES = {
    "de": (
        r"\w*(?:bußgeld|geldbuße|strafe|geldstrafe)",
        r"\w*(?:gebühr|preis|kosten|tarif|abgabe|steuer|beitrag|entgelt|eintritt|miete)|kostet|beträgt|zahl",
        r"\w*(?:lohn|löhne|gehalt|gehälter|vergütung|verdienst)",
        r"\w*(?:zuschuss|beihilfe|zulage|förderung|geld|rente|rabatt|ermäßigung)",
    ),
    "es": (
        r"multa|sanción|sanciones|recargo",
        r"precio|importe|tarifa|tasa|coste|cuota|impuesto|cuest|cost|pag",
        r"salario|sueldo|remuneración|paga",
        r"ayuda|subsidio|subvención|pensión|beca|descuento|bonificación",
    ),
    "fr": (
        r"amende|pénalité|sanction",
        r"prix|tarif|montant|taux|coût|redevance|taxe|impôt|frais|droit|cotisation|pa[iy]",
        r"salaire|rémunération|traitement|smic",
        r"allocation|aide|subvention|pension|prime|bourse|réduction|remise",
    ),
    "it": (
        r"multa|sanzion|ammend|penale",
        r"prezzo|importo|tariffa|tassa|costo|costa|imposta|canone|diritt|pag",
        r"stipendi|salari|retribuzion|paga",
        r"sussidi|contribut|assegn|pension|sconto|bonus|indennità",
    ),
    "nl": (
        r"boete|dwangsom",
        r"\w*(?:prijs|tarief|heffing|kosten|belasting|geld|leges|bijdrage|huur)|kost|bedraagt|betaa?l",
        r"\w*(?:loon|lonen|salaris)",
        r"\w*(?:toeslag|uitkering|subsidie|pensioen|korting|vergoeding)",
    ),
    "pt": (
        r"multa|coima|sanç",
        r"preço|valor|montante|tarifa|taxa|custo|custa|imposto|propina|pag",
        r"salário|ordenado|vencimento|remuneração",
        r"subsídio|apoio|pensão|bolsa|desconto|abono",
    ),
    "ru": (
        r"штраф|пен[яи]|неустойк",
        r"цен|стоимост|стоит|плат|тариф|сбор|налог|пошлин|взнос",
        r"зарплат|оплат\w{1,3} труда|оклад|жаловань",
        r"пособи|субсиди|пенси|льгот|скидк|выплат",
    ),
}
"""The beginnings of words for the kinds of amounts: penalties, prices, pay and benefits. Each group is one kind."""
