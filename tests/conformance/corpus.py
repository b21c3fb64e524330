"""Documents with labels, dates, fields and two languages, and 500 questions with and without conditions."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.index.filters import Test, parse
from rag.snapshots import Index
from rag.types import Document, Heading, Period, Reference, Span

_ENGLISH = """
    levy charge permit refund council member allowance notice appeal fee fine tax duty licence school road bridge water
    waste energy forest harbour market clinic nurse teacher driver tenant owner shop farm sugar tobacco alcohol paper
    glass copper report budget grant loan pension child parent student visitor resident border customs vessel train bus
    ticket parking noise smoke light fire flood storm drought winter summer monthly yearly weekly public private local
    national annual urgent early late high low new old open closed free paid written oral digital
"""
_GERMAN = "Gebühr Bescheid Antrag Frist Schule Straße Brücke Wasser Abfall Wald Hafen Markt Klinik Steuer Zuschuss"
_WORDS, _WORTE = _ENGLISH.split(), _GERMAN.split()
_LABELS = [(), (), (), ("hr",), ("legal",), ("hr", "legal")]
DAY = Period(date(2018, 6, 1), date(2018, 6, 1))

COUNT = 90
QUESTIONS = 500


def documents() -> list[Document]:
    """Return the documents, the same ones each time."""
    dice = random.Random(4)
    return [_document(dice, number) for number in range(COUNT)]


def changed(document: Document) -> Document:
    """Return a document with another text under the same id."""
    return replace(document, text=f"{document.text} An amendment adds a quagga to the harbour.")


def questions() -> list[str]:
    """Return the questions: some words of the documents, in any order, and sometimes a word that none has."""
    dice = random.Random(5)
    words = [*_WORDS, *_WORTE[:5], "quokka"]
    return [" ".join(dice.choices(words, k=dice.randint(1, 6))) for _ in range(QUESTIONS)]


@dataclass(frozen=True)
class Choice:
    """A way to choose documents: a view of an index, conditions, and a test in plain Python that says the same.

    `visible` are the documents from which all figures of the view are computed.
    """

    name: str
    view: Callable[[Index], Index] = lambda index: index
    conditions: Sequence[Test] = ()
    meets: Callable[[Document], bool] = lambda _: True
    visible: Callable[[Document], bool] = lambda _: True


def choices() -> list[Choice]:
    """Return ways to choose documents, with filters, days, groups and all of them together."""
    year, country = {"year": {"gte": 2010, "lt": 2020}}, {"country": ["Kenya", "Peru"]}
    return [
        Choice("all"),
        Choice("a field", conditions=parse(country), meets=_in_country),
        Choice("a range", conditions=parse(year), meets=_in_years),
        Choice("not", conditions=parse({"country": {"not": "Peru"}}), meets=lambda one: "Peru" not in _countries(one)),
        Choice(
            "two fields", conditions=parse({**year, **country}), meets=lambda one: _in_years(one) and _in_country(one)
        ),
        Choice("no document", conditions=parse({"year": {"gte": 2100}}), meets=lambda _: False),
        Choice("in force", lambda index: index.in_force(DAY), meets=_in_force),
        Choice("not in force", lambda index: index.not_in_force(DAY), meets=lambda one: not _in_force(one)),
        Choice(
            "some documents",
            lambda index: index.among(["d3", "d7"]),
            meets=lambda one: one.reference.id in ("d3", "d7"),
        ),
        Choice("public", lambda index: index.seen_by(frozenset()), visible=lambda one: not one.access),
        Choice("a group", lambda index: index.seen_by(frozenset({"hr"})), visible=_seen_by_hr),
        Choice(
            "together",
            lambda index: index.seen_by(frozenset({"hr"})).in_force(DAY),
            parse(year),
            lambda one: _in_force(one) and _in_years(one),
            _seen_by_hr,
        ),
    ]


def _countries(one: Document) -> tuple[object, ...]:
    found = one.metadata.get("country", ())
    return found if isinstance(found, tuple) else (found,)


def _in_country(one: Document) -> bool:
    return bool({"Kenya", "Peru"} & {*_countries(one)})


def _in_years(one: Document) -> bool:
    year = one.metadata["year"]
    return isinstance(year, int) and 2010 <= year < 2020


def _seen_by_hr(one: Document) -> bool:
    return not one.access or "hr" in one.access


def _in_force(one: Document) -> bool:
    first, last = (str(one.metadata.get(name, DAY.first)) for name in ("valid_from", "valid_to"))
    return first <= DAY.last.isoformat() and last >= DAY.first.isoformat()


def _document(dice: random.Random, number: int) -> Document:
    german = number % 9 == 8
    words = _WORTE if german else _WORDS
    heading = " ".join(dice.choices(words, k=2)).capitalize()
    lines = [
        " ".join(dice.choices(words, k=dice.randint(4, 12))).capitalize() + "." for _ in range(dice.randint(1, 14))
    ]
    countries: list[str | tuple[str, ...]] = ["Kenya", "Peru", "Norway", ("Kenya", "Norway")]
    metadata: dict[str, str | int | tuple[str, ...]] = {"year": dice.randint(2000, 2024)}
    metadata["country"] = dice.choice(countries)
    if dice.random() < 0.3:
        metadata["valid_from"] = f"{dice.randint(2010, 2022)}-01-01"
    if dice.random() < 0.3:
        metadata["valid_to"] = f"{dice.randint(2012, 2024)}-12-31"
    return Document(
        Reference(f"d{number}", f"The {' '.join(dice.choices(words, k=2))}"),
        f"{heading}\n\n{'. '.join(lines)}.",
        "de" if german else "en",
        metadata,
        (Heading(Span(0, len(heading)), 1, heading),),
        access=dice.choice(_LABELS),
    )
