"""When a patient was last screened for social needs, what came of it, and when the screen comes again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, select

from care.calendars import BusinessCalendar, add_period, local_date
from care.periods import Period
from engine.library import Library
from engine.shared_facts import SharedFacts, series_of, shared_facts_in
from engine.statuses import RUNNING
from engine.store.facts import latest, series
from engine.store.tables import tasks
from engine.years import access_rules_in

INSTRUMENT, SCREENED, SCREEN_FORM = "hrsn", "sdoh.screen_outcome", "sdoh_screen"
# as pathways/shared/sdoh.bpmn has it: again six months after it was settled, but for the last 30 days of the year
_AGAIN, _LAST = Period.parse("P6M"), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Screen:
    """The last screen: what it said and when; the open task, or the day on which the next one comes."""

    words: str
    on: date | None
    task_id: str | None
    again_on: date | None


def screen_of(connection: Connection, library: Library, case: RowMapping, zone: ZoneInfo, today: date) -> Screen:
    """The screen of a patient as a case sees it: one that another case made counts, as the pathway counts it."""
    asked = _tasks(connection, case["id"])
    task_id = next((task["id"] for task in asked if task["status"] == "open"), None)
    shared = shared_facts_in(library.folder)
    made = series_of(connection, dict(case), SCREENED, zone, shared)
    again = _again_on(connection, library, case, asked, zone, today) if task_id is None else None
    if not made:
        return Screen("to do" if task_id else "not asked yet", None, task_id, again)
    on = local_date(made[-1]["effective_at"], zone)
    if made[-1]["value"] == "declined":
        return Screen("declined by the patient", on, task_id, again)
    return Screen(_found(connection, case, zone, shared, made[-1]["case_id"]), on, task_id, again)


def _found(connection: Connection, case: RowMapping, zone: ZoneInfo, shared: SharedFacts, screened_in: str) -> str:
    found = series_of(connection, dict(case), f"{INSTRUMENT}.needs", zone, shared)
    count = len(found[-1]["value"]) if found else 0
    if not count:
        return "no need found"
    words = f"{count} need{'' if count == 1 else 's'} found"
    wanted = latest(connection, screened_in, "sdoh.wants_help")
    return f"{words}, no help wanted then" if wanted is not None and wanted["value"] == "no" else words


def _again_on(
    connection: Connection, library: Library, case: RowMapping, asked: list[RowMapping], zone: ZoneInfo, today: date
) -> date | None:
    """Six months after this case's last screen, or after care began where another case's screen stood in for it."""
    settled = _settled_at(connection, case, asked)
    if settled is None or case["status"] not in RUNNING:
        return None
    on = _later(settled, zone)
    while local_date(on, zone) <= today:  # it came, and another case's screen stood in for it once more
        on = _later(on, zone)
    ends = access_rules_in(library.folder, case["aligned_on"]).period_ends(case["aligned_on"])
    return local_date(on, zone) if local_date(on, zone) < ends - _LAST else None


def _settled_at(connection: Connection, case: RowMapping, asked: list[RowMapping]) -> datetime | None:
    done: list[datetime] = [task["done_at"] for task in asked if task["status"] == "done"]
    if done:
        return max(done)
    reported = series(connection, case["id"], "report.last_on")  # the first says that the baseline is in
    return min((row["recorded_at"] for row in reported), default=None)


def _later(moment: datetime, zone: ZoneInfo) -> datetime:
    return add_period(moment, _AGAIN, zone, BusinessCalendar())


def _tasks(connection: Connection, case_id: str) -> list[RowMapping]:
    """The screens that a case asked for, oldest first."""
    query = select(tasks).where(tasks.c.case_id == case_id, tasks.c.form == SCREEN_FORM)
    return list(connection.execute(query.order_by(tasks.c.created_at, tasks.c.id)).mappings())
