"""Reads a text to verify: its words without markup, its sentences, and its quotations with the places they cite."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.answer.texts.links import cited_by
from rag.answer.texts.results import Quotation
from rag.text import normalise, one_line, sentences
from rag.text.refusals import is_refusal
from rag.text.sentence_roles import is_cross_reference, is_question
from rag.types import Span

if TYPE_CHECKING:
    from markdown_it.token import Token

_SHORTEST = 3
"""Words of a sentence or a quotation. Fewer words in quotation marks are a term and not a quotation."""

_QUOTED = re.compile(r"“([^“”]+)”|„([^„“”]+)[“”]|«([^«»]+)»|»([^«»]+)«|(?<!\w)\"([^\"\n]+)\"(?!\w)")
_MARKER = re.compile(r"(?<!\s)\s*+\[\^?\d{1,3}\](?:\([^()\s]*\))?")
_WORD = re.compile(r"\w+")
_HEADINGS = ("heading_open", "heading_close")


@dataclass(frozen=True, slots=True)
class Written:
    """A text without markup, the spans of the sentences that state something, and its quotations in order."""

    text: str
    sentences: tuple[Span, ...]
    quotations: tuple[Quotation, ...]


@dataclass(slots=True)
class _Part:
    """A paragraph, with its place in the text and the places of its links."""

    start: int
    text: str
    links: list[tuple[int, str]]
    is_heading: bool = False
    is_quoted: bool = False


@dataclass(slots=True)
class _Parts:
    """The paragraphs of a Markdown text so far."""

    found: list[_Part] = field(default_factory=list)
    length: int = 0
    quoted: int = 0
    heading: bool = False

    def add(self, text: str, links: list[tuple[int, str]]) -> None:
        if text.strip():
            start = self.length
            here = [(start + at, address) for at, address in links]
            self.found.append(_Part(start, text, here, self.heading, self.quoted > 0))
            self.length = start + len(text) + 2


def from_plain(raw: str) -> Written:
    """Read a text without markup, such as the text of a Word file."""
    text = normalise(raw)
    part = _Part(0, text, [])
    return Written(text, tuple(_stated(part)), tuple(_in_marks(part)))


def from_markdown(raw: str) -> Written:
    """Read Markdown (CommonMark). A plain text is read too. Block quotes are quotations; links say what they cite."""
    from markdown_it import MarkdownIt  # only few requests need it

    parts = _Parts()
    for token in MarkdownIt("commonmark").enable("table").parse(normalise(raw)):
        _read(token, parts)
    text = "\n\n".join(part.text for part in parts.found)
    spans = [span for part in parts.found if not (part.is_heading or part.is_quoted) for span in _stated(part)]
    return Written(text, tuple(spans), tuple(_quotations(parts.found)))


def _read(token: Token, parts: _Parts) -> None:
    if token.type in _HEADINGS:
        parts.heading = token.nesting == 1
    elif token.type in ("blockquote_open", "blockquote_close"):
        parts.quoted += token.nesting
    elif token.type in ("fence", "code_block"):
        parts.add(token.content.strip("\n"), [])
    elif token.type == "inline":
        parts.add(*_words(token.children or []))


def _words(tokens: Sequence[Token]) -> tuple[str, list[tuple[int, str]]]:
    """Return the text of the tokens of one paragraph, and the place of each link.

    A link of one word, such as `source` or `1`, is a citation and no part of the text.
    """
    text, links = "", []
    for token in tokens:
        if token.type == "link_open":
            links.append((len(text), str(token.attrs.get("href", ""))))
        elif token.type == "link_close" and len(_WORD.findall(text[links[-1][0] :])) <= 1:
            at = len(text[: links[-1][0]].rstrip("( \n["))
            text, links[-1] = text[:at], (at, links[-1][1])
        elif token.type in ("softbreak", "hardbreak"):
            text += "\n"
        elif token.type in ("text", "code_inline"):
            text += token.content.lstrip(")]") if links and len(text) == links[-1][0] else token.content
    return text, links


def _stated(part: _Part) -> Iterator[Span]:
    """Yield the spans of the sentences of a paragraph that state something."""
    for span in sentences(part.text):
        words = _unmarked(span.of(part.text))
        if len(_WORD.findall(words)) >= _SHORTEST and not _states_nothing(words):
            yield Span(part.start + span.start, part.start + span.end)


def _states_nothing(words: str) -> bool:
    line = one_line(words)
    return is_question(line) or is_cross_reference(line) or is_refusal(line) or line.endswith(":")


def _unmarked(words: str) -> str:
    """Return words without citation markers such as `[1]`."""
    return _MARKER.sub("", words)


def _quotations(parts: Sequence[_Part]) -> Iterator[Quotation]:
    for number, part in enumerate(parts):
        if part.is_quoted:
            following = parts[number + 1].links if number + 1 < len(parts) else []
            links = [*part.links, *following]
            cited = tuple(one for _, address in links[:1] if (one := cited_by(address)))
            yield Quotation(part.text.strip(), Span(part.start, part.start + len(part.text)), cited)
        else:
            yield from _in_marks(part)


def _in_marks(part: _Part) -> Iterator[Quotation]:
    """Yield the words in quotation marks, with the next link of the paragraph."""
    for match in _QUOTED.finditer(part.text):
        words = next(filter(None, match.groups()))
        if len(_WORD.findall(words)) < _SHORTEST:
            continue
        end = part.start + match.end()
        later = [address for at, address in part.links if at >= part.start + match.start()]
        cited = tuple(one for address in later[:1] if (one := cited_by(address)))
        yield Quotation(words.strip(), Span(part.start + match.start() + 1, end - 1), cited)
