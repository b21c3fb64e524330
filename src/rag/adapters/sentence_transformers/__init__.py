"""Any sentence-transformers model as the encoder; all-MiniLM-L6-v2 comes from an installed package, offline.

A model runs as a graph, compiled once and kept with the index, wherever that gives the library's own vectors.
"""

from __future__ import annotations

import logging
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from rag.adapters.sentence_transformers import library, source
from rag.errors import StorageError, WriterBusy
from rag.protocols import Encoder, Graphs

_log = logging.getLogger(__name__)


def load(model: str, graphs: Graphs) -> Encoder:
    """Load a model by name or path: its graph where there is one, or else the library's, to make one of it.

    Raises ConfigurationError.
    """
    folder = source.locate(model)
    digest = source.digest(folder)
    try:
        from rag.adapters.sentence_transformers import compiling
    except ImportError as error:
        _log.warning("%s runs through sentence-transformers, for OpenVINO cannot be loaded: %s", model, error)
        return library.load(model, folder, digest)
    key = sha256(f"{digest} openvino {version('openvino')} {compiling.FORM}".encode()).hexdigest()[:16]
    kept = graphs.find(key)
    if kept is not None:
        return compiling.load(f"sentence-transformers:{model}", digest, kept)
    return _compiled(model, folder, digest, graphs, key)


def _compiled(model: str, folder: Path, digest: str, graphs: Graphs, key: str) -> Encoder:
    from rag.adapters.sentence_transformers import compiling

    reference = library.load(model, folder, digest)
    try:
        graph, facts = compiling.compile_model(reference)
    except compiling.NotCompiled as reason:
        _log.warning("%s runs through sentence-transformers, for OpenVINO cannot compile it: %s", model, reason)
        return reference
    try:
        graphs.keep(key, lambda place: compiling.save(place, reference, graph, facts))
    except (StorageError, WriterBusy) as error:
        _log.warning("the compiled model is not kept, and will be compiled again: %s", error)
    return compiling.running(reference, graph, facts)
