"""Tests the comparison of two stored evaluations on cases computed by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from rag.errors import UnreadableSource
from rag.evaluation import before_after, before_after_page

IDS = tuple("abcdefgh")


def _stored(path: Path, columns: Mapping[str, Sequence[object]], ids: Sequence[str] = IDS, **figures: object) -> Path:
    run = {"sets": {"rules": figures}, "by_question": {"rules": {"id": list(ids), **columns}}}
    path.write_text(json.dumps(run), encoding="utf-8")
    return path


def _ones(count: int) -> list[float]:
    return [1.0] * count + [0.0] * (8 - count)


def test_the_interval_of_a_difference_is_paired_by_question(tmp_path: Path) -> None:
    base = [0.1, 0.9, 0.2, 0.8, 0.3, 0.7, 0.4, 0.6]
    before = _stored(tmp_path / "before", {"confidence": base, "f1": base})
    after = _stored(tmp_path / "after", {"confidence": base, "f1": [value + 0.05 for value in base]})
    change = before_after(before, after).changes["rules"]["f1"]
    assert (change.before, change.after) == pytest.approx((0.5, 0.55))
    assert change.interval == pytest.approx((0.05, 0.05)), "every question gains the same, however much they differ"
    assert change.certain


def test_an_uncertain_difference_has_zero_in_its_interval(tmp_path: Path) -> None:
    before = _stored(tmp_path / "before", {"confidence": _ones(4), "f1": _ones(4)})
    after = _stored(tmp_path / "after", {"confidence": _ones(4), "f1": _ones(5)})
    change = before_after(before, after).changes["rules"]["f1"]
    assert change.difference == pytest.approx(1 / 8)
    assert not change.certain


def test_only_questions_of_both_runs_count(tmp_path: Path) -> None:
    before = _stored(tmp_path / "before", {"confidence": [0.5, 0.5], "f1": [1.0, None]}, "ab")
    after = _stored(tmp_path / "after", {"confidence": [0.5, 0.5, 0.5], "f1": [0.5, 0.4, 0.3]}, "bac")
    compared = before_after(before, after)
    assert compared.questions["rules"] == 2
    change = compared.changes["rules"]["f1"]
    assert (change.before, change.after) == (1.0, 0.4)


def test_measures_of_confidence_are_computed_again(tmp_path: Path) -> None:
    labels = {"answerable": _ones(4), "confidence_without_gold": [0.2] * 8}
    before = _stored(tmp_path / "before", {"confidence": [0.9, 0.8, 0.4, 0.3, 0.6, 0.5, 0.2, 0.1], **labels}, auroc=0.0)
    after = _stored(tmp_path / "after", {"confidence": [0.9, 0.8, 0.8, 0.7, 0.3, 0.3, 0.2, 0.1], **labels}, auroc=0.0)
    changes = before_after(before, after).changes["rules"]
    assert (changes["auroc"].before, changes["auroc"].after) == (12 / 16, 1.0)
    assert (changes["refused@15"].before, changes["refused@15"].after) == (2 / 4, 0.0)
    assert changes["gold_removed_auroc"].before == (6 + 1 / 2) / 8
    interval = changes["auroc"].interval
    assert interval is not None
    assert interval[0] <= 0.25 <= interval[1]


def test_figures_that_are_not_means_have_no_interval(tmp_path: Path) -> None:
    runs = [
        _stored(tmp_path / name, {"confidence": _ones(2)}, latency_p50_ms=value) for name, value in (("a", 9), ("b", 7))
    ]
    compared = before_after(*runs)
    change = compared.changes["rules"]["latency_p50_ms"]
    assert (change.difference, change.interval, change.certain) == (-2, None, False)
    assert "| latency_p50_ms | 9.0 | 7.0 | -2.0 |  |" in before_after_page(compared, "a", "b", "rag compare a b")


def test_topic_switches_are_compared_too(tmp_path: Path) -> None:
    switches = ({"questions": 9, "alone": 0.5, "after": 0.4}, {"questions": 9, "alone": 0.5, "after": 0.6})
    runs = [_stored(tmp_path / str(at), {"confidence": _ones(2)}, topic_switch=one) for at, one in enumerate(switches)]
    changes = before_after(*runs).changes["rules"]
    assert changes["topic_switch_after"].difference == pytest.approx(0.2)
    assert "topic_switch_questions" not in changes


def test_runs_of_other_benchmarks_or_questions_are_refused(tmp_path: Path) -> None:
    before = _stored(tmp_path / "before", {"confidence": [0.5]}, "a")
    after = _stored(tmp_path / "after", {"confidence": [0.5]}, "b")
    with pytest.raises(UnreadableSource, match="the two runs of rules have no question in common"):
        before_after(before, after)
    after.write_text(after.read_text(encoding="utf-8").replace("rules", "laws"), encoding="utf-8")
    with pytest.raises(UnreadableSource, match="have no benchmark in common: evaluate the same folders twice"):
        before_after(before, after)
