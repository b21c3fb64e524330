"""Compare the words of two sentences by the encoder's token vectors."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from rag.answer.checks.words import Reading
from rag.protocols import Encoder, Scores, Vectors

_MOST_KEPT = 512  # sentences whose vectors are kept for one answer


@dataclass(slots=True)
class Similarity:
    """Gives the cosines of words. It encodes each sentence once."""

    encoder: Encoder
    _vectors: dict[str, Vectors] = field(default_factory=dict)

    def prepare(self, readings: list[Reading]) -> None:
        """Encode several sentences in one batch."""
        new = [one for one in {one.text: one for one in readings}.values() if one.text not in self._vectors]
        if len(self._vectors) + len(new) > _MOST_KEPT:
            self._vectors.clear()
        for reading, encoding in zip(new, self.encoder.encode_passages([one.text for one in new]), strict=True):
            self._vectors[reading.text] = _word_vectors(reading, encoding.tokens, encoding.starts.tolist())

    def words(self, claim: Reading, quote: Reading) -> Scores:
        """Return the cosine of each word of the claim with each word of the quote, shape (claim, quote)."""
        self.prepare([claim, quote])
        found: Scores = self._vectors[claim.text] @ self._vectors[quote.text].T
        return found


def _word_vectors(reading: Reading, tokens: Vectors, starts: list[int]) -> Vectors:
    """Return the mean vector of the tokens of each word, L2-normalised, shape (words, dimension)."""
    vectors = np.zeros((len(reading.words), tokens.shape[1]), np.float32)
    for word in reading.words:
        own = [n for n, start in enumerate(starts) if word.span.start <= start < word.span.end]
        if own:
            mean = tokens[own].mean(axis=0)
            vectors[word.at] = mean / (np.linalg.norm(mean) or 1.0)
    return vectors
