"""Prepares documents for the next snapshot while more documents are parsed.

One thread cuts each document into passages and computes its terms and its signature. Other threads encode the passages.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Self

from rag.index import duplicates
from rag.index.chunking import Chunker, EncodedText
from rag.index.heading_lists import headings_below
from rag.index.lexical import LexicalRow, NewRows
from rag.index.quotables import section_quotables
from rag.protocols import Encoder
from rag.snapshots.encoding import BackgroundEncoder, Progress
from rag.snapshots.journal import Journal, PassageEncoding, journal
from rag.snapshots.prepared import PreparedDocument, PreparedDocuments
from rag.snapshots.protocol import Encodings, Index
from rag.snapshots.records import Origin, Passage
from rag.snapshots.tables import REACH, as_cell
from rag.text import terms
from rag.types import Chunk, Document, Hit, Quotable, Span


class Preparer:
    """Prepares documents in background threads, which start with the first document. Use it in a `with` block.

    A passage is not encoded again if `previous` has its encoding. The end of the block stops the threads.
    """

    def __init__(
        self, directory: Path, encoder: Encoder, chunker: Chunker, previous: Index | None, progress: Progress
    ) -> None:
        self._directory = directory
        self._encoder = encoder
        self._chunker = chunker
        self._previous = previous
        self._progress = progress
        self._prepared: dict[str, Future[PreparedDocument]] = {}
        self._workers: _Workers | None = None
        self._exit_stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit_stack.__exit__(kind, error, trace)

    def add(self, document: Document, origin: Origin) -> None:
        """Start to prepare a document, unless it was added before."""
        if origin.fingerprint not in self._prepared:
            self._workers = workers = self._workers or self._start()
            self._prepared[origin.fingerprint] = workers.cutting.submit(self._prepare, workers, document)

    def finish(self, added: Iterable[tuple[Document, Origin]]) -> PreparedDocuments:
        """Prepare the documents in `added` that `add` has not prepared, and return the prepared data of all in `added`.

        If a document was prepared but is not in `added`, its data is left out.
        """
        documents = list(added)
        for document, origin in documents:
            self.add(document, origin)
        if self._workers is None:
            return PreparedDocuments((), (), 0)
        self._workers.cutting.shutdown()
        encoded_now = self._workers.encoder.finish()
        prepared = [(document, origin, self._prepared[origin.fingerprint].result()) for document, origin in documents]
        keys = [passage.key for _, _, one in prepared for passage in one.passages]
        return PreparedDocuments(prepared, self._encodings(self._workers, keys), encoded_now)

    def _start(self) -> _Workers:
        opened = self._exit_stack.enter_context(journal(self._directory, self._encoder.digest))
        reusable = self._previous.encodings() if self._previous else None
        encoder = BackgroundEncoder(self._encoder, opened, self._progress)
        workers = _Workers(opened, reusable, encoder, ThreadPoolExecutor(1, "cutting"))
        self._exit_stack.callback(workers.stop)
        return workers

    def _prepare(self, workers: _Workers, document: Document) -> PreparedDocument:
        workers.encoder.check()
        passages, texts = cut(self._chunker, document)
        by_key = {passage.key: text for passage, text in zip(passages, texts, strict=True)}
        known = workers.known(by_key)
        workers.encoder.add({key: text for key, text in by_key.items() if key not in known})
        rows = (lexical_row(text, document.language) for text in texts)
        return PreparedDocument(passages, duplicates.signature(document.text), NewRows(rows))

    def _encodings(self, workers: _Workers, keys: Sequence[bytes]) -> list[PassageEncoding]:
        """Return the encoding of each key, from the journal or from the previous snapshot."""
        known = workers.known(keys)
        found = workers.journal.get([key for key in keys if key not in known])
        if workers.reusable is not None:
            found |= workers.reusable.get([*known])
        return [found[key] for key in keys]


@dataclass(frozen=True, slots=True)
class _Workers:
    """The background threads of a preparer. `reusable` has the encodings of the previous snapshot."""

    journal: Journal
    reusable: Encodings | None
    encoder: BackgroundEncoder
    cutting: ThreadPoolExecutor

    def known(self, keys: Collection[bytes]) -> Collection[bytes]:
        return self.reusable.known(keys) if self.reusable else ()

    def stop(self) -> None:
        self.cutting.shutdown(cancel_futures=True)
        self.encoder.stop()


def cut(chunker: Chunker, document: Document) -> tuple[list[Passage], list[EncodedText]]:
    """Cut a document into passages. Return them with the texts that are encoded for them, in the same order."""
    chunks = chunker.chunks(document)
    texts = [chunker.encoded_text(document, chunk) for chunk in chunks]
    return list(_passages(document, chunks, [_key(text) for text in texts])), texts


def unsaved_hits(document: Document, encoder: Encoder, chunk_tokens: int) -> list[Hit]:
    """Return the passages of a document that no snapshot has, as a build would cut it. Their scores are 0."""
    chunks = Chunker(encoder.count_tokens, encoder.max_tokens, chunk_tokens).chunks(document)
    return [
        Hit(
            row=row,
            reference=document.reference,
            span=chunk.span,
            text=chunk.span.of(document.text),
            heading=chunk.heading,
            pages=document.pages,
            score=0.0,
            page_notes=document.page_notes,
        )
        for row, chunk in enumerate(chunks)
    ]


def lexical_row(text: EncodedText, language: str | None) -> LexicalRow:
    """Return the terms of a passage in the language of its document."""
    return LexicalRow(terms(text.text, language), terms(text.text[: text.body], language))


def _passages(document: Document, chunks: Sequence[Chunk], keys: Sequence[bytes]) -> Iterator[Passage]:
    """Yield the chunks of a document with their quotable units, which may need text of other chunks of the section."""
    title = document.reference.title
    found: list[tuple[Quotable, ...]] = []
    for heading, section in groupby(chunks, key=attrgetter("heading")):
        spans = [chunk.span for chunk in section]
        farthest = chunks[min(len(found) + len(spans) - 1 + REACH, len(chunks) - 1)].span.end
        below = headings_below(document.headings, Span(spans[0].start, spans[-1].end), farthest)
        found += section_quotables(document.text, spans, (title, *heading), REACH, document.language, below)
    for chunk, key, units in zip(chunks, keys, found, strict=True):
        yield Passage(chunk, chunk.span.of(document.text), key, as_cell(units))


def _key(text: EncodedText) -> bytes:
    """Return a digest of the text and its sentence offsets, so that equal texts are encoded only once."""
    return sha256(f"{text.body} {text.sentences}\n{text.text}".encode()).digest()
