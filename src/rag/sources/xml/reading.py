"""Turns the XML of a law into blocks: headings, and provisions with their numbers as a reader sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.sources.blocks import Block, Kind, heading, table
from rag.sources.xml.safe import name_of

if TYPE_CHECKING:
    from lxml.etree import _Element

    from rag.sources.xml.vocabularies import Vocabulary

_RAISED = frozenset(("sup", "Superior"))


def read(root: _Element, vocabulary: Vocabulary) -> list[Block]:
    """Return the blocks of a law."""
    return list(_Reader(vocabulary).blocks(root, 1))


class _Reader:
    """Reads one law.

    `_labels` are numbers of provisions that wait for their text, `_notes` footnotes that wait for the end of their
    paragraph, and `_used` elements that a heading already shows.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._starts = vocabulary.blocks
        self._labels: list[str] = []
        self._notes: list[str] = []
        self._used: set[_Element] = set()

    def blocks(self, element: _Element, level: int) -> Iterator[Block]:
        """Yield the blocks in an element; `level` is that of a heading in it."""
        name = name_of(element)
        if not name or name in self._vocabulary.skipped or element in self._used:
            return
        if name in self._vocabulary.tables:
            yield from self._table(element)
        elif name in self._vocabulary.headed:
            yield from self._headed(element, level)
        elif name in self._vocabulary.numbered:
            yield from self._numbered(element, level)
        else:
            yield from self._mixed(element, level)

    def _headed(self, element: _Element, level: int) -> Iterator[Block]:
        """Yield the heading of a part or an article, and its content one level below."""
        group = self._vocabulary.groups.get(name_of(element))
        provision = next((one for one in element if group and name_of(one) == group), None)
        parts = [*self._children(element, self._vocabulary.numbers), *self._children(element, self._vocabulary.titles)]
        if provision is not None:
            parts = [*self._children(provision, self._vocabulary.numbers)[:1], *parts]
        words = " ".join(filter(None, map(self._words, parts)))
        self._used.update(parts)
        if words:
            yield heading(words, level)
        yield from self._mixed(element, level + bool(words))

    def _numbered(self, element: _Element, level: int) -> Iterator[Block]:
        """Yield a provision, with its number before its first text."""
        numbers = self._children(element, self._vocabulary.numbers)
        titles = self._children(element, self._vocabulary.titles)
        label = " ".join(filter(None, [*(self._number(one, element) for one in numbers), *map(self._words, titles)]))
        self._used.update(numbers, titles)
        if label:
            self._labels.append(label)
        yield from self._mixed(element, level)
        if label and label in self._labels:  # a number without a text, as a repealed provision has it
            yield Block(" ".join(self._labels), Kind.ITEM)
            self._labels = []

    def _children(self, element: _Element, names: frozenset[str]) -> list[_Element]:
        return [one for one in element if name_of(one) in names and one not in self._used]

    def _mixed(self, element: _Element, level: int) -> Iterator[Block]:
        """Yield the blocks in an element, and a paragraph for each run of words between two of them."""
        words = element.text or ""
        for child in element:
            if child in self._used:
                pass
            elif self._is_block(child):
                yield from self._paragraph(words)
                yield from self.blocks(child, level)
                words = ""
            else:
                words += self._inline(child, words)
            words += child.tail or ""
        yield from self._paragraph(words)

    def _paragraph(self, words: str) -> Iterator[Block]:
        text = " ".join(words.split())
        if text:
            label, self._labels = " ".join(self._labels), []
            yield Block(f"{label} {text}".strip(), Kind.ITEM) if label else Block(text)
        notes, self._notes = self._notes, []
        yield from map(Block, notes)

    def _is_block(self, element: _Element) -> bool:
        name = name_of(element)
        if name in self._vocabulary.notes or name in self._vocabulary.skipped:
            return False
        return any(name_of(one) in self._starts for one in element.iter())

    def _inline(self, element: _Element, before: str = "") -> str:
        """Return the words of an element within a line. A footnote waits for the end of the paragraph."""
        name = name_of(element)
        if not name or name in self._vocabulary.skipped:
            return ""
        if name in self._vocabulary.notes:
            self._notes.append(self._words(element))
            return ""
        if name.startswith("QUOT.") and not len(element):  # a quotation mark of Formex, by its code
            return _character(element.get("CODE") or "")
        if name in ("br", "eol"):
            return " "
        words = element.text or ""
        for child in element:
            words += self._inline(child, words) + (child.tail or "")
        raised = name in _RAISED or (name == "HT" and element.get("TYPE") == "SUP")
        return f"^{words}" if raised and re.search(r"\d$", before) and words.strip().isdigit() else words

    def _words(self, element: _Element) -> str:
        """Return the words of an element with blocks, on one line."""
        pieces = [element.text or ""]
        for child in element:
            name = name_of(child)
            inner = self._words(child) if self._is_block(child) or len(child) else self._inline(child, pieces[-1])
            space = " " if self._is_block(child) or name in self._vocabulary.numbers | self._vocabulary.titles else ""
            shown = "" if name in self._vocabulary.skipped | self._vocabulary.notes else f"{space}{inner}{space}"
            pieces += [shown, child.tail or ""]
        return " ".join("".join(pieces).split())

    def _number(self, number: _Element, provision: _Element) -> str:
        """Return the number of a provision with the brackets that a reader sees."""
        words = self._words(number)
        before, after = number.get("PuncBefore"), number.get("PuncAfter")
        if words and (before or after):
            return f"{before or ''}{words}{after or ''}"
        bare = words.isalnum() and name_of(provision) in self._vocabulary.bracketed
        return f"({words})" if bare else words

    def _table(self, element: _Element) -> Iterator[Block]:
        names = self._vocabulary
        rows = [row for row in element.iter() if name_of(row) in names.rows]
        cells = [[self._words(cell) for cell in row if name_of(cell) in names.cells] for row in rows]
        yield from table([row for row in cells if any(row)], headed=_is_headed(rows))
        notes, self._notes = self._notes, []
        yield from map(Block, notes)


def _is_headed(rows: list[_Element]) -> bool:
    """Tell whether the first row holds the headers of the columns: its cells say so, or the head of the table does."""
    if not rows:
        return False
    first = rows[0]
    kinds = [first.get("TYPE"), *(cell.get("TYPE") for cell in first)]
    parent = first.getparent()
    in_head = parent is not None and name_of(parent) == "thead"
    return in_head or "HEADER" in kinds or all(name_of(cell) == "th" for cell in first)


def _character(code: str) -> str:
    try:
        return chr(int(code, 16))
    except (ValueError, OverflowError):
        return '"'
