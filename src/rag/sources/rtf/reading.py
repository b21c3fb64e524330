"""Reads Rich Text as blocks in order, with the numbers of lists that its writer stored beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from rag.sources.rtf.flow import Text
from rag.sources.rtf.head import Head
from rag.sources.rtf.tokens import Token, codec_of_page, tokens
from rag.sources.shown import Shown
from rag.sources.word.fields import is_contents
from rag.sources.word.inline import Piece
from rag.sources.word.styles import Style, heading_level
from rag.sources.word.symbols import symbol

_SKIPPED = frozenset((
    "annotation", "atnauthor", "atndate", "atnicn", "atnid", "atnparent", "atnref", "background", "bkmkend",
    "bkmkstart", "blipuid", "colortbl", "comment", "datafield", "docvar", "falt", "filetbl", "footer", "footerf",
    "footerl", "footerr", "ftncn", "ftnsep", "ftnsepc", "aftncn", "aftnsep", "aftnsepc", "generator", "header",
    "headerf", "headerl", "headerr", "latentstyles", "listoverridetable", "listpicture", "listtable", "nextfile",
    "nonshppict", "objclass", "objdata", "pict", "pgptbl", "pn", "pnseclvl", "revtbl", "rsidtbl", "shppict",
    "template", "tc", "tcn", "themedata", "xe", "sp", "xmlnstbl", "datastore", "colorschememapping", "do",
    "mmathPr", "wgrffmtfilter", "passwordhash", "nesttableprops",
))  # fmt: skip
_HEAD = frozenset(("fonttbl", "stylesheet", "title", "author", "subject", "keywords", "creatim"))
_INNER = {"footnote": True, "shptxt": False}
"""Groups with a text of their own, and whether it is a footnote."""

_ENTERED = frozenset(("shpinst", "fldinst", "ud", *_INNER))
"""Groups with a star that are read although readers may skip them."""

_SIGNS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "~": "\xa0", "_": "-", "emspace": " ", "enspace": " ",
}  # fmt: skip
_ENDS = frozenset(("par", "sect", "page"))
_FORMS = {"v": "hidden", "strike": "struck", "striked": "struck", "deleted": "deleted", "b": "bold"}
_MOST_DEPTH = 500


@dataclass(frozen=True, slots=True)
class _State:
    """The formatting in a group. `place` is its destination: "" for text, "skip", or the name of a special one."""

    place: str = ""
    font: int = 0
    skip: int = 1
    size: int = 24
    raised: str = ""
    hidden: bool = False
    struck: bool = False
    deleted: bool = False
    bold: bool = False


class Reader:
    """Reads one file. `head` is filled while the text is read."""

    def __init__(self) -> None:
        self.head = Head()
        self._state = _State()
        self._stack: list[_State] = []
        self._texts = [Text()]
        self._opened: list[int] = []  # the depths at which inner texts began
        self._bytes = b""
        self._ignored = 0
        self._starred = self._begun = False
        self._instruction = ""

    def read(self, raw: bytes) -> list[Shown]:
        """Return the blocks of a file."""
        for token in tokens(raw):
            if self._ignored and self._is_fallback(token):
                continue
            if token.text:
                self._take_text(token)
            else:
                self._flush_bytes()
                self._take_word(token)
            self._begun = token.word == "{" or (token.word == "*" and self._begun)
        self._flush_bytes()
        self._texts[-1].end_paragraph()
        self._texts[-1].end_table()
        return self._texts[0].shown

    def _is_fallback(self, token: Token) -> bool:
        """Tell whether a token only stands for a character that was given in Unicode."""
        if token.text:
            if len(token.text) > self._ignored:
                self._take_text(Token(text=token.text[self._ignored :]))
            self._ignored = max(0, self._ignored - len(token.text))
            return True
        if token.word in ("{", "}"):
            self._ignored = 0
        else:
            self._ignored -= 1
            return token.word not in _ENDS
        return False

    def _take_text(self, token: Token) -> None:
        place = self._state.place
        if place in _HEAD:
            self.head.take(token, place)
        elif place == "fldinst":
            self._instruction += token.text.decode("latin-1")
        elif place != "skip":
            self._bytes += token.text

    def _flush_bytes(self) -> None:
        if self._bytes:
            raw, self._bytes = self._bytes, b""
            if self.head.is_symbol(self._state.font):
                name = self.head.fonts[self._state.font][1]
                self._add("".join(symbol(one, name) for one in raw))
            else:
                self._add(raw.decode(self.head.codec_of(self._state.font), "replace"))

    def _add(self, words: str) -> None:
        state, text = self._state, self._texts[-1]
        if state.place == "listtext":
            text.label += words
        elif state.place == "" and not (state.hidden or state.struck or state.deleted):
            text.inline.pieces.append(Piece(words, state.raised, state.size, state.bold))

    def _take_word(self, token: Token) -> None:
        word, number = token.word, token.number
        if word == "{":
            self._stack.append(self._state)
            if len(self._stack) > _MOST_DEPTH:
                raise RecursionError
        elif word == "}":
            self._close()
        elif word == "*":
            self._starred = self._begun
            return
        elif self._begun and self._opens(word):
            pass
        elif self._state.place in _HEAD:
            self.head.take(token, self._state.place)
            self._ignored = self._state.skip if word == "u" else 0
        elif self._state.place != "skip":
            self._format(word, number)
        self._starred = False

    def _opens(self, word: str) -> bool:
        """Note the destination of a group, if this word names one."""
        place = self._state.place
        if place == "skip":
            return True
        if word in _HEAD or word in ("fldinst", "info", "listtext", "pntext"):
            self._state = replace(self._state, place="listtext" if word == "pntext" else word)
            self._instruction = "" if word == "fldinst" else self._instruction
        elif word in _SKIPPED or (self._starred and word not in _ENTERED):
            self._state = replace(self._state, place="skip")
        elif word == "fldrslt":
            self._state = replace(self._state, place="skip" if is_contents(self._instruction) else place)
        elif word in _INNER:
            self._opened.append(len(self._stack))
            self._texts.append(Text())
            self._state = _State(font=self._state.font, skip=self._state.skip)
        else:
            return word in ("shpinst", "ud")
        return True

    def _close(self) -> None:
        if self._state.place in _HEAD:
            self.head.end(self._state.place)
        if self._opened and self._opened[-1] == len(self._stack):
            self._opened.pop()
            self._texts[-1].end_paragraph()
            self._texts[-1].end_table()
            inner = self._texts.pop()
            self._texts[-1].notes += [shown.block for shown in inner.shown]
        if self._stack:
            self._state = self._stack.pop()

    def _format(self, word: str, number: int | None) -> None:
        if word in _SIGNS:
            self._add(_SIGNS[word])
        elif word == "u" and number is not None:
            self._add(self._character(number % 0x10000))
            self._ignored = self._state.skip
        elif word in _ENDS:
            self._texts[-1].end_paragraph()
        elif word in ("cell", "nestcell"):
            self._texts[-1].end_cell(nested=word == "nestcell")
        elif word == "row":
            self._texts[-1].end_row()
        elif word in ("pard", "intbl", "s", "outlinelevel"):
            self._paragraph_word(word, number or 0)
        elif word in ("trowd", "trhdr", "cellx", "clvmrg", "clmrg"):
            self._texts[-1].row_word(word)
        else:
            self._character_word(word, number)

    def _character(self, code: int) -> str:
        name = self.head.fonts.get(self._state.font, (0, ""))[1]
        return (
            symbol(code, name if self.head.is_symbol(self._state.font) else "Symbol")
            if _is_private(code)
            else chr(code)
        )

    def _paragraph_word(self, word: str, number: int) -> None:
        text = self._texts[-1]
        if word == "pard":
            text.style, text.level, text.in_table = Style(), None, False
        elif word == "intbl":
            text.in_table = True
        elif word == "s":
            text.style = self.head.styles.get(number, Style())
        else:
            text.level = heading_level(str(number))

    def _character_word(self, word: str, number: int | None) -> None:
        if word in _FORMS:
            changed: dict[str, Any] = {_FORMS[word]: number != 0}
            self._state = replace(self._state, **changed)
        elif word in ("super", "sub", "nosupersub"):
            self._state = replace(self._state, raised={"super": "superscript", "sub": "subscript"}.get(word, ""))
        elif word == "plain":
            kept = self._state
            self._state = _State(place=kept.place, font=kept.font, skip=kept.skip)
        elif word in ("f", "fs", "uc") and number is not None:
            changed = {{"f": "font", "fs": "size", "uc": "skip"}[word]: max(0, min(number, 10_000))}
            self._state = replace(self._state, **changed)
        elif word == "ansicpg" and number:
            self.head.codec = codec_of_page(number)


def _is_private(code: int) -> bool:
    return 0xF000 <= code <= 0xF0FF
