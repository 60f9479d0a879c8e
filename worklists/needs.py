"""The patient's social needs as a closed loop: what was found, what became of it, whether it was delivered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, and_, select

from care.calendars import local_date, start_of_day
from care.form_documents import FormField
from engine.library import Library
from engine.shared_facts import SharedFacts, series_of, shared_facts_in
from engine.store.cases import cases_of_patient
from engine.store.facts import COLUMNS, latest, when
from engine.store.history import completions
from engine.store.tables import facts, processes, tasks
from worklists.screens import INSTRUMENT, SCREENED, Screen, screen_of

NEED_PROCESS = "social_need"  # pathways/shared/social_need.bpmn: one for each need, started by `need.identified`
REFERRAL_FORM, IDENTIFIED = "sdoh_referral", "need.identified"
Tone = Literal["good", "late", "plain"]
# The states of the loop, as the diagram records them in `need.<need>.state`.
STATES: Mapping[str, tuple[str, Tone]] = {
    "identified": ("identified", "late"),
    "referred": ("referred", "plain"),
    "accepted": ("accepted, to be delivered", "plain"),
    "delivered": ("delivered ✓", "good"),
    "declined": ("declined by the patient", "plain"),
    "unable": ("not met, nobody can offer it", "plain"),
}
_OPEN = ("identified", "referred", "accepted")


@dataclass(frozen=True, slots=True)
class Step:
    """A state that a need was in, and the local day on which it was reached (None: found, and nothing begun)."""

    words: str
    on: date | None


@dataclass(frozen=True, slots=True)
class NeedTask:
    """An open task about a need."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Need:
    """A need and where it stands: ``now`` after the ``earlier`` states; when the patient is asked about it again."""

    title: str
    now: Step
    tone: Tone
    earlier: tuple[Step, ...]
    z_code: str | None
    tasks: tuple[NeedTask, ...]
    asked_on: date | None
    is_left_open: bool


@dataclass(frozen=True, slots=True)
class Needs:
    """The last screen, and each need that was ever found, those that wait for something first."""

    screen: Screen
    found: tuple[Need, ...]


def needs(connection: Connection, library: Library, case: RowMapping, zone: ZoneInfo, today: date) -> Needs:
    """The screen as a case sees it, and the needs of the patient, whichever of their cases found them."""
    cases = [each["id"] for each in cases_of_patient(connection, case["patient_id"])]
    running = _running(connection, cases)
    recorded = _recorded(connection, cases)
    referrals = _referrals(connection, case["patient_id"], cases)
    titles = need_titles(library)
    has_codes = any("z_code" in each for each in recorded.values())
    codes = _code_labels(connection, library, case["track"], start_of_day(today, zone)) if has_codes else {}
    found = [
        _need(titles.get(name, name.capitalize()), rows, running.get(name, []), referrals, codes, zone)
        for name, rows in recorded.items()
        if "state" in rows
    ]
    shared = shared_facts_in(library.folder)
    not_begun = [name for name in _last_found(connection, case, zone, shared) if name not in recorded]
    found += [_not_begun(connection, case, titles.get(name, name.capitalize()), zone, shared) for name in not_begun]
    screen = screen_of(connection, library, case, zone, today)
    return Needs(screen, tuple(sorted(found, key=lambda need: (not need.tasks, need.tone != "late"))))


def need_titles(library: Library) -> dict[str, str]:
    """What each need is called: by its name in facts and events."""
    return {each.name: each.title for each in library.instruments()[INSTRUMENT].scoring.domains}


def _need(
    title: str,
    rows: Mapping[str, Sequence[RowMapping]],
    running: Sequence[Mapping[str, Any]],
    referrals: Mapping[tuple[str, int], Mapping[str, Any]],
    codes: Mapping[str, str],
    zone: ZoneInfo,
) -> Need:
    states = rows["state"]
    *earlier, now = [_step(row, referrals.get((row["case_id"], row["command"]), {}), zone) for row in states]
    last = str(states[-1]["value"])
    code = next((str(row["value"]) for row in reversed(rows.get("z_code", ())) if row["value"]), None)
    asks = [local_date(row["next_due"], zone) for row in running if row["next_due"] is not None]
    return Need(
        title=title,
        now=now,
        tone=STATES.get(last, (last, "plain"))[1],
        earlier=tuple(earlier),
        z_code=code if code is None else codes.get(code, code),
        tasks=tuple(NeedTask(row["task_id"], row["task_title"]) for row in running if row["task_id"] is not None),
        asked_on=min(asks, default=None),
        is_left_open=last in _OPEN and not running,
    )


def _step(row: RowMapping, referral: Mapping[str, Any], zone: ZoneInfo) -> Step:
    """A state in words; one that a referral brought says to whom, and its true day where it was told later."""
    words = STATES.get(str(row["value"]), (str(row["value"]), "plain"))[0]
    on = referral.get("occurred_on")
    to = referral.get("data", {}).get("referred_to")
    if row["value"] == "referred" and to:
        words = f"{words} to {to}"
    return Step(words, date.fromisoformat(on) if on else local_date(row["effective_at"], zone))


def _not_begun(connection: Connection, case: RowMapping, title: str, zone: ZoneInfo, shared: SharedFacts) -> Need:
    """A need that the screen found and that no process looks after: no help was wanted, or it has not begun yet."""
    screen = series_of(connection, dict(case), SCREENED, zone, shared)[-1]
    wanted = latest(connection, screen["case_id"], "sdoh.wants_help")
    refused = wanted is not None and wanted["value"] == "no"
    step = Step("found, no help wanted then" if refused else "found", local_date(screen["effective_at"], zone))
    return Need(title, step, "plain" if refused else "late", (), None, (), None, is_left_open=False)


def _last_found(connection: Connection, case: RowMapping, zone: ZoneInfo, shared: SharedFacts) -> list[str]:
    found = series_of(connection, dict(case), f"{INSTRUMENT}.needs", zone, shared)
    asked = series_of(connection, dict(case), SCREENED, zone, shared)
    return list(found[-1]["value"]) if found and asked else []


def _recorded(connection: Connection, cases: Sequence[str]) -> dict[str, dict[str, list[RowMapping]]]:
    """What is recorded of each need, in the order it was true: its `state` and its `z_code`. Primary key of facts."""
    query = select(*COLUMNS).where(facts.c.case_id.in_(cases), facts.c.name.startswith("need.", autoescape=True))
    found: dict[str, dict[str, list[RowMapping]]] = {}
    for row in sorted(connection.execute(query).mappings(), key=lambda row: when(dict(row))):
        _, name, what = row["name"].split(".", 2)
        found.setdefault(name, {}).setdefault(what, []).append(row)
    return found


def _running(connection: Connection, cases: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """By need: its running processes, with their open tasks. Indexes ix_processes_running, ix_tasks_process."""
    is_theirs = and_(tasks.c.process_id == processes.c.id, tasks.c.status == "open")
    query = (
        select(processes.c.event, processes.c.next_due, tasks.c.id.label("task_id"), tasks.c.title.label("task_title"))
        .join_from(processes, tasks, is_theirs, isouter=True)
        .where(processes.c.case_id.in_(cases), processes.c.status == "active", processes.c.definition == NEED_PROCESS)
        .order_by(processes.c.started_at, processes.c.id, tasks.c.id)
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(str((row["event"] or {}).get("reason")), []).append(dict(row))
    return found


def _referrals(
    connection: Connection, patient_id: str, cases: Sequence[str]
) -> dict[tuple[str, int], Mapping[str, Any]]:
    """What each referral answered, by its case and command: facts of one name are shared by all needs, answers not.

    Index ix_tasks_patient, and the history by its primary key.
    """
    asked = select(tasks.c.id).where(
        tasks.c.patient_id == patient_id, tasks.c.form == REFERRAL_FORM, tasks.c.status == "done"
    )
    done = completions(connection, cases, asked)
    return {(each["case_id"], each["command"]): json.loads(each["detail"]) for each in done}


def _code_labels(connection: Connection, library: Library, track: str, at: datetime) -> dict[str, str]:
    """The Z codes that the referral form offers, each with its words."""
    forms = [each.forms.get(REFERRAL_FORM) for each in library.started_by(connection, IDENTIFIED, track, at)]
    fields = [each for form in forms if form is not None for each in form.fields]
    return {
        str(option.value): option.label
        for each in fields
        if isinstance(each, FormField) and each.fact.endswith(".z_code")
        for option in each.options
    }
