"""Once the model is compiled, no command that asks or serves imports what it came with, or what cuts documents;
and none tells others of it."""

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

from tests import asking
from tests.adapters.sentence_transformers.models import save_bert
from tests.http.serving import wait_for

SLOW = {"torch", "transformers", "sentence_transformers", "openvino_telemetry"}
CUTTING = {"langchain_text_splitters", "langchain_core"}
NOTING = (
    "import atexit, pathlib, sys\n"
    "def note(): pathlib.Path('modules').write_text('\\n'.join(n for n, m in sys.modules.items() if m is not None))\n"
    "atexit.register(note)\n"
    "from rag.cli import main\n"
    "main()"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model, and an index that was built with it by `rag ingest`."""
    folder = tmp_path_factory.mktemp("compiled")
    save_bert(folder)
    _ran(folder, "ingest", str(asking.write(folder / "articles")))
    return folder


def _start(folder: Path, arguments: Sequence[str]) -> subprocess.Popen[str]:
    model = f"sentence-transformers:{folder / 'model'}"
    settings = {"RAG_INDEX_DIR": str(folder / "index"), "RAG_ENCODER": model, "HOME": str(folder)}
    command = [sys.executable, "-c", NOTING, *arguments]
    return subprocess.Popen(
        command, cwd=folder, env={**os.environ, **settings}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _ran(folder: Path, *arguments: str) -> set[str]:
    """Run a command to its end; return the modules that it had imported."""
    process = _start(folder, arguments)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    return _noted(folder)


def _noted(folder: Path) -> set[str]:
    modules = set((folder / "modules").read_text().split())
    assert "rag.wiring" in modules
    return {name.partition(".")[0] for name in modules}


@pytest.mark.parametrize("command", ["ask", "search"])
def test_who_asks_imports_nothing_slow(folder: Path, command: str) -> None:
    imported = _ran(folder, command, asking.LEVY_QUESTION)
    assert "openvino" in imported
    assert imported.isdisjoint(SLOW | CUTTING)


def test_ingesting_again_imports_neither_torch_nor_the_library(folder: Path) -> None:
    (folder / "articles" / "new.md").write_text("The tax law is new.")
    assert _ran(folder, "ingest", str(folder / "articles")).isdisjoint(SLOW)


def test_the_service_imports_nothing_slow(folder: Path) -> None:
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
        answer = httpx2.post(f"{url}/v1/answers", json={"question": asking.LEVY_QUESTION}, timeout=60).json()
        assert answer["outcome"]
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    imported = _noted(folder)
    assert {"openvino", "uvicorn"} <= imported
    assert imported.isdisjoint(SLOW | CUTTING)


def test_nothing_is_written_into_the_users_home(folder: Path) -> None:
    assert not (folder / "intel").exists(), "where openvino_telemetry keeps the identifier that it reports"
