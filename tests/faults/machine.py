"""Does to a small installation whatever Hypothesis draws, and compares it with the model after every step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import astuple, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from engine.casework import Casework
from engine.clock import SetClock
from engine.commands import (
    Actor,
    AnyCommand,
    AssignTask,
    ClaimTask,
    CloseCase,
    CompleteTask,
    DeliverEvent,
    Outcome,
    PauseCase,
    ResumeCase,
    SnoozeTask,
    StartCase,
)
from engine.errors import InvalidInput, KeyReused, Refused
from engine.outgoing.delivery import deliver_outgoing
from engine.store.cases import locked_case
from engine.store.database import Database
from engine.store.tables import commands, history
from tests.conftest import MORNING
from tests.engine import builders
from tests.engine.builders import DANA, LEE
from tests.engine.updates import Postbox
from tests.faults.crashes import Crash, crashing
from tests.faults.model import ADMITTED, AGAIN, DAY, DISCHARGED, ENOUGH, VISITED, ZONE, Case, Refusal
from tests.faults.small_pathway import PATIENTS, Small

HOUR = timedelta(hours=1)
TOO_LONG = "x" * 101
numbers = st.integers(0, 30)
people = st.sampled_from([DANA, LEE])
ACTS = (
    *["complete"] * 5,
    *["something_happens"] * 3,
    *["assign", "claim", "a_break"] * 2,
    *["claim", "snooze", "pause", "resume", "close"],
)
acts, details = st.sampled_from(ACTS), st.integers(0, 39)
crash_points = st.one_of(st.integers(1, 12), st.sampled_from(["before", "after"]))


@dataclass(frozen=True)
class Place:
    """Where each run begins: a database of its own with the pathway published; ``seen`` counts what was done."""

    small: Small
    database: Callable[[], AbstractContextManager[Database]]
    folder: Path
    seen: Counter[str] = field(default_factory=Counter)


class Patients(RuleBasedStateMachine):
    """Three patients, two people, one clock that goes where it is told to, and a process that crashes."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place, self.clock, self.ends = place, SetClock(MORNING), ExitStack()
        db = self.ends.enter_context(place.database())
        place.small.put_into(db)
        self.url, self.postbox = db.url, Postbox()
        self.model: dict[str, Case] = {}
        self.keys: dict[str, tuple[AnyCommand, Outcome]] = {}
        self.lengths: dict[str, int] = {}
        self.crash_at: str | int | None = None
        self.touched: set[str] = set()
        self.engine = place.small.engine(db, self.clock, place.folder)

    def teardown(self) -> None:
        self.engine.db.dispose()
        self.ends.close()

    # -- time and crashes ---------------------------------------------------------------------------------------------
    @rule(hours=st.sampled_from([1, 23, 24, 48, 72, 96, 120, 240, -1, -24, -720, 8760]))
    def time_passes(self, hours: int) -> None:
        """Or the clock jumps: back, or a year ahead."""
        self.clock.instant += hours * HOUR
        self.place.seen["jumps"] += abs(hours) > 240 or hours < 0

    @rule()
    def the_process_starts_again(self) -> None:
        """Nothing is carried over but the database and the compiled versions."""
        self.engine.db.dispose()
        self.engine = self.place.small.engine(Database(self.url), self.clock, self.place.folder)

    # -- commands -----------------------------------------------------------------------------------------------------
    @initialize()
    def somebody_is_enrolled(self) -> None:
        self.enrol(1)

    @precondition(lambda self: len(self.model) < PATIENTS)
    @rule(patient=st.integers(1, PATIENTS))
    def enrol(self, patient: int) -> None:
        case_id = f"p{patient}-bh-1"
        known = self.model.get(case_id)
        if known is not None and known.is_closed:
            return

        def begun(_: Case) -> None:
            if known is not None:
                raise Refusal

        self.do(StartCase(f"p{patient}", "bh"), case_id, begun)

    @rule(act=acts, number=numbers, by=people, later=st.sampled_from([0, 0, 24, 72]), detail=details)
    def somebody_acts(self, act: str, number: int, by: Actor, later: int, detail: int) -> None:
        """One rule for all of them, so that no run leaves most of them out."""
        self.clock.instant += later * HOUR
        getattr(self, act)(self.a_case(number), number // len(self.model), by, detail)

    @rule(act=acts, number=numbers, by=people, detail=details, where=crash_points)
    def somebody_is_cut_off(self, act: str, number: int, by: Actor, detail: int, where: str | int) -> None:
        self.crash_at = where
        self.somebody_acts(act, number, by, 0, detail)
        self.crash_at = None

    def complete(self, case_id: str, number: int, by: Actor, detail: int) -> None:
        place, task_id = self.a_task(case_id, number)
        note = (AGAIN, ENOUGH, ENOUGH, TOO_LONG)[detail % 4]
        key = f"{task_id}-{note}" if detail > 19 else None
        command = CompleteTask(task_id, {"note": note})
        self.do(command, case_id, lambda it: it.complete(self.clock.instant, place, note), by, key)

    def assign(self, case_id: str, number: int, by: Actor, detail: int) -> None:
        (place, task_id), to = self.a_task(case_id, number), (DANA.id, LEE.id, None)[detail % 3]
        self.do(AssignTask(task_id, to), case_id, lambda it: it.give(self.clock.instant, place, to), by)

    def claim(self, case_id: str, number: int, by: Actor, detail: int) -> None:
        place, task_id = self.a_task(case_id, number)
        self.do(ClaimTask(task_id), case_id, lambda it: it.claim(self.clock.instant, place, by.id), by)

    def snooze(self, case_id: str, number: int, by: Actor, detail: int) -> None:
        place, task_id = self.a_task(case_id, number)
        until = self.clock.instant.astimezone(ZONE).date() + (detail - 4) * DAY
        command = SnoozeTask(task_id, until, "away")
        self.do(command, case_id, lambda it: it.snooze(self.clock.instant, place, until), by)

    def something_happens(self, case_id: str, number: int, by: Actor, detail: int) -> None:
        """Told in any order, and more than once."""
        type_, ago = (ADMITTED, DISCHARGED, VISITED)[number % 3], (None, 0, 1, 200, -1)[detail % 5]
        at = None if ago is None else self.clock.instant - ago * HOUR
        key = f"{case_id}-{type_}-{at}" if detail > 19 and at else None
        command = DeliverEvent(case_id, type_, {}, at)
        self.do(command, case_id, lambda it: it.happen(self.clock.instant, type_, at), by, key)

    def pause(self, case_id: str, number: int, by: Actor, detail: int) -> None:
        self.do(PauseCase(case_id), case_id, lambda it: it.pause(self.clock.instant), by)

    def resume(self, case_id: str, number: int, by: Actor, detail: int) -> None:
        self.do(ResumeCase(case_id), case_id, lambda it: it.resume(self.clock.instant), by)

    def a_break(self, case_id: str, number: int, by: Actor, detail: int) -> None:
        """Some days of it, so that timers fall due meanwhile."""
        self.pause(case_id, number, by, detail)
        self.clock.instant += 8 * detail * HOUR
        self.resume(case_id, number, by, detail)

    def close(self, case_id: str, number: int, by: Actor, detail: int) -> None:
        if detail < 10:  # else most runs would soon be over
            command = CloseCase(case_id, "lost", "moved away")
            self.do(command, case_id, lambda it: it.close(self.clock.instant, "lost"), by)

    @precondition(lambda self: self.keys)
    @rule(number=numbers, is_other=st.booleans())
    def ask_again(self, number: int, is_other: bool) -> None:
        """A key that was used has its first outcome, whatever has happened since; with another body it is refused."""
        key = sorted(self.keys)[number % len(self.keys)]
        command, outcome = self.keys[key]
        if is_other:
            with pytest.raises(KeyReused):
                self.engine.execute(PauseCase(outcome.case_id), actor=DANA, key=key)
        else:
            again = self.engine.execute(command, actor=DANA, key=key)
            assert (again.replayed, again.task_id, again.matched) == (True, outcome.task_id, outcome.matched)
        self.touched.add(outcome.case_id)

    @rule(where=st.none() | crash_points)
    def tick(self, where: str | int | None) -> None:
        """A worker that crashes is started again, and does the rest."""
        try:
            with crashing(self.engine.db, where):
                assert self.engine.tick().failed == ()
        except Crash:
            self.place.seen["crashed ticks"] += 1
            self.the_process_starts_again()
            assert self.engine.tick().failed == ()
        for case in self.model.values():
            case.tick(self.clock.instant)
        self.touched.update(self.model)

    @rule()
    def updates_go_out(self) -> None:
        """Each once, whoever carries it."""
        sent = deliver_outgoing(self.engine, {"care_update.send": self.postbox}, self.clock.instant)
        assert (sent.retried, sent.failed, sent.stuck) == ([], [], [])
        waiting = [case_id for case_id, case in self.model.items() if case.updates > case.delivered]
        for case_id in waiting:
            self.model[case_id].deliver(self.clock.instant)
        assert len(sent.delivered) == len(waiting)
        assert len(self.postbox.letters) == self.postbox.asked == sum(case.delivered for case in self.model.values())
        self.touched.update(waiting)

    # -- how ----------------------------------------------------------------------------------------------------------
    def do(
        self,
        command: AnyCommand,
        case_id: str,
        expected: Callable[[Case], Any],
        actor: Actor = DANA,
        key: str | None = None,
    ) -> None:
        """Let the engine and the model do the same; a crash has done all of it, or nothing."""
        if key in self.keys:
            return
        after = self.model[case_id].copy() if case_id in self.model else Case.started(self.clock.instant)
        where, self.crash_at, refused, matched = self.crash_at, None, False, None
        try:
            matched = expected(after)
        except Refusal:
            refused = True
        self.touched.add(case_id)
        self.place.seen[type(command).__name__] += 1
        try:
            with crashing(self.engine.db, where):
                outcome = self.engine.execute(command, actor=actor, key=key)
        except Crash:
            self.the_process_starts_again()
            self.place.seen[f"crash {where}"] += 1
            if where != "after":
                return
            assert not refused
            if key is not None:  # who never heard of it asks again, and is told
                self.keys[key] = command, self.engine.execute(command, actor=actor, key=key)
                assert self.keys[key][1].replayed
        except (Refused, InvalidInput):
            if not refused:
                raise
            self.place.seen["refused"] += 1
            return
        else:
            assert not refused, command
            assert matched is None or outcome.matched is matched
            if key is not None:
                self.keys[key] = command, outcome
        after.settled()
        self.model[case_id] = after

    def a_case(self, number: int) -> str:
        return sorted(self.model)[number % len(self.model)]

    def a_task(self, case_id: str, number: int) -> tuple[tuple[int, int], str]:
        """A task's place in the model, and the id of one of the engine's that looks the same."""
        tasks = self.model[case_id].tasks()
        task = tasks[-1 - number % len(tasks)]  # the latest are the most likely to be open still
        return self.model[case_id].place_of(task), self.seen_as(case_id, astuple(task))

    def seen_as(self, case_id: str, wanted: Any) -> str:
        return next(str(row["id"]) for row in self.real(case_id).tasks() if _seen(row) == wanted)

    def real(self, case_id: str) -> builders.Case:
        return builders.Case(self.engine, case_id, MORNING.date())

    # -- what must hold -----------------------------------------------------------------------------------------------
    @invariant()
    def the_engine_is_where_the_model_is(self) -> None:
        for case_id in sorted(self.touched):
            self._compare(case_id)
        self.touched.clear()

    def _compare(self, case_id: str) -> None:
        with self.engine.db.reading() as connection:
            count = len(connection.execute(select(commands.c.id).where(commands.c.case_id == case_id)).all())
            entries = select(history.c.at).where(history.c.case_id == case_id).order_by(history.c.seq)
            instants = connection.scalars(entries).all()
        if case_id not in self.model:
            assert (count, instants) == (0, [])
            return
        model, real = self.model[case_id], self.real(case_id)
        row, tasks = real.row, real.tasks()
        assert sorted(map(repr, map(_seen, tasks))) == sorted(repr(astuple(task)) for task in model.tasks())
        assert (row["status"], row["closed_at"] is not None) == (model.status, model.is_closed)
        assert row["next_due"] == model.next_due()
        assert (count, row["command_count"]) == (model.commands, model.commands)
        assert real.faults() == []
        assert instants == sorted(instants)
        assert instants[-1] == model.last
        assert len(instants) >= self.lengths.get(case_id, 0)
        self.lengths[case_id] = len(instants)
        rows = real.everything()
        assert [each["status"] for each in rows["outbox"]].count("done") == model.delivered
        assert len(rows["outbox"]) == model.updates == len(real.history("care_update.composed"))
        self._look_at_tokens(real, rows)

    def _look_at_tokens(self, real: builders.Case, rows: Any) -> None:
        """What people are shown is what waits in the diagrams; a closed case has nothing that waits."""
        open_ = {(task["process_id"], task["token"], task["element_id"]) for task in real.open()}
        with self.engine.db.rolled_back() as connection:
            case = locked_case(connection, real.id)
            case.pop("last_entry_at")
            work = Casework(connection, case, DANA, self.clock.now(), self.engine.zone, self.engine.library)
            processes = work.processes()
            waiting = {
                (each.row["id"], task.token, task.element_id)
                for each in processes
                for task in work.running(each).user_tasks()
            }
        assert open_ == waiting
        running = [each for each in rows["processes"] if each["status"] == "active"]
        assert len(processes) == len(running)
        assert (real.row["closed_at"] is None) == bool(running)
        assert real.row["next_due"] == min((p["next_due"] for p in running if p["next_due"]), default=None)


def _seen(row: Any) -> tuple[Any, ...]:
    return row["element_id"], row["opens_on"], row["status"], row["assignee"], row["snoozed_until"]
