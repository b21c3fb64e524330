"""An encoder without a model: it hashes words into a vector. For tests, and for trying an index out quickly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256

import numpy as np

from rag.protocols import Encoding, GraphCache, Vectors
from rag.text import terms

_DIMENSION = 256


class HashingEncoder:
    """Feature hashing (Weinberger et al. 2009): each term adds +1 or -1 to the dimension that its hash selects."""

    name = "hashing"
    digest = sha256(b"hashing 1").hexdigest()
    dimension = _DIMENSION
    max_tokens = 256

    def count_tokens(self, text: str) -> int:
        """Return how many words `text` has."""
        return len(text.split())

    def encode_passages(self, texts: Sequence[str]) -> list[Encoding]:
        """Return an encoding of each text, with one token for each word."""
        return [_encoding(text) for text in texts]

    def encode_questions(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode each text in the same way as a passage."""
        return self.encode_passages(texts)


def load(_argument: str, _graphs: GraphCache) -> HashingEncoder:
    """Return the encoder. It takes no argument and compiles nothing."""
    return HashingEncoder()


def _encoding(text: str) -> Encoding:
    words = [(word.start(), _vector(word[0])) for word in re.finditer(r"\S+", text)]
    return Encoding(
        vector=_vector(text),
        tokens=np.array([vector for _, vector in words], np.float32).reshape(-1, _DIMENSION),
        starts=np.array([start for start, _ in words], np.int64),
    )


def _vector(text: str) -> Vectors:
    vector = np.zeros(_DIMENSION, np.float32)
    for term in terms(text):
        key = int.from_bytes(sha256(term.encode("utf-8", "surrogatepass")).digest()[:4], "little")
        vector[key % _DIMENSION] += 1.0 if key & 0x80000000 else -1.0
    norm = float(np.linalg.norm(vector))
    # A text without words needs a unit vector too.
    return vector / norm if norm else np.eye(1, _DIMENSION, dtype=np.float32)[0]
