"""Writes the reference of a quote as a lawyer would: `Art. 5(1)(a)`, `s 12(3)(b)`, `§ 5 Abs. 2 Nr. 3`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from typing import TypeAlias

from rag.text import sentences
from rag.text.leads import ends_open
from rag.text.provisions.labels import Style, marks_at
from rag.text.provisions.outline import Outline, Provision
from rag.types import Span

_ENGLISH = {
    "article": "Art. ",
    "section": "s ",
    "regulation": "reg ",
    "rule": "r ",
    "clause": "cl ",
    "paragraph": "para ",
    "principle": "Principle ",
    "recital": "Recital ",
    "annex": "Annex ",
    "schedule": "Sch ",
    "appendix": "App ",
    "part": "Pt ",
    "chapter": "Ch ",
    "title": "Title ",
    "point": "point ",
    "amendment": "Amendment ",
}
_GERMAN = {
    "article": "Art. ",
    "section": "§ ",
    "paragraph": "Rn. ",
    "recital": "Erwägungsgrund ",
    "annex": "Anhang ",
    "appendix": "Anhang ",
    "schedule": "Anlage ",
    "chapter": "Kapitel ",
    "part": "Teil ",
    "title": "Titel ",
    "clause": "Ziffer ",
    "point": "Nr. ",
}
_FRENCH = {
    "article": "art. ",
    "section": "section ",
    "paragraph": "par. ",
    "recital": "considérant ",
    "annex": "annexe ",
    "appendix": "annexe ",
    "schedule": "annexe ",
    "chapter": "chapitre ",
    "part": "partie ",
    "title": "titre ",
    "point": "point ",
    "clause": "clause ",
}
_ATTACHED = {"annex": "point ", "schedule": "para ", "appendix": "para "}
"""The word before the number of an item of an attachment, by its kind."""

_COUNTED_ANEW = ("part", "chapter", "title", "section")
"""Kinds that divide an attachment. Elsewhere they are no part of a reference."""

_Names: TypeAlias = Mapping[str, str]
_Items: TypeAlias = Callable[[str | None, Sequence[Provision]], str]
_Name: TypeAlias = Callable[[Provision, bool, _Names], str]


def pinpoint(outline: Outline, text: str, span: Span, language: str | None = None) -> str | None:
    """Return the reference of a span of a document; None if its structure does not tell for certain."""
    marks = marks_at(text, span.start, span.end)
    span = Span(marks[-1][1].end if marks else span.start, span.end)
    path = _with_only_item(outline, text, span)
    if not path:
        return None
    write = {"de": _german, "fr": _french}.get((language or "")[:2], _english)
    return write(path, lambda: _place_in_prose(path, text, span, language))


def _with_only_item(outline: Outline, text: str, span: Span) -> tuple[Provision, ...]:
    """Return the provisions that have a span: also the item that is the only one of its list in the span.

    The words before it are then the lead of the list: `A person must not sell: (a) a straw`.
    """
    path = outline.path(span)
    number = outline.numbers(span)[len(path) - 1] if path else None
    while number is not None and outline.provisions[number].items and path[-1].span.end > span.end:
        within = [other for other in outline.children(number) if outline.provisions[other].span.overlaps(span)]
        only = outline.provisions[within[0]] if len(within) == 1 else None
        if only is None or not only.clear or not ends_open(text[span.start : only.span.start]):
            break
        path, number = (*path, only), within[0]
    return path


def named(path: Sequence[Provision], language: str | None = None) -> str:
    """Return the reference of a provision itself."""
    return {"de": _german, "fr": _french}.get((language or "")[:2], _english)(path, lambda: None)


def _place_in_prose(path: Sequence[Provision], text: str, span: Span, language: str | None) -> int | None:
    """Return the number of the sentence (German) or paragraph (French) of the innermost provision that has a span.

    Return None if that provision has a list, has only one, or if the span has more than one.
    """
    inner = path[-1]
    if inner.items or not inner.clear:
        return None
    if (language or "").startswith("fr"):
        places = list(inner.prose)
        if any(not one.of(text).strip()[:1].isupper() for one in places):
            return None
    else:
        parts = inner.prose if inner.kind else (Span(inner.body, inner.span.end),)
        places = [one.shift(part.start) for part in parts for one in sentences(part.of(text), language)]
    within = [number for number, one in enumerate(places, start=1) if one.contains(_stripped(text, span))]
    return within[0] if len(within) == 1 and len(places) > 1 else None


def _stripped(text: str, span: Span) -> Span:
    words = span.of(text)
    return Span(span.start + len(words) - len(words.lstrip()), span.start + len(words.rstrip()))


def _english(path: Sequence[Provision], _: Callable[[], int | None]) -> str:
    return _written(path, _ENGLISH, _english_items, _name_in_english)


def _name_in_english(one: Provision, attached: bool, names: _Names) -> str:
    if one.kind == "section" and attached:
        return f"Section {one.label}"
    return f"{'§ ' if '§' in one.name else names.get(one.kind, '')}{one.label}".strip()


def _english_items(word: str | None, items: Sequence[Provision]) -> str:
    first, *rest = _without_prefixes(items)
    written = _bracketed(first) if word is None else f", {word}{first.label}"
    return written + "".join(map(_bracketed, rest))


def _bracketed(one: Provision) -> str:
    return f".{one.label.rpartition('.')[2]}" if one.style is Style.DOTTED else f"({one.label})"


def _german(path: Sequence[Provision], sentence: Callable[[], int | None]) -> str:
    written = _written(path, _GERMAN, _german_items, _name_in_german)
    number = sentence() if path[-1].kind in ("", "section", "article") and _has_sentences(path) else None
    return f"{written} Satz {number}" if number is not None else written


def _has_sentences(path: Sequence[Provision]) -> bool:
    """Return whether the sentences of the innermost provision are counted: of a paragraph, but not of an item."""
    inner = path[-1]
    return inner.kind != "" or (inner.around == "()" and inner.style is Style.NUMBER)


def _name_in_german(one: Provision, attached: bool, names: _Names) -> str:
    if one.kind == "section" and (attached or "§" not in one.name):
        return f"Abschnitt {one.label}"
    name = "Anlage " if one.name.lower().startswith("anlage") else names.get(one.kind, "")
    return f"{name}{one.label}".strip()


def _german_items(word: str | None, items: Sequence[Provision]) -> str:
    written = ""
    for one in _without_prefixes(items):
        if one.style is Style.NUMBER and one.around == "()" and word is None and not written:
            written += f" Abs. {one.label}"
        elif one.style in (Style.NUMBER, Style.DOTTED):
            written += f" Nr. {one.label}"
        elif one.style is Style.LETTER:
            written += f" lit. {one.label}"
        else:
            written += f" Ziff. {one.label}"
    return written


def _french(path: Sequence[Provision], paragraph: Callable[[], int | None]) -> str:
    written = _written(path, _FRENCH, _french_items, _name_in_french)
    number = paragraph() if path[-1].kind == "article" else None
    return f"{written}, al. {number}" if number is not None else written


def _name_in_french(one: Provision, _: bool, names: _Names) -> str:
    return f"{'§ ' if '§' in one.name else names.get(one.kind, '')}{one.label}".strip()


def _french_items(word: str | None, items: Sequence[Provision]) -> str:
    written = ""
    for one in _without_prefixes(items):
        if one.style is Style.NUMBER and not written:
            written += f", § {one.label}" if word is None else f", point {one.label}"
        elif one.style in (Style.LETTER, Style.ROMAN):
            written += f", {one.label})"
        else:
            written += f", {one.label}{'°' if one.style is Style.DEGREE else ''}"
    return written


def _without_prefixes(items: Sequence[Provision]) -> list[Provision]:
    """Return the items without those whose label the next one repeats: `3.1` is written for 3 and 3.1."""
    following = [*items[1:], None]
    return [
        one for one, after in zip(items, following, strict=True) if after is None or after.style is not Style.DOTTED
    ]


def _written(path: Sequence[Provision], names: _Names, items: _Items, name: _Name) -> str:
    """Return the names of the named provisions, each with the items in it, joined by commas."""
    parts: list[str] = []
    word: str | None = None
    for place, one in enumerate(path):
        if one.kind == "":
            continue
        attached = word is not None
        word = _ATTACHED.get(one.kind, word if one.kind in _COUNTED_ANEW else None)
        inside = list(takewhile(lambda other: other.kind == "", path[place + 1 :]))
        parts.append(name(one, attached, names) + (items(word, inside) if inside else ""))
    return ", ".join(parts)
