"""A text of a Rich Text file in progress: its paragraphs, cells and rows."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag.sources.blocks import Block, Kind, heading
from rag.sources.shown import Shown, is_prose, names_contents, written
from rag.sources.word import tables
from rag.sources.word.inline import Inline
from rag.sources.word.numbering import BULLET
from rag.sources.word.styles import Style


@dataclass(slots=True)
class Text:
    """A text in progress: its blocks, and the paragraph, the cell and the row that are open."""

    shown: list[Shown] = field(default_factory=list)
    inline: Inline = field(default_factory=Inline)
    label: str = ""
    style: Style = field(default_factory=Style)
    level: int | None = None
    in_table: bool = False
    cell: list[Shown] = field(default_factory=list)
    places: list[tables.Place] = field(default_factory=list)
    rows: list[tables.Row] = field(default_factory=list)
    notes: list[Block] = field(default_factory=list)
    merges: list[str] = field(default_factory=list)
    merge: str = ""
    header: bool = False

    def row_word(self, word: str) -> None:
        """Take in a control word that describes a row."""
        if word == "trowd":
            self.merges, self.merge, self.header = [], "", False
        elif word == "trhdr":
            self.header = True
        elif word == "cellx":
            self.merges.append(self.merge)
            self.merge = ""
        else:
            self.merge = word

    def end_paragraph(self) -> None:
        """End the paragraph, with its label and its footnotes."""
        inline, label, notes = self.inline, " ".join(self.label.split()), self.notes
        self.inline, self.label, self.notes = Inline(), "", []
        words = inline.text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()
        target = self.cell if self.in_table else self.shown
        if not self.in_table:
            self.end_table()
        if words and not self.style.is_contents and not names_contents(words):
            level = self.style.level if self.level is None else self.level
            target.append(Shown(_block(words, level, label), inline.size, inline.is_bold, self.style.name == "title"))
        target += map(Shown, notes)

    def end_cell(self, nested: bool) -> None:
        """End the cell; that of an inner table joins the cell around it."""
        self.in_table = True
        self.end_paragraph()
        if not nested:
            number = len(self.places)
            merge = self.merges[number] if number < len(self.merges) else ""
            self.places.append(tables.Place(None, number, 1, merge == "clvmrg", self.cell))
            if merge == "clmrg" and number:
                self.places[-1].content = []
            self.cell = []

    def end_row(self) -> None:
        """End the row."""
        if self.places:
            self.rows.append(tables.Row(_merged(self.places, self.merges), self.header))
        self.places, self.cell = [], []

    def end_table(self) -> None:
        """End the table, if there is one, and add its rows to the text."""
        rows, self.rows = self.rows, []
        if self.places or self.cell:
            rows.append(tables.Row([*self.places, tables.Place(None, len(self.places), 1, content=self.cell)], False))
            self.places, self.cell = [], []
        if rows:
            self.shown += tables.shown(rows)


def _merged(places: list[tables.Place], merges: list[str]) -> list[tables.Place]:
    """Join cells that are merged sideways to the cell before them."""
    found: list[tables.Place] = []
    for number, place in enumerate(places):
        if found and number < len(merges) and merges[number] == "clmrg":
            found[-1].columns += 1
        else:
            found.append(place)
    return found


def _block(words: str, level: int, label: str) -> Block:
    label = BULLET if label == "o" or (label and not any(map(str.isalnum, label))) else label
    if level and not is_prose(words):
        return heading(f"{label} {words}" if label and label != BULLET else words, level)
    return Block(f"{label} {words}", Kind.ITEM) if label else written(words)
