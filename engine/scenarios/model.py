"""What a scenario is: who the patient is, what happens when, and what must then be there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.scenarios.moments import Moment


@dataclass(frozen=True, slots=True)
class Tasks:
    """Some of a case's tasks: by element, by kind, or both."""

    elements: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    def holds(self, task: Mapping[str, Any]) -> bool:
        return task["element_id"] in self.elements or task["kind"] in self.kinds


@dataclass(frozen=True, slots=True)
class Policy:
    """Who works while nothing is told: everything is done but some tasks, or nothing is but some."""

    text: str
    everything: bool
    but: Tasks = Tasks()

    def does(self, task: Mapping[str, Any]) -> bool:
        return self.everything != self.but.holds(task)


@dataclass(frozen=True, slots=True)
class Patient:
    """The patient of a scenario; ``columns`` are those of the patient's row."""

    born: date
    columns: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Clause:
    """One line of `when` or `then`: where it stands, what it says, and the case it is about."""

    place: str
    text: str
    case: str | None


# -- what happens -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class AnswerTask(Clause):
    """A person completes a task; ``data`` are answers by field or by instrument."""

    element: str
    data: Mapping[str, Any]
    done_on: Moment | None
    late_reason: str | None


@dataclass(frozen=True, slots=True)
class Work(Clause):
    """People work through what is open, and what that leads to."""

    policy: Policy


@dataclass(frozen=True, slots=True)
class Event(Clause):
    """Something happens to the patient."""

    type: str
    payload: Mapping[str, Any]
    happened: Moment | None


@dataclass(frozen=True, slots=True)
class Measured(Clause):
    """Values are measured, one payload a day, the last of them now or when it ``happened``."""

    payloads: tuple[Mapping[str, Any], ...]
    happened: Moment | None


@dataclass(frozen=True, slots=True)
class Delivery(Clause):
    """The oldest care update that waits is delivered; or it cannot be, and ``error`` says why."""

    error: str | None


@dataclass(frozen=True, slots=True)
class Attempt(Clause):
    """Somebody tries to reach the patient for a task."""

    element: str
    outcome: str
    channel: str


@dataclass(frozen=True, slots=True)
class Pause(Clause):
    reason: str


@dataclass(frozen=True, slots=True)
class Resume(Clause):
    reason: str


@dataclass(frozen=True, slots=True)
class Close(Clause):
    """The case is closed by hand."""

    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class StartTrack(Clause):
    """The patient enters another track, or a further period; ``name`` is how later lines call that case."""

    track: str
    name: str
    aligned: Moment | None
    period: int
    follows: str | None


# -- what must be there -----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class TaskOpen(Clause):
    """A task of an element is open; ``exact`` are columns with their value, ``days`` with their day."""

    element: str
    exact: Mapping[str, str]
    days: Mapping[str, Moment]
    contains: Mapping[str, tuple[str, ...]]
    count: int | None


@dataclass(frozen=True, slots=True)
class OnlyTasks(Clause):
    """Exactly these tasks are open, one for each time that an element is named."""

    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoTask(Clause):
    """No such task is open."""

    tasks: Tasks


@dataclass(frozen=True, slots=True)
class Never(Clause):
    """No such task has ever been opened."""

    tasks: Tasks


@dataclass(frozen=True, slots=True)
class Appeared(Clause):
    """The tasks of an element have opened on these days and on no others."""

    element: str
    on: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Ended(Clause):
    """The last task of an element is done, or cancelled."""

    element: str
    status: str


@dataclass(frozen=True, slots=True)
class CaseIs(Clause):
    """The case has a status; it is closed, or it is not."""

    status: str | None
    closed: bool | None


@dataclass(frozen=True, slots=True)
class FactsAre(Clause):
    """Facts have these values; null is for one that is not known."""

    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EventTaken(Clause):
    """Whether anything waited for the last event."""

    taken: bool


@dataclass(frozen=True, slots=True)
class Recorded(Clause):
    """The record has an entry whose sentence holds a text, or it has none."""

    sentence: str
    there: bool


@dataclass(frozen=True, slots=True)
class Sent(Clause):
    """So much of an operation's outgoing work whose payload holds these values has been written."""

    operation: str
    payload: Mapping[str, Any]
    count: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """A moment, what happens at it and what must then be there. ``answers`` and ``meanwhile`` hold from here on."""

    place: str
    at: Moment | None
    answers: Mapping[str, Any]
    meanwhile: Policy | None
    when: tuple[Clause, ...]
    then: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story with an end that is checked. ``begins`` is the day on which the case is opened, at nine."""

    file: str
    title: str
    shows: str
    track: str
    patient: Patient
    begins: date
    aligned_on: date
    period: int
    answers: Mapping[str, Any]
    meanwhile: Policy
    steps: tuple[Step, ...]
    tracks: frozenset[str] = field(default_factory=frozenset)
