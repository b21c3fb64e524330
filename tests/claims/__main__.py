"""Print how the service decides on the claims of a file, by category: `python -m tests.claims [FILE] [--page PAGE]`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rag.adapters.sentence_transformers import load
from rag.snapshots import CompiledModels
from rag.types import Decision
from tests.claims.measuring import Decided, by_category, decide_all, read_claims

CLAIMS = Path(__file__).with_name("claims.jsonl")
MODEL = "all-MiniLM-L6-v2"

SETS = {
    "example articles": CLAIMS,
    "invented policies": CLAIMS.with_name("development.jsonl"),
    "more policies": CLAIMS.with_name("fitted.jsonl"),
    "rephrased": CLAIMS.with_name("rephrased.jsonl"),
    "balanced": CLAIMS.with_name("balanced.jsonl"),
    "more policies, apart": CLAIMS.with_name("apart.jsonl"),
    "held out": CLAIMS.with_name("held_out.jsonl"),
    "like WiCE, FEVER and MNLI": CLAIMS.with_name("kinds.jsonl"),
    "rephrased, apart": CLAIMS.with_name("rephrased_apart.jsonl"),
    "balanced, apart": CLAIMS.with_name("balanced_apart.jsonl"),
}
"""The sets of claims. Nobody may look at the failures of the last six."""

FITTED = ("example articles", "invented policies", "more policies", "rephrased", "balanced")
"""The sets that the model is fitted on."""

_INTRODUCTION = """# Claims

`make verify-claims` measures how the service decides on sentences that a language model might write. It writes this
page. The {total} claims are in `tests/claims/`, with their passages. Of them, {supported} are supported by their
passage; the others distort it in the way that the category names.

The rules of the checks were corrected after a look at the claims over the example articles, the invented policies, more
policies and the rephrased ones. `make fit-claims` fits the model to these four sets and to the balanced set, whose
failures nobody looks at. **Only the sets apart, the held-out one and the pairs like WiCE, FEVER and MNLI tell how other
claims fare.** There, people look only at the totals. A set apart has the same authors as the set of its name, and other
passages. The pairs are in the manner of WiCE, FEVER and MNLI (the categories `wice`, `fever` and `mnli`), on which the
model was not fitted. In the balanced sets, neither the length of a claim nor the number of words that it shares with
its passage tells anything, and half of the unsupported claims are free paraphrases with one changed meaning. They are
the hardest sets, and show what a determined lie may do.

`make verify-claims CLAIMS=FILE` measures another file, and prints the wrong decisions too. Each line of the file is a
JSON object with `passage`, `claim`, `supported`, and, if you like, `question` and `category`.
[decisions/verification.md](decisions/verification.md) explains the checks.
"""

_PUBLISHED = """## Published figures of small checkers

Other checkers are measured on other data, so their figures only show how hard the task is.

- On the SummaC benchmark of summaries, AlignScore-large (355 million parameters) scores 88.6, AlignScore-base 87.4 and
  SummaC-Conv 81.0 ([Zha et al. 2023](https://huggingface.co/yzha/AlignScore)).
- On claims of Wikipedia (WiCE), Llama 3.1 8B has a balanced accuracy of 72.0 % and Mistral Large 2 of 80.3 %
  ([LLM-AggreFact](https://llm-aggrefact.github.io), [Kamoi et al. 2023](https://arxiv.org/abs/2303.01432)).
- MiniCheck-FT5 (770 million parameters) is as accurate as GPT-4 on LLM-AggreFact, at 400 times lower cost
  ([Tang et al. 2024](https://arxiv.org/abs/2404.10774)).
"""


def main() -> int:
    """Measure and print; write the page if its path is given. Return the exit code."""
    parser = ArgumentParser(prog="python -m tests.claims", description="Measure the verification of claims.")
    parser.add_argument("file", type=Path, nargs="?", help="Claims, one JSON object a line.")
    parser.add_argument("--page", type=Path, help="Write the tables to this Markdown page.")
    parser.add_argument("--all", action="store_true", help="Print every decision, not only the wrong ones.")
    given = parser.parse_args()
    files = {given.file.name: given.file} if given.file else SETS
    try:
        claims = {name: list(read_claims(file)) for name, file in files.items()}
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    with TemporaryDirectory() as folder:
        encoder = load(MODEL, CompiledModels(Path(folder)))
        decided = {name: decide_all(group, encoder) for name, group in claims.items()}
    everything = [one for group in decided.values() for one in group]
    tables = "\n\n".join([_sets(decided), _table(everything, False), _table(everything, True)])
    if given.file:
        sys.stdout.write("\n".join(_line(one) for one in everything if given.all or one.wrong) + "\n\n")
    sys.stdout.write(f"{tables}\n")
    if given.page:
        supported = sum(one.claim.supported for one in everything)
        introduction = _INTRODUCTION.format(total=len(everything), supported=supported)
        given.page.write_text(f"{introduction}\n{tables}\n\n{_PUBLISHED}", encoding="utf-8")
    return 0


def _sets(decided: Mapping[str, Sequence[Decided]]) -> str:
    lines = [
        "## Sets",
        "",
        "| Set | False accepts | In the model's words | As a quote | Lost |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [_set(name, group) for name, group in decided.items()]
    note = (
        "False accepts are unsupported claims in the model's words. The other columns count supported claims; "
        "a lost one is withheld."
    )
    return "\n".join([*lines, "", note])


def _set(name: str, group: Sequence[Decided]) -> str:
    accepts = [one.decision is Decision.KEPT for one in group if not one.claim.supported]
    true = [one.decision for one in group if one.claim.supported]
    counts = [_share([decision is one for decision in true]) for one in Decision]
    return f"| {name} | {_share(accepts)} | {' | '.join(counts)} |"


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


def _share(found: Sequence[bool]) -> str:
    return f"{sum(found)} of {len(found)} ({sum(found) / max(len(found), 1):.1%})"


def _line(one: Decided) -> str:
    verdict = "supported" if one.claim.supported else "unsupported"
    decision = f"{one.decision.value} ({one.reason or 'supported'})"
    return " | ".join([decision, f"{verdict}, {one.claim.category}", one.claim.claim, one.shown])


if __name__ == "__main__":
    sys.exit(main())
