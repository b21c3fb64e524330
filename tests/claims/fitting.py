"""Fit the model that decides on free paraphrases to labelled claims: `python -m tests.claims.fitting FILE`.

The model is measured on each source of claims with a model fitted on the other ones. Its threshold is the lowest one
with at most 8 % false accepts there. Two fifths of the unsupported claims are those of the balanced set, the hardest
ones.
"""

from __future__ import annotations

import json
import math
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier

from rag.adapters.sentence_transformers import load
from rag.answer.verification import Verifier
from rag.protocols import Encoder
from rag.snapshots import CompiledModels
from tests.claims.__main__ import FITTED, MODEL, SETS
from tests.claims.measuring import Claim, hit_of, read_claims

_MOST_ACCEPTED = 0.08  # of the unsupported claims of sources left out, the balanced ones too
_REJECTED, _ACCEPTED = -1.0, 2.0  # the scores of claims that the checks alone decide on


@dataclass(frozen=True, slots=True)
class Described:
    """A claim with its features; None if the model does not decide on it. `accepted` is the decision of the checks."""

    source: str
    supported: bool
    features: dict[str, float] | None
    accepted: bool


def main() -> int:
    """Fit the model and write it. Return the exit code."""
    parser = ArgumentParser(prog="python -m tests.claims.fitting", description="Fit the model that accepts claims.")
    parser.add_argument("file", type=Path, help="Write the model to this file.")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        rows = describe(load(MODEL, CompiledModels(Path(folder))))
    stored = fit(rows)
    given.file.write_text(f"{json.dumps(stored, separators=(',', ':'))}\n", encoding="utf-8")
    sys.stdout.write(f"{json.dumps(stored['error'], indent=1)}\n")
    return 0


def describe(encoder: Encoder) -> list[Described]:
    """Return the claims of the fitted sets with their features."""
    rows: list[Described] = []
    for name in FITTED:
        for passage, claims in groupby(read_claims(SETS[name]), key=lambda one: one.passage):
            verifier = Verifier([hit_of(passage)], lambda _: 3.0, encoder)
            rows += [_described(one, name, verifier) for one in claims]
    return rows


def _described(claim: Claim, name: str, verifier: Verifier) -> Described:
    found = verifier.compare(claim.claim)
    features = dict(found.features) if found and found.features else None
    return Described(claim.source or name, claim.supported, features, found is not None and not found.doubts)


def fit(rows: Sequence[Described]) -> dict[str, Any]:
    """Return the content of the model's file, which `rag.answer.checks.acceptance.load` reads."""
    names = sorted(next(row.features for row in rows if row.features))
    scores = np.array([_ACCEPTED if row.accepted else _REJECTED for row in rows])
    for source in sorted({row.source for row in rows}):
        model = _fitted([row for row in rows if row.source != source], names)
        left = [number for number, row in enumerate(rows) if row.source == source and row.features]
        scores[left] = model.predict_proba(_table([rows[number] for number in left], names))[:, 1]
    least = _threshold([score for row, score in zip(rows, scores, strict=True) if not row.supported])
    model = _fitted(rows, names)
    decided = sum(row.features is not None for row in rows)
    return {
        "names": names,
        "base": round(_base(model), 4),
        "least": least,
        "encoder": f"sentence-transformers:{MODEL}",
        "provenance": f"Boosted trees on {decided} of {len(rows)} claims that no check vetoes and that do not repeat "
        f"their quote, from tests/claims, with {MODEL} on {datetime.now(UTC).date().isoformat()}. The threshold has at "
        f"most {_MOST_ACCEPTED:.0%} false accepts on sources left out.",
        "error": {"on sources left out": _errors(rows, scores, least)},
        "trees": [_nodes(tree.tree_, model.learning_rate) for tree in model.estimators_[:, 0]],
    }


def _fitted(rows: Iterable[Described], names: Sequence[str]) -> GradientBoostingClassifier:
    known = [row for row in rows if row.features]
    model = GradientBoostingClassifier(
        n_estimators=250,
        learning_rate=0.04,
        max_depth=3,
        min_samples_leaf=10,
        subsample=0.6,
        max_features=0.3,
        random_state=0,
    )
    return model.fit(_table(known, names), [row.supported for row in known])


def _table(rows: Sequence[Described], names: Sequence[str]) -> NDArray[np.float64]:
    return np.array([[(row.features or {}).get(name, 0.0) for name in names] for row in rows]).reshape(-1, len(names))


def _base(model: GradientBoostingClassifier) -> float:
    share = float(model.init_.class_prior_[1])
    return math.log(share / (1 - share))


def _threshold(unsupported: Sequence[float]) -> float:
    """Return the lowest threshold, in hundredths, that accepts few enough of the scores."""
    steps = (step / 100 for step in range(100))
    return next(
        (one for one in steps if sum(score >= one for score in unsupported) <= _MOST_ACCEPTED * len(unsupported)), 1.0
    )


def _errors(rows: Sequence[Described], scores: NDArray[np.float64], least: float) -> dict[str, dict[str, float]]:
    found = {}
    for source in [*sorted({row.source for row in rows}), "all"]:
        here = [
            (row.supported, bool(s >= least))
            for row, s in zip(rows, scores, strict=True)
            if source in (row.source, "all")
        ]
        false, own = ([kept for truth, kept in here if truth is value] for value in (False, True))
        found[source] = {"false_accepts": _share(false), "own_words": _share(own)}
    return found


def _share(found: Sequence[bool]) -> float:
    return round(sum(found) / max(1, len(found)), 3)


def _nodes(tree: Any, rate: float) -> list[list[float]]:
    return [
        [round(float(tree.value[at][0][0]) * rate, 4)]
        if tree.children_left[at] < 0
        else [
            int(tree.feature[at]),
            round(float(tree.threshold[at]), 4),
            int(tree.children_left[at]),
            int(tree.children_right[at]),
        ]
        for at in range(tree.node_count)
    ]


if __name__ == "__main__":
    sys.exit(main())
