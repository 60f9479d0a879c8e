"""The record of one case: what happened, why, and where it stood in its diagrams at any moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import render_template, request
from sqlalchemy import Connection, RowMapping

from care.calendars import local_date, start_of_day
from engine.store.cases import case as case_by_id
from engine.store.patients import patient as patient_by_id
from engine.store.versions import version
from webui.access import EVERYONE, allowed
from webui.broken_record import tells_when_broken
from webui.days import day_of
from webui.extension import engine
from webui.htmx import is_part
from webui.outcome_words import judgement
from webui.pages.blueprint import pages
from webui.parked import parked_in
from webui.trace_slider import HEIGHT, WIDTH, Slider, slider
from worklists.trace import Timeline, Trace
from worklists.trace_moments import Moment
from worklists.trace_words import Where, where

_NEWEST, _OLDEST = "newest", "oldest"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: a moment, an element, the order, and the page that an entry stands on."""

    seq: int | None
    element: str | None
    order: str
    around: int | None

    @property
    def oldest_first(self) -> bool:
        return self.order == _OLDEST

    def args(self, **changed: Any) -> dict[str, Any]:
        """The address's parameters with some of them changed; None leaves one out."""
        order = None if self.order == _NEWEST else self.order
        return {"seq": self.seq, "element": self.element, "order": order, **changed}


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the page shows."""

    asked: Asked
    timeline: Timeline
    where: Where
    slider: Slider
    before: int | None
    after: int | None
    element_name: str | None
    quiet_until: date | None  # the day that was asked for, where nothing happened on it


@pages.get("/cases/<case_id>/record")
@allowed(EVERYONE)
@tells_when_broken
def case_record(case_id: str) -> str:
    """The page; for htmx the timeline alone, or its rows where more of them are asked for."""
    asked = _asked()
    with engine().db.reading() as connection:
        row = case_by_id(connection, case_id)
        who = patient_by_id(connection, row["patient_id"])
        trace = trace_of(connection, row)
        if is_part():
            template = "partials/_trace_rows.html" if "rows" in request.args else "partials/_trace_timeline.html"
            return render_template(template, case=row, **_timeline(trace, asked))
        shown = _shown(trace, asked)
        number = version(connection, row["version"])["number"]
        parked = parked_in(connection, case_id)
    return render_template(
        "pages/case_record.html",
        case=row,
        patient=who,
        version_number=number,
        parked=parked,
        shown=shown,
        asked=asked,
        timeline=shown.timeline,
        element_name=shown.element_name,
        tick_box=(WIDTH, HEIGHT),
    )


def trace_of(connection: Connection, row: RowMapping) -> Trace:
    """The record of a case's row, read for this request."""
    targets = judgement().targets(row["aligned_on"].year)
    return Trace(connection, row, engine().library, targets, engine().zone)


def _shown(trace: Trace, asked: Asked) -> Shown:
    moment = _moment(trace, asked)
    before, after = trace.beside(moment)
    end = trace.case["closed_at"] or engine().clock.now()
    return Shown(
        asked=asked,
        where=where(trace, moment, engine().zone),
        slider=slider(trace.moments, moment, end),
        before=before,
        after=after,
        quiet_until=_quiet_until(moment),
        **{name: value for name, value in _timeline(trace, asked).items() if name in ("timeline", "element_name")},
    )


def _moment(trace: Trace, asked: Asked) -> Moment:
    """The moment of ``seq``, or the last one of the day that is asked for; the latest one without either."""
    day = day_of(request.args.get("on"))
    if day is None:
        return trace.moment(asked.seq)
    return trace.moment_at(start_of_day(day + timedelta(days=1), engine().zone) - timedelta(microseconds=1))


def _quiet_until(moment: Moment) -> date | None:
    day = min(day_of(request.args.get("on")) or date.min, engine().today())
    return day if local_date(moment.at, engine().zone) < day else None


def _timeline(trace: Trace, asked: Asked) -> dict[str, Any]:
    """The timeline that is asked for, with what its template needs."""
    name = None
    if asked.element is not None:
        found = trace.about(asked.element, oldest_first=asked.oldest_first)
        name = trace.name_of(asked.element)
    else:
        around = asked.around if asked.around is not None else _moment(trace, asked).last if _is_pointed() else None
        found = trace.page(around, oldest_first=asked.oldest_first, keep=asked.seq)
    return {"timeline": found, "asked": asked, "element_name": name}


def _is_pointed() -> bool:
    return bool(request.args.get("seq") or request.args.get("on"))


def _asked() -> Asked:
    args = request.args
    element = (args.get("element") or "").strip()[:100] or None
    order = _OLDEST if args.get("order") == _OLDEST else _NEWEST
    return Asked(args.get("seq", type=int), element, order, args.get("around", type=int))
