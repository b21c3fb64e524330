"""Which systems are compared, and how one of them is made ready and run."""

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
    """A system could not be installed or did not run to its end; the message says why."""


@dataclass(frozen=True, slots=True)
class System:
    """A system by its name, its driver, what it is asked for in turn, and whether it is installed apart.

    The first variant is the plainest: dense vectors alone, where there is a choice.
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
    """What a driver told: seconds of loading, of ingesting and of each question, the ids found, and MiB held.

    `ingest_cpu` and `times_cpu`, that of all questions, are seconds of one core.
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
    """Return the Python that has a system, in an environment that is made where it is missing. Raises NotMeasured."""
    if system.requirements is None:
        return Path(sys.executable)
    folder = environments / system.requirements
    python, done = folder / "bin" / "python", folder / "installed"
    if not done.exists():
        venv.create(folder, with_pip=True, clear=True)
        requirements = _REQUIREMENTS / f"{system.requirements}.txt"
        constraints = _REQUIREMENTS / "constraints.txt"
        _checked([python, "-m", "pip", "install", "-q", "-r", requirements, "-c", constraints], "pip")
    if brought := cuda(_checked([python, "-m", "pip", "list", "--format=freeze"], "pip")):
        raise NotMeasured(f"its environment holds {brought}: let pip find the build of torch for the CPU alone")
    done.touch()
    return python


def cuda(listed: str) -> str | None:
    """Return the first package of CUDA in what `pip list` printed."""
    return next((line for line in listed.splitlines() if line.lower().startswith("nvidia-")), None)


def run(system: System, variant: str, python: Path, folder: Path, questions: int) -> Run:
    """Let the driver of a system do its work in a process of its own. Raises NotMeasured."""
    module = f"{__package__}.drivers.{system.driver}"
    said = _checked([python, "-m", module, folder, variant, str(questions)], f"its driver ({variant})")
    return Run(**json.loads(said.splitlines()[-1]))


def _checked(command: Sequence[str | Path], who: str) -> str:
    """Run a program at the root of the repository; return what it printed."""
    environment = {**os.environ, **_OFFLINE}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if ended.returncode:
        lines = [line.strip() for line in ended.stderr.splitlines() if line.strip()]
        raise NotMeasured(f"{who} ended with {ended.returncode}: {lines[-1] if lines else 'it said nothing'}")
    return ended.stdout
