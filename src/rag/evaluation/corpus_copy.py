"""Copies the documents of a benchmark next to its index, and computes the name of the index."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from tempfile import TemporaryDirectory

from rag.settings import Settings

_BUILDERS = ("adapters", "formats.py", "index", "ingest", "snapshots", "sources", "text", "types.py")
"""The parts of this package that decide which passages an index has and which data it stores with them."""


def corpus_digest(corpus: Path, settings: Settings) -> str:
    """Return a hash of the documents, of the settings that shape an index, and of the code that builds it.

    `corpus` is a file or a folder. In a folder, the names of files count too.
    """
    shape = f"{settings.encoder}\n{settings.store}\n{settings.chunk_tokens}\n{_code_digest()}\n"
    digest = sha256(shape.encode())
    for path in _files(corpus):
        name = path.relative_to(corpus).as_posix() if corpus.is_dir() else ""
        digest.update(f"{name}\n{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


def copied(corpus: Path, folder: Path) -> Path:
    """Copy a file or a folder into `folder`, unless it is there. Return the path of the copy.

    The copy has the same path for every benchmark with these documents, and the path identifies a document.
    """
    copy = folder / corpus.name
    if not copy.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder, prefix=".copying-") as part:
            for path in _files(corpus):
                target = Path(part) / path.relative_to(corpus.parent)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
            _put(Path(part) / corpus.name, copy)
    return copy


def _put(part: Path, copy: Path) -> None:
    """Rename `part` to `copy`, unless another process was faster."""
    try:
        part.replace(copy)
    except OSError:
        if not copy.exists():
            raise


def _files(corpus: Path) -> list[Path]:
    return sorted(path for path in corpus.rglob("*") if path.is_file()) if corpus.is_dir() else [corpus]


@cache
def _code_digest() -> str:
    """Return a hash of the code that builds an index."""
    digest = sha256()
    for name in _BUILDERS:
        for path, source in _sources(files("rag").joinpath(name), name):
            digest.update(f"{path}\n{sha256(source).hexdigest()}\n".encode())
    return digest.hexdigest()


def _sources(code: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    """Yield each Python file of a module or package, with its path."""
    if code.is_dir():
        for inner in sorted(code.iterdir(), key=lambda one: one.name):
            yield from _sources(inner, f"{path}/{inner.name}")
    elif path.endswith(".py"):
        yield path, code.read_bytes()
