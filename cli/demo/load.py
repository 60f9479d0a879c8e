"""Loading the demo: a staff and synthetic patients, each walked through the months up to the present."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Protocol

from sqlalchemy import func, select

from care.calendars import local_date
from cli.demo.courses import Course, courses
from cli.demo.identities import identity
from cli.demo.staff import add_staff
from cli.demo.walk import Walk
from engine.application import Engine
from engine.clock import SetClock
from engine.errors import NotASandbox, Refused
from engine.library import Library
from engine.settings import Settings
from engine.store.clocks import SandboxClock, is_sandbox
from engine.store.database import Database
from engine.store.patients import add_patient
from engine.store.tables import cases, patients, tasks

DAYS_OF_A_MONTH = 30.4375


class Progress(Protocol):
    """Shows how far a loop over items is."""

    def __call__(self, items: Iterable[Course], *, total: int, label: str) -> Iterable[Course]: ...


@dataclass(frozen=True, slots=True)
class Size:
    """Which demo: how many patients, whose chance, over how many months."""

    patients: int
    seed: int
    months: int

    @property
    def days(self) -> int:
        """The months in days."""
        return round(self.months * DAYS_OF_A_MONTH)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded: counts of patients, commands, open tasks, and cases by status."""

    patients: int
    commands: int
    open_tasks: int
    overdue: int
    by_status: dict[str, int]
    by_track: dict[str, int]
    tasks_by_kind: dict[str, int]
    now: datetime


def load(db: Database, settings: Settings, size: Size, progress: Progress) -> Loaded:
    """Load the demo into a sandbox, up to the instant that its clock shows; the same seed gives the same demo.

    Raises NotASandbox, and Refused when there are demo patients already.
    """
    if not is_sandbox(db):
        raise NotASandbox
    now = SandboxClock(db).now()
    _refuse_second(db)
    with db.writing() as connection:
        add_staff(connection, now - timedelta(days=size.days + 1))
    chance = Random(size.seed)
    planned = courses(size.patients, size.days, chance)
    library = Library()
    commands = 0
    for number, course in enumerate(progress(planned, total=len(planned), label="patients"), start=1):
        commands += _walk(db, settings, library, number, course, now, Random(chance.random()))
    return _counted(db, settings, now, commands)


def _walk(
    db: Database, settings: Settings, library: Library, number: int, course: Course, now: datetime, chance: Random
) -> int:
    aligned_on = local_date(now, settings.zone) - timedelta(days=course.enrolled_days)
    clock = SetClock(datetime.combine(aligned_on, time(8, 30), tzinfo=settings.zone))
    who = identity(number, aligned_on, course.tracks, chance)
    with db.writing() as connection:
        patient_id = add_patient(connection, **who.columns, now=clock.now())
    engine = Engine(db, clock, settings, library)
    commands = 0
    for track in course.tracks:
        walk = Walk(engine, clock, patient_id, track, course, who.region, aligned_on, now, chance)
        walk.run()
        commands += walk.commands
    return commands


def _refuse_second(db: Database) -> None:
    with db.reading() as connection:
        found = connection.execute(select(patients.c.id).where(patients.c.source.like("demo:%")).limit(1)).first()
    if found is not None:
        raise Refused("this database holds demo patients already; make another with 'throughline db init --sandbox'")


def _counted(db: Database, settings: Settings, now: datetime, commands: int) -> Loaded:
    today = local_date(now, settings.zone)
    with db.reading() as connection:
        by_status = Counter(connection.execute(select(cases.c.status)).scalars())
        by_track = Counter(connection.execute(select(cases.c.track)).scalars())
        by_kind = connection.execute(select(tasks.c.kind, func.count().label("count")).group_by(tasks.c.kind)).all()
        loaded = select(func.count()).where(patients.c.source.like("demo:%"))
        open_tasks = select(func.count()).where(tasks.c.status == "open")
        return Loaded(
            patients=connection.execute(loaded).scalar_one(),
            commands=commands,
            open_tasks=connection.execute(open_tasks).scalar_one(),
            overdue=connection.execute(open_tasks.where(tasks.c.due_on < today)).scalar_one(),
            by_status=dict(sorted(by_status.items())),
            by_track=dict(sorted(by_track.items())),
            tasks_by_kind=dict(sorted((row.kind, row.count) for row in by_kind)),
            now=now,
        )
