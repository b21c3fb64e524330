"""Reads the HTML body of an e-mail: its author's words and the forwarded messages, without marked quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING

from rag.sources import html
from rag.sources.blocks import Block, Parsed, heading
from rag.sources.html.reading import read_blocks
from rag.sources.html.visibility import remove_invisible
from rag.sources.mail.phrases import FORWARDED
from rag.sources.mail.threads import QUOTE, Head
from rag.sources.mail.words import facts_of, of_blocks, title

if TYPE_CHECKING:
    from lxml.etree import _Element

    from rag.sources.blocks import Facts

_QUOTES = """
    //blockquote[@type='cite' or @type='CITE'] | //*[contains-class('gmail_quote')]
    | //*[contains-class('yahoo_quoted')] | //*[contains-class('protonmail_quote')]
    | //*[contains-class('zmail_extra')] | //*[contains-class('moz-cite-prefix')]/following-sibling::blockquote[1]
"""
_AFTERWARDS = "//*[@id='divRplyFwdMsg' or @id='mail-editor-reference-message-container']"
_SIGNATURES = """
    //*[contains-class('gmail_signature')] | //*[contains-class('moz-signature')] | //*[@id='Signature']
    | //*[@id='ms-outlook-mobile-signature'] | //*[contains-class('protonmail_signature_block')]
"""
_ATTRIBUTIONS = "//*[contains-class('moz-cite-prefix')] | //*[contains-class('gmail_attr')]"
_MOZILLA_HEADERS = "//table[contains-class('moz-email-headers-table')]"
_RULED = "border-top:"
_NEAR = 6  # elements before a quotation that are searched for the words above it


def parse(text: str, facts: Facts, forwarding: bool) -> Parsed:
    """Parse the HTML body of an e-mail with the facts in its headers.

    With `forwarding`, the messages below the author's words are content. Raises UnreadableSource as `html.parse` does.
    """
    tree = html.parse_tree(text)
    remove_invisible(tree)
    body = tree.find("body")
    whole = _blocks(deepcopy(body) if body is not None else tree)
    _mark(tree)
    found = _blocks(body if body is not None else tree)
    if all(one.text == QUOTE for one in found):
        found = whole
    parts = of_blocks(found, forwarding)
    return Parsed(
        [block for part in parts for block in _with_heading(*part)], facts_of(facts, [head for _, head in parts])
    )


def _with_heading(found: list[Block], head: Head | None) -> Iterator[Block]:
    if head is not None:
        yield heading(title(head), 2)
    yield from found


def _blocks(element: _Element) -> list[Block]:
    return [one.block for one in read_blocks(element) if one.block.text]


def _mark(tree: _Element) -> None:
    """Put a paragraph with `QUOTE` for each quotation that a mail program marked, and remove signatures."""
    for table in _select(tree, _MOZILLA_HEADERS):
        _unfold(table)
    for element in _select(tree, _QUOTES):
        if not _is_forwarded(element):
            _empty(element)
    for element in _select(tree, _SIGNATURES):
        _empty(element, "")
    for element in filter(_quotes_next, _select(tree, _ATTRIBUTIONS)):
        _empty(element, "")
    ruled = [one for one in tree.iter("div") if _RULED in (one.get("style") or "").replace(" ", "")]
    for element in (*_select(tree, _AFTERWARDS), *ruled):
        _separate(element)


def _select(tree: _Element, path: str) -> list[_Element]:
    """Return the elements of an XPath, in which `contains-class('x')` stands for a test of the class."""
    test = "contains(concat(' ', normalize-space(@class), ' '), ' {} ')"
    return list(tree.xpath(re.sub(r"contains-class\('([\w-]+)'\)", lambda match: test.format(match[1]), path)))


def _is_forwarded(element: _Element) -> bool:
    """Return whether an element, or the words right before it, say that it holds a forwarded message."""
    words = [line.strip() for line in "\n".join(element.itertext()).split("\n") if line.strip()][:3]
    return any(FORWARDED.fullmatch(one) for one in (*words, *_before(element)))


def _before(element: _Element) -> list[str]:
    """Return the last words before an element, at most two pieces of text."""
    place: _Element | None = element
    for _ in range(_NEAR):
        if place is None:
            break
        parent, before = place.getparent(), place.getprevious()
        texts = [*before.itertext(), before.tail or ""] if before is not None else [getattr(parent, "text", "") or ""]
        if words := [text.strip() for text in texts if text.strip()]:
            return words[-2:]
        place = parent if before is None else before
    return []


def _quotes_next(element: _Element) -> bool:
    """Return whether the text after an element such as `On 3 March, Ada wrote:` is a quotation."""
    following = element.xpath("following::text()[normalize-space()][1]")
    return bool(following) and str(following[0]).strip() == QUOTE


def _empty(element: _Element, words: str = QUOTE) -> None:
    """Replace the content of an element by `words`. Its tail stays."""
    tail = element.tail
    element.clear()
    element.tag, element.text, element.tail = "div", None, tail
    if words:
        inner = element.makeelement("h6", {})  # a paragraph could become the text of a label before it
        inner.text = words
        element.append(inner)


def _separate(element: _Element) -> None:
    """Make sure that the headers in an element begin a line of their own."""
    element.insert(0, element.makeelement("p", {}))


def _unfold(table: _Element) -> None:
    """Turn the rows of a table of headers into lines such as `Subject: Levy`."""
    lines = [" ".join(" ".join(row.itertext()).split()) for row in table.iter("tr")]
    tail = table.tail
    table.clear()
    table.tag, table.tail = "div", tail
    for line in filter(None, lines):
        inner = table.makeelement("p", {})
        inner.text = line
        table.append(inner)
