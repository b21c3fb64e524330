"""Writes the report on a run: counts by module, and each surviving mutant with the reason why it survives."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

REASONS = Path(__file__).with_name("reasons.toml")
LEAST_KILLED = 0.8

_PAGE = """# Mutants of the answering code

Written by `make mutants`. A mutant is a copy of the code with one small change, for example another operator or
number. It is killed if a test fails. The golden answers (`tests/test_golden.py`) are not run, so that unit tests alone
must notice each change.

- Tool: {tool}, which runs the tests on each mutant in a separate process
- Tests: `{command}`
- Sample: {count} places in `src/rag/answer`, chosen by a fixed seed, with one mutant each. Mutants that are not valid
  Python are left out, and so are mutants that change only an annotation.
- Killed: {killed} of {count} ({share:.0%}; the target is {target:.0%}), {timed_out} of them by a timeout

{table}

## Survivors

{survivors}"""

Key: TypeAlias = tuple[str, str, str]
"""The name of a file, and the changed line before and after, without indentation."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one mutant: the changed line before and after, and whether a test failed or timed out."""

    file: str
    line: int
    before: str
    after: str
    killed: bool
    timed_out: bool = False

    @property
    def key(self) -> Key:
        """A key that stays the same when other lines change."""
        return Path(self.file).name, self.before, self.after


def reasons(path: Path = REASONS) -> dict[Key, str]:
    """Read the reasons why mutants survive."""
    stored = tomllib.loads(path.read_text(encoding="utf-8"))["survivor"]
    return {(one["file"], one["before"], one["after"]): one["reason"] for one in stored}


def killed_share(results: Sequence[Result]) -> float:
    """Return the share of mutants that a test noticed."""
    return sum(result.killed for result in results) / len(results)


def page(results: Sequence[Result], why: Mapping[Key, str], tool: str, command: str) -> str:
    """Return the report as Markdown."""
    survivors = sorted((one for one in results if not one.killed), key=lambda one: (one.file, one.line, one.after))
    return _PAGE.format(
        tool=tool,
        command=command,
        count=len(results),
        killed=len(results) - len(survivors),
        share=killed_share(results),
        target=LEAST_KILLED,
        timed_out=sum(result.timed_out for result in results),
        table="\n".join(_table(results)),
        survivors="\n".join(_survivor(one, why.get(one.key, "Not explained.")) for one in survivors),
    )


def _table(results: Sequence[Result]) -> Iterator[str]:
    yield "| module | mutants | killed | survived |"
    yield "|---|---:|---:|---:|"
    for file in sorted({result.file for result in results}):
        outcomes = [result.killed for result in results if result.file == file]
        yield f"| `{Path(file).name}` | {len(outcomes)} | {sum(outcomes)} | {len(outcomes) - sum(outcomes)} |"


def _survivor(result: Result, reason: str) -> str:
    return f"### `{result.file}:{result.line}`\n\n```diff\n-{result.before}\n+{result.after}\n```\n\n{reason}\n"
