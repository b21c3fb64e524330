"""Turns files into documents with canonical text. The parsers run in a separate process, the parser process.

The names below are imported when they are first used. The process that draws pages needs none of them, and it starts
while a reader waits.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.sources.access import FOLDER_FILE, FolderRules
    from rag.sources.blocks import Block, Entry, Kind, Parsed, Parser, RecordParser, heading, table
    from rag.sources.discovery import Discovery, check_paths, discover, fingerprint
    from rag.sources.facts import pretty, slug
    from rag.sources.files import contents
    from rag.sources.frontmatter import SIDECARS, sidecar_file
    from rag.sources.parser_limits import Limits
    from rag.sources.parser_process import ParserProcess
    from rag.sources.record import Record

__all__ = [
    "FOLDER_FILE",
    "SIDECARS",
    "Block",
    "Discovery",
    "Entry",
    "FolderRules",
    "Kind",
    "Limits",
    "Parsed",
    "Parser",
    "ParserProcess",
    "Record",
    "RecordParser",
    "check_paths",
    "contents",
    "discover",
    "fingerprint",
    "heading",
    "pretty",
    "sidecar_file",
    "slug",
    "table",
]

_MODULES = {
    "access": ("FOLDER_FILE", "FolderRules"),
    "blocks": ("Block", "Entry", "Kind", "Parsed", "Parser", "RecordParser", "heading", "table"),
    "discovery": ("Discovery", "check_paths", "discover", "fingerprint"),
    "facts": ("pretty", "slug"),
    "files": ("contents",),
    "frontmatter": ("SIDECARS", "sidecar_file"),
    "parser_limits": ("Limits",),
    "parser_process": ("ParserProcess",),
    "record": ("Record",),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    """Import the module that has a name of `__all__` (PEP 562)."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value
