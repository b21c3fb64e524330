"""Parses web pages: the visible text of the page's main part, with its headings, lists and tables."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING

from rag.errors import UnreadableSource
from rag.sources.blocks import Facts, Parsed
from rag.sources.boilerplate import is_boilerplate
from rag.sources.dates import iso
from rag.sources.facts import named
from rag.sources.html.encoding import page_text
from rag.sources.html.main_part import choose
from rag.sources.html.metadata import page_facts
from rag.sources.html.page_title import choose_title
from rag.sources.html.reading import Read, read_blocks
from rag.sources.html.visibility import remove_invisible

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

_END = re.compile(r"</(?:body|html)\s*+>", re.IGNORECASE)
"""Browsers put everything after these tags into the body, and lxml drops it."""

_FOR_MACHINES = frozenset({"charset", "format-detection", "generator", "referrer", "robots", "theme-color", "viewport"})


def parse(raw: bytes, stem: str) -> Parsed:
    """Parse a web page, or a fragment of one."""
    tree = parse_tree(page_text(raw))
    stated = page_facts(tree)
    head = _head_title(tree)
    remove_invisible(tree)
    unclear = re.search(r"[^\W\d_]", str(stated.get("published", "x"))) and not iso(stated.get("published"))
    body, dated = _main_part(tree, with_date=bool(unclear))
    blocks = [one.block for one in choose(_blocks(tree), body)]
    declared, og_title, site = (str(stated.pop(name, "")) for name in ("declared_title", "head_title", "sitename"))
    title = choose_title(declared, [og_title, head], site, blocks)
    facts: Facts = {**_metas(tree), **stated, **(dated if unclear else {}), "title": title, "sitename": site}
    return Parsed(blocks, {name: value for name, value in facts.items() if value})


def _head_title(tree: HtmlElement) -> str:
    found = next(
        (one for one in tree.iter("title") if one.getparent() is not None and one.getparent().tag == "head"), None
    )
    return " ".join("".join(found.itertext()).split()) if found is not None else ""


def parse_tree(text: str) -> HtmlElement:
    """Parse the text. Raises UnreadableSource if lxml reached one of its limits, because it then drops the rest."""
    from lxml.etree import ErrorTypes, ParserError
    from lxml.html import HTMLParser, document_fromstring

    # Bytes, because lxml refuses text with a declaration of its encoding.
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = document_fromstring(_END.sub("", text).encode(errors="replace"), parser=parser, ensure_head_body=True)
    except ParserError:
        raise UnreadableSource("is not HTML that can be parsed; check its content.") from None
    for error in parser.error_log:
        if error.type == ErrorTypes.ERR_RESOURCE_LIMIT:
            cause = f"is nested too deeply or is too long to be parsed completely ({error.message.strip()})"
            raise UnreadableSource(f"{cause}; save it as text, or split it.")
    return tree


def _main_part(tree: HtmlElement, with_date: bool) -> tuple[_Element | None, Facts]:
    """Return what trafilatura takes for the main part of the page, and the date that it finds."""
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    # An extensive search would mistake dates in the text for the date of the page.
    dates = {"extensive_search": False, "original_date": True}
    copied = deepcopy(tree)
    for time in list(copied.iter("time")):  # `page_facts` reads those that date the page; others are in its text
        time.tag = "span"
    page = bare_extraction(
        copied, favor_recall=True, include_comments=False, with_metadata=with_date, date_extraction_params=dates
    )
    if not isinstance(page, Document):
        return None, {}
    return page.body, {"published": page.date} if page.date else {}


def _blocks(tree: HtmlElement) -> list[Read]:
    found = read_blocks(_content(tree))
    return [one for one in found if not is_boilerplate(one.block.text.removeprefix("- "))]


def _content(tree: HtmlElement) -> _Element:
    """Return the element that the page marks as its main content, or else the body."""
    marked = tree.xpath("//main | //*[@role='main']")
    if len(marked) == 1 and any(marked[0].itertext()):
        return marked[0]
    bodies = tree.findall("body")
    return bodies[0] if len(bodies) == 1 else tree


def _metas(tree: _Element) -> Facts:
    """Return the facts in meta tags. Names with a colon belong to other vocabularies, such as Open Graph."""
    metas = {str(meta.get("name")).lower(): meta.get("content") for meta in tree.iter("meta") if meta.get("name")}
    plain = {name: value for name, value in metas.items() if re.fullmatch(r"[a-z][\w-]*", name)}
    facts = named({name: value for name, value in plain.items() if name not in _FOR_MACHINES})
    facts = {name: value for name, value in facts.items() if name not in ("author", "published", "title")}
    given = tree.get("lang")
    return {"language": given, **facts} if given else facts
