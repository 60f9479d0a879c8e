"""What is done in a case, as values: each act has its day, its idempotency key and the call that does it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from cli.demo.courses import Story
from cli.demo.staff import CASE_MANAGER, DIRECTOR, Member
from tests.soak.people import AFTERNOON, MORNING, ZONE, Person

# Forms that a patient answers: they come or they do not come.
_ANSWERED_BY_PATIENT = frozenset(
    {"baseline", "pain_checkin", "mood_checkin", "readings_check", "prom_milestone", "plateau_recheck", "end_of_period"}
)
_CALLS = frozenset({"pain_checkin", "mood_checkin", "intake", "outreach", "transition_contact", "sdoh_screen"})
_LATE = "Was on leave; a colleague had called on the day."


@dataclass(frozen=True, slots=True)
class Act:
    """One POST to ``path``, from an instant on; that of a completion asks for the task's form first."""

    at: datetime
    key: str
    path: str
    by: Member
    body: dict[str, Any] = field(default_factory=dict)
    task: Mapping[str, Any] | None = None

    @property
    def kind(self) -> str:
        return self.path.rsplit("/", 1)[-1]


def beginning(person: Person) -> Iterator[Act]:
    """The patient is added on the day of alignment, and enrolled in each track."""
    at = datetime.combine(person.aligned_on, MORNING, ZONE)
    for track, case in zip(person.course.tracks, person.cases, strict=True):
        body = {"patient_id": person.id, "track": track, "aligned_on": person.aligned_on.isoformat()}
        yield Act(at, f"{case}:start", "/cases", CASE_MANAGER, body | {"assignee": _assignee(case)})


def happening(person: Person) -> Iterator[Act]:
    """What happens to the patient, told at the first opportunity after it happened."""
    for track, case in zip(person.course.tracks, person.cases, strict=True):
        for number, event in enumerate(person.events[track]):
            day = person.aligned_on + timedelta(days=event.day)
            at = datetime.combine(day, event.time, ZONE)
            body = {"type": event.type, "payload": event.payload, "occurred_at": at.isoformat()}
            yield Act(at, f"{case}:event:{number}", f"/cases/{case}/events", CASE_MANAGER, body)


def work_on(task: Mapping[str, Any], person: Person, today: date, seed: int) -> list[Act]:
    """What people will do with a task that is first seen today, if anything; the seed and its id decide."""
    chance = Random(f"{seed} {task['id']}")
    by = DIRECTOR if task["role"] == "clinical_director" else CASE_MANAGER
    path = f"/tasks/{task['id']}"
    if not _is_answered(task, person, today, chance):
        outcome = {"channel": "phone", "outcome": "no_answer"}
        return [_act(task, path, "attempts", today + timedelta(days=1), by, chance, outcome)]
    done_on = _done_on(task, today, chance)
    acts = list(_before(task, path, today, done_on, by, chance))
    last = max((act.at for act in acts), default=datetime.min.replace(tzinfo=ZONE))
    done = _act(task, path, "complete", done_on, by, chance, {}, task)
    return [*acts, done if done.at >= last else Act(last, done.key, done.path, by, {}, task)]


def _before(
    task: Mapping[str, Any], path: str, today: date, done_on: date, by: Member, chance: Random
) -> Iterator[Act]:
    """Claims, hand-overs, tasks put off and calls that nobody answers."""
    if task["assignee"] is None and chance.random() < 0.5:
        yield _act(task, path, "claim", today, by, chance, {})
    elif chance.random() < 0.1:
        yield _act(task, path, "assign", today, CASE_MANAGER, chance, {"assignee": DIRECTOR.email})
    elif chance.random() < 0.05:
        yield _act(task, path, "release", today, by, chance, {})
    if (done_on - today).days > 3 and task["priority"] != "urgent" and chance.random() < 0.3:
        body = {"until": (today + timedelta(days=2)).isoformat(), "reason": "Asked to be called later."}
        yield _act(task, path, "snooze", today, by, chance, body)
    if task["form"] in _CALLS and chance.random() < 0.2:
        yield _act(task, path, "attempts", done_on, by, chance, {"channel": "phone", "outcome": "reached"})


def _act(
    task: Mapping[str, Any],
    path: str,
    kind: str,
    day: date,
    by: Member,
    chance: Random,
    body: dict[str, Any],
    of: Mapping[str, Any] | None = None,
) -> Act:
    hour: time = MORNING if kind == "snooze" or chance.random() < 0.7 else AFTERNOON
    return Act(datetime.combine(day, hour, ZONE), f"{task['id']}:{kind}", f"{path}/{kind}", by, body, of)


def lateness(task: Mapping[str, Any], today: date) -> dict[str, str]:
    """The reason that a completion after its day needs."""
    return {"late_reason": _LATE} if today > date.fromisoformat(task["due_on"]) else {}


def _is_answered(task: Mapping[str, Any], person: Person, today: date, chance: Random) -> bool:
    course, form = person.course, task["form"]
    lost = course.story is Story.LOST and (today - person.aligned_on).days > 50
    if lost and form in _ANSWERED_BY_PATIENT | {"outreach"}:
        return False
    if form == "baseline" and course.story in (Story.SLOW_BASELINE, Story.NO_BASELINE):
        return False
    return form not in _ANSWERED_BY_PATIENT or chance.random() < course.adherence


def _done_on(task: Mapping[str, Any], today: date, chance: Random) -> date:
    """Most in time, one in seven some days late; what is urgent at once."""
    span = max((date.fromisoformat(task["due_on"]) - today).days, 0)
    if task["priority"] == "urgent":
        return today
    days = chance.randint(0, span) if chance.random() < 0.86 else span + chance.randint(1, 4)
    return today + timedelta(days=days)


def _assignee(case: str) -> str | None:
    return CASE_MANAGER.email if Random(case).random() < 0.8 else None
