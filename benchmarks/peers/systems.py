"""The systems to compare, and how to install and run them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

_REQUIREMENTS = HERE / "requirements"
_OFFLINE = {"HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False"}


class NotMeasured(Exception):
    """A system could not be installed, or its run failed. The message has the reason."""


@dataclass(frozen=True, slots=True)
class System:
    """A system: its name, its driver, its variants and the name of its requirements file.

    The first variant is the simplest: dense vectors only, if the system has more than one. `requirements` is None if
    the system runs in the current environment.
    """

    name: str
    driver: str
    variants: tuple[str, ...]
    requirements: str | None


OURS = System("this project", "rag", ("search", "answer"), None)
PEERS = (
    System("LangChain + FAISS", "langchain", ("dense", "hybrid"), "langchain"),
    System("LlamaIndex + FAISS", "llama_index", ("dense",), "llama-index"),
    System("Haystack, in memory", "haystack", ("dense", "hybrid"), "haystack"),
    System("txtai", "txtai", ("dense", "hybrid"), "txtai"),
)


@dataclass(frozen=True, slots=True)
class Run:
    """The output of a driver.

    `load`, `ingest` and `times` are seconds for loading, ingest and each question. `ingest_cpu` and `times_cpu` (all
    questions) are seconds of one core. `found` has the ids for each question; `resident` and `peak` are MiB.
    """

    versions: Mapping[str, str]
    passages: int
    load: float
    ingest: float
    ingest_cpu: float
    times: Sequence[float]
    times_cpu: float
    found: Mapping[str, Sequence[str]]
    resident: float
    peak: float


def install(system: System, environments: Path) -> Path:
    """Return the Python of a system's environment, which is created if it is missing. Raises NotMeasured."""
    if system.requirements is None:
        return Path(sys.executable)
    folder = environments / system.requirements
    python, done = folder / "bin" / "python", folder / "installed"
    if not done.exists():
        venv.create(folder, with_pip=True, clear=True)
        requirements = _REQUIREMENTS / f"{system.requirements}.txt"
        constraints = _REQUIREMENTS / "constraints.txt"
        _check_output([python, "-m", "pip", "install", "-q", "-r", requirements, "-c", constraints], "pip")
    if found := cuda(_check_output([python, "-m", "pip", "list", "--format=freeze"], "pip")):
        raise NotMeasured(f"its environment has {found}: let pip find the CPU build of torch")
    done.touch()
    return python


def cuda(listed: str) -> str | None:
    """Return the first CUDA package in the output of `pip list`; None if there is none."""
    return next((line for line in listed.splitlines() if line.lower().startswith("nvidia-")), None)


def run(system: System, variant: str, python: Path, folder: Path, questions: int) -> Run:
    """Run the driver of a system in a separate process. Raises NotMeasured."""
    module = f"{__package__}.drivers.{system.driver}"
    output = _check_output([python, "-m", module, folder, variant, str(questions)], f"its driver ({variant})")
    return Run(**json.loads(output.splitlines()[-1]))


def _check_output(command: Sequence[str | Path], name: str) -> str:
    """Run a program at the root of the repository and return its output. Raises NotMeasured if it fails."""
    environment = {**os.environ, **_OFFLINE}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if ended.returncode:
        lines = [line.strip() for line in ended.stderr.splitlines() if line.strip()]
        raise NotMeasured(f"{name} ended with {ended.returncode}: {lines[-1] if lines else 'it printed nothing'}")
    return ended.stdout
