"""The packages on docs/plugins.md build, their tests pass, and every command on the page works as shown."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[1] / "docs" / "plugins.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`([\w./-]+)`\n\n```\w+\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
CONSOLES = re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
PACKAGES = sorted({name.partition("/")[0] for name in FILES if "/" in name})

_PIP = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps"]


_INTERFACES = """
import rag_command, rag_numpy, rag_vtt
from rag.protocols import Generator, GeneratorOptions, VectorStore
from rag.sources import Parser

parser: Parser = rag_vtt.parse
store: VectorStore = rag_numpy.load("")
generator: Generator = rag_command.load("sh", GeneratorOptions())
"""


_NAMES = """
import inspect, rag_command, rag_numpy
from rag.protocols import Generator, VectorIndex, VectorStore

classes = {rag_numpy.NumpyStore: VectorStore, rag_numpy.NumpyIndex: VectorIndex}
classes[rag_command.CommandGenerator] = Generator
for made, protocol in classes.items():
    for name, method in inspect.getmembers(protocol, inspect.isfunction):
        if not name.startswith("_"):
            expected, found = inspect.signature(method), inspect.signature(getattr(made, name))
            assert list(found.parameters) == list(expected.parameters), f"{made.__name__}.{name}{found}: {expected}"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of the page."""
    folder = tmp_path_factory.mktemp("guide")
    for name, content in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def environment(folder: Path) -> dict[str, str]:
    """The variables with which commands find the packages of the page, and `rag` and `pytest` of this environment."""
    packages, commands = folder / "installed", folder / "bin"
    built = [*_PIP, "--no-build-isolation", "--target", str(packages), *(str(folder / name) for name in PACKAGES)]
    done = subprocess.run(built, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    commands.mkdir()
    for name, code in {"rag": "-c 'from rag.cli import main; main()'", "pytest": "-m pytest"}.items():
        (commands / name).write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {code} "$@"\n', encoding="utf-8")
        (commands / name).chmod(0o755)
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("RAG_", "PYTEST_"))},
        "PATH": os.pathsep.join([str(commands), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join([str(packages), *filter(None, sys.path)]),
        "RAG_ENCODER": "hashing",
        "RAG_LEAST_CONFIDENCE": "0",
    }


def test_the_page_has_a_parser_a_store_and_a_generator() -> None:
    groups = [group for name in PACKAGES for group in re.findall(r'"(rag\.\w+)"', FILES[f"{name}/pyproject.toml"])]
    assert sorted(groups) == ["rag.formats", "rag.generators", "rag.stores"]
    assert len(CONSOLES) == len(PACKAGES)


@pytest.mark.parametrize("console", CONSOLES, ids=lambda console: console.split("\n")[0].rpartition("/")[2])
def test_the_commands_work_as_shown(console: str, folder: Path, environment: dict[str, str]) -> None:
    commands = [line.removeprefix("$ ") for line in console.splitlines() if line.startswith("$ ")]
    shown = [line for line in console.splitlines() if not line.startswith("$ ")]
    assert commands[0].startswith("pip install ./")
    script = "\n".join(["set -e", *commands[1:]])
    done = subprocess.run(["/bin/sh", "-c", script], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert shown
    assert set(shown) <= set(done.stdout.splitlines()), done.stdout
    assert "Buses are free" not in done.stdout


def test_the_plugins_have_the_parameters_of_the_interfaces(environment: dict[str, str]) -> None:
    done = subprocess.run([sys.executable, "-c", _NAMES], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_plugins_have_the_types_of_the_interfaces(folder: Path) -> None:
    api = pytest.importorskip("mypy.api")
    (folder / "interfaces.py").write_text(_INTERFACES, encoding="utf-8")
    modules = [str(folder / "interfaces.py")]
    modules += [str(folder / name) for name in FILES if name.endswith(".py") and "test_" not in name]
    config = Path(__file__).parents[1] / "pyproject.toml"
    out, error, code = api.run(["--strict", "--config-file", str(config), "--follow-imports", "silent", *modules])
    assert code == 0, out + error
