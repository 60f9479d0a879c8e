"""What the API offers is in its documentation: a call, an event type or a metric that is not fails here."""

from __future__ import annotations

import re
from pathlib import Path

from engine.events import EVENTS
from engine.telemetry.gauges import GAUGES
from engine.telemetry.metrics import of_process
from webui.api.endpoints import ENDPOINTS
from webui.api.fields import CASE_STATUSES, EQUITY_STRATA, TASK_KINDS

ROOT = Path(__file__).resolve().parents[2]
API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
METRICS_PAGE = (ROOT / "docs" / "observability.md").read_text(encoding="utf-8")
EVENTS_PAGE = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")


def _braced(path: str) -> str:
    return re.sub(r"<(\w+)>", r"{\1}", path)


def test_every_call_is_documented() -> None:
    """With its method and path."""
    calls = [f"`{each.method} {_braced(each.path)}`" for each in ENDPOINTS]
    assert [call for call in calls if call not in API] == []


def test_every_field_of_a_body_is_documented() -> None:
    """Also those that may be left out."""
    names = {name for each in ENDPOINTS if each.body for name in each.body().fields}
    assert [name for name in sorted(names) if f"`{name}`" not in API] == []


def test_every_word_that_is_chosen_from_is_documented() -> None:
    """Statuses, kinds and strata."""
    words = [*CASE_STATUSES, *TASK_KINDS, *EQUITY_STRATA]
    assert [word for word in words if f"`{word}`" not in API] == []


def test_every_metric_is_documented() -> None:
    """On the page that the call leads to, with its type."""
    assert re.search(r"`GET /metrics` .*\(observability\.md#metrics\)", API)
    ends = {"counter": "_total"}
    told = {f"{each['name']}{ends.get(each['type'], '')}": each["type"] for each in of_process()}
    told |= {name: "gauge" for name, _, _ in GAUGES}
    assert [name for name, kind in told.items() if f"| `{name}` | {kind} |" not in METRICS_PAGE] == []


def test_every_kind_of_history_entry_is_documented() -> None:
    """Whatever the engine notes."""
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "engine").rglob("*.py"))
    kinds = set(re.findall(r"\.note\(\s*\"([a-z]+\.[a-z_]+)\"", sources))
    assert {"case.started", "task.completed"} <= kinds
    assert [kind for kind in sorted(kinds) if f"`{kind}`" not in API] == []


def test_every_event_type_is_documented_with_its_payload() -> None:
    """Each row names the members that the engine takes."""
    rows = dict(re.findall(r"^\| `([a-z.]+_?[a-z]+)` \| (.*)$", EVENTS_PAGE, re.MULTILINE))
    assert rows.keys() == EVENTS.keys()
    for name, event in EVENTS.items():
        if "the same" not in rows[name]:
            assert [member for member in event.members if f"`{member}`" not in rows[name]] == []
