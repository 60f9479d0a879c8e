"""A process that walks cases by commands, and is killed: `python -m tests.engine.crash_walker MODE JSON`.

It compiles the pathways once and forks a child for each life, so that a life costs milliseconds. A child knows nothing
but the database: it looks what is to be done next, does it, and dies by SIGKILL at a point that was drawn for it.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event
from sqlalchemy import select as sql

from engine.application import Engine
from engine.commands import Actor, CompleteTask, DeliverEvent
from engine.errors import TaskTaken
from engine.library import Library
from engine.settings import SHIPPED_PATHWAYS, Settings
from engine.store import tables
from engine.store.cases import case
from engine.store.clocks import SandboxClock
from engine.store.database import Database
from engine.store.tasks import open_tasks_of_case, task
from tests.engine.builders import FLAT, answers_for

ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("America/New_York")
SOMEBODY = Actor("somebody@example.org", "Somebody")
SETTINGS = Settings("", "a key for tests that is long enough", ZONE, ROOT, SHIPPED_PATHWAYS)
EVENTS = {9: "transition.discharged", 16: "transition.ed_visit"}  # what happens to the patient, by day


class Walker:
    """Walks a case by what stands in the database alone: whoever comes after a crash goes on where it was."""

    def __init__(self, url: str, library: Library, case_ids: list[str], days: int) -> None:
        self.db = Database(url)
        self.clock = SandboxClock(self.db)
        self.engine = Engine(self.db, self.clock, SETTINGS, library)
        self.case_ids, self.days = case_ids, days

    def step(self) -> bool:
        """One command, the next that is to be done; False when there is nothing left."""
        if self.engine.tick().commands:
            return True
        return any(self._act(case_id) for case_id in self.case_ids) or self._next_morning()

    def _act(self, case_id: str) -> bool:
        with self.db.reading() as connection:
            row = case(connection, case_id)
            day = (self.engine.today() - row["aligned_on"]).days
            todo = sorted(open_tasks_of_case(connection, case_id), key=lambda each: each["id"])
            key = f"{SOMEBODY.id}:{case_id}-{day}"
            happened = connection.execute(
                sql(tables.commands.c.id).where(tables.commands.c.key == key)
            ).first()
            schema = self.engine.task_schema(connection, dict(todo[0])) if todo else {}
        if day in EVENTS and happened is None:
            self.engine.execute(DeliverEvent(case_id, EVENTS[day], {}), actor=SOMEBODY, key=key)
        elif todo:
            data = answers_for(schema, today=self.engine.today(), scores=FLAT)
            self.engine.execute(CompleteTask(todo[0]["id"], data), actor=SOMEBODY, key=todo[0]["id"])
        return (day in EVENTS and happened is None) or bool(todo)

    def _next_morning(self) -> bool:
        with self.db.reading() as connection:
            first = case(connection, self.case_ids[0])
        today = self.engine.today()
        if (today - first["aligned_on"]).days >= self.days:
            return False
        self.clock.set(datetime.combine(today + timedelta(days=1), time(9), ZONE))
        return True


def kill_at(db: Database, number: int, told: int, aim: str | None = None) -> None:
    """Die by SIGKILL at the ``number``-th fault point: before a statement, before a commit, or after one.

    Or at the first of the name ``aim``, however far that is.
    """
    left = number

    def point(name: str) -> None:
        nonlocal left
        left -= 1
        if left == 0 if aim is None else name == aim:
            os.write(told, name.encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def before_statement(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        verb = statement.split(None, 1)[0]
        if verb in ("INSERT", "UPDATE"):
            words = statement.split()
            point(f"before {verb} {words[2] if verb == 'INSERT' else words[1]}")

    def after_commit(*rest: Any) -> None:
        if db.commits > seen[0]:
            seen[0] = db.commits
            point("after commit")

    seen = [0]
    event.listen(db._engine, "before_cursor_execute", before_statement)
    event.listen(db._engine, "commit", lambda connection: point("before commit"))
    event.listen(db._engine.pool, "checkin", after_commit)


def live(url: str, library: Library, plan: dict[str, Any], prepare: Callable[[Walker], None]) -> None:
    """One life of a child, to the end of the walk or to its death."""
    walker = Walker(url, library, plan["cases"], plan["days"])
    prepare(walker)
    while walker.step():
        pass
    os._exit(0)


def _killed_at(number: int, told: int, aim: str | None, walker: Walker) -> None:
    kill_at(walker.db, number, told, aim)


def die_at_points(url: str, library: Library, plan: dict[str, Any]) -> Counter[str]:
    """Lives that end at a fault point, until ``plan['kills']`` have died or the walk is done.

    The first at each of ``plan['aims']``, for what is rare may be met by no chance; the others at one drawn for each.
    """
    draw, deaths = random.Random(plan["seed"]), Counter[str]()
    aims = deque(plan["aims"])
    for _ in range(plan["kills"]):
        aim = aims.popleft() if aims else None
        # Mostly within the first command or two, sometimes far ahead: else a long command would never get through.
        number = draw.randint(1, plan["reach"] if draw.random() < 0.85 else 5 * plan["reach"])
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            live(url, library, plan, partial(_killed_at, number, writer, aim))
        os.close(writer)
        _, status = os.waitpid(child, 0)
        deaths[os.read(reader, 100).decode() if os.WIFSIGNALED(status) else "finished"] += 1
        os.close(reader)
    return deaths


def die_at_moments(url: str, library: Library, plan: dict[str, Any]) -> Counter[str]:
    """Lives that a parent ends with SIGKILL after a random time, wherever they are."""
    draw, deaths = random.Random(plan["seed"]), Counter[str]()
    for _ in range(plan["moments"]):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            live(url, library, plan, lambda walker: None)
        os.close(writer)  # the child holds the other end: it closes when the child ends by itself
        select.select([reader], [], [], draw.uniform(0.002, plan["longest"]))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        deaths["at a moment" if os.WIFSIGNALED(status) else "finished"] += 1
        os.close(reader)
    return deaths


def race(url: str, library: Library, plan: dict[str, Any]) -> list[dict[str, str]]:
    """Two processes complete the same task at once; what each was told."""
    gate, opened = os.pipe()
    told = []
    for number in range(2):
        reader, writer = os.pipe()
        if os.fork() == 0:
            os.close(opened)
            walker = Walker(url, library, plan["cases"], 0)
            with walker.db.reading() as connection:
                row = task(connection, plan["task"])
                data = answers_for(
                    walker.engine.task_schema(connection, dict(row)), today=walker.engine.today()
                )
            os.read(gate, 1)  # nobody writes: it returns when the parent closes its end
            who = plan["people"][number]
            try:
                walker.engine.execute(CompleteTask(row["id"], data), actor=Actor(who, who))
                answer = {"who": who, "outcome": "done"}
            except TaskTaken as taken:
                answer = {"who": who, "outcome": taken.code, "by": taken.by, "at": taken.at.isoformat()}
            os.write(writer, json.dumps(answer).encode())
            os._exit(0)
        os.close(writer)
        told.append(reader)
    os.close(opened)
    answers = [json.loads(os.read(reader, 10_000)) for reader in told]
    for _ in told:
        os.wait()
    return answers


def in_a_process_of_its_own(mode: str, db: Database, case_ids: list[str], plan: dict[str, Any]) -> Any:
    """Hand a database to such a process; what it printed in the end."""
    given = {"url": db.url, "cases": case_ids, **plan}
    command = [sys.executable, "-m", "tests.engine.crash_walker", mode, json.dumps(given)]
    db.dispose()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def main() -> None:
    """Warm up, do what was asked, print JSON."""
    mode, plan = sys.argv[1], json.loads(sys.argv[2])
    library, db = Library(), Database(plan["url"])
    with db.reading() as connection:
        for digest in connection.execute(sql(tables.versions.c.hash)).scalars():
            library.definition(connection, digest)
    db.dispose()  # no connection is carried over a fork
    if mode == "race":
        print(json.dumps(race(plan["url"], library, plan)))
        return
    deaths = die_at_moments(plan["url"], library, plan) + die_at_points(plan["url"], library, plan)
    walker = Walker(plan["url"], library, plan["cases"], plan["days"])
    while walker.step():
        pass
    print(json.dumps(deaths))


if __name__ == "__main__":
    main()
