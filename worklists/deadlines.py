"""Which days ACCESS sets for a case, how many are left, what missing one leads to, and which were missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping

from care.access import AccessRules
from care.calendars import local_date
from care.deadlines import Deadline, deadlines
from engine.statuses import RUNNING
from engine.store.facts import decoded, latest, series
from engine.store.outbox import outgoing_of_case

Tone = Literal["late", "plain"]
# An update that was composed in time is no deadline any more: what has become of it stands with the updates.
_UPDATES = {"care_update_initiation": "start", "care_update_completion": "completion"}
_SOON = timedelta(days=14)  # before a window opens; our default, so that nothing comes as a surprise


@dataclass(frozen=True, slots=True)
class DayToKeep:
    """A deadline that is not kept yet. ``sources`` says where its day and its consequence come from.

    The end of the lock-in is a day to know: it is no duty, and its consequence is what then may be done.
    """

    title: str
    closes_on: date
    days_left: int
    consequence: str
    sources: str
    tone: Tone
    is_near: bool
    is_duty: bool


@dataclass(frozen=True, slots=True)
class MissedDay:
    """A deadline that passed, and the day on which that was noted."""

    title: str
    noted_on: date
    consequence: str
    sources: str


@dataclass(frozen=True, slots=True)
class DaysToKeep:
    """Of a case: the days that were missed, those of now, and those that lie further ahead."""

    missed: tuple[MissedDay, ...]
    near: tuple[DayToKeep, ...]
    ahead: tuple[DayToKeep, ...]


def days_to_keep(
    connection: Connection, case: RowMapping, rules: AccessRules, *, today: date, zone: ZoneInfo
) -> DaysToKeep:
    """The deadlines of a case that runs, the earliest first; of one that has ended only what was missed."""
    missed = _missed(connection, case, rules, zone)
    if case["status"] not in RUNNING:
        return DaysToKeep(missed, (), ())
    reported = _dates(connection, case["id"], "report.last_on")
    year_reported = _dates(connection, case["id"], "report.end_on")
    kept = _kept(connection, case["id"], is_baseline_in=bool(reported))
    found = deadlines(
        rules,
        case["track"],
        case["aligned_on"],
        case["period"],
        reported,
        today,
        year_reported[-1] if year_reported else None,
    )
    open_ = [_day_to_keep(each, today) for each in found if each.id not in kept and each.days_left(today) >= 0]
    near = tuple(each for each in open_ if each.is_near)
    return DaysToKeep(missed, near, tuple(each for each in open_ if not each.is_near))


def _day_to_keep(deadline: Deadline, today: date) -> DayToKeep:
    return DayToKeep(
        title=deadline.title,
        closes_on=deadline.closes_on,
        days_left=deadline.days_left(today),
        consequence=deadline.consequence,
        sources=_sources(deadline.source, deadline.consequence_source),
        tone="late" if today > deadline.due_on else "plain",
        is_near=deadline.opens_on - _SOON <= today,
        is_duty=deadline.id != "lock_in",
    )


def _missed(connection: Connection, case: RowMapping, rules: AccessRules, zone: ZoneInfo) -> tuple[MissedDay, ...]:
    """What the pathway noted as missed, the latest first. Facts by their primary key."""
    found = []
    for row in reversed(series(connection, case["id"], "deadline.missed")):
        text = rules.deadline_texts.get(str(row["value"]))
        if text is not None:
            noted_on = local_date(row["effective_at"], zone)
            found.append(MissedDay(text.title, noted_on, text.consequence, text.source))
    return tuple(found)


def _kept(connection: Connection, case_id: str, *, is_baseline_in: bool) -> set[str]:
    """The deadlines that are met, by what the case knows."""
    kept = {"baseline"} if is_baseline_in else set()
    if latest(connection, case_id, "follow_on.consent") is not None:
        kept.add("follow_on")
    sent = {row["payload"].get("reason") for row in outgoing_of_case(connection, case_id, "care_update.send")}
    return kept | {deadline for deadline, reason in _UPDATES.items() if reason in sent}


def _dates(connection: Connection, case_id: str, name: str) -> Sequence[date]:
    found: list[Any] = [decoded(dict(row)) for row in series(connection, case_id, name)]
    return [each for each in found if isinstance(each, date)]


def _sources(day: str, consequence: str) -> str:
    return day if day == consequence else f"{day}; {consequence}"
