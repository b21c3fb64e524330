"""Measure whether answers report contradictions between documents: `python -m tests.conflicts [PAGE]`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.conflicts.measuring import OTHER_LANGUAGES, Judged, ask_all, measured, read_pairs

ENCODER = "sentence-transformers:all-MiniLM-L6-v2"

_PAGE = """# Conflicts

`make conflicts` measures whether an answer reports two documents that contradict each other. It writes this page. The
{total} pairs in `tests/conflicts/pairs.jsonl` are written for this project. In {conflicts} of them the documents
contradict each other in a figure, a date, a modality or a negation. The others only look like it: another subject,
period, group of persons, place or condition, the same figure in other words, or a text that is replaced.

The English documents are in one index and the others in another, and the questions are asked without a language model.
A conflict is found if the outcome is `conflicting` and both sides are quoted. **A false alarm is worse than a missed
conflict**, so the rules compare only sentences that have the same words, but for the difference and a few words that
name no case. A hash of the question puts each English pair into one of two parts. The rules were corrected on the first
part, and nobody read the other. All pairs in seven other languages, in `tests/conflicts/languages.jsonl`, were read. In
these languages no other word may differ, so contradictions in other words are missed.

{table}

{verdict} [decisions/conflicts.md](decisions/conflicts.md) explains the rules.
"""


def main() -> int:
    """Measure and print; write the page if its path is given. Return 1 after a false alarm."""
    parser = ArgumentParser(prog="python -m tests.conflicts", description="Measure the conflicts in answers.")
    parser.add_argument("page", type=Path, nargs="?", help="Write the figures to this Markdown page.")
    given = parser.parse_args()
    pairs = read_pairs()
    with TemporaryDirectory() as folder:
        judged = list(ask_all(pairs, Path(folder, "english"), ENCODER))
        translated = list(ask_all(read_pairs(OTHER_LANGUAGES), Path(folder, "others"), ENCODER))
    alarms = measured([*judged, *translated]).alarms
    table = _table(judged, translated)
    sys.stdout.write(table + "\n")
    if given.page:
        page = _PAGE.format(
            total=len(pairs),
            conflicts=sum(pair.conflict for pair in pairs),
            table=table,
            verdict="There is no false alarm." if not alarms else f"**There are {alarms} false alarms.**",
        )
        given.page.write_text(page, encoding="utf-8")
    return 1 if alarms else 0


def _table(english: Sequence[Judged], others: Sequence[Judged]) -> str:
    rows = ["| part | conflicts | found | other pairs | false alarms |", "|---|---|---|---|---|"]
    parts = {
        "used for corrections": [one for one in english if not one.pair.apart],
        "kept apart": [one for one in english if one.pair.apart],
        "other languages": others,
    }
    for name, judged in parts.items():
        one = measured(judged)
        rows.append(f"| {name} | {one.conflicts} | {one.found} | {one.others} | {one.alarms} |")
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(main())
