"""Reads uploaded files, and shows their passages before they are indexed to people who want to see what was read."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock

from cachetools import LRUCache

from rag.errors import UnknownDocument, UnreadableSource
from rag.sources import Limits, ParserProcess, Record
from rag.types import Document, Hit

_REMEMBERED = 4
"""Uploads whose passages are remembered, because a reader asks for them part by part."""


class Previews:
    """Parses uploads when a reader asks for their passages, one at a time. Nothing is stored.

    The job parses them again. Its passages are the same, because the parser, its limits and the chunker are the same.
    """

    def __init__(self, limits: Limits, cut: Callable[[Document], list[Hit]]) -> None:
        """`cut` returns the passages of a document in the order of its text. It may load the model."""
        self._limits = limits
        self._cut = cut
        self._parsing = Lock()
        self._read: LRUCache[Path, tuple[Document, list[Hit]]] = LRUCache(_REMEMBERED)

    def passages(self, document_id: str, file: Path) -> tuple[Document, list[Hit]]:
        """Return the document in a file, and its passages in the order of its text.

        Raises UnreadableSource, and UnknownDocument if the job deletes the file meanwhile, because it has ended.
        """
        with self._parsing:
            if not file.exists():
                raise ended(document_id)
            if file not in self._read:
                self._read[file] = self._parsed(document_id, file)
            return self._read[file]

    def _parsed(self, document_id: str, file: Path) -> tuple[Document, list[Hit]]:
        with ParserProcess(self._limits) as parser:
            document = read_document(document_id, file, parser)
        if isinstance(document, UnreadableSource):
            raise document if file.exists() else ended(document_id)
        return document, self._cut(document)


def read_document(document_id: str, file: Path, parser: ParserProcess) -> Document | UnreadableSource:
    """Return the document in an uploaded file, or the reason why it cannot be read."""
    every = list(parser.parse(file))
    records = [one for one in every if one.key == os.path.realpath(file)] or every  # an e-mail without its attachments
    content = records[0].content if len(records) == 1 else _wrong_count(records)
    if isinstance(content, UnreadableSource):
        # The path is inside the spool, so it means nothing to the client.
        return UnreadableSource(str(content).replace(os.path.realpath(file), "the file given"))
    return replace(content, reference=replace(content.reference, id=document_id))


def _wrong_count(records: Sequence[Record]) -> UnreadableSource:
    return UnreadableSource(f"the file given contains {len(records)} documents; upload each under its own id.")


def ended(document_id: str) -> UnknownDocument:
    """Return the error of an upload whose job has ended."""
    return UnknownDocument(f"the job of document {document_id!r} has ended: ask for the passages of the document")
