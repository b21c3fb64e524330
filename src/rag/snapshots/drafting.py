"""Turns documents into what the next snapshot keeps of them, as they come: cut and prepared in one thread, encoded by
others, while more are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from rag.index import duplicates
from rag.index.chunking import Chunker, EncodedText
from rag.index.duplicates import Signatures
from rag.index.lexical import LexicalRow, NewRows
from rag.index.quotables import quotable
from rag.protocols import Encoder
from rag.snapshots.encoding import Encodings, Progress
from rag.snapshots.journal import Encoded, Journal, journal
from rag.snapshots.records import Origin
from rag.snapshots.snapshot import Snapshot
from rag.snapshots.tables import LOOK_BACK, as_cell
from rag.snapshots.writer import Passage
from rag.text import terms
from rag.types import Chunk, Document


@dataclass(frozen=True, slots=True)
class Draft:
    """What a snapshot keeps of one document: its passages, its signature, the terms of its rows."""

    passages: Sequence[Passage]
    signature: Signatures
    lexical: NewRows


@dataclass(frozen=True, slots=True)
class Drafted:
    """The new documents of a snapshot, each with its draft, and the encoding of each of their passages, in order.

    Of these, `fresh` were encoded for it.
    """

    documents: Sequence[tuple[Document, Origin, Draft]]
    encoded: Sequence[Encoded]
    fresh: int


class Drafting:
    """Takes documents while others are read still; nothing is begun, and nothing written, before the first.

    What `previous` has encoded of them is not encoded again. Leaving the block ends what is under way.
    """

    def __init__(
        self, directory: Path, encoder: Encoder, chunker: Chunker, previous: Snapshot | None, progress: Progress
    ) -> None:
        self._directory = directory
        self._encoder = encoder
        self._chunker = chunker
        self._previous = previous
        self._progress = progress
        self._drafts: dict[str, Future[Draft]] = {}
        self._begun: _Begun | None = None
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)

    def add(self, document: Document, origin: Origin) -> None:
        """Begin to draft a document, unless the same was given before."""
        if origin.fingerprint not in self._drafts:
            self._begun = self._begun or self._begin()
            self._drafts[origin.fingerprint] = self._begun.cutting.submit(self._draft, self._begun, document)

    def finish(self, added: Iterable[tuple[Document, Origin]]) -> Drafted:
        """Return all that a snapshot keeps of some documents, given before or not; whatever else was is left out."""
        documents = list(added)
        for document, origin in documents:
            self.add(document, origin)
        if self._begun is None:
            return Drafted((), (), 0)
        self._begun.cutting.shutdown()
        fresh = self._begun.encodings.finish()
        drafted = [(document, origin, self._drafts[origin.fingerprint].result()) for document, origin in documents]
        keys = [passage.key for _, _, draft in drafted for passage in draft.passages]
        return Drafted(drafted, self._encoded(self._begun, keys), fresh)

    def _begin(self) -> _Begun:
        done = self._open.enter_context(journal(self._directory, self._encoder.digest))
        known = {key: row for row, key in self._previous.reader.vector_keys()} if self._previous else {}
        begun = _Begun(done, known, Encodings(self._encoder, done, self._progress), ThreadPoolExecutor(1, "cutting"))
        self._open.callback(begun.give_up)
        return begun

    def _draft(self, begun: _Begun, document: Document) -> Draft:
        begun.encodings.check()
        chunks = self._chunker.chunks(document)
        texts = [self._chunker.encoded_text(document, chunk) for chunk in chunks]
        keys = [_key(text) for text in texts]
        begun.encodings.add({key: text for key, text in zip(keys, texts, strict=True) if key not in begun.known})
        rows = (LexicalRow(terms(text.text), terms(text.text[: text.body])) for text in texts)
        passages = list(_passages(document, chunks, keys))
        return Draft(passages, duplicates.signature(document.text), NewRows(rows))

    def _encoded(self, begun: _Begun, keys: Sequence[bytes]) -> list[Encoded]:
        """Return what is encoded under some keys, from the journal or the previous snapshot."""
        found = begun.done.get([key for key in keys if key not in begun.known])
        rows = {key: begun.known[key] for key in keys if key in begun.known}
        if rows and self._previous:
            vectors = self._previous.dense.vectors(np.fromiter(rows.values(), np.int64, len(rows)))
            tokens = (self._previous.tokens.passage(row) for row in rows.values())
            found.update(zip(rows, map(Encoded, vectors, tokens), strict=True))
        return [found[key] for key in keys]


@dataclass(frozen=True, slots=True)
class _Begun:
    """What runs once there is something to draft; `known` are the rows that the previous snapshot has by their keys."""

    done: Journal
    known: dict[bytes, int]
    encodings: Encodings
    cutting: ThreadPoolExecutor

    def give_up(self) -> None:
        self.cutting.shutdown(cancel_futures=True)
        self.encodings.give_up()


def _passages(document: Document, chunks: Sequence[Chunk], keys: Sequence[bytes]) -> Iterator[Passage]:
    """Yield the chunks of a document with what may be quoted of each; a list may have begun in the chunk before."""
    whole, title = document.text, document.reference.title
    section: list[Chunk] = []
    for chunk, key in zip(chunks, keys, strict=True):
        section = section[-LOOK_BACK:] if section and section[-1].heading == chunk.heading else []
        start, text = chunk.span.start, chunk.span.of(whole)
        before = whole[section[0].span.start : start] if section else ""
        yield Passage(chunk, text, key, as_cell(quotable(before, text, start, (title, *chunk.heading))))
        section.append(chunk)


def _key(text: EncodedText) -> bytes:
    """Name what is encoded: the same words cut into the same sentences need no second pass."""
    return sha256(f"{text.body} {text.sentences}\n{text.text}".encode()).digest()
