"""Tests that commands avoid slow imports once the model is compiled, and that nothing sends telemetry."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx2
import pytest

from tests import samples
from tests.adapters.sentence_transformers.models import save_bert
from tests.http.serving import wait_for

SLOW = {"torch", "transformers", "sentence_transformers", "openvino_telemetry"}
SPLITTERS = {"langchain_text_splitters", "langchain_core"}
RECORD_MODULES = (
    "import atexit, os, pathlib, sys\n"
    "def record(): pathlib.Path('modules').write_text('\\n'.join(n for n, m in sys.modules.items() if m is not None))\n"
    "atexit.register(record)\n"
    "kill = os.kill\n"
    "os.kill = lambda *given: (record(), kill(*given))\n"  # after Ctrl-C, the command ends itself by the signal
    "from rag.cli import main\n"
    "main()"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model, and an index that `rag ingest` built with it."""
    folder = tmp_path_factory.mktemp("compiled")
    save_bert(folder)
    _run(folder, "ingest", str(samples.write(folder / "articles")))
    return folder


def _start(folder: Path, arguments: Sequence[str]) -> subprocess.Popen[str]:
    model = f"sentence-transformers:{folder / 'model'}"
    settings = {"RAG_INDEX_DIR": str(folder / "index"), "RAG_ENCODER": model, "HOME": str(folder)}
    command = [sys.executable, "-c", RECORD_MODULES, *arguments]
    return subprocess.Popen(
        command, cwd=folder, env={**os.environ, **settings}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _run(folder: Path, *arguments: str) -> set[str]:
    """Run a command and return the modules that it imported."""
    process = _start(folder, arguments)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return _recorded(folder)


def _recorded(folder: Path) -> set[str]:
    modules = set((folder / "modules").read_text().split())
    assert "rag.wiring" in modules
    return {name.partition(".")[0] for name in modules}


@pytest.mark.parametrize("command", ["ask", "search"])
def test_ask_and_search_import_no_slow_module(folder: Path, command: str) -> None:
    imported = _run(folder, command, samples.LEVY_QUESTION)
    assert "openvino" in imported
    assert imported.isdisjoint(SLOW | SPLITTERS)


def test_a_second_ingest_imports_no_slow_module(folder: Path) -> None:
    (folder / "articles" / "new.md").write_text("The tax law is new.")
    assert _run(folder, "ingest", str(folder / "articles")).isdisjoint(SLOW)


def test_serve_imports_no_slow_module(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    process = _start(folder, ["serve", "--port", str(port)])

    def ready() -> bool:
        try:
            return httpx2.get(f"{url}/readyz", timeout=60).status_code == 200
        except httpx2.TransportError:
            return False

    try:
        wait_for(ready, seconds=60)
        answer = httpx2.post(f"{url}/v1/answers", json={"question": samples.LEVY_QUESTION}, timeout=60).json()
        assert answer["outcome"]
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    imported = _recorded(folder)
    assert {"openvino", "uvicorn"} <= imported
    assert imported.isdisjoint(SLOW | SPLITTERS)


def test_nothing_is_written_to_the_home_folder(folder: Path) -> None:
    assert not (folder / "intel").exists(), "openvino_telemetry stores an identifier there"
