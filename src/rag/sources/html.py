"""Parses web pages: the main text that trafilatura finds, with its headings, lists and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rag.errors import UnreadableSource
from rag.sources.blocks import Block, Facts, Kind, Parsed, heading, table
from rag.sources.boilerplate import is_boilerplate
from rag.sources.facts import named

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

# Trafilatura renames some elements; both names give the same block.
_LISTS = frozenset({"ul", "ol", "list"})
_ITEMS = frozenset({"li", "item"})
_ROWS = frozenset({"tr", "row"})
_CELLS = frozenset({"td", "th", "cell"})
_BREAKS = frozenset({"br", "lb"})
_OTHERS = "address article aside blockquote body dd details div dl dt figcaption figure header main p pre quote"
_CONTAINERS = _LISTS | _ITEMS | _ROWS | _CELLS | frozenset(_OTHERS.split()) | {"section", "table"}
_SKIPPED = frozenset(
    {"button", "footer", "form", "iframe", "nav", "noscript", "script", "select", "style", "svg", "title"}
)
_HEADING = re.compile(r"h[1-6]")

_FOR_MACHINES = frozenset({"charset", "format-detection", "generator", "referrer", "robots", "theme-color", "viewport"})
_FACTS = ("title", "author", "url", "date", "sitename", "language")


def parse(raw: bytes, stem: str) -> Parsed:
    """Parse a web page."""
    from lxml.html import HtmlElement
    from trafilatura import load_html

    tree = load_html(raw)
    if not isinstance(tree, HtmlElement):
        raise UnreadableSource("is not HTML that can be parsed; check its content.")
    _check_whole(tree)
    facts = _metas(tree)
    body, found = _main_text(raw)
    blocks = _without_boilerplate(_blocks(body)) if body is not None else []
    return Parsed(_better(blocks, _without_boilerplate(_blocks(_body(tree)))), {**facts, **found})


def _check_whole(tree: HtmlElement) -> None:
    """Raise UnreadableSource if lxml reached one of its limits. It then drops the rest of the page without an error."""
    from lxml.etree import ErrorTypes

    parser = tree.getroottree().parser
    for error in parser.error_log if parser is not None else ():
        if error.type == ErrorTypes.ERR_RESOURCE_LIMIT:
            cause = f"is nested too deeply or is too long to be parsed completely ({error.message.strip()})"
            raise UnreadableSource(f"{cause}; save it as text, or split it.")


def _main_text(raw: bytes) -> tuple[_Element | None, Facts]:
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    # An extensive search would mistake dates in the text for the date of the page.
    dates = {"extensive_search": False, "original_date": True}
    page = bare_extraction(
        raw, favor_recall=True, include_comments=False, with_metadata=True, date_extraction_params=dates
    )
    if not isinstance(page, Document):
        return None, {}
    return page.body, named({name: value for name in _FACTS if (value := getattr(page, name))})


def _better(main: list[Block], whole: list[Block]) -> list[Block]:
    """Return the blocks of the main text, or those of the whole page if it has hardly more text.

    Trafilatura drops the structure of a short page: its main text is then a single block.
    """
    if len(main) > 1 or not whole:
        return main
    lengths = [sum(len(block.text) for block in blocks) for blocks in (main, whole)]
    return whole if lengths[1] <= 1.5 * lengths[0] or not main else main


def _body(tree: _Element) -> _Element:
    body = tree.find("body")
    return tree if body is None else body


def _metas(tree: _Element) -> Facts:
    """Return the facts in meta tags. Names with a colon belong to other vocabularies, such as Open Graph."""
    metas = {str(meta.get("name")).lower(): meta.get("content") for meta in tree.iter("meta") if meta.get("name")}
    plain = {name: value for name, value in metas.items() if re.fullmatch(r"[a-z][\w-]*", name)}
    facts = named({name: value for name, value in plain.items() if name not in _FOR_MACHINES})
    given = tree.get("lang")
    return {"language": given, **facts} if given else facts


def _without_boilerplate(blocks: Iterable[Block]) -> list[Block]:
    return [block for block in blocks if not is_boilerplate(block.text.removeprefix("- "))]


def _blocks(element: _Element) -> Iterator[Block]:
    """Yield a block for each block element in `element`, and a paragraph for the text between two of them."""
    tag = _tag(element)
    if level := _heading_level(element):
        yield heading(_words(element), level)
    elif tag == "table":
        yield from _table(element)
    elif tag in _LISTS:
        yield from _list(element)
    elif tag not in _SKIPPED:
        yield from _mixed(element)


def _mixed(element: _Element) -> Iterator[Block]:
    words = _collapsed(element.text)
    for child in element:
        if _is_block(child):
            yield from _paragraph(words)
            yield from _blocks(child)
            words = ""
        else:
            words += _words(child)
        words += _collapsed(child.tail)
    yield from _paragraph(words)


def _paragraph(words: str) -> Iterator[Block]:
    if words.strip():
        yield Block(re.sub(" *\n *", "\n", words.strip()))


def _list(element: _Element) -> Iterator[Block]:
    ordered = _tag(element) == "ol" or element.get("rend") == "ol"
    items = [child for child in element if _tag(child) in _ITEMS]
    for number, item in enumerate(items, start=1):
        yield from _item(item, f"{number}. " if ordered else "- ")


def _item(item: _Element, marker: str) -> Iterator[Block]:
    """Yield the text of a list item, and after it the items of a list inside it."""
    for block in _mixed(item):
        if block.kind is Kind.PARAGRAPH:
            yield Block(marker + block.text, Kind.ITEM)
            marker = ""
        else:
            yield block


def _table(element: _Element) -> Iterator[Block]:
    rows = [[child for child in row if _tag(child) in _CELLS] for row in element.iter(*_ROWS)]
    headed = bool(rows) and all(_tag(cell) == "th" or cell.get("role") == "head" for cell in rows[0])
    return table([[_words(cell) for cell in row] for row in rows if row], headed)


def _heading_level(element: _Element) -> int:
    name = element.get("rend") or "h2" if _tag(element) == "head" else _tag(element)
    return int(name[1]) if _HEADING.fullmatch(name) else 0


def _is_block(element: _Element) -> bool:
    tag = _tag(element)
    if tag in _CONTAINERS or tag in _SKIPPED or _heading_level(element):
        return True
    return any(_is_block(child) for child in element)


def _tag(element: _Element) -> str:
    return element.tag if isinstance(element.tag, str) else "script"  # a comment, which is skipped like a script


def _words(element: _Element) -> str:
    if _tag(element) in _SKIPPED:
        return ""
    if _tag(element) in _BREAKS:
        return "\n"
    inside = "".join(_words(child) + _collapsed(child.tail) for child in element)
    words = _collapsed(element.text) + inside
    return f" {words} " if _tag(element) in _CONTAINERS else words


def _collapsed(text: str | None) -> str:
    return re.sub(r"[ \t\r\n\f]+", " ", text or "")
