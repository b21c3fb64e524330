"""Reads the labels of documents: the groups that may see them.

The nearest place with labels counts: the sidecar or the text of a document, then the archive or the file of records
around it, then the nearest folder with a file `.access`. Labels that cannot be read seal a document: no group sees it,
because a mistake must not show it to everybody.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from rag.errors import UnreadableSource
from rag.sources.blocks import Facts
from rag.sources.decode import decode
from rag.sources.files import contents
from rag.text import normalise
from rag.types import SEALED, Document

ACCESS = "access"
"""The fact with the labels of a document: one group name, or a list of them."""

INHERITED = "access of the file around"
"""The same fact of an archive, of a file of records, or of a folder in an archive. No file can have a fact of this name
of its own."""

ACCESS_FAULT = "access_fault"
"""The fact that tells why a document is sealed."""

FOLDER_FILE = ".access"
"""The name of a file with the labels of its folder: one group name on each line."""

_MOST_NAMES = 100
_LONGEST = 200  # characters of a name
_MENTIONED = re.compile(r"(?<!\w)access[\"']?[ \t]*+:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """The value of ACCESS if the place with the labels cannot be read; `reason` is the begin of a sentence."""

    reason: str


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a document or a folder. `fault` is the begin of a sentence if they cannot be read."""

    names: tuple[str, ...]
    fault: str | None = None

    def give(self, document: Document) -> Document:
        """Return the document with these labels if it has none."""
        if document.access:
            return document
        fault = {ACCESS_FAULT: self.fault} if self.fault else {}
        return replace(document, access=self.names, metadata={**document.metadata, **fault})


def labels_of(facts: Facts) -> Labels | None:
    """Return the labels in the facts of a document, or None if it has none."""
    for name in (ACCESS, INHERITED):
        if name in facts:
            return _labels(facts[name])
    return None


def mentions_access(text: str) -> bool:
    """Return whether a broken sidecar or front matter seems to have labels."""
    return _MENTIONED.search(text) is not None


def advice(fault: str) -> str:
    """Return the sentence for the report about a sealed document."""
    return (
        f"{fault}, so no group sees this document: write one group name or a list of them, in quotes if it is a number"
    )


def kept_labels(document: Document, access: tuple[str, ...], metadata: Mapping[str, object]) -> Document:
    """Return a document that was read again without its folder, with the labels that it had before."""
    fault = metadata.get(ACCESS_FAULT)
    return Labels(access, fault if isinstance(fault, str) else None).give(document) if access else document


def folder_labels(raw: bytes, name: str) -> Labels:
    """Return the labels in a file `.access`. Empty lines and lines that begin with # do not count."""
    try:
        lines = [line.strip() for line in decode(raw).splitlines()]
    except UnreadableSource as error:
        return Labels(SEALED, f"{name} {str(error).rstrip('.')}")
    found = _labels([line for line in lines if line and not line.startswith("#")])
    return replace(found, fault=f"{name} has no valid group names") if found.fault else found


@dataclass(slots=True)
class FolderRules:
    """The labels of folders, as they are now. One object serves one run."""

    _known: dict[str, Labels | None] = field(default_factory=dict)

    def of(self, path: Path) -> Labels | None:
        """Return the labels of the nearest folder above the real place of a file, or None if no folder has any."""
        return self._of_folder(os.path.dirname(os.path.realpath(path)))  # noqa: PTH120 - fast, for each file

    def _of_folder(self, folder: str) -> Labels | None:
        if folder not in self._known:
            above = os.path.dirname(folder)  # noqa: PTH120
            own = _own_labels(Path(folder, FOLDER_FILE))
            self._known[folder] = own or (self._of_folder(above) if above != folder else None)
        return self._known[folder]


def _own_labels(file: Path) -> Labels | None:
    if not os.path.lexists(file) or os.path.isdir(file):  # noqa: PTH112
        return None
    try:
        return folder_labels(contents(file), str(file))
    except OSError as error:
        return Labels(SEALED, f"{file} cannot be read ({error.strerror})")
    except UnreadableSource:
        return Labels(SEALED, f"{file} is not a file")


def _labels(value: object) -> Labels:
    if isinstance(value, Fault):
        return Labels(SEALED, value.reason)
    given = value if isinstance(value, list | tuple) else [value]
    names = [_name(one) for one in given]
    if not names or None in names or len(names) > _MOST_NAMES:
        shown = repr(value) if value not in (None, "", [], ()) else "empty"
        return Labels(SEALED, f"its field {ACCESS!r} is {shown if len(shown) <= _LONGEST else f'{shown[:_LONGEST]}…'}")
    return Labels(tuple(sorted({name for name in names if name})))


def _name(value: object) -> str | None:
    """Return a group name without spaces around it, or None if it is not valid."""
    name = normalise(value).strip() if isinstance(value, str) else ""
    return name if 0 < len(name) <= _LONGEST and name.isprintable() else None
