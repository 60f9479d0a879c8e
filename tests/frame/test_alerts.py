"""What is shipped for Prometheus, judged by Prometheus: queries are understood, alerts go off when they should.

`promtool` is part of Debian's `prometheus`.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.frame.test_observable import RULES, panels

ALERTS = Path(__file__).resolve().parents[2] / "deploy" / "prometheus" / "alerts.yaml"
PROMTOOL = shutil.which("promtool")
pytestmark = pytest.mark.skipif(PROMTOOL is None, reason="no promtool; on Debian: apt-get install prometheus")

Series = list[tuple[str, str]]

WORKER = "throughline_worker_last_loop_timestamp_seconds"


def requests(answered: int) -> Series:
    """So many requests a minute that are answered, and one that fails."""
    name = "throughline_requests_total"
    return [(f'{name}{{status="200"}}', f"0+{answered}x60"), (f'{name}{{status="503"}}', "0+1x60")]


def commands(number: int) -> Series:
    """So many commands a minute, of which one takes more than a second."""
    name, within = "throughline_command_seconds_bucket", {"1": number - 1, "5": number, "+Inf": number}
    return [(f'{name}{{le="{most}"}}', f"0+{count}x60") for most, count in within.items()]


# Of each alert: series of a value a minute for an hour (start, step and times, as promtool writes them) by which it
# goes off, and by which it does not. In most a worker looks for work once a minute.
WORKS = (f'{WORKER}{{instance="worker"}}', "0+60x60")
CASES: dict[str, tuple[Series, Series]] = {
    "ThroughlineTimersLate": (
        [WORKS, ("throughline_timers_late_seconds", "301+0x60")],
        [WORKS, ("throughline_timers_late_seconds", "300+0x60")],
    ),
    "ThroughlineWorkerSilent": ([(WORKER, "1+0x60")], [WORKS, (f'{WORKER}{{instance="web"}}', "0+0x60")]),
    "ThroughlineWorkerMissing": ([(f'{WORKER}{{instance="web"}}', "0+0x60")], [WORKS]),
    "ThroughlineDeadLetters": (
        [WORKS, ('throughline_work{operation="care_update.send",status="failed"}', "1+0x60")],
        [WORKS, ('throughline_work{operation="care_update.send",status="waiting"}', "9+0x60")],
    ),
    "ThroughlineWorkOverdue": (
        [WORKS, ('throughline_work_late_seconds{operation="care_update.send"}', "3601+0x60")],
        [WORKS, ('throughline_work_late_seconds{operation="care_update.send"}', "3599+0x60")],
    ),
    "ThroughlineIncidents": (
        [WORKS, ("throughline_incidents_open", "1+0x60")],
        [WORKS, ("throughline_incidents_open", "0+0x60")],
    ),
    "ThroughlineCheckpointMissing": (
        [WORKS, ("throughline_checkpoint_age_seconds", "93601+60x60")],
        [WORKS, ("throughline_checkpoint_age_seconds", "80000+60x60")],
    ),
    "ThroughlineCommandsFail": (
        [WORKS, ('throughline_commands_total{kind="CompleteTask",outcome="failed"}', "0+1x60")],
        [WORKS, ('throughline_commands_total{kind="CompleteTask",outcome="refused"}', "0+1x60")],
    ),
    "ThroughlineRequestsFail": ([WORKS, *requests(90)], [WORKS, *requests(900)]),
    "ThroughlineOthersInTheWay": (
        [WORKS, ('throughline_transaction_retries_total{reason="contention"}', "0+66x60")],
        [WORKS, ('throughline_transaction_retries_total{reason="contention"}', "0+54x60")],
    ),
    "ThroughlineCommandsSlow": ([WORKS, *commands(10)], [WORKS, *commands(100)]),
}


def test_every_alert_is_tried() -> None:
    assert set(CASES) == {rule["alert"] for rule in RULES}


def test_an_alert_goes_off_for_what_it_is_about_and_for_nothing_less(tmp_path: Path) -> None:
    """Each by series of its own, at the end of an hour: it and no other, and none where all is as it should be."""
    tried = [
        _case(name, series, goes_off=goes_off)
        for name, both in CASES.items()
        for series, goes_off in zip(both, (True, False), strict=True)
    ]
    file = tmp_path / "tests.yaml"
    file.write_text(yaml.safe_dump({"rule_files": [str(ALERTS)], "evaluation_interval": "1m", "tests": tried}))
    _run("test", "rules", str(file))


def test_the_dashboard_asks_what_prometheus_understands(tmp_path: Path) -> None:
    """Each query as a rule of its own, with what Grafana puts in for its variables."""
    asked = sorted({target["expr"] for panel in panels() for target in panel["targets"]})
    plain = [re.sub(r"\$\w+", lambda found: "5m" if "interval" in found[0] else ".+", each) for each in asked]
    rules = [{"record": f"panel:{number}", "expr": each} for number, each in enumerate(plain)]
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    assert f"{len(rules)} rules found" in _run("check", "rules", str(file), str(ALERTS))


def _case(name: str, series: Series, *, goes_off: bool) -> dict[str, Any]:
    off = {
        "expr": 'group by (alertname) (ALERTS{alertstate="firing"})',
        "eval_time": "59m",
        "exp_samples": [{"labels": f'{{alertname="{name}"}}', "value": 1}] if goes_off else [],
    }
    given = [{"series": one, "values": values} for one, values in series]
    return {"name": f"{name}: {goes_off}", "interval": "1m", "input_series": given, "promql_expr_test": [off]}


def _run(*arguments: str) -> str:
    done = subprocess.run([str(PROMTOOL), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
