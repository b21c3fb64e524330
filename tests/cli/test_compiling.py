"""A model compiled with `rag compile` runs on a machine without torch, and gives the same answers."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests import samples
from tests.adapters.sentence_transformers.models import save_bert, save_static

HEAVY = ["torch", "transformers", "sentence_transformers"]
RUN = "import sys; sys.modules.update(dict.fromkeys({hidden})); from rag.cli import main; main()"


def _rag(
    folder: Path, model: str, *arguments: str, hidden: list[str], index: str = "index", compiled: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `rag` as if the hidden packages were not installed."""
    settings = {"RAG_INDEX_DIR": str(folder / index), "RAG_ENCODER": f"sentence-transformers:{model}"}
    settings["RAG_COMPILED_MODELS"] = str(compiled or "")
    return subprocess.run(
        [sys.executable, "-c", RUN.format(hidden=hidden), *arguments],
        cwd=folder, env={**os.environ, **settings}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_compiled_model_runs_without_torch_and_gives_the_same_answers(tmp_path: Path) -> None:
    articles, model = samples.write(tmp_path / "articles"), save_bert(tmp_path)
    compiled = tmp_path / "compiled"
    assert str(compiled) in _rag(tmp_path, model, "compile", str(compiled), hidden=[]).stdout
    for path in compiled.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    answers = []
    for index, hidden, shipped in (("light", HEAVY, compiled), ("full", [], None)):
        done = _rag(tmp_path, model, "ingest", str(articles), hidden=hidden, index=index, compiled=shipped)
        assert (done.returncode, done.stderr) == (0, "")
        answers.append(
            _rag(tmp_path, model, "ask", samples.LEVY_QUESTION, hidden=hidden, index=index, compiled=shipped)
        )
    light, full = answers
    assert (light.returncode, light.stderr) == (0, "")
    assert light.stdout == full.stdout
    assert not (tmp_path / "light" / "encoders").exists()
    assert (tmp_path / "full" / "encoders").exists()


def test_other_users_can_read_a_compiled_model(tmp_path: Path) -> None:
    _rag(tmp_path, save_bert(tmp_path), "compile", str(tmp_path / "compiled"), hidden=[])
    found = [path for path in (tmp_path / "compiled").rglob("*") if path.name != "LOCK"]
    assert len(found) > 4
    assert [path for path in found if not path.stat().st_mode & stat.S_IROTH] == []


def test_a_model_that_cannot_be_compiled_is_an_error_that_names_the_image_with_torch(tmp_path: Path) -> None:
    done = _rag(tmp_path, save_static(tmp_path), "compile", str(tmp_path / "compiled"), hidden=[])
    assert done.returncode == 1
    assert "because OpenVINO cannot compile it: it has no vectors for tokens" in done.stderr
    assert done.stderr.splitlines()[-1].endswith("in a Docker image that is built with RAG_PACKAGES=full")


def test_a_model_that_is_not_compiled_needs_sentence_transformers_and_the_error_says_so(tmp_path: Path) -> None:
    (tmp_path / "compiled").mkdir()
    model = save_static(tmp_path)
    done = _rag(tmp_path, model, "ingest", str(samples.write(tmp_path / "articles")), hidden=HEAVY,
                compiled=tmp_path / "compiled")  # fmt: skip
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()[-1:]
    assert line.startswith(f"rag: the model {model!r} is not compiled, and without sentence-transformers it cannot run")
    assert "build the Docker image with this RAG_ENCODER" in line


def test_a_cross_encoder_needs_sentence_transformers_and_the_error_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_RERANKER", "cross-encoder:some/model")
    model = save_bert(tmp_path)
    articles = samples.write(tmp_path / "articles")
    assert _rag(tmp_path, model, "ingest", str(articles), hidden=[]).returncode == 0
    done = _rag(tmp_path, model, "ask", samples.LEVY_QUESTION, hidden=HEAVY)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()[-1:]
    assert line.startswith("rag: the reranker 'some/model' needs sentence-transformers, which cannot be loaded")
    assert "RAG_PACKAGES=full" in line


def test_a_folder_of_compiled_models_that_is_missing_is_an_error(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    done = _rag(tmp_path, save_bert(tmp_path), "ingest", str(samples.write(tmp_path / "articles")), hidden=HEAVY,
                compiled=missing)  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == (
        f"rag: RAG_COMPILED_MODELS is {str(missing)!r}, which is not a folder: create it with 'rag compile {missing}'\n"
    )


def test_an_encoder_without_a_model_has_nothing_to_compile(tmp_path: Path) -> None:
    environment = {**os.environ, "RAG_ENCODER": "hashing"}
    command = [sys.executable, "-c", RUN.format(hidden=[]), "compile", str(tmp_path / "compiled")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "hashing: nothing to compile\n")
