"""Tests that the alert rules and the dashboard ask only for metrics that the service has, in valid PromQL."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families as parse
from pydantic import SecretStr

from rag.http.app import create_app
from tests import samples
from tests.client import TestClient
from tests.http.observing.observed import with_settings

FOLDER = Path(__file__).parents[1] / "examples" / "monitoring"
RULES: dict[str, Any] = yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "grafana-dashboard.json").read_text(encoding="utf-8"))

OF_PROMETHEUS = {"up"}
"""Metrics that Prometheus adds."""


def alerts() -> list[dict[str, Any]]:
    return [rule for group in RULES["groups"] for rule in group["rules"]]


def queries() -> list[str]:
    shown = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return [rule["expr"] for rule in alerts()] + [query.replace("$__rate_interval", "1m") for query in shown]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Each metric of a service with its labels, after one question to a language model."""
    folder = tmp_path_factory.mktemp("monitoring")
    service = samples.service(folder / "index")
    samples.ingest(service, samples.write(folder / "articles"))
    model = samples.Scripted(["The levy took effect on 6 April 2018 [1]."])
    service = with_settings(service, samples.answerer(model), api_key=SecretStr("key"))
    with TestClient(create_app(service)) as client:
        client.post("/v1/answers", json={"question": samples.LEVY_QUESTION})
        families = list(parse(client.get("/metrics").text))
    found: dict[str, set[str]] = {}
    for sample in (sample for family in families for sample in family.samples):
        found.setdefault(sample.name, set()).update(sample.labels)
    return found


def selectors(query: str) -> Iterator[tuple[str, set[str]]]:
    """Yield the metrics of a query, each with the labels that it selects by."""
    for name, labels in re.findall(r"\b((?:rag|process|up)\w*)(\{[^}]*\})?", re.sub(r'"[^"]*"', '""', query)):
        yield name, set(re.findall(r"(\w+)\s*(?:=~|!=|=)", labels))


@pytest.mark.parametrize("query", queries())
def test_each_query_is_valid_and_asks_for_metrics_and_labels_that_exist(
    query: str, served: dict[str, set[str]]
) -> None:
    promql_parser.parse(query)
    found = list(selectors(query))
    assert found
    for name, labels in found:
        assert name in OF_PROMETHEUS | served.keys()
        assert labels <= served.get(name, set()) | {"instance", "job"}, "Prometheus adds these two"


def test_every_metric_of_ours_is_on_the_dashboard_or_in_an_alert(served: dict[str, set[str]]) -> None:
    used = {name for query in queries() for name, _ in selectors(query)}
    ours = {name for name in served if name.startswith("rag_") and not name.endswith(("_sum", "_count"))}
    assert ours - used == set()


def test_every_alert_says_what_happens() -> None:
    for rule in alerts():
        assert re.fullmatch(r"Rag[A-Za-z]+", rule["alert"])
        assert rule["annotations"]["summary"].endswith(".")
        assert rule["labels"]["severity"] in ("critical", "warning", "info")


def test_the_panels_do_not_overlap() -> None:
    cells: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        columns, rows = range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"])
        own = {(x, y) for x in columns for y in rows}
        assert place["x"] + place["w"] <= 24
        assert not own & cells, panel["title"]
        cells |= own


def test_prometheus_reads_the_rules_that_are_there() -> None:
    configured = yaml.safe_load((FOLDER / "prometheus.yml").read_text(encoding="utf-8"))
    assert all((FOLDER / name).exists() for name in configured["rule_files"])
