"""Find the places of a provision in a document: in its outline, or by headings and the markers at line starts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.snapshots import Index
from rag.text.provision_names import INNER, Step, kind_names
from rag.text.provisions import find
from rag.text.roman import first_numerals
from rag.types import Document, Span

_MAX_PLACES = 40  # places with the same number in one document, for example every `subsection (2)`
_LONGEST = 20_000  # characters of a provision without a visible end
_COMPARABLE = 0.3  # a section is not meant if it has less than this share of the longest one with the same number
_NUMBERED_ALONE = frozenset({"article", "section", "regulation", "rule", "clause", "paragraph", "principle"})
"""Kinds whose number may stand alone at the start of a line, without the name of the kind."""

_BEGINS = r"(?=\s*(?:\(\w{1,5}\)\s*)*(?:$|\Z|[.:—–-]|(?-i:[^\W\d_a-zß-ÿа-я]|[\d“\"‘])))"
"""What follows the number of a provision at its beginning. In the middle of a sentence, a small letter follows."""

_NUMBERED = re.compile(r"^[^\S\n]*(?P<mark>\(\d{1,3}\))(?=\s*\S)", re.MULTILINE)
_ROMAN = first_numerals(16)


def find_places(snapshot: Index, document_id: str, steps: Sequence[Step]) -> list[Span]:
    """Return the spans of a document that have the provision, the most likely first.

    They come from the outline of the document. If that does not have the provision, the words at line starts are read.
    """
    return find(snapshot.outline(document_id), steps) or places_of(snapshot.document(document_id), steps)


def places_of(document: Document, steps: Sequence[Step]) -> list[Span]:
    """Return the spans that have the provision by headings and line starts alone, the most likely first."""
    (kind, label), *inner = steps
    if paths := _headed_by_path(document, steps):
        return paths[:_MAX_PLACES]
    found = _innermost(document, kind, label) if kind in INNER else _outermost(document, kind, label)
    if not found and kind == "paragraph":
        found = _outermost(document, kind, label)
    if not found and "." in label and kind not in INNER:
        outer, _, rest = label.partition(".")
        return places_of(document, [(kind, outer), ("", rest), *inner])
    for step in inner:
        found = [span for outer in found for span in _inside(document.text, outer, *step)]
    return found[:_MAX_PLACES]


def _headed_by_path(document: Document, steps: Sequence[Step]) -> list[Span]:
    """Return the sections whose headings end in the whole path: `Amendment 9: Article 5 – paragraph 2 – point a`.

    A heading that begins with the provision is read by `_outermost`.
    """
    (kind, label), *inner = steps
    if not kind:
        return []
    path = rf"(?<![\w–—-])(?<!\A)(?:{kind_names(kind)})\s*{re.escape(label)}"
    for one, own in inner:
        names = rf"(?:{kind_names(one)})" if one else r"[^\W\d_]{3,15}"
        path += rf"\s*[–—-]\s*(?:{names}\s+)?{re.escape(own.strip('()'))}"
    ends = re.compile(rf"{path}(?:\s*[–—-]\s*[^\W\d_]{{3,15}}\s+part)?(?:\s*\(\w{{1,10}}\))?\W*\Z", re.IGNORECASE)
    return [section(document, number) for number, one in enumerate(document.headings) if ends.search(one.title)]


def _outermost(document: Document, kind: str, label: str) -> list[Span]:
    """Return the sections that have this number, in headings or at the start of lines, the longest first.

    A table of contents repeats the headings, but its entries are short.
    """
    named = rf"[^\w\n(]*(?:{kind_names(kind)})\s*{re.escape(label)}(?![\w]|[.]\d)"
    alone = rf"[^\w\n(]*{re.escape(label)}(?![\w(%]|[.,]\d)[.):]?(?=\s|\(|\Z)"
    patterns = (named, alone) if kind in _NUMBERED_ALONE else (named,)
    for pattern in patterns:
        start = re.compile(rf"{pattern}(?:,\s|{_BEGINS})", re.IGNORECASE | re.MULTILINE)
        found = [section(document, number) for number, one in enumerate(document.headings) if start.match(one.title)]
        if not found:
            found = list(
                _lines(
                    document,
                    kind,
                    label,
                    re.compile(f"^{pattern}{_BEGINS}", re.IGNORECASE | re.MULTILINE),
                    pattern is alone,
                )
            )
        if found:
            longest = sorted(found, key=lambda span: (span.start - span.end, span.start))
            return [
                span for span in longest if span.end - span.start >= _COMPARABLE * (longest[0].end - longest[0].start)
            ]
    return []


def _innermost(document: Document, kind: str, label: str) -> list[Span]:
    """Return the parts with this label of all sections of the document."""
    cuts = sorted({0, *(heading.span.start for heading in document.headings), len(document.text)})
    sections = [Span(start, end) for start, end in pairwise(cuts)]
    return [span for section in sections for span in _inside(document.text, section, kind, label)]


def section(document: Document, number: int) -> Span:
    """Return the heading at `number` with its text, up to the next heading of the same or a higher level."""
    heading = document.headings[number]
    following = (other.span.start for other in document.headings[number + 1 :] if other.level <= heading.level)
    return Span(heading.span.start, next(following, len(document.text)))


def _lines(document: Document, kind: str, label: str, start: re.Pattern[str], alone: bool) -> Iterator[Span]:
    """Yield the text from each line that `start` matches up to the next line of the same kind, or the next heading.

    Clause 4 includes 4.1 and 4.2.
    """
    text = document.text
    number = r"\d+[A-Za-z]?(?:\.\d+)*[.)]?\s" if alone else rf"(?:{kind_names(kind)})\s*\w"
    following = re.compile(rf"^[^\w\n(]*(?!{re.escape(label)}\.\d){number}", re.IGNORECASE | re.MULTILINE)
    heads = [heading.span.start for heading in document.headings]
    for match in start.finditer(text):
        at = match.start() + len(match[0]) - len(match[0].lstrip())
        after = following.search(text, match.end())
        ends = [after.start() if after else len(text), at + _LONGEST, *(head for head in heads if head > at)]
        yield Span(at, min(ends))


def _inside(text: str, outer: Span, kind: str, label: str) -> Iterator[Span]:
    """Yield the parts of `outer` that are marked with the label: `(3)` or `(b)`, or `3.` and `b)` at line starts."""
    for pattern in _markers(kind, label):
        matches = list(re.finditer(pattern, text[outer.start : outer.end], re.MULTILINE | re.IGNORECASE))
        for match in matches[:_MAX_PLACES]:
            start = outer.start + match.start("mark")
            yield Span(start, _end(text, Span(outer.start + match.end(), outer.end), kind, label))
        if matches:
            return


def _markers(kind: str, label: str) -> tuple[str, str]:
    """Return the patterns of a marker: in brackets, and at the start of a line."""
    written = re.escape(label.strip("()"))
    before = r"(?:^[^\S\n]*(?:(?:\d+[A-Za-z]?\.?|\(\w{1,5}\))[^\S\n]*)*|(?<=[;:.—–\]])\s+(?:(?:and|or)\s+)?|(?<=[—–]))"
    name = rf"(?:(?:{kind_names(kind)})\s*)?" if kind else ""
    return rf"{before}(?P<mark>\({written}\))(?=\s*\S)", rf"^\W*(?P<mark>{name}{written}[.):]?(?=\s))"


def _end(text: str, after: Span, kind: str, label: str) -> int:
    """Return where the part with this label ends: at the marker of the next one, or at the end of `after`."""
    rest = text[after.start : after.end]
    ends = [
        after.start + match.start("mark")
        for following in _following(label.strip("()"))
        for pattern in _markers(kind, following)
        if (match := re.search(pattern, rest, re.MULTILINE | re.IGNORECASE))
    ]
    if label.strip("()").isdigit() and text[: after.start].endswith(")") and (match := _NUMBERED.search(rest)):
        ends.append(after.start + match.start("mark"))  # the numbers between may be repealed
    return min([*ends, after.end, after.start + _LONGEST])


def _following(label: str) -> Iterator[str]:
    """Yield the labels that may follow: 4, 3A or 1 after 3, c after b, and ii or j after i."""
    lowered = label.lower()
    before, dot, last = label.rpartition(".")
    if dot and last.isdigit():
        yield f"{before}.{int(last) + 1}"
    if lowered.isdigit():
        yield from (str(int(lowered) + 1), f"{lowered}A")
    if lowered.isdigit() and lowered != "1":
        yield "1"  # the next section begins
    if lowered in _ROMAN[:-1]:
        yield _ROMAN[_ROMAN.index(lowered) + 1]
    if len(lowered) == 1 and "a" <= lowered < "z":
        yield chr(ord(lowered) + 1)
