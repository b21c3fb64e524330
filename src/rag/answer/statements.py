"""Turns the quotable parts of passages into sentences, and the chosen sentences into drafts of statements."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from rag.index.quotables import ENDED, LONGEST_LIST
from rag.text import one_line, term_set, terms
from rag.text.announcements import announces
from rag.text.definitions import defined_term
from rag.text.leaning import leans
from rag.text.markers import marker
from rag.text.provision_limits import own_label
from rag.text.sentence_context import split_row
from rag.text.sentence_roles import asks_where
from rag.types import Draft, Hit, Quotable, Span

_LONGEST_NAME = 120  # characters; a longer text before a colon is not a column name
_ENDS_IN_PUNCTUATION = re.compile(r"(?:[.!?…:;,—–。！？：]|\w[_-]|[.!?][\"'”’»)\]]+)\Z")
# Text that may separate two quoted parts that are cited as one span: punctuation, a conjunction, a list marker.
_SEPARATOR = re.compile(r"[;,]?(?:\s*+(?:and/or|and|or))?\s*+(?:[-*•‣◦▪·●–—]|\d{1,3}[.)]|\(?[A-Z][.)])?\s*+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A quotable part of a passage. `Quotable` explains `leads`, `items`, `marked`, `whole`, `tails` and `places`.

    `passage` is the passage's place in the evidence, counted from 0. `text` is one line, and `terms` are its index
    terms. For a table row, `text` holds the column names too. `context` has the terms of its leads, items and tails.
    A statement leaves out the cells of a row in the columns named in `hidden`.
    """

    span: Span
    text: str
    terms: frozenset[str]
    passage: int = 0
    leads: tuple[Span, ...] = ()
    items: tuple[Span, ...] = ()
    marked: bool = False
    whole: bool = True
    tails: tuple[Span, ...] = ()
    places: tuple[int, ...] = ()
    context: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

    @property
    def unit_terms(self) -> frozenset[str]:
        """The index terms of all parts of its statement."""
        return self.terms | self.context

    def defined_terms(self, language: str | None = None) -> frozenset[str]:
        """Return the index terms of the expression that this sentence defines; empty if it is not a definition."""
        return frozenset(terms(defined_term(self.text, language) or "", language))

    @property
    def leans(self) -> bool:
        """Whether its statement refers to words that it does not show: `It applies to boats`, `in such letter`."""
        return not self.leads and leans(self.text)

    @property
    def announces_without(self) -> bool:
        """Whether its statement announces something that it does not show: `There are five causes.`"""
        return not (self.items or self.tails) and not column_names(self) and announces(self.text)

    @property
    def parts(self) -> tuple[Span, ...]:
        """All spans that a statement of this sentence quotes, in reading order."""
        return (*self.leads, self.span, *self.items, *self.tails)


def sentences_of(hit: Hit, question: str, passage: int = 0) -> Iterator[tuple[int, Sentence]]:
    """Yield the quotable sentences of a passage, each with its number among all sentences of the passage.

    `passage` is the place of `hit` in the evidence. A sentence that only refers to another place is skipped, unless
    the question asks where something is.
    """
    keep_pointers = asks_where(question)
    return ((one.place, _sentence(one, hit, passage)) for one in hit.quotable if keep_pointers or not one.pointer)


def make_draft(sentences: Sequence[Sentence], hit: Hit, repeats: Sequence[Sentence] = ()) -> Draft:
    """Return one draft of all `sentences`, which belong to `hit` and share their leads.

    `repeats` are sentences of other passages with the same content. The draft cites them too.
    """
    leads = sentences[0].leads
    items = tuple(chain.from_iterable((sentence.span, *sentence.items) for sentence in sentences))
    tails = tuple(dict.fromkeys(chain.from_iterable(sentence.tails for sentence in sentences)))
    tails = tuple(tail for tail in tails if tail not in items)
    provisions = {sentences[0].span, *tails} if leads else {*tails}
    sources = [(sentences[0].passage, span) for span in _quotes((*leads, *items, *tails), hit, provisions)]
    sources += [(repeat.passage, repeat.span) for repeat in repeats]
    listing = frozenset(sentence.span for sentence in sentences if sentence.items)
    return Draft(_statement_text(sentences[0], items, tails, hit, listing), tuple(sources))


def without_columns(row: Sentence, hidden: frozenset[str]) -> Sentence:
    """Return a table row without its cells in the columns named in `hidden`."""
    return replace(row, text=_without(row.text, hidden), hidden=hidden) if hidden else row


def shares_list(one: Sentence, other: Sentence) -> bool:
    """Tell whether two sentences are items of one list with the same leads, or rows of one table."""
    listed = one.marked and other.marked and one.leads == other.leads != ()
    return one.passage == other.passage and (listed or shares_table(one, other))


def shares_table(one: Sentence, other: Sentence) -> bool:
    """Tell whether two sentences are rows of one passage with the same column names."""
    return one.passage == other.passage and one.leads == other.leads and column_names(one) == column_names(other) != ()


def table_of(sentence: Sentence) -> Hashable:
    """Return what the rows of one table, or the items of one list, have in common; None for other sentences."""
    if names := column_names(sentence):
        return names
    if " | " in sentence.text or (sentence.marked and sentence.leads):
        return sentence.leads
    return None


def is_row(sentence: Sentence) -> bool:
    """Tell whether a sentence is a table row with the names of its columns."""
    return bool(column_names(sentence))


def column_names(row: Sentence) -> tuple[str, ...]:
    """Return the names before the colons of a row's cells; empty if the sentence is not a row."""
    named = [cell.partition(": ") for cell in row.text.split("; ")]
    is_row = len(named) > 1 and all(name and cell and len(name) <= _LONGEST_NAME for name, _, cell in named)
    return tuple(name for name, _, _ in named) if is_row else ()


def is_short(rows: Sequence[Sentence]) -> bool:
    """Tell whether the rows together are short enough to be quoted as a whole table."""
    return sum(len(row.text) for row in rows) <= LONGEST_LIST


def _sentence(quotable: Quotable, hit: Hit, passage: int) -> Sentence:
    words = hit.quote(quotable.span)
    text = one_line(words)
    if quotable.leads and not quotable.marked:
        text = _labelled_row(hit.quote(quotable.leads[-1]), words) or text
    around = (*quotable.leads, *quotable.items, *quotable.tails)
    return Sentence(
        span=quotable.span,
        text=text,
        terms=term_set(text, hit.language),
        passage=passage,
        leads=quotable.leads,
        items=quotable.items,
        marked=quotable.marked,
        whole=quotable.whole,
        tails=quotable.tails,
        places=quotable.places,
        context=term_set(" ".join(map(hit.quote, around)), hit.language) if around else frozenset(),
    )


def _quotes(parts: Sequence[Span], hit: Hit, provisions: Collection[Span]) -> list[Span]:
    """Return the spans to cite. Two parts become one span if only a separator stands between them.

    Of the parts in `provisions`, a sentence with its own number after another sentence stays apart: each is cited with
    its own reference.
    """
    joined = [parts[0]]
    for part in parts[1:]:
        last = joined[-1]
        between = hit.quote(Span(last.end, part.start)) if last.end < part.start else ""
        numbered = part in provisions and own_label(hit.quote(part)) and ENDED.search(hit.quote(last))
        if last.end <= part.start and not numbered and _SEPARATOR.fullmatch(between):
            joined[-1] = Span(last.start, part.end)
        else:
            joined.append(part)
    return joined


def _without(row: str, hidden: frozenset[str]) -> str:
    """Return the text of a row, `name: cell; name: cell.`, without the cells in the columns named in `hidden`."""
    if not hidden:
        return row
    cells = row.removesuffix(".").split("; ")
    return "; ".join(cell for cell in cells if cell.partition(": ")[0] not in hidden) + "."


def _statement_text(
    first: Sentence, items: Sequence[Span], tails: Sequence[Span], hit: Hit, listing: frozenset[Span]
) -> str:
    """Return the text of a statement. It begins with the leads of `first`. Items in `listing` introduce the next."""
    labelled = _labelled_rows(first, items, hit)
    text = ""
    for lead in first.leads[:-1] if labelled else first.leads:
        text = _join(text, one_line(hit.quote(lead)), " ")
    if labelled:
        text = _join(text, labelled, ": ")
    for number, item in enumerate(() if labelled else items):
        introduced = not number or items[number - 1] in listing or _opens_list(items[number - 1], item, hit)
        text = _join(text, _without(one_line(hit.quote(item)), first.hidden), ": " if introduced else "; ")
    for tail in tails:
        text = _join(text, one_line(hit.quote(tail)), " ")
    return text if len(first.leads) + len(items) + len(tails) == 1 or ENDED.search(text) else f"{text}."


def _labelled_rows(first: Sentence, items: Sequence[Span], hit: Hit) -> str:
    """Return the table rows at `items` with their column names; empty if they are not rows of a table with a header."""
    if first.marked or not first.leads:
        return ""
    rows = [_labelled_row(hit.quote(first.leads[-1]), hit.quote(item)) for item in items]
    return " ".join(_without(row, first.hidden) for row in rows if row) if all(rows) else ""


def _opens_list(before: Span, item: Span, hit: Hit) -> bool:
    """Return whether an item is the first one of a list inside the item before it: `(i)` after `(a) a person who`."""
    mark = marker(hit.quote(item))
    if mark is None or not mark.first or before.end > item.start:
        return False
    return not hit.quote(Span(before.end, item.start)).strip()


def _join(left: str, right: str, separator: str) -> str:
    """Join two texts with `separator`.

    Join them with a space instead if the left one ends in punctuation, or if a colon would precede a lower-case letter.
    """
    if not left:
        return right
    needs_only_space = _ENDS_IN_PUNCTUATION.search(left) or (separator == ": " and right[:1].islower())
    return f"{left} {right}" if needs_only_space else f"{left}{separator}{right}"


def _labelled_row(header: str, row: str) -> str | None:
    """Return a table row as `name: cell; name: cell.`; None if header and row do not form a table."""
    names, cells = split_row(header), split_row(row)
    if len(names) < 2 or len(names) != len(cells):
        return None
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=True) if cell) + "."
