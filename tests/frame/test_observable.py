"""What is shipped to watch the program names what the program tells: documentation, dashboard, alerts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.telemetry import commands, deliveries
from engine.telemetry.context import FIELDS
from engine.telemetry.gauges import GAUGES
from engine.telemetry.metrics import of_process

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "observability.md").read_text(encoding="utf-8")
DASHBOARD = json.loads((ROOT / "deploy" / "grafana" / "throughline.json").read_text(encoding="utf-8"))
ALERTS = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yaml").read_text(encoding="utf-8"))
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]

# name as it is exposed -> type and labels
METRICS = {
    f"{each['name']}_total" if each["type"] == "counter" else each["name"]: (each["type"], tuple(each["labels"]))
    for each in of_process()
} | {name: ("gauge", labels) for name, labels, _ in GAUGES}
SERIES = set(METRICS) | {
    f"{name}_{part}"
    for name, (kind, _) in METRICS.items()
    if kind == "histogram"
    for part in ("bucket", "sum", "count")
}


def panels() -> list[dict[str, Any]]:
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def expressions() -> Iterator[str]:
    yield from (target["expr"] for panel in panels() for target in panel["targets"])
    yield from (rule["expr"] for rule in RULES)


@pytest.mark.parametrize("name", sorted(METRICS))
def test_every_metric_is_documented(name: str) -> None:
    """docs/observability.md has its row: name, type, labels, meaning."""
    kind, labels = METRICS[name]
    row = re.search(rf"^\| `{name}` \| (\w+) \| (.*?)\| \S.* \|$", DOCUMENT, re.MULTILINE)
    assert row is not None
    assert (row[1], re.findall(r"`(\w+)`", row[2])) == (kind, list(labels))


def test_no_metric_is_documented_that_is_none() -> None:
    """What somebody builds an alert on exists."""
    assert set(re.findall(r"`(throughline_\w+)`", DOCUMENT)) <= set(METRICS)


@pytest.mark.parametrize("name", [*FIELDS, *commands.OUTCOMES, *deliveries.OUTCOMES])
def test_every_field_and_outcome_of_a_line_is_documented(name: str) -> None:
    """Whoever reads a log finds the word explained."""
    assert f"`{name}`" in DOCUMENT


@pytest.mark.parametrize("expression", sorted(set(expressions())))
def test_dashboard_and_alerts_ask_for_what_there_is(expression: str) -> None:
    """Every name is exported, every label is one of its metric's."""
    names = re.findall(r"throughline_\w+", expression)
    assert names
    assert set(names) <= SERIES
    allowed = {label for name in names for label in _labels(name)} | {"job", "instance", "le"}
    used = {label for part in re.findall(r"\{(.*?)\}", expression) for label in re.findall(r"(\w+)\s*=?[=!~]", part)}
    used |= {label.strip() for part in re.findall(r"by \((.*?)\)", expression) for label in part.split(",")}
    assert used <= allowed


def _labels(series: str) -> tuple[str, ...]:
    return METRICS[series if series in METRICS else series.rpartition("_")[0]][1]


def test_the_dashboard_can_be_imported() -> None:
    """It has what Grafana asks for, takes the data source that one chooses, and names no host."""
    assert DASHBOARD["uid"] == "throughline"
    assert DASHBOARD["schemaVersion"] >= 39
    variables = {each["name"]: each["type"] for each in DASHBOARD["templating"]["list"]}
    assert variables == {"datasource": "datasource", "job": "query"}
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    for panel in panels():
        assert panel["datasource"]["uid"] == "${datasource}"
        assert panel["fieldConfig"]["defaults"]["unit"]
        assert panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
        assert panel["description"].endswith(".")
    text = json.dumps(DASHBOARD)
    assert not re.search(r"https?://|localhost|\d+\.\d+\.\d+\.\d+", text)


def test_panels_stand_beside_each_other() -> None:
    """None covers another, none is wider than the page."""
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alert_says_what_it_is_and_what_to_do(rule: dict[str, Any]) -> None:
    """Its own text, and a row of the documentation."""
    assert rule["annotations"].keys() == {"summary", "description"}
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert f"| `{rule['alert']}` |" in DOCUMENT
