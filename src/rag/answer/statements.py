"""Makes sentences of what may be quoted of the evidence, and statements of those that were chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from rag.index.quotables import ENDED, LONGEST_LIST
from rag.text import one_line, terms
from rag.text.definitions import defined_term
from rag.text.sentence_context import split_row
from rag.text.sentence_roles import asks_where
from rag.types import Draft, Hit, Quotable, Span

_LONGEST_NAME = 60  # characters; no column of a table has a longer name
_LEADS_ON = re.compile(r"(?:[.!?…:;,—–。！？：]|[.!?][\"'”’»)\]]+)\Z")
_BETWEEN = re.compile(r"[;,]?(?:\s*(?:and/or|and|or))?\s*(?:[-*•‣◦▪·●–—]|\d{1,3}[.)]|\(?[A-Z][.)])?\s*")


@dataclass(slots=True)
class Sentence:
    """What may be quoted of the evidence, in its own words, by which it is found: see `Quotable`.

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
        return frozenset(terms(defined_term(self.text) or ""))

    @property
    def parts(self) -> tuple[Span, ...]:
        """All that a statement of it says, in reading order."""
        return (*self.leads, self.span, *self.items)


def sentences_of(hit: Hit, question: str) -> Iterator[tuple[int, Sentence]]:
    """Yield what may be quoted of a passage, each with its number among all the passage's sentences.

    A sentence that only points elsewhere is left out unless the question asks where.
    """
    pointers = asks_where(question)
    return ((one.place, _sentence(one, hit)) for one in hit.quotable if pointers or not one.pointer)


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
    return sum(len(row.text) for row in rows) <= LONGEST_LIST


def _names(row: Sentence) -> tuple[str, ...]:
    """Return what stands before the colons of a row's cells; nothing where it is none."""
    named = [cell.partition(": ") for cell in row.text.split("; ")]
    is_row = len(named) > 1 and all(name and cell and len(name) <= _LONGEST_NAME for name, _, cell in named)
    return tuple(name for name, _, _ in named) if is_row else ()


def _sentence(quotable: Quotable, hit: Hit) -> Sentence:
    words = hit.quote(quotable.span)
    text = one_line(words)
    if len(quotable.leads) == 1 and not quotable.marked:
        text = _row(hit.quote(quotable.leads[0]), words) or text
    return Sentence(
        span=quotable.span,
        text=text,
        terms=frozenset(terms(text)),
        leads=quotable.leads,
        items=quotable.items,
        marked=quotable.marked,
        whole=quotable.whole,
    )


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
    return said if len(leads) + len(items) == 1 or ENDED.search(said) else f"{said}."


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
