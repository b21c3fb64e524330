"""Web pages: their main text as trafilatura finds it, with headings, lists and tables kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rag.errors import UnreadableSource
from rag.sources.blocks import Block, Facts, Kind, Parsed, heading, table
from rag.sources.boilerplate import boilerplate
from rag.sources.facts import named

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

# Trafilatura renames the elements it keeps; both names lead to the same block.
_LISTS = frozenset({"ul", "ol", "list"})
_ITEMS = frozenset({"li", "item"})
_ROWS = frozenset({"tr", "row"})
_CELLS = frozenset({"td", "th", "cell"})
_BREAKS = frozenset({"br", "lb"})
_OTHERS = "address article aside blockquote body dd details div dl dt figcaption figure header main p pre quote"
_CONTAINERS = _LISTS | _ITEMS | _ROWS | _CELLS | frozenset(_OTHERS.split()) | {"section", "table"}
_UNSEEN = frozenset(
    {"button", "footer", "form", "iframe", "nav", "noscript", "script", "select", "style", "svg", "title"}
)
_HEADING = re.compile(r"h[1-6]")

_FOR_MACHINES = frozenset({"charset", "format-detection", "generator", "referrer", "robots", "theme-color", "viewport"})
_OWN = ("title", "author", "url", "date", "sitename", "language")


def parse(raw: bytes, stem: str) -> Parsed:
    """Read a web page."""
    from lxml.html import HtmlElement
    from trafilatura import load_html

    tree = load_html(raw)
    if not isinstance(tree, HtmlElement):
        raise UnreadableSource("is not a web page that can be parsed; check that it is HTML.")
    _check_whole(tree)
    facts = _metas(tree)
    body, found = _main_text(raw)
    blocks = _readable(_blocks(body)) if body is not None else []
    return Parsed(_better(blocks, _readable(_blocks(_body(tree)))), {**facts, **found})


def _check_whole(tree: HtmlElement) -> None:
    """Raise UnreadableSource where the parser gave up, having met more than it takes, and dropped the rest."""
    from lxml.etree import ErrorTypes

    parser = tree.getroottree().parser
    for error in parser.error_log if parser is not None else ():
        if error.type == ErrorTypes.ERR_RESOURCE_LIMIT:
            fault = f"nests too deep or runs on too long to be parsed whole ({error.message.strip()})"
            raise UnreadableSource(f"{fault}; save it as text, or split it.")


def _main_text(raw: bytes) -> tuple[_Element | None, Facts]:
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    # An extensive search would take any date in the text for the page's own.
    dates = {"extensive_search": False, "original_date": True}
    page = bare_extraction(
        raw, favor_recall=True, include_comments=False, with_metadata=True, date_extraction_params=dates
    )
    if not isinstance(page, Document):
        return None, {}
    return page.body, named({name: value for name in _OWN if (value := getattr(page, name))})


def _better(main: list[Block], whole: list[Block]) -> list[Block]:
    """Return the blocks of the main text, or of the whole page where there is hardly more to it.

    From a short page trafilatura keeps the words and drops the structure.
    """
    if len(main) > 1 or not whole:
        return main
    lengths = [sum(len(block.text) for block in blocks) for blocks in (main, whole)]
    return whole if lengths[1] <= 1.5 * lengths[0] or not main else main


def _body(tree: _Element) -> _Element:
    body = tree.find("body")
    return tree if body is None else body


def _metas(tree: _Element) -> Facts:
    """Return what the page's head says under plain names; names with a colon are other vocabularies' affair."""
    metas = {str(meta.get("name")).lower(): meta.get("content") for meta in tree.iter("meta") if meta.get("name")}
    plain = {name: value for name, value in metas.items() if re.fullmatch(r"[a-z][\w-]*", name)}
    facts = named({name: value for name, value in plain.items() if name not in _FOR_MACHINES})
    given = tree.get("lang")
    return {"language": given, **facts} if given else facts


def _readable(blocks: Iterable[Block]) -> list[Block]:
    return [block for block in blocks if not boilerplate(block.text.removeprefix("- "))]


def _blocks(element: _Element) -> Iterator[Block]:
    """Yield the blocks in `element`: each block element its own, the words between them paragraphs."""
    tag = _tag(element)
    if level := _heading_level(element):
        yield heading(_words(element), level)
    elif tag == "table":
        yield from _table(element)
    elif tag in _LISTS:
        yield from _list(element)
    elif tag not in _UNSEEN:
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
    """Yield an item, its own words first; what a list inside it says follows as items too."""
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
    if tag in _CONTAINERS or tag in _UNSEEN or _heading_level(element):
        return True
    return any(_is_block(child) for child in element)


def _tag(element: _Element) -> str:
    return element.tag if isinstance(element.tag, str) else "script"  # a comment, which is as little seen


def _words(element: _Element) -> str:
    if _tag(element) in _UNSEEN:
        return ""
    if _tag(element) in _BREAKS:
        return "\n"
    inside = "".join(_words(child) + _collapsed(child.tail) for child in element)
    words = _collapsed(element.text) + inside
    return f" {words} " if _tag(element) in _CONTAINERS else words


def _collapsed(text: str | None) -> str:
    return re.sub(r"[ \t\r\n\f]+", " ", text or "")
