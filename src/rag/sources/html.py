"""Web pages: their main text as trafilatura finds it, with headings, lists and tables kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from rag.errors import UnreadableSource
from rag.sources.blocks import Block, Facts, Kind, Reading, heading, table
from rag.sources.boilerplate import boilerplate
from rag.sources.facts import named

if TYPE_CHECKING:
    from lxml.etree import _Element

_UNSEEN = frozenset({"script", "style", "noscript", "template", "head", "nav", "footer", "form", "button", "svg"})
_BLOCKS = frozenset({"p", "div", "section", "article", "main", "body", "blockquote", "pre", "header", "dl", "dt", "dd"})
_PLAIN_META = re.compile(r"[a-z][a-z_-]*")
_ABOUT_DISPLAY = frozenset({"viewport", "robots", "generator", "theme-color", "referrer", "charset", "format-detection"})


def read(raw: bytes, stem: str) -> Reading:
    """Read a web page."""
    from lxml.html import HtmlElement
    from trafilatura import bare_extraction, load_html

    tree = load_html(raw)
    if not isinstance(tree, HtmlElement):
        raise UnreadableSource("is not a web page; check that it is HTML.")
    metas = _metas(tree)
    page = bare_extraction(raw, favor_recall=True, include_comments=False, include_tables=True, with_metadata=True)
    found = _page_facts(page.as_dict()) if page is not None and not isinstance(page, dict) else {}
    body = page.body if page is not None and not isinstance(page, dict) else None
    blocks = list(_extracted(body)) if body is not None else []
    return Reading(_readable(blocks) or _readable(list(_walk(tree))), {**metas, **found})
