"""Shared fixtures: settings that change nothing outside the test's folder, a service, and articles."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import hypothesis
import pytest
from xdist.remote import Producer

from rag import process
from rag.service import Service
from rag.settings import Settings
from rag.wiring import assemble
from tests.articles import Articles
from tests.cases import cases
from tests.scheduling import Files

EXAMPLES = Path(__file__).parents[1] / "examples" / "articles"

os.environ["HF_HUB_OFFLINE"] = "1"  # read when a model is first loaded: no test may use the network
os.environ.pop("SSL_CERT_FILE", None)
os.environ["SSL_CERT_DIR"] = str(Path(__file__).parent)  # loading the system's certificates takes each client 40 ms

process.configure()  # as the command line does
process.collect_garbage_seldom()

hypothesis.settings.register_profile("rag", cases(50))
hypothesis.settings.load_profile("rag")


LONGEST = (
    "adapters/sentence_transformers/test_compiled.py",
    "snapshots/test_faults.py",
    "torture/test_torture.py",
    "http/test_crash.py",
    "browser/test_accessibility.py",
    "cli/test_watch.py",
    "feeds/test_cache.py",
    "snapshots/test_life_cycle.py",
    "scale/test_scale.py",
    "http/mcp/test_stdio.py",
    "cli/test_imports.py",
    "browser",
)
"""The files with the slowest tests, slowest first. They start first, so that no slow file runs alone at the end, and so
that the default model is compiled before two processes need it at once."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the slowest files first. The others keep their order."""
    items.sort(key=lambda item: next((n for n, long in enumerate(LONGEST) if f"tests/{long}" in item.nodeid), 99))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Files | None:
    """Go on after a crash of a test process."""
    return Files(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_finish() -> None:
    """Keep the collected tests out of garbage collection, which took a sixth of the processor time of the tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("RAG_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings for an index in the test's folder and the encoder that needs no model."""
    # With the default time in the queue, a slow machine would refuse requests in tests of other things.
    return Settings(index_dir=tmp_path / "index", encoder="hashing", queue_seconds=30)


@pytest.fixture
def service(settings: Settings) -> Service:
    """A service over an index that does not exist yet."""
    return assemble(settings)


@pytest.fixture
def articles(tmp_path: Path) -> Articles:
    """A folder to write articles into."""
    return Articles(tmp_path / "articles")


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of the index over the example articles, with the compiled default model.

    Parallel test processes share the compiled model, because compiling takes ten seconds.
    """
    folder = tmp_path_factory.mktemp("examples")
    if worker_id != "master":
        compiled = tmp_path_factory.getbasetemp().parent / "encoders"
        compiled.mkdir(exist_ok=True)
        (folder / "encoders").symlink_to(compiled)
    return folder


@pytest.fixture(scope="session")
def examples(shared: Path) -> Service:
    """The default service over the example articles. Tests share it, because encoding the articles is slow."""
    service = assemble(Settings(_env_file=None, index_dir=shared))
    report = service.ingest([EXAMPLES], lambda *_: None)
    assert report.counts == {"added": 13}
    return service
