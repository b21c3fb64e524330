"""Finds the references of a document to its own provisions: `see Article 9`, `subject to section 5(2)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.text.provision_names import INNER, Step, provision_names
from rag.text.provisions.outline import Outline
from rag.text.provisions.places import find, find_near
from rag.types import Span

_OTHER_TEXT = re.compile(
    r"[\s,]*(?:"
    r"(?:of|to) (?!this\b|these\b|the present\b)(?:that|the|its|an?|[A-Z“‘(])"
    r"|(?:des|der|vom|von) (?!vorliegenden|dieses|dieser)"
    r"|(?:du|de la|de l[’']|des|de cette|de ce) ?(?!pr[ée]sent)"
    r"|(?-i:TFEU|TEU|AEUV|EUV|TFUE|TUE|[A-Z][A-Za-z]*G\b|BGB|StGB|HGB|ZPO|StPO|DSGVO|GDPR|ECHR)"
    r")",
    re.IGNORECASE,
)
"""What follows a reference to another text: `of Regulation (EU) 2016/679`, `of that Act`, `TFEU`, `des BGB`."""

_NAMED_BEFORE = re.compile(
    r"(?:\d{2,4}/\d{1,4}(?:/[A-Z]{2,3})?|\b(?:Act|Regulations?|Directive|Code|Treaty|Charter)(?: \d{4})?)"
    r"(?:[’']s?|,)?\s*\Z"
)
_MORE = re.compile(
    r"(?:\s*,\s*|\s+(?:and|or|to|und|oder|bis|et|ou|à)\s+)(?P<label>\d{1,4}[A-Za-z]?(?:\s?\(\w{1,5}\))*)(?![\w.%/]|\s+(?:days|months|years)\b)"
)
_AMENDS = re.compile(
    r"\b(?:is|are|shall be) (?:hereby )?(?:amended|added|inserted|replaced|substituted|deleted|omitted|repealed)\b|"
    r"\b(?:wird|werden) .{0,80}(?:geändert|eingefügt|angefügt|ersetzt|gestrichen)|"
    r"\b(?:est|sont) (?:modifiée?s?|insérée?s?|ajoutée?s?|remplacée?s?|supprimée?s?)\b"
)
"""The words of a line that changes another text, whose provisions it names."""

_STEP = re.compile(r"\((\w+)\)|(\w+)")


@dataclass(frozen=True, slots=True)
class CrossReference:
    """The words at `span` name the provision at `target` of the same document."""

    span: Span
    target: Span


def find_references(outline: Outline, text: str, window: Span | None = None) -> list[CrossReference]:
    """Return the references in a text to its own provisions, in reading order; with a window, only those in it.

    A list of amendments has none, because it names provisions of the text that it amends.
    """
    if not outline.provisions or outline.provisions[0].kind == "amendment":
        return []
    shown = window or Span(0, len(text))
    return [
        one
        for line in re.finditer(r"[^\n]+", text[shown.start : shown.end])
        for one in _in_line(outline, text, Span(*line.span()).shift(shown.start))
    ]


def _in_line(outline: Outline, text: str, line: Span) -> Iterator[CrossReference]:
    words = line.of(text)
    if not _AMENDS.search(words):
        for name in provision_names(words):
            steps, span = name.steps, name.span.shift(line.start)
            named = [(span, steps), *_more(text, Span(span.end, line.end), steps)]
            if not _is_of_another_text(text, Span(span.start, named[-1][0].end), line):
                yield from (
                    CrossReference(place, target)
                    for place, path in named
                    if (target := _target(outline, path, place)) is not None
                )


def _more(text: str, rest: Span, steps: tuple[Step, ...]) -> Iterator[tuple[Span, tuple[Step, ...]]]:
    """Yield the further provisions of a list: 9 and 10(2) in `Articles 8, 9 and 10(2)`."""
    kind = steps[0][0]
    at = rest.start
    while found := _MORE.match(text, at, rest.end):
        labels = [step[1] or step[2] for step in _STEP.finditer(found["label"])]
        first, *inner = labels
        yield Span(found.start("label"), found.end()), ((kind, first), *(("", one) for one in inner))
        at = found.end()


def _is_of_another_text(text: str, span: Span, line: Span) -> bool:
    after = _OTHER_TEXT.match(text, span.end, line.end)
    before = _NAMED_BEFORE.search(text, max(line.start, span.start - 60), span.start)
    return bool(after or before)


def _target(outline: Outline, steps: tuple[Step, ...], place: Span) -> Span | None:
    """Return the only provision that is meant; None if it is not known, or if the reference is in its name."""
    near = steps[0][0] in INNER
    found = find_near(outline, steps, place) if near else _single(find(outline, steps))
    if found is None or found.contains(place) or outline.is_unclear(found):
        return None
    return found


def _single(spans: list[Span]) -> Span | None:
    return spans[0] if len(spans) == 1 else None
