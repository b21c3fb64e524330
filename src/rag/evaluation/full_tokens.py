"""Late interaction with full token vectors. No index stores them, so each passage is encoded on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from rag.index.chunking import Chunker, EncodedText
from rag.index.late_interaction import QuestionTokens, passage_scores
from rag.protocols import Encoder, Scores
from rag.snapshots import Index
from rag.types import Chunk

_CACHED_PASSAGES = 4_096  # 0.7 GB for passages of 200 tokens with 384 dimensions


@dataclass(frozen=True, slots=True)
class _Tokens:
    """A passage's token vectors, shape (t, dimension), and which of them belong to its title and headings."""

    vectors: NDArray[np.float16]
    above: NDArray[np.bool_]


class FullTokens:
    """Scores as `rag.answer.retrieval.interact` would if the index stored every token vector uncompressed."""

    def __init__(self, encoder: Encoder, chunk_tokens: int) -> None:
        self._encoder = encoder
        self._chunker = Chunker(encoder.count_tokens, encoder.max_tokens, chunk_tokens)
        self._cache: LRUCache[tuple[str, int], _Tokens] = LRUCache(_CACHED_PASSAGES)

    def __call__(self, snapshot: Index, question: QuestionTokens, rows: Sequence[int]) -> Scores:
        """Return the MaxSim of each row, shape (n,)."""
        if not rows:
            return np.empty(0, np.float32)
        passages = self._passages(snapshot, rows)
        similar = np.concatenate([passage.vectors for passage in passages]).astype(np.float32) @ question.vectors.T
        above = np.concatenate([passage.above for passage in passages])
        return passage_scores(similar, above, [len(passage.above) for passage in passages], question.weights)

    def _passages(self, snapshot: Index, rows: Sequence[int]) -> list[_Tokens]:
        keys = [(snapshot.id, row) for row in rows]
        found = {key: self._cache[key] for key in keys if key in self._cache}
        missing = [row for row in rows if (snapshot.id, row) not in found]
        found |= {(snapshot.id, row): one for row, one in zip(missing, self._encoded(snapshot, missing), strict=True)}
        self._cache.update(found)
        return [found[key] for key in keys]

    def _encoded(self, snapshot: Index, rows: Sequence[int]) -> list[_Tokens]:
        texts = self._texts(snapshot, rows)
        encodings = self._encoder.encode_passages([text.text for text in texts])
        return [
            _Tokens(encoding.tokens.astype(np.float16), encoding.starts < text.body)
            for text, encoding in zip(texts, encodings, strict=True)
        ]

    def _texts(self, snapshot: Index, rows: Sequence[int]) -> list[EncodedText]:
        """Return the text of each row that was encoded when the snapshot was built."""
        hits = snapshot.hits(rows, [0.0] * len(rows))
        documents = {name: snapshot.document(name) for name in {hit.reference.id for hit in hits}}
        return [self._chunker.encoded_text(documents[hit.reference.id], Chunk(hit.span, hit.heading)) for hit in hits]
