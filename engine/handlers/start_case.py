"""A patient is enrolled in a track: the case is made and its pathway begins."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from care.alignment import Alignment
from care.calendars import local_date
from engine.bpmn.extension import TRACKS
from engine.casework import Casework
from engine.clock import Clock
from engine.commands import Actor, StartCase
from engine.eligibility import foretold
from engine.errors import InvalidInput, NotFound, Refused
from engine.library import Library
from engine.observer import Observer
from engine.store import cases as store
from engine.store.organisations import sees
from engine.store.patients import locked_patient
from engine.store.people import user
from engine.years import access_rules_in

OLDEST = timedelta(days=425)  # the end-of-period report closes on day 425 (CMS ACCESS IG, reporting windows)


def start(
    connection: Connection,
    command: StartCase,
    *,
    actor: Actor,
    clock: Clock,
    zone: ZoneInfo,
    library: Library,
    observer: Observer | None = None,
) -> Casework:
    """Lock the patient, make the case and run its pathway to its first waits; the caller flushes."""
    patient = locked_patient(connection, command.patient_id)
    now = clock.now()
    today = local_date(now, zone)
    aligned_on = command.aligned_on or today
    assignee = _check(connection, command, aligned_on, today, patient["organisation"])
    _refuse_beside(connection, patient["id"], command, access_rules_in(library.folder, aligned_on).alignment)
    try:
        definition = library.of_track(connection, command.track, now)
    except NotFound as error:
        raise Refused(
            f"no pathway is published for track '{command.track}'; run 'throughline db upgrade' or publish "
            "one with 'throughline pathways publish'"
        ) from error
    number = store.case_count_of(connection, patient["id"], command.track) + 1
    case_id = f"{patient['id']}-{command.track}-{number}"
    row = store.new_case_row(
        case_id,
        patient["id"],
        command.track,
        definition.hash,
        aligned_on,
        now,
        assignee,
        command.period,
        command.follows,
    )
    store.add_case(connection, row)
    work = Casework(connection, row, actor, now, zone, library, observer)
    work.note(
        "case.started",
        f"Enrolled in {definition.settings.title}, aligned on {aligned_on:%a %-d %b %Y}",
        version=definition.hash,
        detail={
            "track": command.track,
            "aligned_on": aligned_on,
            "period": command.period,
            "follows": command.follows,
            "eligibility": asdict(foretold(work)),
        },
    )
    work.begin(definition, None, None)
    return work


def _refuse_beside(connection: Connection, patient_id: str, command: StartCase, rules: Alignment) -> None:
    """Refuse a second open case of a track, and one of a track that an open case excludes (eCKM and CKM).

    The period that a case follows may still be open: its last report has time until day 425.
    """
    track = command.track
    beside = [
        each
        for each in store.cases_of_patient(connection, patient_id)
        if each["closed_at"] is None and (each["id"], each["period"]) != (command.follows, command.period - 1)
    ]
    if any(each["track"] == track for each in beside):
        raise Refused(f"patient '{patient_id}' already has an open {track} case; close it first")
    for each in beside:
        reason = rules.may_align(track, [each["track"]])
        if reason is not None:
            told = f"patient '{patient_id}' cannot start {track}: {reason.rstrip('.')}"
            raise Refused(f"{told}; close case '{each['id']}' as switched or unaligned first")


def _check(
    connection: Connection, command: StartCase, aligned_on: date, today: date, organisation: str
) -> str | None:
    """The assignee's email as the user has it; raises InvalidInput by field."""
    errors: dict[str, str] = {}
    assignee = None
    if command.track not in TRACKS:
        errors["track"] = f"choose one of {', '.join(TRACKS)}"
    if aligned_on > today:
        errors["aligned_on"] = f"{aligned_on} is in the future; today is {today}"
    elif aligned_on < today - OLDEST:
        errors["aligned_on"] = f"{aligned_on} is more than {OLDEST.days} days ago: its last report has closed"
    if command.period < 1:
        errors["period"] = "1 is the initial period, 2 and above are follow-on periods"
    if command.assignee is not None:
        try:
            found = user(connection, command.assignee)
            if not sees(found, organisation):
                raise NotFound("user", command.assignee)
            assignee = str(found["email"])
        except NotFound as error:
            errors["assignee"] = error.message
    if errors:
        raise InvalidInput(errors)
    return assignee
