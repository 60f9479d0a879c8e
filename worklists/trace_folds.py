"""What of a record is folded away until it is asked for: idle months, and routine that led to nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from care.calendars import local_date
from engine.counted import counted
from worklists.patient_story import ROUTINE_FORMS
from worklists.story_sentences import Book, is_device_reading
from worklists.trace_lines import Told

IDLE_DAYS = 21  # from the last thing that happened to the next, beyond which a line says so
LEAST_FOLDED = 3
_ASKS = frozenset({"timer.fired", "process.moved", "task.created"})
_ANSWERS = frozenset({"task.completed", "process.moved", "contact.attempted"})


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing happened for some days, from the day after one thing to the day before the next."""

    days: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Fold:
    """Routine in a sentence, with what it folds away in the order of the page."""

    words: str
    first: date
    last: date
    items: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Routine:
    """A moment of routine: check-ins that it asked and answered, and readings that came."""

    asked: int = 0
    answered: int = 0
    readings: int = 0


Row = Told | Fold | Idle


def routine_of(entries: Sequence[Mapping[str, Any]], book: Book) -> Routine | None:
    """What of routine a moment is; None when it is anything else, or led to anything."""
    kinds = {entry["kind"] for entry in entries}
    if len(entries) == 1 and is_device_reading(entries[0]):
        return Routine(readings=1)
    tasks = [entry for entry in entries if entry["kind"] in ("task.created", "task.completed")]
    if not tasks or any(book.tasks[each["task_id"]]["form"] not in ROUTINE_FORMS for each in tasks):
        return None
    if kinds <= _ASKS:
        return Routine(asked=len(tasks))
    if kinds <= _ANSWERS and not any("late_reason" in json.loads(each["detail"]) for each in tasks):
        return Routine(answered=len(tasks))
    return None


def folded(items: Sequence[tuple[Told, Routine | None]], keep: int | None, zone: ZoneInfo) -> list[Row]:
    """Moments in the page's order with routine folded, but for the moment of entry ``keep``, and idle time said."""
    rows: list[Row] = []
    run: list[tuple[Told, Routine]] = []
    for told, routine in items:
        is_kept = keep is not None and told.moment.first <= keep <= told.moment.last
        if routine is not None and not is_kept:
            run.append((told, routine))
            continue
        rows += [*_rows_of(run, zone), told]
        run = []
    rows += _rows_of(run, zone)
    return _with_idle(rows, zone)


def _rows_of(run: Sequence[tuple[Told, Routine]], zone: ZoneInfo) -> list[Row]:
    if len(run) < LEAST_FOLDED:
        return [told for told, _ in run]
    days = [local_date(told.moment.at, zone) for told, _ in run]
    words = _words([routine for _, routine in run])
    return [Fold(words, min(days), max(days), tuple(told for told, _ in run))]


def _words(found: Sequence[Routine]) -> str:
    """ "6 check-ins, all answered", "4 check-ins asked, 3 answered; 12 readings of devices"."""
    asked, answered = sum(each.asked for each in found), sum(each.answered for each in found)
    readings = sum(each.readings for each in found)
    said = []
    if asked and asked == answered:
        said.append(f"{counted(asked, 'check-in')}, {'all answered' if asked > 1 else 'answered'}")
    elif asked or answered:
        said.append(f"{counted(asked, 'check-in')} asked, {answered} answered")
    if readings:
        said.append(f"{counted(readings, 'reading')} of devices")
    return "; ".join(said)


def _with_idle(rows: Sequence[Row], zone: ZoneInfo) -> list[Row]:
    found: list[Row] = []
    for row in rows:
        if found and (idle := _idle(*sorted((_span(found[-1], zone), _span(row, zone))))) is not None:
            found.append(idle)
        found.append(row)
    return found


def _span(row: Row, zone: ZoneInfo) -> tuple[date, date]:
    if isinstance(row, Told):
        on = local_date(row.moment.at, zone)
        return on, on
    return row.first, row.last


def _idle(earlier: tuple[date, date], later: tuple[date, date]) -> Idle | None:
    days = (later[0] - earlier[1]).days - 1
    if days < IDLE_DAYS:
        return None
    return Idle(days, date.fromordinal(earlier[1].toordinal() + 1), date.fromordinal(later[0].toordinal() - 1))
