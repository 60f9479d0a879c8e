"""What becomes of a case of the small pathway, said once more in a few lines: nothing here asks the engine."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/Phoenix")  # no clock changes: a day has 24 hours
DAY = timedelta(days=1)
AGAIN, ENOUGH = "again", "enough"
ADMITTED, DISCHARGED, VISITED = "transition.admitted", "transition.discharged", "transition.ed_visit"


class Refusal(Exception):
    """The engine must refuse this, and nothing may have happened."""


@dataclass
class Task:
    """What a person sees of a task."""

    element: str
    opens_on: date
    status: str = "open"
    assignee: str | None = None
    snoozed_until: date | None = None

    def end(self, status: str) -> None:
        self.status = status
        if status == "done":
            self.snoozed_until = None


@dataclass
class Timer:
    """When it fires, and how often again."""

    due: datetime
    every: timedelta | None = None


@dataclass
class Process:
    """A running diagram: what it waits for, and what is left of its branches."""

    branches: set[str]
    timers: dict[str, Timer]
    tasks: list[Task] = field(default_factory=list)
    is_paused: bool = False
    is_ended: bool = False

    def open(self, element: str, at: datetime) -> None:
        self.tasks.append(Task(element, at.astimezone(ZONE).date()))

    def waiting(self, *elements: str) -> list[Task]:
        return [task for task in self.tasks if task.status == "open" and (not elements or task.element in elements)]

    def end(self, *elements: str) -> None:
        for task in self.waiting(*elements):
            task.end("cancelled")

    def stop(self) -> None:
        self.end()
        self.timers.clear()
        self.is_ended = True

    def due(self) -> datetime | None:
        return None if self.is_paused else min((timer.due for timer in self.timers.values()), default=None)

    def fire(self, at: datetime) -> None:
        """Whatever is due by an instant, as of it."""
        for name, timer in sorted(self.timers.items(), key=lambda each: each[1].due):
            if timer.due > at or name not in self.timers:
                continue
            if timer.every is None:
                del self.timers[name]
            else:
                timer.due += timer.every
            self.fired(name, at)

    def fired(self, name: str, at: datetime) -> None:
        if name == "rest":
            self.open("ask", at)
            self.open("ask", at)
        elif name == "over":
            self.end("look")
            self.open("chase", at)
        elif name == "every":
            self.open("remind", at)
        else:
            self.open("phone", at)

    def complete(self, task: Task, note: str, now: datetime) -> None:
        task.end("done")
        if task.element == "ask" and not self.waiting("ask"):
            if note == AGAIN:
                self.timers["rest"] = Timer(now + 3 * DAY)
            else:
                self.branches.discard("ask")
        elif task.element in ("look", "chase"):
            self.timers.pop("over", None)
            self.timers.pop("every", None)
            self.branches.discard("visit")
        elif task.element in ("call", "phone"):
            self.branches.discard({"call": "hear", "phone": "phone"}[task.element])
        if not self.branches and not self.waiting():
            self.stop()

    def release(self, now: datetime) -> None:
        """Single timers that fell due in the pause fire, cycles skip it."""
        self.is_paused = False
        for timer in self.timers.values():
            while timer.every is not None and timer.due < now:
                timer.due += timer.every
            timer.due = max(timer.due, now)


@dataclass
class Case:
    """A case by what its caller sees of it; ``last`` is the instant of its last entry."""

    last: datetime
    oldest: date  # day of an event that is taken
    processes: list[Process] = field(default_factory=list)
    status: str = "active"
    is_closed: bool = False
    hears: bool = True  # of an admission
    commands: int = 1
    updates: int = 0  # to the PCP
    delivered: int = 0

    @classmethod
    def started(cls, now: datetime) -> Case:
        timers = {"over": Timer(now + 5 * DAY), "every": Timer(now + 4 * DAY, 4 * DAY)}
        main = Process({"ask", "visit", "hear"}, timers)
        for element in ("ask", "ask", "look"):
            main.open(element, now)
        return cls(now, now.astimezone(ZONE).date() - 30 * DAY, [main])

    # -- what is seen -------------------------------------------------------------------------------------------------
    def tasks(self) -> list[Task]:
        return [task for process in self.processes for task in process.tasks]

    def next_due(self) -> datetime | None:
        return min((due for process in self.processes if (due := process.due()) is not None), default=None)

    # -- what happens -------------------------------------------------------------------------------------------------
    def copy(self) -> Case:
        return deepcopy(self)

    def now(self, clock: datetime) -> datetime:
        """A clock that went back does not write the past."""
        return max(clock, self.last)

    def caught_up(self, clock: datetime) -> datetime:
        """A command begins: what is due happens first; the instant of the command."""
        now = self.now(clock)
        while (due := self.next_due()) is not None and due <= now:
            self.last = now
            for process in self.processes:
                if (its := process.due()) is not None and its <= due:
                    process.fire(due)
        self.commands += 1
        return now

    def settled(self) -> None:
        if not self.is_closed and all(process.is_ended for process in self.processes):
            self.status, self.is_closed = "completed", True

    def tick(self, clock: datetime) -> None:
        if (due := self.next_due()) is not None and due <= clock:
            self.caught_up(clock)
            self.settled()

    def place_of(self, task: Task) -> tuple[int, int]:
        """The number of its process, and its own there: more may have opened when it comes to be done."""
        return next((n, p.tasks.index(task)) for n, p in enumerate(self.processes) if any(task is t for t in p.tasks))

    def open_task(self, place: tuple[int, int]) -> tuple[Process, Task]:
        """The task at a place; the engine refuses what has ended."""
        process = self.processes[place[0]]
        task = process.tasks[place[1]]
        if task.status != "open":
            raise Refusal
        return process, task

    def complete(self, clock: datetime, place: tuple[int, int], note: str) -> None:
        now = self.caught_up(clock)
        process, task = self.open_task(place)
        if note not in (AGAIN, ENOUGH):
            raise Refusal
        process.complete(task, note, now)
        self.last = now
        self.settled()

    def give(self, clock: datetime, place: tuple[int, int], to: str | None) -> None:
        now = self.caught_up(clock)
        _, task = self.open_task(place)
        if task.assignee != to:
            task.assignee, self.last = to, now

    def claim(self, clock: datetime, place: tuple[int, int], by: str) -> None:
        now = self.caught_up(clock)
        _, task = self.open_task(place)
        if task.assignee not in (None, by):
            raise Refusal
        if task.assignee is None:
            task.assignee, self.last = by, now

    def snooze(self, clock: datetime, place: tuple[int, int], until: date) -> None:
        now = self.caught_up(clock)
        _, task = self.open_task(place)
        today = now.astimezone(ZONE).date()
        if not today < until <= today + 30 * DAY:
            raise Refusal
        task.snoozed_until, self.last = until, now

    def happen(self, clock: datetime, type_: str, occurred_at: datetime | None) -> bool:
        now = self.caught_up(clock)
        if self.is_closed or all(process.is_ended for process in self.processes):
            raise Refusal
        at = occurred_at or now
        if at > now or at.astimezone(ZONE).date() < self.oldest:
            raise Refusal
        self.last = now
        return {ADMITTED: self._admitted, DISCHARGED: self._discharged, VISITED: self._visited}[type_](now)

    def _admitted(self, now: datetime) -> bool:
        if not self.hears:
            return False
        self.hears = False
        self.updates += 1
        self.processes[0].open("call", now)
        return True

    def _discharged(self, now: datetime) -> bool:
        taking = [process for process in self.processes[1:] if process.waiting("phone")]
        for process in taking:
            process.stop()
        self.settled()
        return bool(taking)

    def _visited(self, now: datetime) -> bool:
        self.processes.append(Process({"phone"}, {"wait": Timer(now + DAY)}))
        return True

    def pause(self, clock: datetime) -> bool:
        now = self._acted(clock)
        matched = self.status == "active"
        if matched:
            self.status = "paused"
            for process in self.processes:
                process.is_paused = not process.is_ended
        self.last = now
        return matched

    def resume(self, clock: datetime) -> bool:
        now = self._acted(clock)
        matched = self.status == "paused"
        if matched:
            self.status = "active"
            for process in self.processes:
                if process.is_paused:
                    process.release(now)
        self.last = now
        return matched

    def close(self, clock: datetime, status: str) -> None:
        if self.is_closed:
            raise Refusal
        self.last = self.now(clock)
        self.commands += 1
        for process in self.processes:
            process.stop()
        self.status, self.is_closed = status, True

    def deliver(self, clock: datetime) -> None:
        """The note that an update has arrived: taken by a closed case, too."""
        self.last = self.caught_up(clock)
        self.delivered += 1
        self.settled()

    def _acted(self, clock: datetime) -> datetime:
        now = self.caught_up(clock)
        if self.is_closed:
            raise Refusal
        return now
