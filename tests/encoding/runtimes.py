"""The runtimes to compare for one model. Each is prepared in its own folder."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from rag.adapters.sentence_transformers import compiling, library, source
from rag.adapters.sentence_transformers.compiled import CompiledEncoder, Facts
from rag.adapters.sentence_transformers.runtime import openvino, precisions
from rag.protocols import Encoder
from tests.encoding.texts import passages

REFERENCE = "sentence-transformers f32"
INT8 = "OpenVINO int8"

_CALIBRATION = 96  # passages whose values set the ranges of int8


def prepare(folder: Path, model: str) -> dict[str, Path | None]:
    """Compile the model for each runtime that this machine supports. Return the folders by name of the runtime."""
    compiled = folder / "graph"
    compiled.mkdir()
    place = source.locate(model)
    compiling.compile_into(compiled, library.load(model, place, source.digest(place)))
    found: dict[str, Path | None] = {REFERENCE: None}
    for precision in reversed(precisions()):
        found[f"OpenVINO {precision}"] = _restrict(compiled, folder / precision, precision)
    quantised = _restrict(compiled, folder / "int8", precisions()[0])
    if _quantise(compiled, quantised):
        found[INT8] = quantised
    return found


def open_encoder(model: str, folder: Path | None) -> Encoder:
    """Load a model from a folder of `prepare`, or with its own library if `folder` is None."""
    place = source.locate(model)
    digest = source.digest(place)
    if folder is None:
        return library.load(model, place, digest)
    return compiling.load(f"sentence-transformers:{model}", digest, folder)


def _restrict(compiled: Path, folder: Path, precision: str) -> Path:
    shutil.copytree(compiled, folder)
    facts = Facts.model_validate_json((folder / compiling.FACTS).read_bytes())
    restricted = Facts(**{**facts.model_dump(), "precisions": (precision,)})
    (folder / compiling.FACTS).write_text(restricted.model_dump_json(), encoding="utf-8")
    return folder


def _quantise(compiled: Path, folder: Path) -> bool:
    """Quantise weights and activations to 8 bits with NNCF's settings for transformers. Return False without NNCF."""
    try:
        import nncf
    except ImportError:
        return False
    encoder = compiling.load("int8", "", compiled)
    graph = openvino.Core().read_model(compiled / compiling.GRAPH)
    data = nncf.Dataset([_inputs(encoder, text) for text in passages(encoder, _CALIBRATION)])
    quantised = nncf.quantize(graph, data, model_type=nncf.ModelType.TRANSFORMER, subset_size=_CALIBRATION)
    openvino.save_model(quantised, folder / compiling.GRAPH)
    return True


def _inputs(encoder: CompiledEncoder, text: str) -> Mapping[str, object]:
    return encoder.inputs([encoder.read(text)])
