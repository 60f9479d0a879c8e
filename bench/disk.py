"""What a patient-year takes on disk, table by table: `python bench/disk.py [--patients N] [--database ...]`.

Walks patients of each track through a year as the demo does, lets the database tidy up, and weighs what has grown.
Beside it: the bytes that people and devices recorded, as the values of facts alone.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file, from anywhere

from sqlalchemy import text

from bench import ground
from care.calendars import local_date
from cli.demo.courses import Course, courses
from cli.demo.identities import identity
from cli.demo.staff import add_staff
from cli.demo.walk import Walk
from engine.application import Engine
from engine.bpmn.extension import TRACKS
from engine.clock import SetClock
from engine.store.patients import add_patient

PATIENTS = 20  # of each track
DAYS = 365
MOST_BYTES = 200_000
_SEED = 7
_SQLITE = "SELECT m.tbl_name, s.name, sum(s.pgsize) FROM dbstat s JOIN sqlite_master m ON m.name = s.name GROUP BY 1, 2"
_POSTGRESQL = """
SELECT t.relname, i.relname, pg_relation_size(i.oid)
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = 'public'
UNION ALL
SELECT t.relname, t.relname, pg_table_size(t.oid)
FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace WHERE t.relkind = 'r' AND n.nspname = 'public'
"""
Sizes = dict[tuple[str, str], int]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=PATIENTS, help="of each track")
    parser.add_argument("--database", choices=ground.DIALECTS, action="append")
    given = parser.parse_args()
    met = [_measured(dialect, given.patients) for dialect in given.database or ground.DIALECTS]
    return 0 if all(met) else 1


def _measured(dialect: str, each: int) -> bool:
    with ground.an_engine(dialect) as engine:
        before = _sizes(engine)
        days = walk(engine, each)
        grown = {name: size - before.get(name, 0) for name, size in _sizes(engine).items()}
        with engine.db.reading() as connection:
            values = connection.execute(text("SELECT sum(length(CAST(value AS TEXT))) FROM facts")).scalar_one()
            rows = {table: _count(connection, table) for table in ("facts", "history", "commands", "tasks")}
    years = days / DAYS
    total = sum(grown.values()) / years
    print(f"{dialect}: {each} patients of each track, {years:.1f} patient-years: {total / 1000:.0f} KB a patient-year")
    print("  rows a patient-year: " + ", ".join(f"{count / years:.0f} {table}" for table, count in rows.items()))
    print(f"  {total * years / values:.0f} times the bytes of what was recorded ({values / years / 1000:.1f} KB)")
    for (table, name), size in sorted(grown.items(), key=lambda item: -item[1])[:20]:
        what = "rows" if name == table else f"index {name}"
        print(f"  {size / years / 1000:8.1f} KB  {table}: {what}")
    if total < MOST_BYTES:
        return True
    print(f"  MISSED: under {MOST_BYTES // 1000} KB a patient-year")
    return False


def walk(engine: Engine, each: int) -> int:
    """Patients of each track, one after the other; how many days they were in care."""
    chance, now = Random(_SEED), ground.START + timedelta(days=DAYS)
    with engine.db.writing() as connection:
        add_staff(connection, ground.START)
    number = days = 0
    for track in TRACKS:
        for course in courses(each, DAYS, chance):
            number += 1
            _one(engine, number, replace(course, enrolled_days=DAYS, tracks=(track,)), now, Random(chance.random()))
            days += DAYS
    return days


def _one(engine: Engine, number: int, course: Course, now: datetime, chance: Random) -> None:
    aligned_on = local_date(now, engine.zone) - timedelta(days=course.enrolled_days)
    clock = SetClock(datetime.combine(aligned_on, time(8, 30), tzinfo=engine.zone))
    who = identity(number, aligned_on, course.tracks, chance)
    with engine.db.writing() as connection:
        patient_id = add_patient(connection, **who.columns, now=clock.now())
    (track,) = course.tracks
    own = Engine(engine.db, clock, engine.settings, engine.library)
    Walk(own, clock, patient_id, track, course, who.region, aligned_on, now, chance).run()


def _sizes(engine: Engine) -> Sizes:
    with engine.db.alone() as connection:
        driver: Any = connection.connection.driver_connection
        if engine.db.dialect == "postgresql":
            driver.autocommit = True
        if engine.db.dialect == "sqlite":
            driver.execute("PRAGMA query_only = OFF")
        driver.execute("VACUUM FULL" if engine.db.dialect == "postgresql" else "VACUUM")
        asked = driver.execute(_POSTGRESQL if engine.db.dialect == "postgresql" else _SQLITE)
        return {(table, name): size for table, name, size in asked.fetchall()}


def _count(connection: Any, table: str) -> int:
    return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


if __name__ == "__main__":
    sys.exit(main())
