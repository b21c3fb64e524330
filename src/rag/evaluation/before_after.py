"""Compares two earlier runs of `rag eval` from their JSON, question by question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from rag.errors import UnreadableSource
from rag.evaluation.abstention import auroc, calibration_error, refused_at_15
from rag.evaluation.measures import MEASURES
from rag.evaluation.ranking import Values
from rag.evaluation.statistics import RESAMPLES, Interval

_SEED = 20_240_612

Columns: TypeAlias = Mapping[str, Values]
"""The values of each question, by measure."""


class StoredRun(BaseModel):
    """The parts of the JSON of `rag eval` that a comparison needs."""

    model_config = ConfigDict(frozen=True)

    sets: dict[str, dict[str, object]]
    by_question: dict[str, dict[str, list[str | float | None]]]


@dataclass(frozen=True, slots=True)
class Change:
    """A figure before and after. `interval` is the 95 % interval of the difference; None if it has none.

    Figures with an interval are computed over the questions that both runs asked.
    """

    before: float
    after: float
    interval: Interval | None

    @property
    def difference(self) -> float:
        """The figure after minus the figure before."""
        return self.after - self.before

    @property
    def certain(self) -> bool:
        """Whether the interval excludes zero."""
        return self.interval is not None and (self.interval[0] > 0 or self.interval[1] < 0)


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """The changes of each benchmark by measure, and the number of questions that both runs asked."""

    changes: Mapping[str, Mapping[str, Change]]
    questions: Mapping[str, int]

    def json(self) -> dict[str, object]:
        """Return the comparison for JSON."""
        return {
            name: {
                "questions": self.questions[name],
                **{measure: _json(change) for measure, change in changes.items()},
            }
            for name, changes in self.changes.items()
        }


def read_run(path: Path) -> StoredRun:
    """Read the JSON of `rag eval --output`. Raises UnreadableSource."""
    try:
        return StoredRun.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UnreadableSource(f"{path} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        raise UnreadableSource(
            f"{path} is not the JSON of an evaluation: write it with 'rag eval DIR... --output FILE'"
        ) from error


def before_after(before: Path, after: Path) -> BeforeAfter:
    """Compare two runs on the benchmarks that both measured. Raises UnreadableSource."""
    first, second = read_run(before), read_run(after)
    names = [name for name in first.sets if name in second.sets]
    if not names:
        raise UnreadableSource(f"{before} and {after} have no benchmark in common: evaluate the same folders twice")
    changes, questions = {}, {}
    for name in names:
        one, other = _common(first.by_question[name], second.by_question[name])
        stored = _stored(first.sets[name], second.sets[name])
        changes[name] = {**stored, **_means(one, other), **_by_confidence(one, other)}
        questions[name] = len(one["confidence"])
        if not questions[name]:
            raise UnreadableSource(f"the two runs of {name} have no question in common: evaluate the same questions")
    return BeforeAfter(changes, questions)


def _common(
    first: Mapping[str, Sequence[str | float | None]], second: Mapping[str, Sequence[str | float | None]]
) -> tuple[Columns, Columns]:
    """Return the columns of both runs for the questions that both asked, in the same order."""
    places = {question: place for place, question in enumerate(second["id"])}
    pairs = [(place, places[question]) for place, question in enumerate(first["id"]) if question in places]
    return _columns(first, [one for one, _ in pairs]), _columns(second, [other for _, other in pairs])


def _columns(stored: Mapping[str, Sequence[str | float | None]], places: Sequence[int]) -> Columns:
    return {
        name: np.array([values[place] for place in places], np.float64)  # null becomes NaN
        for name, values in stored.items()
        if name != "id"
    }


def _stored(first: Mapping[str, object], second: Mapping[str, object]) -> dict[str, Change]:
    """Return the changes of the figures as the two runs stored them, without intervals."""
    one, other = _numbers(first), _numbers(second)
    return {name: Change(one[name], other[name], None) for name in MEASURES if name in one and name in other}


def _numbers(stored: Mapping[str, object]) -> dict[str, float]:
    switch = stored.get("topic_switch")
    flat = {f"topic_switch_{name}": value for name, value in switch.items()} if isinstance(switch, Mapping) else {}
    return {name: value for name, value in {**stored, **flat}.items() if isinstance(value, int | float)}


def _means(one: Columns, other: Columns) -> dict[str, Change]:
    changes = {}
    for name in (name for name in one if name in other and not name.startswith(("confidence", "answerable"))):
        both = ~(np.isnan(one[name]) | np.isnan(other[name]))
        if both.any():
            before, after = one[name][both], other[name][both]
            changes[name] = Change(float(before.mean()), float(after.mean()), _interval(after - before))
    return changes


def _interval(differences: Values) -> Interval:
    """Return the 95 % bootstrap interval (percentiles) of a mean of paired differences."""
    random, count = np.random.default_rng(_SEED), len(differences)
    means = [differences[random.integers(0, count, count)].mean() for _ in range(RESAMPLES)]
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def _by_confidence(one: Columns, other: Columns) -> dict[str, Change]:
    """Return the changes of the measures that compare the confidences of two groups of questions."""
    changes: dict[str, Change] = {}
    if "answerable" in one and "answerable" in other:
        answerable = np.flatnonzero(one["answerable"] == 1), np.flatnonzero(one["answerable"] == 0)
        if len(answerable[0]) and len(answerable[1]):
            before, after = ((run["confidence"], run["confidence"]) for run in (one, other))
            for name, statistic in (
                ("auroc", auroc),
                ("refused@15", refused_at_15),
                ("calibration_error", _calibration_error),
            ):
                changes[name] = _two_groups(statistic, before, after, answerable)
    if (without := "confidence_without_gold") in one and without in other:
        tried = np.flatnonzero(~(np.isnan(one[without]) | np.isnan(other[without])))
        before, after = ((run["confidence"], run[without]) for run in (one, other))
        changes["gold_removed_auroc"] = _two_groups(auroc, before, after, (tried, tried))
    return changes


def _calibration_error(positives: Values, negatives: Values) -> Values:
    confidence = np.concatenate([positives, negatives])
    return np.array(calibration_error(confidence, np.arange(len(confidence)) < len(positives)))


def _two_groups(
    statistic: Callable[[Values, Values], Values],
    before: tuple[Values, Values],
    after: tuple[Values, Values],
    groups: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> Change:
    """Compare a statistic of two groups. Both runs use the same resampled questions; each group is resampled alone."""
    random = np.random.default_rng(_SEED)

    def figure(run: tuple[Values, Values], one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
        return float(statistic(run[0][one], run[1][other]))

    differences = []
    for _ in range(RESAMPLES):
        one, other = (random.choice(group, len(group)) for group in groups)
        differences.append(figure(after, one, other) - figure(before, one, other))
    low, high = np.percentile(differences, [2.5, 97.5])
    return Change(figure(before, *groups), figure(after, *groups), (float(low), float(high)))


def _json(change: Change) -> dict[str, object]:
    return {
        "before": round(change.before, 4),
        "after": round(change.after, 4),
        "difference": round(change.difference, 4),
        "interval": [round(bound, 4) for bound in change.interval] if change.interval else None,
    }
