"""Turns files into documents with canonical text. The parsers run in a separate process, the parser process."""

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
