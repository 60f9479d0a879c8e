"""The year of one case on one line: its windows, milestones and events, each on its day."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, or_, select

from care.access import AccessRules
from care.calendars import day_number, local_date
from care.reporting import quarterly_windows
from care.windows import Window
from engine.feel import compile_expression
from engine.functions import FUNCTIONS
from engine.library import main_file
from engine.safe_xml import parse_xml
from engine.scope import Scope, case_values
from engine.statuses import RUNNING
from engine.store.history import entries_of_kinds
from engine.store.tables import tasks
from engine.store.versions import version

WindowState = Literal["done", "open", "ahead", "over"]
MilestoneState = Literal["done", "due", "late", "missed", "ahead"]

# The shared diagram that collects a milestone's measures, of every track; the forms of the year's reports.
MILESTONE_PROCESS = "prom_milestone"
BASELINE_FORM, QUARTER_FORM, END_FORM = "baseline", "quarterly_report", "end_of_period"
_CYCLE = "{http://www.omg.org/spec/BPMN/20100524/MODEL}timeCycle"
_NEAR = 7  # days between a planned milestone and the task that asks for it, after a pause

EVENT_WORDS = {
    "transition.admitted": "admitted",
    "transition.discharged": "discharged",
    "transition.ed_visit": "ED visit",
    "surgery.planned": "surgery planned",
    "surgery.done": "surgery",
    "patient.withdrew": "withdrew",
    "patient.died": "died",
    "patient.switched": "switched",
    "access.unaligned": "unaligned",
    "case.paused": "paused",
    "case.resumed": "resumed",
}


@dataclass(frozen=True, slots=True)
class YearWindow:
    """Days (from alignment, day 0) on which a report can be made; ``done_on`` is the day its measures came in."""

    title: str
    opens: int
    closes: int
    state: WindowState
    done_on: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Milestone:
    """A planned collection of measures; ``day`` is when it was done, else when it is planned."""

    name: str
    day: int
    state: MilestoneState


@dataclass(frozen=True, slots=True)
class YearEvent:
    """Something that happened to the patient, short for a chart and as the record tells it."""

    day: int
    words: str
    summary: str


@dataclass(frozen=True, slots=True)
class YearLine:
    """A case's year. ``last_day`` is where the line ends; ``ended_on`` the day on which the case closed."""

    aligned_on: date
    today: int
    last_day: int
    ended_on: int | None
    windows: tuple[YearWindow, ...]
    milestones: tuple[Milestone, ...]
    events: tuple[YearEvent, ...]


def year_line(
    connection: Connection,
    case: RowMapping,
    patient: Mapping[str, Any],
    rules: AccessRules,
    *,
    today: date,
    zone: ZoneInfo,
) -> YearLine:
    """The year of a case as it is planned by its own version of the pathway, and as it went."""
    asked = _tasks(connection, case["id"])
    aligned_on: date = case["aligned_on"]
    is_running = case["status"] in RUNNING
    windows = _windows(asked, rules, case, today, zone, is_running)
    last_day = max(window.closes for window in windows)
    planned = planned_days(connection, case, patient, zone)
    return YearLine(
        aligned_on=aligned_on,
        today=day_number(aligned_on, today),
        last_day=last_day,
        ended_on=None if case["closed_at"] is None else day_number(aligned_on, local_date(case["closed_at"], zone)),
        windows=windows,
        milestones=milestones(planned, asked, aligned_on, today, zone, is_running=is_running),
        events=_events(connection, case),
    )


def planned_days(
    connection: Connection, case: RowMapping, patient: Mapping[str, Any], zone: ZoneInfo
) -> tuple[int, ...]:
    """The days for which the case's own diagram plans something once: its timers that list dates."""
    kept = version(connection, case["version"])
    text: str = kept["sources"][main_file(kept["sources"], kept["process_id"])]
    scope = Scope(case_values(dict(case), patient, case["started_at"], zone), lambda name: None, lambda name: [])
    days: set[int] = set()
    for timer in parse_xml(text.encode(), kept["process_id"]).iter(_CYCLE):
        expression = (timer.text or "").strip()
        if expression.startswith("R"):
            continue  # a period without end, such as every week: no milestone
        value = compile_expression(expression, functions=FUNCTIONS).evaluate(scope)
        if isinstance(value, list):
            days |= {day_number(case["aligned_on"], each) for each in value if type(each) is date}
    return tuple(sorted(days))


def milestones(
    planned: Iterable[int],
    asked: Sequence[Mapping[str, Any]],
    aligned_on: date,
    today: date,
    zone: ZoneInfo,
    *,
    is_running: bool,
) -> tuple[Milestone, ...]:
    """The planned milestones with what became of each; what lies ahead of a case that has ended is left out."""
    found = [_report(task, name, aligned_on, zone) for task, name in _reports(asked)]
    collected = [task for task in asked if task["process"] == MILESTONE_PROCESS and task["kind"] == "prom"]
    for day in planned:
        name = f"wk {day // 7}" if day % 7 == 0 else f"day {day}"
        task = next((t for t in collected if 0 <= day_number(aligned_on, t["opens_on"]) - day < _NEAR), None)
        if task is not None:
            found.append(_collected(task, name, day, aligned_on, today, zone))
        elif day < day_number(aligned_on, today):
            found.append(Milestone(name, day, "missed"))
        elif is_running:
            found.append(Milestone(name, day, "ahead"))
    return tuple(sorted(found, key=lambda milestone: milestone.day))


def _tasks(connection: Connection, case_id: str) -> list[dict[str, Any]]:
    """The tasks that ask for reports and milestones, oldest first."""
    asks = or_(tasks.c.kind == "prom", tasks.c.form == QUARTER_FORM)
    query = select(tasks).where(tasks.c.case_id == case_id, asks).order_by(tasks.c.created_at, tasks.c.id)
    return [dict(row) for row in connection.execute(query).mappings()]


def _reports(asked: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], str]]:
    """The first and the last report of the year, once their measures came in."""
    names = {BASELINE_FORM: "baseline", END_FORM: "end of period"}
    return [(task, names[task["form"]]) for task in asked if task["form"] in names and task["status"] == "done"]


def _report(task: Mapping[str, Any], name: str, aligned_on: date, zone: ZoneInfo) -> Milestone:
    return Milestone(name, day_number(aligned_on, _done_on(task, zone)), "done")


def _collected(
    task: Mapping[str, Any], name: str, day: int, aligned_on: date, today: date, zone: ZoneInfo
) -> Milestone:
    if task["status"] == "done":
        return Milestone(name, day_number(aligned_on, _done_on(task, zone)), "done")
    if task["status"] == "cancelled":
        return Milestone(name, day, "missed")
    return Milestone(name, day, "late" if today > task["due_on"] else "due")


def _done_on(task: Mapping[str, Any], zone: ZoneInfo) -> date:
    done_on: date = task["occurred_on"] or local_date(task["done_at"], zone)
    return done_on


def _windows(
    asked: Sequence[Mapping[str, Any]],
    rules: AccessRules,
    case: RowMapping,
    today: date,
    zone: ZoneInfo,
    is_running: bool,
) -> tuple[YearWindow, ...]:
    """The reporting windows; each quarterly one counts from the report before it, the first from the baseline's day."""
    aligned_on = case["aligned_on"]
    done = {task["form"]: _done_on(task, zone) for task, _ in _reports(asked)}
    baseline = done.get(BASELINE_FORM)
    windows = [("baseline", rules.baseline_window(aligned_on), baseline)]
    if baseline is not None:
        quarters = [t for t in asked if t["form"] == QUARTER_FORM and t["status"] == "done"]
        submissions = [baseline, *(_done_on(task, zone) for task in quarters)]
        until = today if case["closed_at"] is None else local_date(case["closed_at"], zone)
        chain = quarterly_windows(rules, aligned_on, submissions, until)
        windows += [("quarterly", each.window, each.reported_on) for each in chain.quarters]
    windows.append(("end of period", rules.end_of_period_window(aligned_on, case["track"]), done.get(END_FORM)))
    return tuple(_window(title, window, on, aligned_on, today, is_running) for title, window, on in windows)


def _window(
    title: str, window: Window, done: date | None, aligned_on: date, today: date, is_running: bool
) -> YearWindow:
    opens, closes = day_number(aligned_on, window.opens_on), day_number(aligned_on, window.closes_on)
    span = f"by day {closes}" if opens == 0 else f"day {opens}–{closes}"
    done_on = None if done is None else day_number(aligned_on, done)
    words = f"{title}, {span}"
    if done_on is not None:
        return YearWindow(title, opens, closes, "done", done_on, f"{words} ✓ day {done_on}")
    if not is_running or window.closes_on < today:
        return YearWindow(title, opens, closes, "over", None, words)
    if today < window.opens_on:
        return YearWindow(title, opens, closes, "ahead", None, words)
    return YearWindow(title, opens, closes, "open", None, f"{words}: open")


def _events(connection: Connection, case: RowMapping) -> tuple[YearEvent, ...]:
    """What happened to the patient, in order. By primary key."""
    found = []
    for entry in entries_of_kinds(connection, case["id"], ("event.received", "event.unmatched")):
        event = json.loads(entry["detail"])
        if event["type"] in EVENT_WORDS:
            day = day_number(case["aligned_on"], date.fromisoformat(event["on"]))
            found.append(YearEvent(day, EVENT_WORDS[event["type"]], entry["summary"]))
    return tuple(sorted(found, key=lambda event: event.day))
