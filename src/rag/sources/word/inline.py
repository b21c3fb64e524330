"""Reads the words of a paragraph as Word shows them, and collects its footnotes and text boxes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from rag.sources.raised import lowered, raised
from rag.sources.word.fields import Fields, is_contents
from rag.sources.word.package import W, integer, value
from rag.sources.word.styles import Run, Style, Styles, properties
from rag.sources.word.symbols import readable, symbol

if TYPE_CHECKING:
    from lxml.etree import _Element

BOX = f"{W}txbxContent"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SKIPPED = frozenset(
    (f"{W}pPr", f"{W}rPr", f"{W}del", f"{W}moveFrom", f"{_CHOICE}Fallback", f"{W}rt", f"{W}sdtPr", f"{W}sdtEndPr")
)
_MARKS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}ptab": "\t"}
_NOTES = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}
_TINY = 4  # half points; smaller text is hidden


@dataclass(slots=True)
class Piece:
    """A run of text: `place` is "superscript", "subscript" or "", `size` in half points."""

    words: str
    place: str = ""
    size: int = 0
    bold: bool = False


@dataclass(slots=True)
class Inline:
    """The content of a paragraph: pieces of text, the footnotes as pairs of a kind and an id, and the text boxes."""

    pieces: list[Piece] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[_Element] = field(default_factory=list)
    hidden: bool = False

    @property
    def text(self) -> str:
        """The words, with superscripts apart from the figures before them."""
        text = ""
        for place, pieces in groupby(self.pieces, key=lambda one: one.place):
            words = "".join(one.words for one in pieces)
            if place:
                words = raised(words.strip(), text) if place == "superscript" else lowered(words.strip(), text)
            text += words
        return text

    @property
    def is_bold(self) -> bool:
        """Whether all words are bold."""
        return all(one.bold for one in self.pieces if one.words.strip())

    @property
    def size(self) -> int:
        """The size of the smallest letters in half points."""
        return min((one.size for one in self.pieces if one.words.strip()), default=0)


class Reader:
    """Reads the paragraphs of one text."""

    def __init__(self, styles: Styles, fields: Fields) -> None:
        self._styles = styles
        self._fields = fields

    def read(self, paragraph: _Element, style: Style) -> Inline:
        """Return the content of a paragraph."""
        found = Inline()
        self._walk(paragraph, style, found)
        return found

    def _walk(self, element: _Element, style: Style, found: Inline) -> None:
        for child in element:
            tag = child.tag
            if tag == f"{W}r":
                self._run(child, style, found)
            elif tag == BOX:
                found.boxes.append(child)
            elif tag in (f"{_MATH}oMath", f"{_MATH}oMathPara"):
                self._add(found, formula(child), style, {})
            elif tag in _SKIPPED or is_removed(child):
                continue
            else:
                self._walk(child, style, found)

    def _run(self, run: _Element, style: Style, found: Inline) -> None:
        own = properties(run.find(f"{W}rPr"))
        look = {**(style.run or {}), **self._styles.character(value(run, "rPr/rStyle")), **own}
        hidden = _is_hidden(look, run, style)
        custom_mark = False
        for child in run:
            tag = child.tag
            if tag == f"{W}fldChar":
                self._add(found, self._fields.mark(child), style, look)
            elif tag == f"{W}instrText":
                self._fields.instruct(child.text or "")
            elif hidden or not self._fields.visible:
                found.hidden = found.hidden or hidden
            elif tag in _NOTES:
                found.notes.append((_NOTES[tag], str(child.get(f"{W}id"))))
                custom_mark = child.get(f"{W}customMarkFollows") not in (None, "0", "false", "off")
            elif not custom_mark:
                self._content(child, style, look, found)

    def _content(self, child: _Element, style: Style, look: Run, found: Inline) -> None:
        tag = child.tag
        if tag == f"{W}t":
            self._add(found, readable(child.text or "", look.get("font", "")), style, look)
        elif tag in _MARKS:
            found.pieces.append(Piece(_MARKS[tag]))
        elif tag == f"{W}sym":
            code = str(child.get(f"{W}char"))
            place = (
                int(code, 16) if len(code) < 6 and code.isalnum() and code.isascii() and _is_hexadecimal(code) else 0
            )
            self._add(found, symbol(place, str(child.get(f"{W}font"))) if place else "", style, look)
        elif tag not in _SKIPPED:
            self._walk(child, style, found)

    def _add(self, found: Inline, words: str, style: Style, look: Run) -> None:
        if words and self._fields.visible:
            place = look.get("vertAlign", "")
            place = place if place in ("superscript", "subscript") else ""
            found.pieces.append(Piece(words, place, integer(look.get("sz")) or 20, look.get("b") == "on"))


def is_removed(element: _Element) -> bool:
    """Return whether a content control holds a placeholder or a table of contents, or a field makes such a table."""
    if element.tag == f"{W}fldSimple":
        return is_contents(str(element.get(f"{W}instr")))
    if element.tag != f"{W}sdt":
        return False
    if value(element, "sdtPr/showingPlcHdr") not in (None, "0", "false", "off"):
        return True
    gallery = value(element, "sdtPr/docPartObj/docPartGallery") or ""
    return "contents" in gallery.lower()


def formula(element: _Element) -> str:
    """Return a formula on one line, such as `a/b` and `x^2`."""
    return "".join(_formula(element))


def _formula(element: _Element) -> Iterator[str]:
    name = str(element.tag).removeprefix(_MATH)
    if name == "t":
        yield element.text or ""
        return
    children = [child for child in element if child.tag not in _SKIPPED]
    parts = ["".join(_formula(child)) for child in children]
    names = [str(child.tag).removeprefix(_MATH) for child in children]
    given = dict(zip(names, parts, strict=True))
    if name == "f":
        yield f"{_grouped(given.get('num', ''))}/{_grouped(given.get('den', ''))}"
    elif name == "rad":
        yield f"√{_grouped(given.get('e', ''))}"
    elif name == "d":
        yield f"({', '.join(part for one, part in zip(names, parts, strict=True) if one == 'e')})"
    elif name in ("sSup", "sSub", "sSubSup"):
        sub, sup = given.get("sub"), given.get("sup")
        yield given.get("e", "") + (f"_{sub}" if sub else "") + (f"^{_grouped(sup)}" if sup else "")
    else:
        yield from parts


def _grouped(words: str) -> str:
    return words if words.isalnum() else f"({words})"


def _is_hexadecimal(code: str) -> bool:
    return all(one in "0123456789abcdefABCDEF" for one in code)


def _is_hidden(look: Run, run: _Element, style: Style) -> bool:
    """Return whether a run is hidden text, struck out, white, or smaller than 2 points."""
    if "on" in (look.get("vanish"), look.get("strike"), look.get("dstrike")):
        return True
    if look.get("color", "").upper() == "FFFFFF" and "ground" not in look and not style.shaded and not _on_ground(run):
        return True
    size = integer(look.get("sz"))
    return size is not None and size < _TINY


def _on_ground(run: _Element) -> bool:
    """Return whether the paragraph, the table or the box of a run may have a dark ground."""
    around = (f"{W}tbl", f"{W}p", BOX)
    return any(one.tag != f"{W}p" or one.find(f"{W}pPr/{W}shd") is not None for one in run.iterancestors(*around))
