"""Any sentence-transformers model as the encoder; all-MiniLM-L6-v2 comes from an installed package, offline.

A model runs as a graph, compiled once and kept with the index, wherever that gives the library's own vectors.
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
    with ExitStack() as stack:
        made = Path(stack.enter_context(TemporaryDirectory()))
        try:
            compiling.compile_into(made, reference)
        except compiling.NotCompiled as reason:
            _log.warning("%s runs through sentence-transformers, for OpenVINO cannot compile it: %s", model, reason)
            return reference
        try:
            graphs.keep(key, lambda place: shutil.copytree(made, place, dirs_exist_ok=True))
        except (StorageError, WriterBusy) as error:
            _log.warning("the compiled model is not kept, and will be compiled again: %s", error)
        kept = graphs.find(key)
        encoder = compiling.load(reference.name, digest, kept or made)
        if kept is None:
            weakref.finalize(encoder, stack.pop_all().close)  # it reads the graph once more for its first passages
        return encoder
