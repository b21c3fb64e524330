"""Describes mutants and chooses a sample of them that stays nearly the same when the code changes."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

SEED = 1


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change to the code, made by `operator`.

    `occurrence` is the number of this change among all changes that the operator can make in the file. `file` is
    relative to the top of the checkout. `line` and `column` are the start of the changed token, and `text` is its line
    without indentation.
    """

    file: str
    operator: str
    occurrence: int
    line: int
    column: int
    text: str

    @property
    def place(self) -> tuple[str, int, int]:
        """The position of the changed token."""
        return self.file, self.line, self.column

    def rank(self, *more: object) -> bytes:
        """Return a hash of the seed, the changed line and `more`. Other lines do not affect it."""
        return blake2b(repr((SEED, self.file, self.text, *more)).encode(), digest_size=8).digest()


def ranked(mutants: Iterable[Mutant], sources: dict[str, str]) -> list[Mutant]:
    """Return one mutant of each place in the code, in pseudorandom order.

    Some places have eleven replacements, so each place counts once. The two replacements of a number have the same
    operator; one has an even occurrence, the other an odd one.
    """
    best: dict[tuple[str, int, int], Mutant] = {}
    for mutant in sorted(mutants, key=lambda mutant: mutant.rank(mutant.operator, mutant.occurrence % 2)):
        best.setdefault(mutant.place, mutant)

    def order(mutant: Mutant) -> tuple[bytes, int]:
        indent = len(line := sources[mutant.file].splitlines()[mutant.line - 1]) - len(line.lstrip())
        return mutant.rank(mutant.column - indent), mutant.line

    return sorted(best.values(), key=order)


def changes_code(source: str, mutated: str) -> bool:
    """Tell whether a mutant is valid Python and differs from the source in more than annotations.

    With `from __future__ import annotations`, an annotation is never evaluated, so that no test can see its change.
    """
    try:
        return _without_annotations(source) != _without_annotations(mutated)
    except SyntaxError:
        return False


def _without_annotations(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
    return ast.dump(tree)
