"""Who saw it: which pages showed a patient, to whom and when; the auditor's own looking is in it too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import render_template, request
from sqlalchemy import Connection, RowMapping

from engine.commands import OPERATOR
from engine.errors import NotFound
from engine.store.accesses import (
    accesses_between,
    accesses_by_number,
    accesses_of_patient,
    accesses_of_user,
    patients_of_accesses,
    whom_by_access,
)
from engine.store.patients import names_of_patients, patient
from engine.store.people import users
from webui.access import AUDITORS, allowed, visitor
from webui.access_lines import About, Line, lines
from webui.days import day_of
from webui.extension import engine
from webui.organisations import subject_for_visitor
from webui.pages.blueprint import pages
from webui.seen import listed, saw
from worklists.people_list import PatientPage, patient_list

PAGE = 200  # accesses that a page reads; what repeats is folded, so it shows fewer lines


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose accesses the address asks for: to one patient, by one person, or of one day."""

    patient: RowMapping | None
    person: str | None
    day: date
    before: int | None

    def args(self, **changed: Any) -> dict[str, Any]:
        """The address of the same, with changes."""
        who = None if self.patient is None else self.patient["id"]
        asked = None if who or self.person else self.day.isoformat()
        found = {"patient": who, "person": self.person, "day": asked, **changed}
        return {name: value for name, value in found.items() if value is not None}


@pages.get("/record/access")
@allowed(AUDITORS)
def access_record() -> str:
    """By patient, by person or by day; today's without either."""
    q = request.args.get("q", "").strip()[:100]
    with engine().db.reading() as connection:
        people = _people(connection)
        asked = _asked(connection, {row["email"] for row in people})
        found = _patients(connection, q) if q else None
        rows = _rows(connection, asked)
        shown = _lines(connection, rows, asked.patient)
    return render_template(
        "pages/access_record.html",
        asked=asked,
        people=people,
        found=found,
        q=q,
        lines=shown,
        older=rows[-1]["id"] if len(rows) == PAGE else None,
        today=engine().today(),
        one_day=timedelta(days=1),
    )


@pages.get("/record/access/<int:access_id>")
@allowed(AUDITORS)
def one_access(access_id: int) -> str:
    """One access, and those that are told in one line with it, with all patients whose names they showed."""
    with engine().db.reading() as connection:
        rows = accesses_by_number(connection, _numbers(access_id))
        found = _lines(connection, rows, None)
        line = next((each for each in found if access_id in each.numbers), None)
        numbers = () if line is None else line.numbers
        whom = patients_of_accesses(connection, numbers, organisation=visitor().organisation)
        if line is None or not (whom or visitor().organisation is None):
            raise NotFound("access", str(access_id))
    listed([each["id"] for each in whom])
    return render_template("pages/one_access.html", line=line, patients=whom)


def _numbers(access_id: int) -> set[int]:
    """The number of the address with those that it says are told together; what cannot be one is passed over."""
    given = [int(each) for each in request.args.get("also", "").split() if each.isdecimal() and len(each) < 11]
    return {each for each in (access_id, *given[:PAGE]) if each < 2**31}


def _asked(connection: Connection, known: set[str]) -> Asked:
    """What the address says; raises NotFound for a patient whom the visitor does not see."""
    identity, person = request.args.get("patient"), request.args.get("person")
    found = None
    if identity:
        about = subject_for_visitor("patient", identity)
        saw(about.patient_id)
        found = patient(connection, about.patient_id)
    return Asked(
        patient=found,
        person=person if person in known and found is None else None,
        day=day_of(request.args.get("day")) or engine().today(),
        before=request.args.get("before", type=int),
    )


def _rows(connection: Connection, asked: Asked) -> Sequence[RowMapping]:
    whose = visitor().organisation
    before = asked.before if asked.before is not None and 0 < asked.before < 2**31 else None
    if asked.patient is not None:
        return accesses_of_patient(connection, asked.patient["id"], before, PAGE)
    if asked.person is not None:
        return accesses_of_user(connection, asked.person, before, PAGE, organisation=whose)
    since, until = (datetime.combine(day, time(), engine().zone) for day in (asked.day, asked.day + timedelta(days=1)))
    return accesses_between(connection, since, until, before, PAGE, organisation=whose)


def _lines(connection: Connection, rows: Sequence[RowMapping], only: RowMapping | None) -> list[Line]:
    """The rows in words; the patients whom they name count as listed here."""
    whom = whom_by_access(connection, [row["id"] for row in rows], organisation=visitor().organisation)
    named = names_of_patients(connection, {min(each) for each in whom.values()}) if only is None else {}
    about = About(
        names={OPERATOR.id: OPERATOR.name.capitalize()} | {row["email"]: row["name"] for row in users(connection)},
        whom=whom,
        patients=named,
        only=None if only is None else str(only["id"]),
        zone=engine().zone,
    )
    found = lines(rows, about)
    listed([line.patient[0] for line in found if line.patient is not None])
    return found


def _patients(connection: Connection, q: str) -> PatientPage:
    found = patient_list(connection, today=engine().today(), organisation=visitor().organisation, q=q)
    listed([each.id for each in found.items], searched=q)
    return found


def _people(connection: Connection) -> Sequence[RowMapping]:
    """Who may have seen the visitor's patients: for one organisation's auditor, its own people and who sees all."""
    own = visitor().organisation
    return [row for row in users(connection) if own is None or row["organisation"] in (None, own)]
