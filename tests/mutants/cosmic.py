"""Finds mutants with Cosmic Ray, runs the tests on each in a separate process, and reads the results.

Cosmic Ray changes a file in place, so it works on a copy of the checkout. It starts a new test process for each mutant,
because a process forked from one that has loaded FAISS would hang.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from cosmic_ray.commands.init import init
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkItem

from tests.mutants.mutant import Mutant, changes_code, ranked
from tests.mutants.report import Result

ROOT = Path(__file__).parents[2]
PACKAGE = "src/rag/answer"
TIMEOUT = 120
"""Seconds after which a test run is stopped and its mutant counts as killed."""

TESTS = ("-m", "pytest", "--exitfirst", "--quiet", "-p", "no:cacheprovider", "--hypothesis-seed=0", "tests/answer")
"""The tests that run on each mutant. `test_conversation.py` is left out because the default model takes ten seconds to
load, and `tests/test_golden.py` because unit tests alone must notice a change."""

_LEFT_OUT = "--ignore=tests/answer/test_conversation.py"
_COPIED = ("src", "tests", "prompts", "pyproject.toml")
_CONFIGURATION = """[cosmic-ray]
module-path = "{package}"
timeout = {timeout}
excluded-modules = []
test-command = "{command}"

[cosmic-ray.distributor]
name = "local"
"""


def command(module: str = "") -> list[str]:
    """Return the command that tests one mutant, with the module's own tests first."""
    own = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "answer").glob(f"test_{module}*.py"))
    return [sys.executable, *TESTS[:-1], *(own if module else ()), TESTS[-1], _LEFT_OUT]


def sample(count: int) -> list[Mutant]:
    """Return `count` mutants of the package, chosen by the seed."""
    paths = sorted(path.relative_to(ROOT) for path in (ROOT / PACKAGE).glob("*.py"))
    sources = {str(path): (ROOT / path).read_text(encoding="utf-8") for path in paths}
    chosen: list[Mutant] = []
    for mutant in ranked(_mutants(paths, sources), sources):
        if len(chosen) == count:
            break
        source = sources[mutant.file]
        mutated = mutate_code(source, get_operator(mutant.operator)(), mutant.occurrence)
        if mutated is not None and changes_code(source, mutated):
            chosen.append(mutant)
    return chosen


def copy(target: Path) -> None:
    """Copy the checkout to `target`, and check that its tests pass without a mutant."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in _COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, target / name)
    subprocess.run(command(), cwd=target, env=_environment(target), check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(target / PACKAGE / "__pycache__")  # Python would run it for a mutant with the same size and time


def plan(session: Path, mutants: Sequence[Mutant]) -> None:
    """Write a session with the mutants to be tested."""
    with use_db(session) as database:
        database.add_work_items([_work_item(mutant) for mutant in mutants])


def run(session: Path, target: Path) -> None:
    """Test the remaining mutants of a session, which is named after a module, on a copy of the checkout."""
    configuration = session.with_suffix(".toml")
    text = _CONFIGURATION.format(package=PACKAGE, timeout=TIMEOUT, command=" ".join(command(session.stem)))
    configuration.write_text(text, encoding="utf-8")
    cosmic_ray = [sys.executable, "-m", "cosmic_ray.cli", "exec", str(configuration), str(session)]
    subprocess.run(cosmic_ray, cwd=target, env=_environment(target), check=True)


def results(session: Path) -> Iterator[Result]:
    """Yield the results that a session has so far."""
    with use_db(session) as database:
        for item, result in database.completed_work_items:
            [mutation] = item.mutations
            lines = [line for line in result.diff.splitlines() if not line.startswith(("---", "+++"))]
            yield Result(
                file=str(mutation.module_path),
                line=mutation.start_pos[0],
                before=_joined(lines, "-"),
                after=_joined(lines, "+"),
                killed=result.test_outcome is TestOutcome.KILLED,
                timed_out=result.output == "timeout",
            )


def _mutants(paths: Sequence[Path], sources: dict[str, str]) -> Iterator[Mutant]:
    with tempfile.TemporaryDirectory() as folder, use_db(Path(folder) / "all.sqlite") as database:
        init([ROOT / path for path in paths], database, {})
        for item in database.work_items:
            [mutation] = item.mutations
            file = str(Path(mutation.module_path).relative_to(ROOT))
            line, column = mutation.start_pos
            text = sources[file].splitlines()[line - 1].strip()
            yield Mutant(file, mutation.operator_name, mutation.occurrence, line, column, text)


def _work_item(mutant: Mutant) -> WorkItem:
    start = mutant.line, mutant.column
    mutation = MutationSpec(
        Path(mutant.file), mutant.operator, mutant.occurrence, start, (mutant.line, mutant.column + 1)
    )
    return WorkItem.single(mutant.rank(*mutant.place, mutant.operator).hex(), mutation)


def _environment(target: Path) -> dict[str, str]:
    """Return the environment of a test run: modules from the copy, and few cases of each property test."""
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "PYTHONDONTWRITEBYTECODE")}
    return kept | {"PYTHONPATH": os.pathsep.join([str(target / "src"), str(target)])}


def _joined(lines: Sequence[str], mark: str) -> str:
    return " ".join(line[1:].strip() for line in lines if line.startswith(mark))
