"""Parses the XML of laws: Akoma Ntoso (LegalDocML), USLM, Formex and the markup of legislation.gov.uk."""

from __future__ import annotations

from rag.errors import UnsupportedSource
from rag.sources import html
from rag.sources.blocks import Parsed
from rag.sources.xml.facts import FACTS
from rag.sources.xml.reading import read
from rag.sources.xml.safe import name_of, parse_xml
from rag.sources.xml.vocabularies import find


def parse(raw: bytes, stem: str) -> Parsed:
    """Parse an .xml file. Raises UnsupportedSource for XML that is no law in a known vocabulary."""
    root = parse_xml(raw)
    name = name_of(root)
    if name == "html":
        return html.parse(raw, stem)
    vocabulary = find(root)
    if vocabulary is None:
        raise UnsupportedSource(
            f"is XML of a kind that is not read, <{name[:80]}>: convert it to HTML or text. The kinds that are read "
            "are Akoma Ntoso, USLM, Formex and legislation.gov.uk."
        )
    return Parsed(read(root, vocabulary), FACTS[vocabulary.name](root))
