"""The questions of a benchmark: read from a file, or generated from words in the index."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from rag.errors import ConfigurationError, UnreadableSource
from rag.snapshots import Snapshot
from rag.text import sentences

CACHED_ENCODINGS = 256
"""The number of encodings that a service caches. If a run has at most this many questions, none is encoded twice."""

_FEWEST_WORDS, _MOST_WORDS = 5, 12


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)

    text: str


def read(path: Path) -> list[str]:
    """Read the question in the `text` of each line of JSONL. Raises UnreadableSource, ConfigurationError."""
    try:
        lines = path.read_bytes().decode("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise UnreadableSource(f"{path} cannot be read: {reason}") from error
    numbered = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not numbered:
        raise ConfigurationError(f'{path} has no questions: write one on each line, for example {{"text": "..."}}')
    return [_question(line, f"line {number} of {path}") for number, line in numbered]


def _question(line: str, place: str) -> str:
    try:
        return _Line.model_validate_json(line).text
    except ValidationError as error:
        raise UnreadableSource(f'{place} is {line[:60]!r}: it must be JSON, for example {{"text": "..."}}') from error


def generate(snapshot: Snapshot, count: int) -> list[str]:
    """Return at most `count` different questions, always the same for the same index.

    Each is a run of consecutive words from a sentence. Their passages are evenly spaced over the index.
    """
    rows = np.unique(np.linspace(0, len(snapshot) - 1, min(count, len(snapshot))).astype(np.int64)).tolist()
    passages = [hit.text for hit in snapshot.hits(rows, [0.0] * len(rows))]
    found: dict[str, None] = {}
    for text in _word_runs(passages, random.Random(0), 4 * count):  # noqa: S311 - the same in every run
        found[text] = None
        if len(found) == count:
            break
    return list(found)


def _word_runs(passages: Sequence[str], chance: random.Random, tries: int) -> Iterator[str]:
    """Yield a random run of words from each passage in turn, `tries` times in all."""
    for number in range(tries):
        passage = passages[number % len(passages)]
        runs = [words for span in sentences(passage) if len(words := span.of(passage).split()) >= _FEWEST_WORDS]
        if runs:
            words = chance.choice(runs)
            length = chance.randint(_FEWEST_WORDS, _MOST_WORDS)
            start = chance.randint(0, max(len(words) - length, 0))
            yield " ".join(words[start : start + length]).strip(" .;:,")
