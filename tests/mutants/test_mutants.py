"""The sample of mutants is stable, and the report explains each survivor. No test here needs the mutation tool."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutants.mutant import Mutant, changes_code, ranked
from tests.mutants.report import Result, killed_share, page, reasons

SOURCE = (
    "from __future__ import annotations\n\nONE = 1\nTWO = 2\n\n\ndef total(a: int | None) -> int:\n    return a + ONE\n"
)


def mutant(line: int, column: int, operator: str = "NumberReplacer", occurrence: int = 0) -> Mutant:
    return Mutant("m.py", operator, occurrence, line, column, SOURCE.splitlines()[line - 1].strip())


def texts(mutants: list[Mutant]) -> list[str]:
    return [one.text for one in mutants]


def test_each_place_counts_once_however_many_replacements_it_has() -> None:
    found = ranked([*(mutant(8, 13, f"Add_{name}") for name in ("Sub", "Mul", "Div")), mutant(3, 6)], {"m.py": SOURCE})
    assert sorted(texts(found)) == ["ONE = 1", "return a + ONE"]


def test_the_order_stays_the_same_if_lines_move() -> None:
    mutants = [mutant(3, 6), mutant(4, 6), mutant(8, 13)]
    moved = [Mutant(one.file, one.operator, 4 + one.occurrence, one.line + 1, one.column, one.text) for one in mutants]
    assert texts(ranked(moved, {"m.py": "\n" + SOURCE})) == texts(ranked(mutants[::-1], {"m.py": SOURCE}))


@pytest.mark.parametrize(
    ("before", "after", "counts"),
    [
        ("ONE = 1", "ONE = 2", True),
        ("a + ONE", "a - ONE", True),
        ("a + ONE", "a + + * ONE", False),
        ("int | None", "int + None", False),
        ("-> int", "-> str", False),
        ("ONE = 1", "ONE = 1  # one", False),
    ],
)
def test_a_mutant_counts_if_it_changes_what_the_code_does(before: str, after: str, counts: bool) -> None:
    assert changes_code(SOURCE, SOURCE.replace(before, after)) is counts


SURVIVOR = Result("src/rag/answer/m.py", 3, "ONE = 1", "ONE = 2", killed=False)
KILLED = Result("src/rag/answer/n.py", 5, "x + y", "x - y", killed=True)


def test_the_report_names_each_survivor_with_its_reason() -> None:
    text = page([SURVIVOR, KILLED], {SURVIVOR.key: "Nobody reads it."}, "Tool 1.0", "python -m pytest")
    assert "### `src/rag/answer/m.py:3`\n\n```diff\n-ONE = 1\n+ONE = 2\n```\n\nNobody reads it.\n" in text
    assert "| `m.py` | 1 | 0 | 1 |\n| `n.py` | 1 | 1 | 0 |" in text
    assert "Killed: 1 of 2 (50%; the target is 80%), 0 of them by a timeout" in text
    assert "n.py:5" not in text


def test_a_survivor_without_a_reason_is_not_explained() -> None:
    assert "```\n\nNot explained.\n" in page([SURVIVOR], {}, "Tool 1.0", "python -m pytest")


def test_the_killed_share_counts_every_mutant_once() -> None:
    assert killed_share([SURVIVOR, KILLED, KILLED, KILLED]) == 0.75


def test_reasons_are_found_by_file_and_change_wherever_the_line_is(tmp_path: Path) -> None:
    path = tmp_path / "reasons.toml"
    path.write_text('[[survivor]]\nfile = "m.py"\nbefore = "ONE = 1"\nafter = "ONE = 2"\nreason = "Why."\n')
    moved = Result("src/rag/answer/m.py", 30, "ONE = 1", "ONE = 2", killed=False)
    assert reasons(path)[moved.key] == "Why."


def test_every_reason_is_a_sentence() -> None:
    assert all(reason.endswith(".") and reason[0].isupper() for reason in reasons().values())


def test_every_explained_line_is_still_in_the_code() -> None:
    package = Path(__file__).parents[2] / "src" / "rag" / "answer"
    for file, before, _ in reasons():
        assert before in (package / file).read_text(encoding="utf-8"), f"{file}: {before}"
