"""The head of a Rich Text file: encodings of fonts, styles, and facts about the document."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag.sources.blocks import Facts
from rag.sources.rtf.tokens import SYMBOL, Token, codec_of_charset
from rag.sources.word.styles import Style, heading_level, level_of_name

_FACTS = {"title": "title", "author": "author", "subject": "subject", "keywords": "keywords"}


@dataclass(slots=True)
class Head:
    """The fonts by number, each with its character set and name; the styles; and the facts."""

    codec: str = "cp1252"
    fonts: dict[int, tuple[int, str]] = field(default_factory=dict)
    styles: dict[int, Style] = field(default_factory=dict)
    facts: Facts = field(default_factory=dict)
    _number: int = -1
    _charset: int = 0
    _level: int | None = None
    _text: str = ""
    _date: dict[str, int] = field(default_factory=dict)

    def codec_of(self, font: int) -> str:
        """Return the encoding of the text in a font."""
        return codec_of_charset(self.fonts.get(font, (1, ""))[0]) or self.codec

    def is_symbol(self, font: int) -> bool:
        """Return whether the characters of a font are symbols."""
        return self.fonts.get(font, (0, ""))[0] == SYMBOL

    def take(self, token: Token, place: str) -> None:
        """Take in a token of the group `place`: `fonttbl`, `stylesheet`, or a part of `info`."""
        if token.text:
            self._text += token.text.decode(self.codec, "replace")
        elif token.word == "u" and token.number is not None:
            self._text += chr(token.number % 0x10000)
        elif place == "fonttbl" and token.word in ("f", "fcharset"):
            self._number, self._charset = (
                (token.number or 0, 0) if token.word == "f" else (self._number, token.number or 0)
            )
        elif place == "stylesheet" and token.word in ("s", "outlinelevel"):
            if token.word == "s":
                self._number, self._level = token.number or 0, None
            else:
                self._level = heading_level(str(token.number))
        elif place == "creatim" and token.word in ("yr", "mo", "dy"):
            self._date[token.word] = token.number or 0
        if token.text and self._text.rstrip().endswith(";") and place in ("fonttbl", "stylesheet"):
            self._define(place)

    def _define(self, place: str) -> None:
        name = self._text.strip().rstrip(";")
        if place == "fonttbl":
            self.fonts[self._number] = self._charset, name
        elif self._number >= 0:
            level = level_of_name(name.lower()) if self._level is None else self._level
            self.styles[self._number] = Style(name.lower(), level)
        self._text, self._number, self._level = "", -1, None

    def end(self, place: str) -> None:
        """Take in the end of the group `place`."""
        if place in _FACTS and self._text.strip():
            self.facts[_FACTS[place]] = self._text.strip()
        if place == "creatim" and self._date.get("yr"):
            year, month, day = (self._date.get(part, 1) for part in ("yr", "mo", "dy"))
            self.facts["published"] = f"{year:04}-{month:02}-{day:02}"
        self._text = ""
