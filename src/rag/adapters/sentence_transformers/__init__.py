"""Encodes text with any sentence-transformers model. An installed package supplies all-MiniLM-L6-v2 without a download.

A model is compiled once to an OpenVINO graph, which is cached with the index. The sentence-transformers library runs
the model instead if it cannot be compiled, or if the vectors of the graph differ from those of the library. The library
also runs it if OpenVINO is not installed or does not support the processor. Without both, NumPy runs it.
"""

from __future__ import annotations

import logging
import shutil
import weakref
from contextlib import ExitStack
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from rag.adapters.sentence_transformers import library, source
from rag.errors import StorageError, WriterBusy
from rag.protocols import Encoder, GraphCache

_log = logging.getLogger(__name__)


def load(model: str, graphs: GraphCache) -> Encoder:
    """Load a model by name or path. Compile it if its graph is not cached. Raises ConfigurationError."""
    folder = source.locate(model)
    digest = source.digest(folder)
    try:
        from rag.adapters.sentence_transformers import compiling
    except (ImportError, RuntimeError) as error:
        return _without_openvino(model, folder, digest, error)
    key = sha256(f"{digest} openvino {version('openvino')} {compiling.FORMAT}".encode()).hexdigest()[:16]
    cached = graphs.get(key)
    try:
        if cached is not None:
            return compiling.load(f"sentence-transformers:{model}", digest, cached)
        return _compiled(model, folder, digest, graphs, key)
    except (ImportError, RuntimeError) as error:  # OpenVINO's error if the processor lacks an instruction
        return _without_openvino(model, folder, digest, error)


def _without_openvino(model: str, folder: Path, digest: str, reason: Exception) -> Encoder:
    """Load a model with the next runtime that is installed. Raises ConfigurationError."""
    try:
        encoder = library.load(model, folder, digest)
    except ImportError as error:
        from rag.adapters.sentence_transformers import numpy_runtime

        _log.warning("%s runs in NumPy, because sentence-transformers cannot be loaded: %s", model, error)
        return numpy_runtime.load(model, folder, digest)
    _log.warning("%s runs through sentence-transformers, because OpenVINO cannot be loaded: %s", model, reason)
    return encoder


def _compiled(model: str, folder: Path, digest: str, graphs: GraphCache, key: str) -> Encoder:
    """Compile a model and cache its graph. Return the library's encoder if it cannot be compiled."""
    from rag.adapters.sentence_transformers import compiling

    reference = library.load(model, folder, digest)
    with ExitStack() as stack:
        compiled = Path(stack.enter_context(TemporaryDirectory()))
        try:
            compiling.compile_into(compiled, reference)
        except compiling.NotCompiled as reason:
            _log.warning("%s runs through sentence-transformers, because OpenVINO cannot compile it: %s", model, reason)
            return reference
        try:
            graphs.put(key, lambda place: _copy_files(compiled, place))
        except (StorageError, WriterBusy) as error:
            _log.warning("the compiled model cannot be cached, so the next start compiles it again: %s", error)
        cached = graphs.get(key)
        encoder = compiling.load(reference.name, digest, cached or compiled)
        if cached is None:
            # Delete the temporary folder only with the encoder, which reads the graph again when it encodes passages.
            weakref.finalize(encoder, stack.pop_all().close)
        return encoder


def _copy_files(folder: Path, place: Path) -> None:
    """Copy the files of a folder, but not its mode, which keeps other users out of a temporary folder."""
    for path in folder.iterdir():
        shutil.copyfile(path, place / path.name)
