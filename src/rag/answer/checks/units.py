"""Units, scales and currencies, each with its size in the base unit of its dimension."""

from __future__ import annotations

import re
from typing import NamedTuple


class Unit(NamedTuple):
    """A unit of measurement: `size` is its value in the base unit of `dimension`. `name` is its plain name."""

    dimension: str
    size: float
    name: str


_TABLE = {
    "duration": {  # hours
        "second": (1 / 3600, "seconds sec secs"),
        "minute": (1 / 60, "minutes min mins"),
        "hour": (1.0, "hours hr hrs"),
        "day": (24.0, "days"),
        "week": (168.0, "weeks"),
        "fortnight": (336.0, "fortnights"),
    },
    "months": {
        "month": (1.0, "months"),
        "year": (12.0, "years yr yrs year-old years-old"),
        "decade": (120.0, "decades"),
        "century": (1200.0, "centuries"),
    },
    "working days": {"working day": (1.0, "working days business day business days")},
    "school days": {"school day": (1.0, "school days")},
    "mass": {  # grams
        "microgram": (1e-6, "micrograms µg μg"),
        "milligram": (1e-3, "milligrams mg"),
        "gram": (1.0, "grams gramme grammes g"),
        "kilogram": (1e3, "kilograms kilogramme kilogrammes kilo kilos kg"),
        "tonne": (1e6, "tonnes t metric tons metric ton"),
        "ton": (1.016e6, "tons"),
        "pound in weight": (453.6, "lb lbs"),
    },
    "volume": {  # litres
        "millilitre": (1e-3, "millilitres milliliter milliliters ml"),
        "litre": (1.0, "litres liter liters l"),
        "cubic centimetre": (1e-3, "cubic centimetres cm³ cc"),
        "cubic metre": (1e3, "cubic metres cubic meter cubic meters m³ m3"),
        "hectolitre": (100.0, "hectolitres hl"),
        "gallon": (4.546, "gallons"),
        "barrel": (158.99, "barrels"),
    },
    "length": {  # metres
        "millimetre": (1e-3, "millimetres millimeter millimeters mm"),
        "centimetre": (1e-2, "centimetres centimeter centimeters cm"),
        "metre": (1.0, "metres meter meters"),
        "kilometre": (1e3, "kilometres kilometer kilometers km"),
        "mile": (1609.344, "miles"),
        "foot": (0.3048, "feet ft"),
    },
    "area": {
        "hectare": (1.0, "hectares ha"),
        "acre": (0.4047, "acres"),
        "square kilometre": (100.0, "square kilometres km2 km²"),
        "square metre": (1e-4, "square metres square meter square meters m² sqm m2"),
    },
    "speed": {"km/h": (1.0, "kph kilometres per hour"), "mph": (1.609, "miles per hour")},
    "energy": {
        "kilowatt-hour": (1.0, "kilowatt-hours kilowatt hours kwh"),
        "megawatt-hour": (1e3, "megawatt-hours megawatt hours mwh"),
        "gigawatt-hour": (1e6, "gigawatt-hours gwh"),
        "terawatt-hour": (1e9, "terawatt-hours twh"),
    },
    "power": {"kilowatt": (1.0, "kilowatts kw"), "megawatt": (1e3, "megawatts mw"), "gigawatt": (1e6, "gigawatts gw")},
    "ship speed": {"knot": (1.0, "knots kn")},
    "noise": {"decibel": (1.0, "decibels db")},
    "temperature": {"degree": (1.0, "degrees °c celsius")},
}  # fmt: skip
_PHRASES = (
    "square kilometres",
    "square metres",
    "square meters",
    "square meter",
    "cubic centimetres",
    "cubic metres",
    "cubic meters",
    "cubic meter",
    "working days",
    "business day",
    "business days",
    "school days",
    "metric tons",
    "metric ton",
    "kilometres per hour",
    "miles per hour",
    "kilowatt hours",
    "megawatt hours",
)


def _names(name: str, others: str) -> list[str]:
    phrases = [phrase for phrase in _PHRASES if phrase in others]
    for phrase in phrases:
        others = others.replace(phrase, " ")
    return [name, *phrases, *others.split()]


UNITS = {
    spelling: Unit(dimension, size, name)
    for dimension, units in _TABLE.items()
    for name, (size, others) in units.items()
    for spelling in _names(name, others)
}
"""Each spelling of a unit, in lower case."""

_CURRENCIES = {
    "GBP": ("£", "pound pounds pounds sterling gbp", "pence penny"),
    "EUR": ("€", "euro euros eur", ""),
    "USD": ("$ US$ us$", "dollar dollars usd", ""),
    "INR": ("₹ Rs. Rs", "rupee rupees inr", "paise"),
    "JPY": ("¥", "yen jpy", ""),
    "KZT": ("₸", "tenge kzt", ""),
    "BRL": ("R$", "real reais brl", ""),
    "CHF": ("", "franc francs chf", ""),
    "SEK": ("", "krona kronor sek", ""),
    "NOK": ("", "krone kroner nok dkk", ""),
    "RUB": ("₽", "rouble roubles ruble rubles", ""),
    "CNY": ("", "yuan renminbi", ""),
    "KRW": ("₩", "won", ""),
    "CAD": ("C$ CA$", "cad", ""),
    "AUD": ("A$", "aud", ""),
    "AED": ("", "dirham dirhams aed", ""),
    "ZAR": ("", "rand", ""),
    "cent": ("¢", "cent cents", ""),
}
CURRENCY_SIGNS = {sign: (code, 1.0) for code, (signs, _, _) in _CURRENCIES.items() for sign in (*signs.split(), code)}
"""The currency of each sign and the size of one of it."""

CURRENCY_NAMES = {name: (code, 1.0) for code, (_, names, _) in _CURRENCIES.items() for name in names.split()} | {
    name: (code, 0.01) for code, (_, _, parts) in _CURRENCIES.items() for name in parts.split()
}
"""The currency of each name, in lower case, and the size of one of it."""

SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "millions": 1e6,
    "billion": 1e9,
    "billions": 1e9,
    "trillion": 1e12,
    "lakh": 1e5,
    "lakhs": 1e5,
    "crore": 1e7,
    "crores": 1e7,
    "dozen": 12.0,
    "mn": 1e6,
    "bn": 1e9,
    "tn": 1e12,
    "m": 1e6,
    "k": 1e3,
}
"""The value of each scale word."""

SCALE_PATTERN = "|".join(sorted(map(re.escape, SCALES), key=len, reverse=True))
"""Matches a scale word."""

UNIT_PATTERN = "|".join(sorted(map(re.escape, {*UNITS, *CURRENCY_NAMES}), key=len, reverse=True))
"""Matches the spelling of a unit or currency."""
