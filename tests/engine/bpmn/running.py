"""Walks one process through the engine's public door: a small case of facts, a calendar and a clock that tests move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from care.access import AccessRules
from care.calendars import BusinessCalendar, local_date
from engine.casework import Casework
from engine.computed import computed_names
from engine.definitions import Definition
from engine.environment import CaseEnvironment
from engine.library import Library
from engine.processes import RunningProcess, WaitingTask
from engine.scope import Scope, case_values
from engine.years import access_rules_in

MORNING = datetime(2026, 1, 13, 14, 0, tzinfo=UTC)  # a Tuesday, 9:00 in New York
ALIGNED = date(2026, 1, 13)
CASE = {"id": "c1", "track": "msk", "status": "active", "aligned_on": ALIGNED, "period": 1}
NEEDS_A_DATABASE = ("care_update.send", "case.follow_on", "deadline.missed")
PATIENT = {
    "name": "Ada Long",
    "birth_date": date(1950, 3, 1),
    "pcp": "Dr. Bell",
    "language": "en",
    "conditions": ["M54.50"],
}


@dataclass
class Facts:
    """What is known of the case, by name, and when each value was learnt."""

    values: dict[str, Any]
    learnt: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def record(self, name: str, value: Any, unit: str | None, effective_at: datetime, source: str) -> None:
        self.values[name] = value
        on = local_date(effective_at, ZoneInfo("America/New_York"))
        self.learnt.setdefault(name, []).append({"on": on, "value": value})

    def value(self, name: str) -> Any:
        return self.values.get(name)

    def readings(self, name: str) -> list[tuple[Any, date, str]]:
        return [(each["value"], each["on"], "device") for each in self.learnt.get(name, [])]


@dataclass
class SmallCase:
    """What `CaseEnvironment` asks of the casework of a command, without a database."""

    facts: Facts
    as_of: datetime = MORNING
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("America/New_York"))
    calendar: BusinessCalendar = field(default_factory=BusinessCalendar)
    patient: Mapping[str, Any] = field(default_factory=lambda: PATIENT)
    case: Mapping[str, Any] = field(default_factory=lambda: CASE)
    library: Library = field(default_factory=Library)
    notes: list[tuple[str, str | None, Mapping[str, Any]]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def rules(self) -> AccessRules:
        return access_rules_in(self.library.folder, self.case["aligned_on"])

    def scope(self) -> Scope:
        values = case_values(self.case, PATIENT, self.as_of, self.zone)
        computed = {**computed_names(cast("Casework", self)), "social_needs": dict}
        return Scope(values, self.facts.values.get, lambda name: self.facts.learnt.get(name, []), computed)

    def note(self, kind: str, summary: str, **entry: Any) -> None:
        self.notes.append((kind, entry["element_id"], entry["detail"]))

    def enqueue(self, operation: str, payload: Mapping[str, Any]) -> None:
        self.asked.append(operation)

    def raise_later(self, type_: str, payload: Mapping[str, Any]) -> None:
        self.asked.append(f"raise {type_}")

    def conclude(self, status: str, keep: str | None) -> None:
        self.asked.append(f"conclude {status}")

    def pause(self, keep: str | None) -> None:
        self.asked.append("pause")

    def resume(self) -> None:
        self.asked.append("resume")


class SmallEnvironment(CaseEnvironment):
    """Without a database what reads or writes one is only asked for."""

    def operate(self, token: Any) -> None:
        called = token.task_spec.extensions["operation"]
        if called.name not in NEEDS_A_DATABASE:
            return super().operate(token)
        cast("SmallCase", self.work).asked.append(called.name)
        for text in called.parameters.values():
            self.evaluate(token, text)
        return None


class Walk:
    """A process that is saved and loaded after every step; with ``kept`` it stays in memory and is never pruned."""

    def __init__(
        self,
        definition: Definition,
        message: str | None = None,
        *,
        event: Mapping[str, Any] | None = None,
        kept: bool = False,
        track: str = "msk",
        **facts: Any,
    ) -> None:
        """Starts it; a fact ``a__b`` is named a.b."""
        known = {name.replace("__", "."): value for name, value in facts.items()}
        self.definition, self.kept = definition, kept
        self.case = SmallCase(Facts(known), case={**CASE, "track": track})
        self.environment = SmallEnvironment(cast("Casework", self.case), definition, "p1", event)
        self.process = RunningProcess.begin(definition, self.environment, message)
        self._rest()

    # -- steps --------------------------------------------------------------------------------------------------------
    def do(self, *elements: str) -> Walk:
        """Somebody completes the oldest task of each element in turn."""
        for element in elements:
            found = next((t for t in self.tasks if t.element_id == element), None)
            assert found is not None, f"no task waits at {element}; there are {self.waiting}"
            self.do_token(found.token)
        return self

    def do_token(self, token: int) -> Walk:
        self.process.complete(token)
        return self._rest()

    def send(self, message: str) -> int:
        """An event is delivered; returns how many took it."""
        taken = self.process.deliver(message)
        self._rest()
        return taken

    def pass_days(self, days: float) -> Walk:
        """Time passes, and each timer fires as of its own instant."""
        target = self.case.as_of + timedelta(days=days)
        while (due := self.process.next_due()) is not None and due <= target:
            self.case.as_of = max(due, self.case.as_of)
            self.process.run_timers()
            self._rest()
        self.case.as_of = target
        return self

    def know(self, **facts: Any) -> Walk:
        self.case.facts.values.update({name.replace("__", "."): value for name, value in facts.items()})
        return self

    def _rest(self) -> Walk:
        if not self.kept and not self.process.ended:
            state = self.process.save()
            self.process = RunningProcess.load(self.definition, self.environment, state)
            assert self.process.save() == state, "what is loaded is not what was saved"
        return self

    # -- what there is ------------------------------------------------------------------------------------------------
    @property
    def tasks(self) -> list[WaitingTask]:
        return list(self.process.user_tasks())

    @property
    def waiting(self) -> list[str]:
        """The elements at which tasks wait, in order of name."""
        return sorted(task.element_id for task in self.tasks)

    @property
    def counters(self) -> list[int | None]:
        return [task.counter for task in self.tasks]

    @property
    def ended(self) -> bool:
        return self.process.ended

    @property
    def state(self) -> str:
        return self.process.save()

    def fact(self, name: str) -> Any:
        return self.case.facts.values.get(name)

    def learnt(self, name: str) -> list[Any]:
        """All values a fact has had, oldest first."""
        return [each["value"] for each in self.case.facts.learnt.get(name, [])]

    def due_in_days(self) -> float | None:
        due = self.process.next_due()
        return None if due is None else (due - self.case.as_of) / timedelta(days=1)


def walk(definition: Definition, message: str | None = None, **facts: Any) -> Walk:
    return Walk(definition, message, **facts)
