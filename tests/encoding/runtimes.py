"""The ways to run one model that are compared, each made ready in a folder of its own."""

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

_CALIBRATION = 96  # passages by whose values int8's ranges are chosen


def prepare(folder: Path, model: str) -> dict[str, Path | None]:
    """Compile the model for each runtime that this machine can run; return its folder by the runtime's name."""
    made = folder / "graph"
    made.mkdir()
    place = source.locate(model)
    compiling.compile_into(made, library.load(model, place, source.digest(place)))
    found: dict[str, Path | None] = {REFERENCE: None}
    for precision in reversed(precisions()):
        found[f"OpenVINO {precision}"] = _narrowed(made, folder / precision, precision)
    quantised = _narrowed(made, folder / "int8", precisions()[0])
    if _quantise(made, quantised):
        found[INT8] = quantised
    return found


def open_encoder(model: str, folder: Path | None) -> Encoder:
    """Load what `prepare` made, or the model as its library runs it."""
    place = source.locate(model)
    digest = source.digest(place)
    if folder is None:
        return library.load(model, place, digest)
    return compiling.load(f"sentence-transformers:{model}", digest, folder)


def _narrowed(made: Path, folder: Path, precision: str) -> Path:
    shutil.copytree(made, folder)
    facts = Facts.model_validate_json((folder / compiling.FACTS).read_bytes())
    narrowed = Facts(**{**facts.model_dump(), "precisions": (precision,)})
    (folder / compiling.FACTS).write_text(narrowed.model_dump_json(), encoding="utf-8")
    return folder


def _quantise(made: Path, folder: Path) -> bool:
    """Quantise weights and activations to 8 bits, as NNCF does with its settings for transformers; False without it."""
    try:
        import nncf
    except ImportError:
        return False
    encoder = compiling.load("int8", "", made)
    graph = openvino.Core().read_model(made / compiling.GRAPH)
    data = nncf.Dataset([_inputs(encoder, text) for text in passages(encoder, _CALIBRATION)])
    quantised = nncf.quantize(graph, data, model_type=nncf.ModelType.TRANSFORMER, subset_size=_CALIBRATION)
    openvino.save_model(quantised, folder / compiling.GRAPH)
    return True


def _inputs(encoder: CompiledEncoder, text: str) -> Mapping[str, object]:
    return encoder.inputs([encoder.read(text)])
