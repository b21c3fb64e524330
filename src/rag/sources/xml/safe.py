"""Parses XML without entities, without a network and without other files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.errors import UnreadableSource

if TYPE_CHECKING:
    from lxml.etree import _Element


def parse_xml(raw: bytes) -> _Element:
    """Return the root of an XML document. Raises UnreadableSource.

    Entities of the document are not expanded, so that they fill no memory and read no file.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        message = " ".join(str(error).split())[:200]
        raise UnreadableSource(f"is not XML that can be parsed ({message}); save it again.") from None


def name_of(element: _Element) -> str:
    """Return the name of an element without its namespace; empty for an entity."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def words(element: _Element | None) -> str:
    """Return all text in an element on one line."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""
