"""Says which elements of a web page are blocks, and which are left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_LISTS = "dd dl dt li menu ol ul"
_OTHERS = (
    "address article aside blockquote body caption center details dir div fieldset figcaption figure h1 h2 h3 h4 h5 h6 "
    "header hr hgroup listing main p pre section summary table tbody td tfoot th thead tr xmp"
)
CONTAINERS = frozenset(f"{_LISTS} {_OTHERS}".split())
"""Elements that begin a block of their own."""

_PAGE_PARAGRAPHS = 3  # a form with at least this number of paragraphs is a page
_MEDIA = "audio canvas iframe math svg video"
_CONTROLS = "button form input nav option select textarea"
SKIPPED = frozenset(f"{_MEDIA} {_CONTROLS} footer head noscript script style title".split())
"""Elements whose words are no text of the page."""


LABEL = re.compile(r"(?:\(?(?:\d{1,3}[a-z]?|[a-zA-Z]{1,2}|[ivxlcIVXLC]{1,6})[.)]|[-–—•·])")
"""The number or letter of a provision, or a bullet."""


def tag(element: _Element) -> str:
    """Return the name of an element; empty for an entity that HTML does not know, which a browser shows as text."""
    return element.tag if isinstance(element.tag, str) else ""


def is_skipped(element: _Element) -> bool:
    """Tell whether the words of an element are no text of the page.

    A form with headings or several paragraphs is not skipped: some servers put the whole page into one.
    """
    name = tag(element)
    if name == "form":
        inner = [tag(one) for one in element.iter()]
        return inner.count("p") < _PAGE_PARAGRAPHS and not {"h1", "h2", "h3"} & set(inner)
    return name in SKIPPED


def is_block(element: _Element) -> bool:
    """Tell whether an element is a block, or holds one."""
    return any(tag(one) in CONTAINERS or tag(one) in SKIPPED for one in element.iter())


def inside(text: str | None) -> str:
    """Return the text between two tags, with each run of white space as one space."""
    return re.sub(r"[ \t\r\n\f]+", " ", text or "")
