"""Measure how easy the package is to read, and fail if a figure is over its limit: `python -m tests.house`."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "rag"

_WHAT = re.compile(r"\bwhat(?:ever)?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement and its upper limit."""

    name: str
    value: float
    limit: float

    @property
    def over(self) -> bool:
        """Whether the value is over its limit."""
        return self.value > self.limit


def figures() -> list[Figure]:
    """Measure the checkout."""
    rooms, pairs = _rooms()
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")]
    texts = [text for tree in trees for text in _docstrings(tree)]
    words = sum(len(text.split()) for text in texts)
    clauses = sum(len(_WHAT.findall(text)) for text in texts)
    return [
        Figure("modules and packages at the top of src/rag", rooms, 27),
        Figure("pairs of them in which one imports the other", pairs, 131),
        Figure("lines of the longest function", max(length for tree in trees for length in _lengths(tree)), 50),
        Figure('"what" in 1,000 words of docstrings', round(1000 * clauses / words, 1), 2),
        Figure("words of README.md", len((ROOT / "README.md").read_text(encoding="utf-8").split()), 700),
        Figure("words of ARCHITECTURE.md", len((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").split()), 1000),
    ]


def _rooms() -> tuple[int, int]:
    """Return the number of modules and packages directly in `rag`, and of pairs in which one imports the other."""
    graph = grimp.build_graph("rag", cache_dir=None)
    pairs = {
        (_room(module), _room(imported))
        for module in graph.modules
        for imported in graph.find_modules_directly_imported_by(module)
    }
    return len(graph.find_children("rag")), sum(one != other and "rag" not in (one, other) for one, other in pairs)


def _room(module: str) -> str:
    return ".".join(module.split(".")[:2])


def _docstrings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""


def _lengths(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield node.end_lineno - node.lineno + 1


def main() -> int:
    """Print every figure; return 1 if one is over its limit."""
    measured = figures()
    for figure in measured:
        print(f"{figure.value:>7g}  of at most {figure.limit:g}: {figure.name}{'  TOO MANY' if figure.over else ''}")
    return int(any(figure.over for figure in measured))


if __name__ == "__main__":
    sys.exit(main())
