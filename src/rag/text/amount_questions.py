"""Recognise questions for an amount, such as a fine, a fee or a wage, and the amounts that a text states.

The patterns of questions here are English. Those of other languages are in `rag.text.answer_words`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.text.answer_words import ANSWERS, ASKS, VALUES
from rag.text.languages import DEFAULT
from rag.types import Span

_MOST_CHARACTERS = 2_000  # of a sentence that are searched for amounts
_GROUPS = (
    r"fine[sd]?|fining|penalt(?:y|ies)|sanctions?|surcharges?",
    r"charges?|charged|fees?|prices?|priced|costs?|tolls?|fares?|rates?|tariffs?|lev(?:y|ies|ied)|tax(?:es|ed)?|"
    r"dut(?:y|ies)|premiums?|contributions?|pay|pays|paid|payable",
    r"wages?|salar(?:y|ies)|pay|paid|remuneration|earnings?|earns?|stipends?",
    r"allowances?|benefits?|grants?|subsid(?:y|ies)|compensation|discounts?|rebates?|pensions?|payments?|receives?",
)
"""Words for one kind of amount: a text may say `levy` or `rate` if the question says `charge`."""

_NOUNS = (
    r"(?:fine|penalty|surcharge|charge|fee|price|cost|toll|fare|rate|tariff|levy|tax|duty|premium|wage|salary|"
    r"remuneration|allowance|grant|subsidy|discount|rebate|pension)s?"
)
_EXACT = re.compile(
    r"\b(?:fines?|fees?|charges?|prices?|wages?|salar(?:y|ies)|costs?|(?<!death )tolls?|fares?|tariffs?)\b"
    r"|\bhow much (?:is|are|was|were) (?!of\b)",
    re.IGNORECASE,
)
_AFTER = r"(?=\s*(?:[?.!]|\Z|\b(?:for|of|in|on|under|per|at|to|if|when|now|today|set|imposed|currently)\b))"
_ASKS = re.compile(
    r"\bhow (?:much|high|large|big|expensive|steep|low)\b"
    rf"|\bwhat(?:['’]s| is| are| was| were) (?:the |an? |my |your |their |its )?"
    rf"(?:(?!of\b|for\b|in\b|on\b|that\b|by\b|to\b)[\w’'-]+ ){{0,5}}?{_NOUNS}\b{_AFTER}"
    rf"|\bwhat (?:(?:maximum|minimum|highest|lowest|annual|monthly|daily) )?{_NOUNS} "
    r"(?:do|does|did|can|could|may|must|is|are|was|were|applies|apply|will|would)\b"
    r"|\bwhat (?:do|does|did) .{1,80} cost\b",
    re.IGNORECASE,
)
_KEYWORDS = re.compile(rf"\W*(?:[\w’'-]+ ){{1,3}}{_NOUNS}\W*", re.IGNORECASE)
_A_VERB = re.compile(r"\b(?:is|are|was|were|do|does|did|can|who|why|how|when|where|which)\b", re.IGNORECASE)

_SCALE = (
    r"(?:hundred|thousand|m(?:illion|illiard|io|rd|ln|n)\w{0,4}|b(?:illion|n)s?|trillion|tausend|"
    r"mil(?:le|les|lones|ioni|hões)?|milj\w*|duizend|miljard|тыс\w*|млн|млрд|миллион\w*|crores?|lakhs?)\b\.?"
)
_CURRENCY = (
    r"(?:euros?|eur|pounds?|pence|penny|dollars?|cents?|reais|real|rupees?|yen|yuan|tenge|franc[os]?|francs|franken|"
    r"kron[aeo]r?n?|kroner|coronas?|corone|coroas?|couronnes?|crowns?|крон\w{0,2}|рубл\w{1,3}|lei|leu|zł|złot\w+|"
    r"dirhams?|rand|pesos?|lir[ae]|gbp|usd|chf|sek|nok|dkk|rmb|inr|aud|cad|sgd|kr|евро|долл\w*)\b|[€£$¥₹₽]"
)
_NUMBER = re.compile(
    r"(?<![\w.,/§-])(?P<sign>(?:[A-Z]{1,3})?[£$€¥₹]\s?|(?:EUR|GBP|USD|CHF|SGD|Rs\.?)\s)?"
    r"\d[\d.,\u00a0\u202f]*+(?: \d{3}(?!\d))*+"
    rf"(?:[\s-](?P<scale>{_SCALE}))?(?P<money>[\s-]?(?:of\s|de\s)?(?:\w+\s)?(?:{_CURRENCY}))?"
    r"(?P<percent>\s?%|\s?per\s?cent\b|\s?percent\b|\s?prozent\b|\s?po?[ru]r? ?cento?\b|\s?процент)?",
    re.IGNORECASE,
)
_NAMED = re.compile(  # `Article 5`, `Euro 4`, `(2`, `no. 7`
    r"(?:\b(?!(?:About|Around|Circa|From|Over|Only|Rund|Environ|Hasta|Fino|Bis|Is|To|Of|Per|At|The|Up)\b)[A-Z][\w’'-]*\s"
    r"|\b(?:no|nr|num|art|sec)\.?\s|\(|§\s?)\Z"
)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_NO_AMOUNT = re.compile(
    r"\.?\s*(?:-\s?)?(?:(?:years?|months?|weeks?|days?|hours?|minutes?|seconds?|times|o['’]clock|a\.?m|p\.?m|"
    r"(?:kilo|milli|micro)?gram\w*|kg|g|(?:kilo|milli|centi)?met(?:er|re)s?|km|(?:milli)?lit(?:er|re)s?|ml|tonnes?|"
    r"people|persons?|families|countries|employees|January|February|March|April|May|June|July|August|September|"
    r"October|November|December)\b|(?:st|nd|rd|th)\b|[):/])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class AmountQuestion:
    """A question for an amount.

    `words` matches the words for the kind of amount, or is None if the question names no kind. `exact` is true if only
    an amount answers: `How much is the fee?`, but not `What is the penalty?`
    """

    words: re.Pattern[str] | None
    exact: bool


@lru_cache(maxsize=256)  # an answer looks the same question up for each of its passages
def amount_question(question: str, spoken: tuple[str, ...] = (DEFAULT,)) -> AmountQuestion | None:
    """Return what amount a question asks for; None if it asks for none.

    `spoken` are the languages that the question may be written in.
    """
    if DEFAULT in spoken:
        if _ASKS.search(question):
            return AmountQuestion(_words(question, _GROUPS, r"\b(?:{})\b"), bool(_EXACT.search(question)))
        if _KEYWORDS.fullmatch(question) and not _A_VERB.search(question):
            return AmountQuestion(_words(question, _GROUPS, r"\b(?:{})\b"), False)
    for language in spoken:
        if language in ASKS and re.search(ASKS[language].amount, question, re.IGNORECASE):
            if re.search(ASKS[language].duration, question, re.IGNORECASE):
                continue
            words = _words(question, VALUES.get(language, ()), r"(?:{})\w{{0,4}}\b")
            return AmountQuestion(words, words is not None)
    return None


def _words(question: str, groups: Sequence[str], form: str) -> re.Pattern[str] | None:
    """Return the pattern of the groups of words that the question has one of; None if it has none."""
    named = [group for group in groups if re.search(form.format(group), question, re.IGNORECASE)]
    return re.compile(form.format("|".join(named)), re.IGNORECASE) if named else None


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in a sentence that may be an amount.

    `money` is true if it has a currency, `percent` if it is a share.
    """

    span: Span
    money: bool
    percent: bool


def stated_amounts(text: str, language: str | None = None) -> Iterator[Amount]:
    """Yield the numbers of a sentence that may be amounts: no years, dates, durations, measures or references."""
    text = text[:_MOST_CHARACTERS]
    for match in _NUMBER.finditer(text):
        money = bool(match["sign"] or match["money"])
        span = Span(match.start(), match.start() + len(match[0].rstrip(".,")))
        is_name = _NAMED.search(text[max(0, span.start - 30) : span.start]) or _YEAR.fullmatch(span.of(text))
        if not money and not match["percent"] and (is_name or _no_amount(language).match(text, span.end)):
            continue
        yield Amount(span, money, bool(match["percent"]))


@lru_cache(maxsize=64)
def _no_amount(language: str | None) -> re.Pattern[str]:
    if language not in ANSWERS:
        return _NO_AMOUNT
    words = ANSWERS[language]
    return re.compile(
        rf"{_NO_AMOUNT.pattern}|\.?[ºª°]?\s*(?:de )?(?:(?:{words.months})\b|(?:{words.durations})\w{{0,5}}\b)",
        re.IGNORECASE,
    )
