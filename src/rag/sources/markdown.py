"""Parses Markdown: CommonMark with tables and front matter, without the markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rag.sources.blocks import Block, Kind, Parsed, heading, table
from rag.sources.decode import decode
from rag.sources.frontmatter import split
from rag.sources.html.hidden_parts import HiddenParts
from rag.text import normalise

if TYPE_CHECKING:
    from markdown_it.token import Token


def parse(raw: bytes, stem: str) -> Parsed:
    """Parse a Markdown file."""
    from markdown_it import MarkdownIt

    facts, body = split(normalise(decode(raw)))
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(body)
    return Parsed(list(_Walk().blocks(tokens)), facts)


class _Walk:
    """Walks over tokens. Holds the counters of the open lists, and the current marker, heading level and table rows."""

    def __init__(self) -> None:
        self.counters: list[int | None] = []
        self.marker = ""
        self.level = 0
        self.rows: list[list[str]] | None = None
        self.hidden = HiddenParts()

    def blocks(self, tokens: Sequence[Token]) -> Iterator[Block]:
        for token in tokens:
            if token.type == "inline":
                yield from self._inline(self._words(token.children or []))
            elif token.type == "html_block":
                yield Block(self.hidden.shown(token.content))
            elif token.type in ("fence", "code_block"):
                yield Block("" if self.hidden else token.content)
            elif token.type == "table_close":
                yield from table(self.rows or [])
                self.rows = None
            else:
                self._structure(token)

    def _inline(self, text: str) -> Iterator[Block]:
        if self.rows is not None:
            self.rows[-1].append(text)
        elif self.level:
            yield heading(text, self.level)
        elif text.strip():
            yield Block(self.marker + text, Kind.ITEM if self.counters else Kind.PARAGRAPH)
            self.marker = ""

    def _structure(self, token: Token) -> None:
        match token.type:
            case "heading_open":
                self.level = int(token.tag[1])
            case "heading_close":
                self.level = 0
            case "bullet_list_open":
                self.counters.append(None)
            case "ordered_list_open":
                self.counters.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                self.counters.pop()
                self.marker = ""
            case "list_item_open":
                self.marker = self._next_marker()
            case "table_open" | "tr_open":
                self.rows = [*(self.rows or []), *([[]] if token.type == "tr_open" else [])]

    def _words(self, children: Sequence[Token]) -> str:
        """Return the text of a paragraph, without the words that are hidden or struck out."""
        words, struck = [], 0
        for token in children:
            struck += {"s_open": 1, "s_close": -1}.get(token.type, 0)
            word = self._word(token)
            words.append("" if struck else word)
        return "".join(words).strip()

    def _word(self, token: Token) -> str:
        if token.type == "html_inline":
            self.hidden.shown(token.content)
            return "\n" if re.match(r"<br\b", token.content) and not self.hidden else ""
        if self.hidden:
            return ""
        match token.type:
            case "text" | "code_inline":
                return token.content
            case "softbreak":
                return " "
            case "hardbreak":
                return "\n"
            case "image":
                return self._words(token.children or [])
            case _:
                return ""

    def _next_marker(self) -> str:
        number = self.counters[-1]
        if number is None:
            return "- "
        self.counters[-1] = number + 1
        return f"{number}. "
