"""One demo patient's way through care, by the commands that people and the clock give, one after the other."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any

from sqlalchemy import RowMapping, select

from care.calendars import BusinessCalendar, day_number, local_date
from cli.demo.answers import Moment, answers
from cli.demo.courses import Course, Story
from cli.demo.staff import CASE_MANAGER, DIRECTOR, Member
from cli.demo.stories import events_of
from engine.application import Engine
from engine.clock import SetClock
from engine.commands import WORKER, CompleteTask, DeliverEvent, FireTimers, LogAttempt, Outcome, StartCase
from engine.store.tables import cases
from engine.store.tasks import tasks_by_id

Act = Callable[[], Outcome | None]

# Forms that a patient answers: they come or they do not come.
_ANSWERED_BY_PATIENT = frozenset(
    {"baseline", "pain_checkin", "mood_checkin", "readings_check", "prom_milestone", "plateau_recheck", "end_of_period"}
)
# Forms that begin with a call.
_CHECK_INS = frozenset({"pain_checkin", "mood_checkin", "readings_check"})
_CALLS = _CHECK_INS | {"intake", "outreach", "transition_contact", "sdoh_screen", "sdoh_follow_up", "early_warning"}
_LATE_REASONS = (
    "Was on leave; a colleague had called on the day.",
    "The patient asked for another day.",
    "Two tries before the line was free.",
)
_CALENDAR = BusinessCalendar()
_BUSY_DAYS = timedelta(hours=40)


@dataclass
class Walk:
    """A patient's way from alignment to ``until``; ``run`` walks it and returns the case's id."""

    engine: Engine
    clock: SetClock
    patient_id: str
    track: str
    course: Course
    region: str
    aligned_on: date
    until: datetime
    chance: Random
    case_id: str = ""
    commands: int = 0
    _agenda: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _order: count[int] = field(default_factory=count)

    def run(self) -> str:
        """Start the case, then let happen what is due and what people do, in the order of time."""
        self.clock.instant = self._at(self.aligned_on, time(9, self.chance.randrange(5, 55)))
        assignee = CASE_MANAGER.email if self.chance.random() < 0.85 else None
        started = self.engine.execute(
            StartCase(self.patient_id, self.track, self.aligned_on, assignee), actor=CASE_MANAGER.actor
        )
        self.case_id = started.case_id
        self._follow(started)
        last_day = day_number(self.aligned_on, local_date(self.until, self.engine.zone))
        for event in events_of(self.course, self.track, last_day, self.chance):
            at = self._at(self.aligned_on + timedelta(days=event.day), event.time)
            self._plan(at, self._event(event.type, event.payload))
        while self._step():
            pass
        return self.case_id

    def _step(self) -> bool:
        """Let the earliest thing happen, a timer or what a person planned; False when that is in the future."""
        due = self._next_due()
        planned = self._agenda[0][0] if self._agenda else self.until
        if due is not None and due <= min(planned, self.until):
            self.clock.instant = due
            self._follow(self.engine.execute(FireTimers(self.case_id), actor=WORKER))
            return True
        if planned >= self.until:
            return False
        self.clock.instant, _, act = heapq.heappop(self._agenda)
        outcome = act()
        if outcome is not None:
            self._follow(outcome)
        return True

    # -- what people plan to do ---------------------------------------------------------------------------------------
    def _follow(self, outcome: Outcome) -> None:
        """Plan when each task that a command opened will be done, if ever."""
        self.commands += 1
        with self.engine.db.reading() as connection:
            opened = tasks_by_id(connection, outcome.tasks)
        for task in opened:
            if self._is_lost(task):
                self._plan_in_vain(task)
            elif self._is_answered(task):
                self._plan_done(task)

    def _is_lost(self, task: RowMapping) -> bool:
        since = day_number(self.aligned_on, local_date(self.clock.now(), self.engine.zone))
        gone = self.course.story is Story.LOST and since > 50
        return gone and task["form"] in _ANSWERED_BY_PATIENT | {"outreach"}

    def _is_answered(self, task: RowMapping) -> bool:
        if task["form"] == "baseline":
            return self.course.story not in (Story.SLOW_BASELINE, Story.NO_BASELINE)
        if task["form"] == "loss_of_contact":
            return self.chance.random() < 0.5  # one is decided, one waits for a decision
        if task["form"] not in _ANSWERED_BY_PATIENT:
            return True
        # Milestones are asked more than once, by reminder and by call.
        kept = self.course.adherence if task["form"] in _CHECK_INS else self.course.adherence**0.5
        return self.chance.random() < kept

    def _plan_done(self, task: RowMapping) -> None:
        at = self._done_at(task)
        if at > self.until - _BUSY_DAYS and self.course.story is not Story.RED_FLAG and self.chance.random() < 0.4:
            return  # left for today: the present is a busy morning
        if task["form"] in _CALLS and self.chance.random() < 0.15:
            self._plan(at - timedelta(hours=2), self._attempt(task["id"], "phone", "no_answer"))
            self._plan(at - timedelta(minutes=10), self._attempt(task["id"], "phone", "reached"))
        self._plan(at, self._complete(task["id"]))

    def _plan_in_vain(self, task: RowMapping) -> None:
        for days, channel in ((1, "phone"), (3, "sms")):
            at = self._at_work(self.clock.now() + timedelta(days=days))
            self._plan(at, self._attempt(task["id"], channel, "no_answer"))

    def _done_at(self, task: RowMapping) -> datetime:
        """When a person gets to it: most in time, one in six some days late; what is urgent within hours."""
        now = self.clock.now()
        if self.course.story is Story.RED_FLAG and task["form"] == "baseline":
            return self.until - timedelta(minutes=12)
        if self.course.story is Story.RED_FLAG and task["form"] == "intake":
            return self._at_work(now + timedelta(hours=2))
        if task["priority"] == "urgent":
            return self._at_work(now + timedelta(hours=self.chance.uniform(0.5, 5)))
        span = max((task["due_on"] - local_date(now, self.engine.zone)).days, 0)
        if task["kind"] == "pcp_update" and self.chance.random() < 0.97:
            span = max(span - 3, 0)  # its due day is CMS's last one: nobody plans for that
            return self._at_work(now + timedelta(days=self.chance.uniform(0, span), minutes=30))
        late = self.chance.random()
        days = self.chance.uniform(0, span) if late > 0.16 else span + self.chance.triangular(1, 5, 1.5)
        return self._at_work(now + timedelta(days=days, minutes=self.chance.uniform(10, 90)))

    # -- what they do -------------------------------------------------------------------------------------------------
    def _complete(self, task_id: str) -> Act:
        def act() -> Outcome | None:
            with self.engine.db.reading() as connection:
                (task,) = tasks_by_id(connection, [task_id])
                if task["status"] != "open":
                    return None
                schema = self.engine.task_schema(connection, dict(task))
            today = self.engine.today()
            moment = Moment(self.course, self.track, self.region, day_number(self.aligned_on, today), today)
            command = CompleteTask(
                task_id,
                answers(schema, task["form"], moment, self.chance),
                late_reason=self.chance.choice(_LATE_REASONS) if today > task["due_on"] else None,
            )
            return self.engine.execute(command, actor=_doer(task).actor)

        return act

    def _attempt(self, task_id: str, channel: str, outcome: str) -> Act:
        def act() -> Outcome | None:
            with self.engine.db.reading() as connection:
                (task,) = tasks_by_id(connection, [task_id])
            if task["status"] != "open":
                return None
            return self.engine.execute(LogAttempt(task_id, channel, outcome), actor=CASE_MANAGER.actor)

        return act

    def _event(self, type_: str, payload: dict[str, Any]) -> Act:
        def act() -> Outcome | None:
            if self._is_closed():
                return None
            command = DeliverEvent(self.case_id, type_, payload, self.clock.now())
            return self.engine.execute(command, actor=CASE_MANAGER.actor)

        return act

    # -- time ---------------------------------------------------------------------------------------------------------
    def _plan(self, at: datetime, act: Act) -> None:
        heapq.heappush(self._agenda, (max(at, self.clock.now()), next(self._order), act))

    def _next_due(self) -> datetime | None:
        query = select(cases.c.next_due).where(cases.c.id == self.case_id)
        with self.engine.db.reading() as connection:
            due: datetime | None = connection.execute(query).scalar_one()
        return due

    def _is_closed(self) -> bool:
        query = select(cases.c.closed_at).where(cases.c.id == self.case_id)
        with self.engine.db.reading() as connection:
            return connection.execute(query).scalar_one() is not None

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.engine.zone)

    def _at_work(self, instant: datetime) -> datetime:
        """The instant itself in office hours, else a moment of the next morning at work."""
        local = instant.astimezone(self.engine.zone)
        day = local.date()
        if _CALENDAR.is_business_day(day) and time(9) <= local.time() < time(17):
            return instant
        if local.time() >= time(9):
            day += timedelta(days=1)
        return self._at(_CALENDAR.add_business_days(day, 0), time(9, self.chance.randrange(5, 59)))


def _doer(task: RowMapping) -> Member:
    return DIRECTOR if task["role"] == "clinical_director" else CASE_MANAGER
