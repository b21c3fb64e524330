"""The table of file formats: suffixes, media types, description and parser of each.

To add a built-in format, write its parser and add one line to `BUILT_IN`. Other packages add formats as entry points of
the group `rag.formats`; docs/plugins.md shows how. A parser is named and not imported, because only the parser process
imports it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from rag import plugins
from rag.errors import ConfigurationError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_SUFFIX = re.compile(r"\.[a-z0-9]+")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_PARSER = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
_VAGUE = frozenset({"", "application/octet-stream", "binary/octet-stream", "text/plain"})
"""Media types that servers also send for files of other formats."""


@dataclass(frozen=True, slots=True)
class Format:
    """A file format. Raises ValueError if a value has the wrong form.

    `name` is the value of the metadata field `format`. A file that arrives with one of `media_types` gets the first
    suffix. `parser` is "module:function"; the function is a `rag.sources.Parser`. If `records` is true, a file holds
    several documents, and the function is a `rag.sources.RecordParser`. `members` is a function of the same form that
    yields the files within a file, a `rag.sources.members.MemberParser`. If it is the parser, the file is an archive.
    """

    name: str
    suffixes: tuple[str, ...]
    description: str
    parser: str
    media_types: tuple[str, ...] = ()
    records: bool = False
    members: str | None = None

    def __post_init__(self) -> None:
        """Check the form of the values."""
        if not self.suffixes:
            raise ValueError("it has no suffix")
        for suffix in self.suffixes:
            _check(_SUFFIX, suffix, "suffix", ".hwp")
        for media_type in self.media_types:
            _check(_MEDIA_TYPE, media_type, "media type", "application/hwp")
        _check(_PARSER, self.parser, "parser", "package.module:function")

    @property
    def is_archive(self) -> bool:
        """Whether a file has no text of its own and only holds other files."""
        return self.members == self.parser

    @property
    def holds_several(self) -> bool:
        """Whether a file may give several documents."""
        return self.records or self.members is not None


def _check(form: re.Pattern[str], value: str, what: str, example: str) -> None:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise ValueError(f"its {what} {value!r} does not have the form of {example!r}")


_OFFICE = "application/vnd.openxmlformats-officedocument"
_DOCX = f"{_OFFICE}.wordprocessingml.document"
_PPTX = (f"{_OFFICE}.presentationml.presentation", f"{_OFFICE}.presentationml.slideshow")
_ODF = "application/vnd.oasis.opendocument"
_CSV = ("text/csv", "text/tab-separated-values")
_MAIL = ("message/rfc822",)
_AKN = "application/akn+xml"
_MSG = "rag.sources.mail.msg"
_MSG_TYPES = ("application/vnd.ms-outlook",)
_ZIP = "rag.sources.archive:members"
_HTML = ("text/html", "application/xhtml+xml")

BUILT_IN = (
    Format("txt", (".txt",), "plain text", "rag.sources.plain:parse", ("text/plain",)),
    Format("markdown", (".md", ".markdown"), "Markdown", "rag.sources.markdown:parse", ("text/markdown",)),
    Format("html", (".html", ".htm"), "HTML", "rag.sources.html:parse", _HTML),
    Format("pdf", (".pdf",), "PDF", "rag.sources.pdf.parsing:parse", ("application/pdf",)),
    Format("docx", (".docx", ".docm", ".dotx", ".dotm"), "Word", "rag.sources.word:parse", (_DOCX,)),
    Format("doc", (".doc", ".dot"), "older Word", "rag.sources.word.older:parse", ("application/msword",)),
    Format("odt", (".odt", ".ott", ".fodt"), "OpenDocument text", "rag.sources.odt:parse", (f"{_ODF}.text",)),
    Format("rtf", (".rtf",), "Rich Text", "rag.sources.rtf:parse", ("application/rtf", "text/rtf")),
    Format("email", (".eml",), "e-mail", "rag.sources.eml:parse", _MAIL, members="rag.sources.mail.attached:members"),
    Format("msg", (".msg",), "e-mail of Outlook", f"{_MSG}:parse", _MSG_TYPES, members=f"{_MSG}:members"),
    Format("mhtml", (".mhtml", ".mht"), "saved web pages", "rag.sources.mail.mhtml:parse", ("multipart/related",)),
    Format("epub", (".epub",), "EPUB", "rag.sources.epub:parse", ("application/epub+zip",)),
    Format("xml", (".xml", ".akn"), "XML of laws", "rag.sources.xml:parse", ("application/xml", "text/xml", _AKN)),
    Format("rst", (".rst", ".rest"), "reStructuredText", "rag.sources.rst:parse", ("text/x-rst",)),
    Format("csv", (".csv", ".tsv", ".tab"), "tables as text", "rag.sources.sheets.delimited:parse", _CSV),
    Format("xlsx", (".xlsx", ".xlsm"), "Excel", "rag.sources.sheets.xlsx:parse", (f"{_OFFICE}.spreadsheetml.sheet",)),
    Format("ods", (".ods",), "OpenDocument spreadsheet", "rag.sources.sheets.ods:parse", (f"{_ODF}.spreadsheet",)),
    Format("pptx", (".pptx", ".pptm", ".ppsx"), "PowerPoint", "rag.sources.slides:parse", _PPTX),
    Format("jsonl", (".jsonl",), "JSON Lines", "rag.sources.jsonl:parse", records=True),
    Format("zip", (".zip",), "zip archives", _ZIP, members=_ZIP),
)

SUMMARY = ", ".join(f"{one.description} ({one.suffixes[0]})" for one in BUILT_IN)
"""The built-in formats, for help texts."""

_BUILT_IN: Mapping[str, Format] = {suffix: one for one in BUILT_IN for suffix in one.suffixes}


def suffixes() -> tuple[str, ...]:
    """Return the suffixes of all formats. Raises ConfigurationError if a plugin is broken."""
    return tuple(_table().by_suffix)


def media_types() -> tuple[str, ...]:
    """Return the media types of all formats. Raises ConfigurationError if a plugin is broken."""
    return tuple(_table().by_media_type)


def format_of(file_name: str) -> Format | None:
    """Return the format that the suffix of a file name or path stands for.

    Raises ConfigurationError if a plugin is broken; a built-in format is found without loading plugins.
    """
    suffix = PurePosixPath(file_name).suffix.lower()
    return _BUILT_IN.get(suffix) or _table().by_suffix.get(suffix)


def holds_records(file_name: str) -> bool:
    """Return whether a file may give several documents. Raises ConfigurationError as `format_of` does."""
    found = format_of(file_name)
    return found is not None and found.holds_several


def holds_files(file_name: str) -> bool:
    """Return whether a file may hold other files. Raises ConfigurationError as `format_of` does."""
    found = format_of(file_name)
    return found is not None and found.members is not None


def suffix_of(media_type: str, path: str) -> str | None:
    """Return the suffix for a file that arrived with a media type and the path of a URL; None if no format matches.

    If servers send the media type for many formats, the suffix of the path decides, unless it stands for files of
    records. Raises ConfigurationError if a plugin is broken.
    """
    table, suffix = _table(), PurePosixPath(path).suffix.lower()
    named = table.by_suffix.get(suffix)
    if media_type in _VAGUE and named is not None and not (named.records or named.is_archive):
        return suffix
    found = table.by_media_type.get(media_type)
    return found.suffixes[0] if found else None


@dataclass(frozen=True, slots=True)
class _Table:
    by_suffix: Mapping[str, Format]
    by_media_type: Mapping[str, Format]


@lru_cache
def _table() -> _Table:
    """Load the plugins and index all formats. Raises ConfigurationError."""
    by_suffix: dict[str, Format] = {}
    by_media_type: dict[str, Format] = {}
    for one in (*BUILT_IN, *map(_load, plugins.installed("formats").values())):
        for key in one.suffixes:
            _add(by_suffix, key, one)
        for key in one.media_types:
            _add(by_media_type, key, one)
    return _Table(by_suffix, by_media_type)


def _add(table: dict[str, Format], key: str, one: Format) -> None:
    other = table.setdefault(key, one)
    if other is not one:
        raise ConfigurationError(
            f"the formats {other.name!r} and {one.name!r} both claim {key}: uninstall the package of one of them"
        )


def _load(point: EntryPoint) -> Format:
    """Return the format of a plugin, and check that the module of its parser exists. Raises ConfigurationError."""
    try:
        found = point.load()
        if not isinstance(found, Format):
            raise TypeError(f"{point.value} is a {type(found).__name__}, not a rag.formats.Format")
        module = found.parser.partition(":")[0]
        if find_spec(module) is None:
            raise ModuleNotFoundError(f"there is no module {module} with its parser")
    except Exception as error:
        package = f" of the package {point.dist.name}" if point.dist else ""
        raise ConfigurationError(
            f"the format {point.name!r}{package} does not load ({error}): correct or uninstall the package"
        ) from error
    return found
