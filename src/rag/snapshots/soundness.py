"""Checks all content of a backup before its snapshot is published.

Checksums show that files did not change. They do not show that the files make sense together, because anyone can write
a backup with correct checksums. After this check, every read of the snapshot returns values of the expected types and
ranges. It does not show that the vectors and terms fit the texts: wrong ones find the wrong passages, but quotes are
always the words of the documents.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rag import arrays
from rag.errors import CorruptSnapshot
from rag.index.duplicates import SIGNATURE_SIZE
from rag.index.inverted import InvertedIndex
from rag.index.late_interaction import TokenIndex
from rag.index.lexical import LexicalIndex
from rag.protocols import VectorIndex, VectorStore
from rag.snapshots.hostile import Unsound
from rag.snapshots.manifest import Manifest
from rag.snapshots.snapshot import DATABASE, LEXICAL, SIGNATURES, TOKENS, VECTORS
from rag.snapshots.sound_database import check_database

_MAX_DIMENSION = 1 << 16
_BLOCK = 8_192  # vectors read at once


def fault(folder: Path, manifest: Manifest, vectors: VectorStore) -> str | None:
    """Check the files in `folder`, whose digests match `manifest`. Return the first fault; None if there is none."""
    try:
        _check_manifest(manifest)
        check_database(folder / DATABASE, manifest)
        with _reading(VECTORS):
            _check_vectors(vectors.open(folder / VECTORS), manifest)
        with _reading(LEXICAL):
            _check_lexical(LexicalIndex.open(folder / LEXICAL), manifest.chunks)
        with _reading(TOKENS):
            _check_tokens(TokenIndex.open(folder / TOKENS), manifest)
        with _reading(SIGNATURES):
            [signatures] = arrays.load(folder, [SIGNATURES])
            _check_array(SIGNATURES, signatures, np.uint32, (manifest.documents, SIGNATURE_SIZE))
    except Unsound as error:
        return str(error)
    return None


@contextmanager
def _reading(part: str) -> Iterator[None]:
    try:
        yield
    except CorruptSnapshot as error:
        raise Unsound(f"its {part} cannot be read") from error


def _check_manifest(manifest: Manifest) -> None:
    counts = manifest.documents, manifest.chunks, manifest.chunk_tokens - 1
    if min(counts) < 0 or not 1 <= manifest.dimension <= _MAX_DIMENSION:
        raise Unsound("a number in its manifest is out of range")
    names = manifest.encoder, manifest.vectors, manifest.parent or ""
    if not all(name.isprintable() for name in names):
        raise Unsound("its manifest contains control characters")
    try:
        datetime.fromisoformat(manifest.created)
    except ValueError:
        raise Unsound(f"its manifest has {manifest.created[:40]!r} as its time, which is not valid") from None


def _check_vectors(index: VectorIndex, manifest: Manifest) -> None:
    if len(index) != manifest.chunks:
        raise Unsound(f"it has {len(index)} vectors for {manifest.chunks} passages")
    for start in range(0, len(index), _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, len(index)))
        found = index.vectors(rows)
        if found.shape != (len(rows), manifest.dimension) or not np.isfinite(found).all():
            raise Unsound(f"its vectors do not have {manifest.dimension} finite components")


def _check_lexical(index: LexicalIndex, chunks: int) -> None:
    for name, field in zip(("words", "pairs", "headings"), index.inverted(), strict=True):
        _check_inverted(f"{LEXICAL} {name}", field, chunks)


def _check_inverted(name: str, index: InvertedIndex, chunks: int) -> None:
    _check_array(f"{name} terms", index.terms, np.uint64, (None,))
    _check_array(f"{name} rows", index.rows, np.int32, (None,))
    _check_array(f"{name} codes", index.codes, np.uint16, index.rows.shape)
    _check_array(f"{name} lengths", index.lengths, np.uint32, (chunks,))
    _check_offsets(f"{name} offsets", index.offsets, len(index.terms), len(index.rows))
    if not (index.terms[1:] > index.terms[:-1]).all():
        raise Unsound(f"its {name} terms are not in order")
    if len(index.rows) and not 0 <= index.rows.min() <= index.rows.max() < chunks:
        raise Unsound(f"its {name} rows are out of range")


def _check_tokens(index: TokenIndex, manifest: Manifest) -> None:
    _check_array(f"{TOKENS} codes", index.codes, np.uint8, (None, -(-manifest.dimension // 8)))
    _check_array(f"{TOKENS} sentences", index.sentences, np.uint8, (len(index.codes),))
    _check_offsets(f"{TOKENS} offsets", index.offsets, manifest.chunks, len(index.codes))


def _check_offsets(name: str, offsets: NDArray[Any], parts: int, total: int) -> None:
    """Check that `parts` + 1 offsets divide `total` entries."""
    _check_array(name, offsets, np.int64, (parts + 1,))
    if offsets[0] != 0 or offsets[-1] != total or not (offsets[1:] >= offsets[:-1]).all():
        raise Unsound(f"its {name} are out of range")


def _check_array(name: str, array: NDArray[Any], dtype: DTypeLike, shape: tuple[int | None, ...]) -> None:
    """Check the type and the shape of an array. None stands for any length."""
    fits = array.ndim == len(shape) and all(
        size in (None, found) for size, found in zip(shape, array.shape, strict=True)
    )
    if array.dtype != dtype or not fits or not array.flags.c_contiguous:
        raise Unsound(f"its {name} are an array of {array.dtype} with shape {array.shape}")
