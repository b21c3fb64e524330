"""Without OpenVINO the library runs a model, and without the library NumPy does. All give the same vectors."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rag.adapters import sentence_transformers as adapter
from rag.adapters.sentence_transformers import compiling, library, numpy_runtime, source
from rag.adapters.sentence_transformers.library import LibraryEncoder
from rag.errors import ConfigurationError
from rag.snapshots import CompiledModels
from tests import samples
from tests.adapters.sentence_transformers.models import save_bert, save_static

HIDE = "import sys; sys.modules.update(dict.fromkeys({hidden})); from rag.cli import main; main()"
"""Python code of a `rag` command for which some packages are not installed."""

TEXTS = ["tax", "law law", "tax law tax law", "", "tax " * 40]


def _agree(path: str, texts: list[str]) -> bool:
    folder = source.locate(path)
    digest = source.digest(folder)
    plain, reference = numpy_runtime.load(path, folder, digest), library.load(path, folder, digest)
    assert (plain.name, plain.digest, plain.max_tokens) == (reference.name, reference.digest, reference.max_tokens)
    return all(
        np.array_equal(one.starts, other.starts)
        and float(one.vector @ other.vector) > 0.99999
        and bool((np.sum(one.tokens * other.tokens, axis=1) > 0.99999).all())
        for encode, expected in (
            (plain.encode_passages, reference.encode_passages),
            (plain.encode_questions, reference.encode_questions),
        )
        for one, other in zip(encode(texts), expected(texts), strict=True)
    )


def test_numpy_gives_the_vectors_of_the_default_model() -> None:
    assert _agree(
        "all-MiniLM-L6-v2", ["When is the carbon tax due?", "税法 Өте жақсы", "word " * 400, "£24.50; §12(3)"]
    )


def test_numpy_gives_the_vectors_of_a_model_with_a_prompt(tmp_path: Path) -> None:
    assert _agree(save_bert(tmp_path, prompt="query: "), TEXTS)


def test_numpy_refuses_a_model_that_it_cannot_run(tmp_path: Path) -> None:
    path = Path(save_static(tmp_path))
    with pytest.raises(ConfigurationError, match=r"is not compiled, and without sentence-transformers it cannot run"):
        numpy_runtime.load(str(path), path, "")


def test_an_index_made_with_openvino_is_served_without_it(tmp_path: Path) -> None:
    articles = samples.write(tmp_path / "articles")
    model = save_bert(tmp_path)
    _rag(tmp_path, model, [], "ingest", str(articles))
    with_openvino = _rag(tmp_path, model, [], "ask", samples.LEVY_QUESTION)
    for hidden, runtime in (
        (["openvino"], "through sentence-transformers, because OpenVINO cannot be loaded"),
        (["openvino", "sentence_transformers"], "in NumPy, because sentence-transformers cannot be loaded"),
    ):
        without = _rag(tmp_path, model, hidden, "ask", samples.LEVY_QUESTION)
        assert without.stdout == with_openvino.stdout
        assert without.stderr.count(f"{model} runs {runtime}") == 1
        assert len(without.stderr.splitlines()) == 1 + len(with_openvino.stderr.splitlines())


def test_documents_are_ingested_without_openvino_and_torch(tmp_path: Path) -> None:
    articles = samples.write(tmp_path / "articles")
    model = save_bert(tmp_path)
    hidden = ["openvino", "sentence_transformers", "transformers", "torch"]
    assert "passages encoded" in _rag(tmp_path, model, hidden, "ingest", str(articles)).stdout
    assert _rag(tmp_path, model, hidden, "ask", samples.LEVY_QUESTION).stdout


def test_a_processor_that_openvino_does_not_support_uses_the_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def unsupported() -> list[str]:
        raise RuntimeError("the processor has no SSE4.2")

    monkeypatch.setattr(compiling, "precisions", unsupported)
    encoder = adapter.load(save_bert(tmp_path), CompiledModels(tmp_path / "encoders"))
    assert isinstance(encoder, LibraryEncoder)
    (line,) = (record.message for record in caplog.records if record.levelno >= logging.WARNING)
    assert line.endswith("because OpenVINO cannot be loaded: the processor has no SSE4.2")


def _rag(folder: Path, model: str, hidden: list[str], *arguments: str) -> subprocess.CompletedProcess[str]:
    settings = {"RAG_INDEX_DIR": str(folder / "index"), "RAG_ENCODER": f"sentence-transformers:{model}"}
    command = [sys.executable, "-c", HIDE.format(hidden=hidden), *arguments]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **settings}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done
