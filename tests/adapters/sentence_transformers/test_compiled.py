"""A model is compiled once, and its vectors equal those of the library. If it does not compile, the library runs it."""

from __future__ import annotations

import gc
import logging
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rag.adapters import sentence_transformers as adapter
from rag.adapters.sentence_transformers import compiling, library, source
from rag.adapters.sentence_transformers.compiled import CompiledEncoder
from rag.adapters.sentence_transformers.library import LibraryEncoder
from rag.errors import ConfigurationError, StorageError, WriterBusy
from rag.protocols import Encoder, Encoding
from rag.snapshots import CompiledModels
from tests.adapters.sentence_transformers.models import save_bert, save_static
from tests.encoders import stacked

TEXTS = ["tax", "law law", "tax law tax law", "", "tax " * 40]


@pytest.fixture
def graphs(tmp_path: Path) -> CompiledModels:
    """An empty cache for compiled models."""
    return CompiledModels(tmp_path / "encoders")


def _library(path: str) -> LibraryEncoder:
    return library.load(path, Path(path), source.digest(Path(path)))


def _same(found: list[Encoding], expected: list[Encoding], minimum: float) -> bool:
    return all(
        np.array_equal(one.starts, other.starts)
        and float(one.vector @ other.vector) >= minimum
        and bool((np.sum(one.tokens * other.tokens, axis=1) >= minimum).all())
        for one, other in zip(found, expected, strict=True)
    )


def _agree(encoder: Encoder, reference: Encoder, texts: list[str], minimum: float) -> bool:
    return _same(encoder.encode_passages(texts), reference.encode_passages(texts), minimum) and _same(
        encoder.encode_questions(texts), reference.encode_questions(texts), minimum
    )


def test_a_model_can_be_loaded_by_its_path(tmp_path: Path, graphs: CompiledModels) -> None:
    path = save_bert(tmp_path)
    encoder = adapter.load(path, graphs)
    assert isinstance(encoder, CompiledEncoder)
    assert (encoder.name, encoder.dimension, encoder.max_tokens) == (f"sentence-transformers:{path}", 8, 16)
    assert encoder.count_tokens("tax law tax") == 3
    assert _agree(encoder, _library(path), TEXTS, 0.999)


def test_the_default_model_returns_the_vectors_of_the_library(minilm: Encoder) -> None:
    texts = [
        "When is the carbon tax due?",
        "The levy of £24.50 is due on 6 April; §12(3) does not apply.",
        "税法 Өте жақсы",
        "word " * 400,
    ]
    assert isinstance(minilm, CompiledEncoder)
    folder = source.locate("all-MiniLM-L6-v2")
    assert _agree(minilm, library.load("all-MiniLM-L6-v2", folder, minilm.digest), texts, 0.9995)


def test_a_question_is_encoded_with_the_prompt_of_the_model(tmp_path: Path, graphs: CompiledModels) -> None:
    path = save_bert(tmp_path, prompt="query: ")
    encoder = adapter.load(path, graphs)
    (question,), (passage,) = encoder.encode_questions(["tax law"]), encoder.encode_passages(["tax law"])
    assert question.starts.tolist() == passage.starts.tolist() == [0, 4], "the offsets include the prompt"
    assert float(question.vector @ passage.vector) < 0.9999
    assert _agree(encoder, _library(path), TEXTS, 0.999)


def test_a_model_is_compiled_once(tmp_path: Path, graphs: CompiledModels, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save_bert(tmp_path)
    made = adapter.load(path, graphs)
    monkeypatch.delattr(library, "load")
    cached = adapter.load(path, graphs)
    assert (cached.digest, cached.dimension, cached.max_tokens) == (made.digest, made.dimension, made.max_tokens)
    assert np.array_equal(stacked(cached.encode_passages(TEXTS)), stacked(made.encode_passages(TEXTS)))


def test_a_model_with_other_weights_has_another_digest_and_another_graph(
    tmp_path: Path, graphs: CompiledModels
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, other = (adapter.load(save_bert(tmp_path / name, seed=seed), graphs) for seed, name in enumerate("ab"))
    assert one.digest != other.digest
    assert not np.allclose(stacked(one.encode_passages(["tax"])), stacked(other.encode_passages(["tax"])), atol=1e-2)


def test_a_model_in_half_precision_can_be_used(tmp_path: Path, graphs: CompiledModels) -> None:
    encoder = adapter.load(save_bert(tmp_path, half=True), graphs)
    assert np.allclose(np.linalg.norm(stacked(encoder.encode_questions(["tax law"])), axis=1), 1, atol=1e-3)


def test_a_model_without_vectors_for_tokens_runs_through_the_library(
    tmp_path: Path, graphs: CompiledModels, caplog: pytest.LogCaptureFixture
) -> None:
    encoder = adapter.load(save_static(tmp_path), graphs)
    assert isinstance(encoder, LibraryEncoder)
    (line,) = (record.message for record in caplog.records if record.levelno >= logging.WARNING)
    assert line.endswith("runs through sentence-transformers, because OpenVINO cannot compile it: "
                         "it has no vectors for tokens")  # fmt: skip
    assert (encoder.dimension, encoder.count_tokens("tax law")) == (8, 2)
    assert encoder.max_tokens >= 100_000
    encodings = encoder.encode_passages(["tax", "law"])
    assert stacked(encodings).shape == (2, 8)
    assert all(encoding.tokens.shape == (0, 8) for encoding in encodings), "a static model has no vectors for tokens"


def test_a_model_that_pads_on_the_left_runs_through_the_library(
    tmp_path: Path, graphs: CompiledModels, caplog: pytest.LogCaptureFixture
) -> None:
    assert isinstance(adapter.load(save_bert(tmp_path, padding="left"), graphs), LibraryEncoder)
    assert "cannot compile it: it pads texts on the left" in caplog.text


def test_without_openvino_a_model_runs_through_the_library_with_the_same_digest(
    tmp_path: Path, graphs: CompiledModels, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = save_bert(tmp_path)
    compiled = adapter.load(path, graphs)
    monkeypatch.delattr(adapter, "compiling")
    monkeypatch.setitem(sys.modules, "rag.adapters.sentence_transformers.compiling", None)
    encoder = adapter.load(path, graphs)
    assert isinstance(encoder, LibraryEncoder)
    assert encoder.digest == compiled.digest, "the index would have to be rebuilt"
    assert "runs through sentence-transformers, because OpenVINO cannot be loaded" in caplog.text


def test_a_graph_whose_vectors_differ_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    reference, other = _library(save_bert(tmp_path / "a")), _library(save_bert(tmp_path / "b", seed=1))
    convert = compiling._converted
    monkeypatch.setattr(compiling, "_converted", lambda _, features: convert(other, features))
    with pytest.raises(compiling.NotCompiled, match="its vectors differ from those of the library"):
        compiling.compile_into(tmp_path, reference)


def test_the_graph_runs_in_f32_if_the_processor_has_no_bf16(
    tmp_path: Path, graphs: CompiledModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save_bert(tmp_path)
    adapter.load(path, graphs)
    monkeypatch.setattr(compiling, "precisions", lambda: ["f32"])
    assert _agree(adapter.load(path, graphs), _library(path), TEXTS, 0.999999)


@pytest.mark.parametrize("error", [StorageError("the disk is full"), WriterBusy("another compiles it")])
def test_a_graph_that_cannot_be_cached_is_still_used(
    tmp_path: Path, error: Exception, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    class RefusingCache:
        def get(self, key: str) -> None:
            return None

        def put(self, key: str, fill: Callable[[Path], object]) -> None:
            raise error

    made = tmp_path / "made"
    made.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(made))
    path = save_bert(tmp_path)
    encoder = adapter.load(path, RefusingCache())
    assert f"cannot be cached, so the next start compiles it again: {error}" in caplog.text
    assert isinstance(encoder, CompiledEncoder)
    assert _agree(encoder, _library(path), TEXTS, 0.999)
    del encoder
    error.__traceback__ = None  # its frames reference the encoder
    gc.collect()
    assert not [*made.rglob("graph.xml")]


def test_compiling_does_not_change_the_logging_settings(tmp_path: Path, graphs: CompiledModels) -> None:
    root = logging.getLogger()
    before = root.level, [*root.filters], [*root.handlers]
    adapter.load(save_bert(tmp_path), graphs)
    assert (root.level, root.filters, root.handlers) == before


def test_the_error_for_a_folder_without_a_model_is_one_sentence(tmp_path: Path, graphs: CompiledModels) -> None:
    with pytest.raises(ConfigurationError, match=r"^the model [^\n]* cannot be loaded [^\n]*$"):
        adapter.load(str(tmp_path), graphs)


def test_two_threads_can_use_a_new_graph_at_the_same_time(tmp_path: Path, graphs: CompiledModels) -> None:
    path = save_bert(tmp_path)
    adapter.load(path, graphs)
    code = f"""
import sys, threading
from pathlib import Path
from rag.adapters import sentence_transformers as adapter
from rag.snapshots import CompiledModels
encoder = adapter.load({path!r}, CompiledModels(Path({str(tmp_path / "encoders")!r})))
assert "torch" not in sys.modules
sys.setswitchinterval(1e-6)
barrier = threading.Barrier(2)
threads = [threading.Thread(target=lambda: (barrier.wait(), encoder.encode_questions(["tax"]))) for _ in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
    # Unless `runtime` creates a tensor at import, the first use in a process deadlocks about every second time.
    for _ in range(4):
        subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
