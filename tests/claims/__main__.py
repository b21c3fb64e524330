"""Print how the service decides on the claims of a file, by category: `python -m tests.claims [FILE] [--page PAGE]`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rag.adapters.sentence_transformers import load
from rag.snapshots import CompiledModels
from rag.types import Decision
from tests.claims.measuring import Decided, by_category, decide_all, read_claims

CLAIMS = Path(__file__).with_name("claims.jsonl")
MODEL = "all-MiniLM-L6-v2"

_INTRODUCTION = """# Claims

`make verify-claims` measures how the service decides on sentences that a language model might write. It writes this
page. The {total} claims are in `tests/claims/claims.jsonl`, with their passages from the example articles. Of them,
{supported} are supported by their passage; the others distort it in the way that the category names. Some rules of the
checks were corrected after a look at these claims, so other claims may fare a little worse.

`make verify-claims CLAIMS=FILE` measures another file, and prints the wrong decisions too. Each line of the file is a
JSON object with `passage`, `claim`, `supported`, and, if you like, `question` and `category`.
[decisions/verification.md](decisions/verification.md) explains the checks.
"""


def main() -> int:
    """Measure and print; write the page if its path is given. Return the exit code."""
    parser = ArgumentParser(prog="python -m tests.claims", description="Measure the verification of claims.")
    parser.add_argument("file", type=Path, nargs="?", default=CLAIMS, help="Claims, one JSON object a line.")
    parser.add_argument("--page", type=Path, help="Write the tables to this Markdown page.")
    parser.add_argument("--all", action="store_true", help="Print every decision, not only the wrong ones.")
    given = parser.parse_args()
    try:
        claims = list(read_claims(given.file))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    with TemporaryDirectory() as folder:
        decided = decide_all(claims, load(MODEL, CompiledModels(Path(folder))))
    tables = "\n\n".join([_table(decided, False), _table(decided, True), _summary(decided)])
    sys.stdout.write("\n".join(_line(one) for one in decided if given.all or one.wrong) + f"\n\n{tables}\n")
    if given.page:
        supported = sum(one.claim.supported for one in decided)
        introduction = _INTRODUCTION.format(total=len(decided), supported=supported)
        given.page.write_text(f"{introduction}\n{tables}\n", encoding="utf-8")
    return 0


def _table(decided: Sequence[Decided], supported: bool) -> str:
    title = "Supported" if supported else "Unsupported"
    lines = [f"## {title} claims", "", "| Category | Claims | In the model's words | As a quote | Withheld |"]
    lines.append("|---|---:|---:|---:|---:|")
    groups = by_category(decided, supported)
    rows = {**groups, "**all**": [one for group in groups.values() for one in group]}
    return "\n".join([*lines, *(_row(name, group) for name, group in rows.items())])


def _row(name: str, group: Sequence[Decided]) -> str:
    counts = [sum(one.decision is decision for one in group) for decision in Decision]
    return f"| {name} | {len(group)} | {' | '.join(map(str, counts))} |"


def _summary(decided: Sequence[Decided]) -> str:
    accepts = [one.decision is Decision.KEPT for one in decided if not one.claim.supported]
    rejects = [one.decision is not Decision.KEPT for one in decided if one.claim.supported]
    return (
        f"False accepts, unsupported claims in the model's words: {_share(accepts)}. "
        f"False rejects, supported claims not in the model's words: {_share(rejects)}."
    )


def _share(found: Sequence[bool]) -> str:
    return f"{sum(found)} of {len(found)} ({sum(found) / max(len(found), 1):.1%})"


def _line(one: Decided) -> str:
    verdict = "supported" if one.claim.supported else "unsupported"
    decision = f"{one.decision.value} ({one.reason or 'supported'})"
    return " | ".join([decision, f"{verdict}, {one.claim.category}", one.claim.claim, one.shown])


if __name__ == "__main__":
    sys.exit(main())
