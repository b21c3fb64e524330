"""Gives the facts in documents canonical names and values."""

from __future__ import annotations

import datetime
import hashlib
import re
import unicodedata
from collections.abc import Mapping
from math import isfinite

from rag.sources.access import ACCESS, ACCESS_FAULT, INHERITED
from rag.sources.blocks import Facts
from rag.sources.dates import iso
from rag.text import normalise
from rag.text.validity import VALID_FROM, VALID_TO
from rag.types import Metadata, Reference, Value

_NAMES = {
    "_id": "id",
    "authors": "author",
    "byline": "author",
    "creator": "author",
    "date": "published",
    "publication_date": "published",
    "date_published": "published",
    "published_at": "published",
    "lang": "language",
    "link": "url",
    "source_url": "url",
}
_REFERENCE = frozenset({"id", "title", "author", "published", "language", "url"})
_DAYS = frozenset({VALID_FROM, VALID_TO})
_LABELS = frozenset({ACCESS, ACCESS_FAULT, INHERITED})
_LANGUAGES = {"english": "en", "french": "fr", "german": "de", "spanish": "es", "italian": "it", "portuguese": "pt"}
UNREAD_PAGES, UNREAD_BECAUSE = "unread_pages", "unread_because"
"""The facts about pages without a text that a parser can read: their numbers, and the reason with its remedy."""

OCR_CONFIDENCE = "ocr_confidence"
"""The fact with the mean confidence of the pages that OCR read."""

DETECTABLE = 200
"""Characters. The language of a shorter text is not detected."""

_LETTERS = 0.5
"""The least part of a text that is letters and their vowel signs. Figures have no language."""

_LONGEST = 4_000
"""Characters. A longer fact is cut off."""


def named(raw: Mapping[str, object]) -> Facts:
    """Return `raw` under canonical names, without empty values. A canonical name wins over its synonyms.

    Empty labels stay, because a document with them must not count as one without labels.
    """
    facts: Facts = {}
    for name, value in raw.items():
        plain = re.sub(r"\W+", "_", str(name).strip().lower()).strip("_") if name != "_id" else name
        canonical = _NAMES.get(plain, plain)
        given = value not in (None, "", [], ()) or canonical == ACCESS
        if canonical and given and (plain == canonical or canonical not in facts):
            facts[canonical] = value
    return facts


def reference(facts: Facts, title: str, stem: str) -> Reference:
    """Return the reference for citations. `title` and `stem` are used if the facts have no title and no id."""
    return Reference(
        id=phrase(facts.get("id")) or slug(stem),
        title=phrase(facts.get("title")) or title,
        url=phrase(facts.get("url")),
        author=phrase(facts.get("author")),
        published=iso(facts.get("published")),
    )


def metadata(facts: Facts, format_name: str) -> Metadata:
    """Return the facts that filters can use: all but those in the reference, the labels, and nested ones."""
    left_out = _REFERENCE | _LABELS
    kept = {name: value for name, raw in facts.items() if name not in left_out and (value := _value(raw)) is not None}
    published = facts.get("published")
    if published is not None and iso(published) is None and (date := phrase(published)):
        kept["date"] = date
    kept |= {name: day for name in _DAYS & kept.keys() if (day := iso(facts[name]))}
    return {**kept, "format": format_name}


def language(facts: Facts, text: str) -> str | None:
    """Return the ISO 639-1 code in the facts, or else detect it in the text if the text is long enough."""
    given = (phrase(facts.get("language")) or "").lower()
    code = _LANGUAGES.get(given, re.split(r"[-_]", given)[0])
    if re.fullmatch("[a-z]{2}", code):
        return code
    solid = "".join(text[:5000].split())
    letters = sum(unicodedata.category(one)[0] in "LM" for one in solid)
    return detected(text) if len(text) >= DETECTABLE and letters >= _LETTERS * len(solid) else None


def load_languages() -> None:
    """Load the language detection, which takes half a second."""
    detected("")


def detected(text: str) -> str:
    """Return the ISO 639-1 code of the language that a text most probably has."""
    import py3langid  # slow to import, and only needed for parsing

    return str(py3langid.classify(text[:5000])[0])


def phrase(value: object) -> str | None:
    """Return a fact as one line of text, or None if it is empty; a list is joined with commas."""
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, (phrase(item) for item in value if not isinstance(item, list | tuple)))) or None
    if value is None or isinstance(value, dict | bool):
        return None
    words = " ".join(normalise(str(value)).split())
    return (words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…") or None


def _value(raw: object) -> Value | tuple[Value, ...] | None:
    if isinstance(raw, list | tuple | set):
        values = [value for item in raw if (value := _scalar(item)) is not None]
        return tuple(values) or None
    return _scalar(raw)


def _scalar(raw: object) -> Value | None:
    if isinstance(raw, datetime.date):  # or a datetime, which is a subclass
        return raw.isoformat()
    if isinstance(raw, float) and not isfinite(raw):
        return None
    if isinstance(raw, bool | int | float):
        return raw
    return phrase(raw) if isinstance(raw, str) else None


def slug(stem: str) -> str:
    """Return a URL-safe ASCII id. If most letters have no ASCII form, add a digest, so that ids stay distinct."""
    ascii_only = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")
    letters = sum(map(str.isalnum, stem))
    if words and 2 * sum(map(str.isalnum, words)) >= letters:
        return words
    digest = hashlib.sha256(unicodedata.normalize("NFC", stem).encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{words or 'document'}-{digest}"


def pretty(stem: str) -> str:
    """Return the stem of a file name as a title."""
    words = " ".join(re.sub(r"[-_]+", " ", normalise(stem)).split())
    return words[:1].upper() + words[1:] or "Untitled"
