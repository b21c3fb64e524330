"""What a snapshot keeps of a new document that no model says, found out beside the model's work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event

from rag import duplicates, lexical
from rag.chunking import EncodedText
from rag.duplicates import Signatures
from rag.quoting import quotable
from rag.snapshots.records import Origin
from rag.snapshots.tables import LOOK_BACK, as_cell
from rag.snapshots.writer import Passage
from rag.text import terms
from rag.types import Chunk, Document


@dataclass(frozen=True, slots=True)
class Cut:
    """A new document, cut: the chunks, what is encoded of each, and the key of that."""

    document: Document
    origin: Origin
    chunks: list[Chunk]
    texts: list[EncodedText]
    keys: list[bytes]


@dataclass(slots=True)
class Prepared:
    """New documents with their passages and signatures, and the terms of all their rows."""

    documents: list[tuple[Document, Origin, list[Passage]]] = field(default_factory=list)
    signatures: list[Signatures] = field(default_factory=list)
    lexical: lexical.NewRows = field(default_factory=lexical.NewRows)

    def add(self, cut: Cut) -> None:
        """Add the next document."""
        self.documents.append((cut.document, cut.origin, list(_passages(cut))))
        self.signatures.append(duplicates.signature(cut.document.text))
        for text in cut.texts:
            self.lexical.add(lexical.LexicalRow(terms(text.text), terms(text.text[: text.body])))


@contextmanager
def preparing(cuts: Sequence[Cut]) -> Iterator[Callable[[], Prepared]]:
    """Prepare in a thread of its own, for the model leaves Python idle; lend what waits for that to be done."""
    given_up = Event()

    def prepare() -> Prepared:
        prepared = Prepared()
        for cut in cuts:
            if given_up.is_set():
                break
            prepared.add(cut)
        return prepared

    with ThreadPoolExecutor(1, "preparing") as thread:
        try:
            yield thread.submit(prepare).result
        finally:
            given_up.set()


def _passages(cut: Cut) -> Iterator[Passage]:
    """Yield the chunks of a document with what may be quoted of each; a list may have begun in the chunk before."""
    whole, title = cut.document.text, cut.document.reference.title
    section: list[Chunk] = []
    for chunk, key in zip(cut.chunks, cut.keys, strict=True):
        section = section[-LOOK_BACK:] if section and section[-1].heading == chunk.heading else []
        start, text = chunk.span.start, chunk.span.of(whole)
        before = whole[section[0].span.start : start] if section else ""
        yield Passage(chunk, text, key, as_cell(quotable(before, text, start, (title, *chunk.heading))))
        section.append(chunk)
