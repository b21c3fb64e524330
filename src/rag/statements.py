"""Says what of a passage may be quoted, each with what it needs to be understood, and puts what was chosen together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from rag.sources.boilerplate import boilerplate
from rag.text import one_line, sentences, terms
from rag.text.definitions import defined
from rag.text.markers import marker
from rag.text.outline import Unit, outline, split_row
from rag.text.roles import asks_where, introduces, is_fragment, is_open, is_question, points_elsewhere, says_nothing
from rag.types import Draft, Hit, Span

_KEPT = 1_024  # passages, at some 9 KB each
_FEWEST_WORDS = 4
_LONGEST_LIST = 600  # characters; of a longer list only the items that answer are quoted
_LONGEST_NAME = 60  # characters; no column of a table has a longer name
_ENDED = re.compile(r"[.!?…。！？][\"'”’»)\]]*\Z")
_LEADS_ON = re.compile(r"(?:[.!?…:;,—–。！？：]|[.!?][\"'”’»)\]]+)\Z")
_BETWEEN = re.compile(r"[;,]?(?:\s*(?:and/or|and|or))?\s*(?:[-*•‣◦▪·●–—]|\d{1,3}[.)]|\(?[A-Z][.)])?\s*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What may be quoted of the evidence: a sentence, an item of a list, a short list whole, or a row of a table.

    `span` and `text` are its own words, by which it is found. `leads` come before them in a statement: the lead-ins of
    the lists it is in, the sentence its opening refers to, or the header of its table. `items` are those of a list that
    is quoted whole. `whole` is whether it is more than a fragment.

    `met` is how well the question's words are met by its own (MaxSim), `coverage` how many of them, by idf, stand in
    it or in the title and headings above it, for what these say no sentence need repeat. `score` is what decides.
    """

    span: Span
    text: str
    terms: frozenset[str]
    passage: int = 0
    leads: tuple[Span, ...] = ()
    items: tuple[Span, ...] = ()
    marked: bool = False
    whole: bool = True
    met: float = 0.0
    coverage: float = 0.0
    score: float = 0.0

    @property
    def defined(self) -> frozenset[str]:
        """The terms of what it defines; none where it is no definition."""
        return frozenset(terms(defined(self.text) or ""))

    @property
    def parts(self) -> tuple[Span, ...]:
        """All that a statement of it says, in reading order."""
        return (*self.leads, self.span, *self.items)


def quotable(hit: Hit, question: str) -> tuple[tuple[int, Sentence], ...]:
    """Return what may be quoted of a passage, each with its number among all the passage's sentences.

    A sentence that only points elsewhere is left out unless the question asks where.
    """
    return _quotable(hit.before, hit.text, hit.known.start, (hit.reference.title, *hit.heading), asks_where(question))


@lru_cache(_KEPT)
def _quotable(
    before: str, text: str, base: int, above: tuple[str, ...], pointers: bool
) -> tuple[tuple[int, Sentence], ...]:
    """What of a passage may be quoted changes with nothing but its words; the same passages answer many questions."""
    own = sentences(text)
    leading = sentences(before) if _leans_back(own, before, text) else []
    spans = [*leading, *(span.shift(len(before)) for span in own)]
    units = outline(before + text, spans, {*above})[len(leading) :]
    if units and _is_cut(text):
        units.pop()
    return tuple(
        (place, _sentence(unit, before + text, base))
        for place, unit in enumerate(units)
        if _may_be_said(unit, pointers)
    )


def draft(together: Sequence[Sentence], hit: Hit, same: Sequence[Sentence] = ()) -> Draft:
    """Return what the sentences say as one statement; they share their leads. `same` say it elsewhere."""
    leads = together[0].leads
    items = tuple(chain.from_iterable((sentence.span, *sentence.items) for sentence in together))
    sources = [(together[0].passage, span) for span in _quotes((*leads, *items), hit)]
    sources += [(other.passage, other.span) for other in same]
    return Draft(_said(leads, items, hit), tuple(sources))


def shares_list(one: Sentence, other: Sentence) -> bool:
    """Whether two items stand in the same list, behind the same words, or two rows in the same table."""
    listed = one.marked and other.marked and one.leads == other.leads != ()
    return one.passage == other.passage and (listed or shares_table(one, other))


def shares_table(one: Sentence, other: Sentence) -> bool:
    """Whether two rows of a passage have cells of the same names."""
    return one.passage == other.passage and one.leads == other.leads and _names(one) == _names(other) != ()


def is_short(rows: Sequence[Sentence]) -> bool:
    """Whether so much may be quoted whole."""
    return sum(len(row.text) for row in rows) <= _LONGEST_LIST


def _names(row: Sentence) -> tuple[str, ...]:
    """Return what stands before the colons of a row's cells; nothing where it is none."""
    named = [cell.partition(": ") for cell in row.text.split("; ")]
    is_row = len(named) > 1 and all(name and cell and len(name) <= _LONGEST_NAME for name, _, cell in named)
    return tuple(name for name, _, _ in named) if is_row else ()


def _sentence(unit: Unit, known: str, base: int) -> Sentence:
    text = one_line(unit.words)
    if len(unit.leads) == 1 and not unit.mark:
        text = _row(unit.leads[0].of(known), unit.words) or text
    return Sentence(
        span=unit.span.shift(base),
        text=text,
        terms=frozenset(terms(text)),
        leads=tuple(span.shift(base) for span in unit.leads),
        items=tuple(span.shift(base) for span in unit.items) if _is_short_list(unit) else (),
        marked=unit.mark is not None,
        whole=bool(unit.leads or unit.items) or not is_fragment(text),
    )


def _may_be_said(unit: Unit, pointers: bool) -> bool:
    words = one_line(unit.words)
    if unit.heading or is_question(words) or says_nothing(words) or boilerplate(words):
        return False
    if points_elsewhere(words) and not pointers:
        return False
    if _is_short_list(unit):
        return True
    if is_open(words) or (unit.items and introduces(words)):
        return False
    # Scripts without spaces have few words and many terms.
    return bool(unit.leads) or len(words.split()) >= _FEWEST_WORDS or len(terms(words)) >= _FEWEST_WORDS


def _is_short_list(unit: Unit) -> bool:
    return len(unit.items) > 1 and unit.items[-1].end - unit.span.start <= _LONGEST_LIST


def _leans_back(own: Sequence[Span], before: str, text: str) -> bool:
    """Whether the passage begins within a list, a table or a sentence: only then is it worth looking back."""
    if not own or not before:
        return False
    first = own[0].of(text)
    return not before.endswith("\n\n") or marker(first) is not None or len(split_row(first)) > 1


def _is_cut(text: str) -> bool:
    """Whether the passage ends in mid-sentence, as one does that alone is too long for a passage."""
    return text.endswith(" ") and not _ENDED.search(text.rstrip())


def _quotes(parts: Sequence[Span], hit: Hit) -> list[Span]:
    """Return the spans of the parts; parts with nothing between them but a marker are one."""
    joined = [parts[0]]
    for part in parts[1:]:
        last = joined[-1]
        between = hit.quote(Span(last.end, part.start)) if last.end < part.start else ""
        if last.end <= part.start and _BETWEEN.fullmatch(between):
            joined[-1] = Span(last.start, part.end)
        else:
            joined.append(part)
    return joined


def _said(leads: Sequence[Span], items: Sequence[Span], hit: Hit) -> str:
    rows = [_row(hit.quote(leads[0]), hit.quote(item)) for item in items] if len(leads) == 1 else []
    if rows and all(rows):
        return " ".join(filter(None, rows))
    said = ""
    for lead in leads:
        said = _linked(said, one_line(hit.quote(lead)), " ")
    for number, item in enumerate(items):
        said = _linked(said, one_line(hit.quote(item)), "; " if number else ": ")
    return said if len(leads) + len(items) == 1 or _ENDED.search(said) else f"{said}."


def _linked(left: str, right: str, link: str) -> str:
    if not left:
        return right
    flows = _LEADS_ON.search(left) or (link == ": " and right[:1].islower())
    return f"{left} {right}" if flows else f"{left}{link}{right}"


def _row(header: str, row: str) -> str | None:
    """Return a row with each cell behind its name; None where the two are no rows."""
    names, cells = split_row(header), split_row(row)
    if len(names) < 2 or len(names) != len(cells):
        return None
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=True) if cell) + "."
