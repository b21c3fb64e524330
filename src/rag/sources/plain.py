"""Parses plain text: paragraphs between blank lines, and clear headings and lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.sources import emails
from rag.sources.blocks import Block, Facts, Kind, Parsed, heading
from rag.sources.boilerplate import is_boilerplate
from rag.sources.decode import decode
from rag.sources.frontmatter import split
from rag.sources.mail import words as mail_words
from rag.sources.patterns import ITEM, MARKER, label_rank, numbered_depth
from rag.sources.unwrap import join, visible_hyphens, vocabulary
from rag.text import normalise

_TITLE_LONGEST = 160
_HEADING_LONGEST = 90
_WRAPPED_SHORTEST = 50
_PROSE_SHORTEST = 120
_NAME = re.compile(r"(?:(?:[Bb]y|By:|Author:)\s+)?((?:[^\W\d_a-z][\w’'.-]*)(?: [^\W\d_a-z][\w’'.-]*){1,3})")
_BYLINE = re.compile(r"(?:By|By:|Author:)\s+(\S.{2,80})")
_DIVIDED = re.compile(r"[^\W\d_]{2}-\Z")
_SMALL = re.compile(r"(?:an?|and|as|at|by|for|from|in|into|nor|of|on|or|the|to|under|upon|with)", re.IGNORECASE)

Lines = list[str]


def parse(raw: bytes, stem: str) -> Parsed:
    """Parse a text file, with its front matter or e-mail headers if it has any."""
    facts, body = split(normalise(visible_hyphens(decode(raw))))
    headers, body = emails.split(body)
    if headers:
        return email(body, {**emails.facts(headers), **facts}, headers.get("subject", ""))
    parts = paragraphs(body)
    kept = _without_boilerplate(parts)
    author = None if "author" in facts else _take_byline(kept, scraped=kept != parts)
    blocks = [*_title(kept), *_blocks(kept)]
    return Parsed(blocks, _with(facts, author))


def email(text: str, facts: Facts, subject: str = "") -> Parsed:
    """Parse the body of an e-mail with the facts in its headers. The subject shows whether it forwards another one."""
    parts = mail_words.of_text(normalise(visible_hyphens(text)), mail_words.is_forward(subject))
    return mail_words.parsed(parts, facts, preformatted)


def preformatted(text: str) -> list[Block]:
    """Return the blocks of text whose lines were broken by hand, such as the `pre` element of a web page."""
    return list(_blocks(paragraphs(normalise(text))))


def paragraphs(text: str) -> list[Lines]:
    """Return the lines of each paragraph. Blank lines separate paragraphs."""
    return [[line.strip() for line in part.split("\n")] for part in text.split("\n\n") if part.strip()]


def _without_boilerplate(parts: Sequence[Lines]) -> list[Lines]:
    kept = ([line for line in lines if not is_boilerplate(line)] for lines in parts)
    return [lines for lines in kept if lines]


def _with(facts: Facts, author: str | None) -> Facts:
    return {**facts, "author": author} if author else facts


def _take_byline(parts: list[Lines], scraped: bool) -> str | None:
    """Remove the name of the author from `parts`, and return it.

    It is the paragraph after the title or, if the text was `scraped` from a web page, the last paragraph.
    """
    if len(parts) < 3:
        return None
    if len(parts[1]) == 1 and (under_title := _BYLINE.fullmatch(parts[1][0])):
        del parts[1]
        return under_title[1]
    last = _NAME.fullmatch(parts[-1][0]) if scraped and len(parts[-1]) == 1 else None
    # Two to four capitalised words after prose are its signature. After a list or a heading, they may belong to it.
    if last is None or not _prose(parts[-2]) or parts[-1][0].isupper():
        return None
    del parts[-1]
    return last[1]


def _prose(lines: Lines) -> bool:
    return sum(map(len, lines)) >= _PROSE_SHORTEST and lines[-1].endswith((".", "!", "?", "”", '"'))


def _title(parts: list[Lines]) -> Iterator[Block]:
    """If the first line reads as a title, remove it from `parts` and yield it as a heading."""
    if len(parts) < 2 or ITEM.match(parts[0][0]):
        return
    first = parts[0]
    if len(first) == 1 and len(first[0]) <= _TITLE_LONGEST and not first[0].endswith((".", ":", ";", ",")):
        yield heading(parts.pop(0)[0], 1)


def _blocks(parts: Sequence[Lines]) -> Iterator[Block]:
    words = vocabulary([line for lines in parts for line in lines])
    for number, lines in enumerate(parts):
        following = parts[number + 1] if number + 1 < len(parts) else []
        if level := _underlined(lines) or _heading_level(lines, following):
            yield heading(lines[0], level)
        elif any(ITEM.match(line) for line in lines):
            yield from _items(lines, words)
        else:
            yield Block(join(lines, words) if _wrapped(lines) else "\n".join(lines))


def _underlined(lines: Lines) -> int:
    if len(lines) != 2 or not re.fullmatch(r"={3,}|-{3,}|~{3,}", lines[1]):
        return 0
    return 1 if lines[1].startswith("=") else 2


def _heading_level(lines: Lines, following: Lines) -> int:
    """Return the level of a single line that reads as a heading of the following paragraph; 0 if it does not."""
    line = lines[0]
    if len(lines) != 1 or not following or len(line) > _HEADING_LONGEST or line[-1] in ".;:,!?":
        return 0
    if label_rank(line) is not None or (line.isupper() and len(line) > 3):
        return 2
    if depth := numbered_depth(line):
        # Consecutive numbered lines are a list, not headings without text.
        return 0 if numbered_depth(following[0]) == depth and len(following) == 1 else depth + 1
    return 2 if _title_case(line) and _prose(following) else 0


def _title_case(line: str) -> bool:
    words = [word for word in line.split() if not _SMALL.fullmatch(word)]
    return 0 < len(words) <= 8 and line[0].isupper() and all(word[0].isupper() or word[0].isdigit() for word in words)


def _items(lines: Lines, words: frozenset[str]) -> Iterator[Block]:
    items: list[Lines] = [[]]
    for line in lines:
        if ITEM.match(line):
            items.append([])
        items[-1].append(line)
    if items[0]:
        yield Block(join(items[0], words))
    for item in items[1:]:
        yield Block(MARKER.sub("- ", join(item, words)), Kind.ITEM)


def _wrapped(lines: Lines) -> bool:
    """Return whether a program wrapped the lines at a margin. The lines of an address or a poem are not wrapped."""
    if any(_DIVIDED.search(one) and two[:1].islower() for one, two in pairwise(lines)):
        return True
    lengths = [len(line) for line in lines[:-1]]
    if not lengths:
        return True
    longest = max(*lengths, len(lines[-1])) if len(lengths) > 1 else lengths[0]
    return min(lengths) >= max(_WRAPPED_SHORTEST, 0.7 * longest)
