"""Report an event: what happened to the patient, when and where, and what it led to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import RowMapping

from engine.commands import DeliverEvent, Outcome
from engine.errors import CaseClosed, InvalidInput, KeyReused
from engine.events import EVENTS
from engine.store.patients import patient as patient_by_id
from engine.store.tasks import open_tasks_of_case, tasks_by_id
from webui.access import WORKERS, allowed, visitor
from webui.extension import engine
from webui.pages.blueprint import goes_to, pages
from webui.pages.patient import case_of
from webui.words import STATUS_WORDS, day, plural

# The events that a person reports, as they are asked for; measures and answers come with tasks, devices and imports.
CHOICES: Mapping[str, str] = {
    "transition.admitted": "Admitted to hospital",
    "transition.discharged": "Discharged from hospital",
    "transition.ed_visit": "Seen in an emergency department",
    "surgery.planned": "Surgery is planned",
    "surgery.done": "Surgery was done",
    "case.paused": "Pause the programme",
    "case.resumed": "Resume the programme",
    "patient.withdrew": "The patient withdraws",
    "patient.switched": "The patient switches to another participant",
    "access.unaligned": "CMS has unaligned the patient",
    "patient.died": "The patient died",
}
GRAVE: Mapping[str, str] = {
    "patient.withdrew": "withdraws from the programme",
    "patient.switched": "switches to another participant",
    "access.unaligned": "was unaligned by CMS",
    "patient.died": "has died",
}
MEMBERS = ("facility", "reason", "complexity", "to", "track")
COMPLEXITIES: Mapping[str, str] = {"moderate": "Moderate: visit within 14 days", "high": "High: visit within 7 days"}


@dataclass(frozen=True, slots=True)
class Report:
    """The form as it was sent, or as it is first shown; ``seen`` is how long the history was when it was opened."""

    type: str = ""
    on: str = ""
    at: str = ""
    seen: str = ""
    members: Mapping[str, str] = field(default_factory=dict)

    @property
    def payload(self) -> dict[str, str]:
        """What the event type takes of what was filled in; other fields are out of sight when it is chosen."""
        taken = EVENTS[self.type].members if self.type in CHOICES else {}
        return {name: value for name, value in self.members.items() if value and name in taken}


@pages.get("/patients/<patient_id>/cases/<case_id>/report")
@allowed(WORKERS)
def report(patient_id: str, case_id: str) -> ResponseReturnValue:
    who, case = _about(patient_id, case_id)
    now = engine().clock.now().astimezone(engine().zone)
    asked = request.args.get("type", "")
    shown = Report(
        type=asked if asked in CHOICES else "",
        on=now.date().isoformat(),
        at=f"{now:%H:%M}",
        seen=str(case["history_length"]),
    )
    return _page(who, case, shown, {})


@pages.post("/patients/<patient_id>/cases/<case_id>/report")
@allowed(WORKERS)
def send_report(patient_id: str, case_id: str) -> ResponseReturnValue:
    """Delivers the event; a withdrawal or a death is asked about once more before it is."""
    who, case = _about(patient_id, case_id)
    sent = _sent()
    try:
        command = DeliverEvent(case_id, _type(sent), sent.payload, _instant(sent))
        if sent.type in GRAVE and request.form.get("sure") != "yes":
            return _ask_again(who, case, sent)
        # The form holds how long the history was when it was opened: sent twice, it happens once.
        key = f"{visitor().email}:report:{case_id}:{sent.seen}"
        outcome = engine().execute(command, actor=visitor().actor, key=key)
    except InvalidInput as error:
        return _page(who, case, sent, _by_field(error.errors), status=422)
    except KeyReused:
        words = "This form was sent before with other answers. Look at the patient’s story, then send it again."
        again = Report(sent.type, sent.on, sent.at, str(case["history_length"]), sent.members)
        return _page(who, case, again, {"type": words}, status=409)
    flash(_told(sent.type, outcome))
    return goes_to(url_for("pages.patient", patient_id=patient_id, case=case_id))


def _about(patient_id: str, case_id: str) -> tuple[RowMapping, RowMapping]:
    """The patient and the case; raises NotFound, and CaseClosed for a case to which nothing happens any more."""
    with engine().db.reading() as connection:
        who, case = patient_by_id(connection, patient_id), case_of(connection, patient_id, case_id)
    if case["closed_at"] is not None:
        raise CaseClosed(case_id, case["status"])
    return who, case


def _sent() -> Report:
    form = request.form
    members = {name: form.get(name, "").strip() for name in MEMBERS}
    type_, on, at, seen = (form.get(name, "").strip() for name in ("type", "on", "at", "seen"))
    return Report(type_, on, at, seen, members)


def _type(sent: Report) -> str:
    if sent.type not in CHOICES:
        raise InvalidInput({"type": "Choose what happened."})
    return sent.type


def _instant(sent: Report) -> datetime:
    """When it happened, in the organisation's zone; raises InvalidInput by field. Without a time: now, or noon."""
    now = engine().clock.now().astimezone(engine().zone)
    try:
        on = datetime.fromisoformat(sent.on).date() if sent.on else now.date()
    except ValueError as error:
        raise InvalidInput({"on": f"“{sent.on}” is not a date; write it as 2026-03-01."}) from error
    if on > now.date():
        raise InvalidInput({"on": f"That is in the future; today is {day(now.date())}."})
    try:
        at = time.fromisoformat(sent.at) if sent.at else None
    except ValueError as error:
        raise InvalidInput({"at": f"“{sent.at}” is not a time; write it as 14:30."}) from error
    if at is None:  # the minute, so that the form sent twice says the same twice
        at = now.time().replace(second=0, microsecond=0) if on == now.date() else time(12)
    happened = datetime.combine(on, at, engine().zone)
    if happened > now:
        raise InvalidInput({"at": f"That is in the future; it is {now:%H:%M} now."})
    return happened


def _by_field(errors: Mapping[str, str]) -> dict[str, str]:
    """The engine's errors under the form's fields, as sentences."""
    fields = {"occurred_at": "on", "payload": "type"}
    found = {fields.get(name, name.removeprefix("payload.")): words for name, words in errors.items()}
    return {name: words[:1].upper() + words[1:].rstrip(".") + "." for name, words in found.items()}


def _ask_again(who: RowMapping, case: RowMapping, sent: Report) -> ResponseReturnValue:
    with engine().db.reading() as connection:
        ending = open_tasks_of_case(connection, case["id"])
    return _page(who, case, sent, {}, ending=ending)


def _page(
    who: RowMapping,
    case: RowMapping,
    shown: Report,
    errors: Mapping[str, str],
    *,
    ending: object = None,
    status: int = 200,
) -> ResponseReturnValue:
    page = render_template(
        "pages/report_event.html",
        patient=who,
        case=case,
        report=shown,
        errors=errors,
        ending=ending,
        choices=CHOICES,
        grave=GRAVE,
        complexities=COMPLEXITIES,
    )
    return page, status


def _told(type_: str, outcome: Outcome) -> str:
    """What was recorded and what it led to, in words."""
    with engine().db.reading() as connection:
        opened = tasks_by_id(connection, list(outcome.tasks))
    words = [f"Recorded: {CHOICES[type_]}."]
    if opened:
        led_to = "; ".join(f"{row['title']} (due {day(row['due_on'])})" for row in opened)
        words.append(f"It led to: {led_to}.")
    if outcome.cancelled:
        words.append(f"{plural(len(outcome.cancelled), 'open task')} ended.")
    if not outcome.matched:
        words.append("Nothing in the pathway waits for it, so it led to nothing.")
    if outcome.status != "active":
        words.append(f"The case is now: {STATUS_WORDS[outcome.status]}.")
    return " ".join(words)
