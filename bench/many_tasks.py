"""A database with as many open tasks as a bench asks for, made from one real one, spread over people and days."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, text

from bench.ground import START, multiply
from engine.application import Engine
from engine.bpmn.extension import KINDS, TRACKS
from engine.store.tables import organisations, tasks, users
from tests.engine.builders import a_case

PATIENTS, MANAGERS = 10_000, 100
DAYS = 100  # over which due dates are spread: 20 are late
_LATE = 20
_SMALL = "north"  # an organisation with one patient in fifty


def email_of(number: int) -> str:
    return f"manager{number}@example.org"


def fill(engine: Engine, count: int, patients: int = PATIENTS, managers: int = MANAGERS) -> None:
    """Make ``count`` open tasks: one in seven has nobody, one in 97 is urgent, one in 11 high, 1 in 31 snoozed."""
    a_case(engine).at_day(6)
    multiply(engine, patients, bare=True)
    with engine.db.writing() as connection:
        if engine.db.dialect == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        _people(connection, managers)
        tracks = " ".join(f"WHEN {place} THEN '{track}'" for place, track in enumerate(TRACKS))
        number = "(SELECT number FROM patients WHERE patients.id = cases.patient_id)"
        connection.execute(text(f"UPDATE cases SET track = CASE {number} % {len(TRACKS)} {tracks} END"))
        name = "'Given' || (number % 200) || ' Family' || (number / 2 % 5000)"
        home = f"CASE WHEN number % 50 = 0 THEN '{_SMALL}' ELSE 'main' END"
        connection.execute(text(f"UPDATE patients SET name = {name}, organisation = {home}"))
        connection.execute(text(_open_tasks(engine)), {"last": patients, "each": count // patients, "m": managers})
    with engine.db.alone() as connection:
        # As the server's own housekeeping leaves a table: statistics, and pages known to be seen by all.
        driver: Any = connection.connection.driver_connection
        if engine.db.dialect == "postgresql":
            driver.autocommit = True
        driver.execute("VACUUM ANALYZE tasks" if engine.db.dialect == "postgresql" else "ANALYZE")
        if engine.db.dialect == "postgresql":
            driver.execute("VACUUM ANALYZE patients")
            driver.execute("VACUUM ANALYZE cases")


def _people(connection: Connection, managers: int) -> None:
    connection.execute(insert(organisations).values(id=_SMALL, name="North"))
    # Whoever has the tasks of the small organisation's patients works there (see where `fill` puts patients).
    homes = [_SMALL if number % 50 == 0 else "main" for number in range(managers)]
    rows = [_person(email_of(number), "case_manager", home) for number, home in enumerate(homes)]
    rows += [_person("lead@example.org", "lead", "main"), _person("north@example.org", "lead", _SMALL)]
    connection.execute(insert(users), [*rows, _person("director@example.org", "clinical_director", None)])


def _person(email: str, role: str, organisation: str | None) -> dict[str, Any]:
    return {
        "email": email, "name": email.partition("@")[0].title(), "role": role, "password_hash": "", "one_time": False,
        "active": True, "created_at": START, "organisation": organisation,
    }  # fmt: skip

def _open_tasks(engine: Engine) -> str:
    """One statement for all: task k of patient i, its values told by i and k alone."""
    kinds = " ".join(f"WHEN {place} THEN '{kind}'" for place, kind in enumerate(_common_first()))
    day = f"(n.i * 31 + k.j * 17) % {DAYS} - {_LATE}"
    today = engine.today().isoformat()
    on = f"DATE '{today}' + ({day})" if engine.db.dialect == "postgresql" else f"date('{today}', ({day}) || ' days')"
    later = f"DATE '{today}' + 5" if engine.db.dialect == "postgresql" else f"date('{today}', '5 days')"
    mixed = "(n.i * 7 + k.j * 13)"
    first_name = "'Call Given' || (n.i % 200) || ' after the review'"  # as many a title holds one
    given = {
        "id": "'p' || n.i || '-x' || k.j",
        "case_id": "'p' || n.i || substr(t.case_id, 3)",
        "patient_id": "'p' || n.i",
        "process_id": "'p' || n.i || substr(t.process_id, 3)",
        "title": f"CASE WHEN {mixed} % 53 = 0 THEN {first_name} ELSE 'Week ' || ({mixed} % 52) || ' milestone' END",
        "kind": f"CASE {mixed} % {len(_common_first())} {kinds} END",
        "priority": f"CASE WHEN {mixed} % 97 = 0 THEN 'urgent' WHEN {mixed} % 11 = 0 THEN 'high' ELSE 'normal' END",
        "role": f"CASE WHEN {mixed} % 41 = 0 THEN 'clinical_director' ELSE 'case_manager' END",
        "status": "'open'",
        "due_on": on,
        "assignee": "CASE WHEN (n.i + k.j) % 7 = 0 THEN NULL ELSE 'manager' || (n.i % :m) || '@example.org' END",
        "snoozed_until": f"CASE WHEN {mixed} % 31 = 0 THEN {later} END",
        "done_at": "NULL",
        "done_by": "NULL",
    }
    columns = [column.name for column in tasks.columns]
    values = ", ".join(given.get(name, f"t.{name}") for name in columns)
    return (
        f"INSERT INTO tasks ({', '.join(columns)}) "
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :last), "
        "k(j) AS (SELECT 1 UNION ALL SELECT j + 1 FROM k WHERE j < :each), "
        "template AS (SELECT * FROM tasks ORDER BY id LIMIT 1) "
        f"SELECT {values} FROM n CROSS JOIN k CROSS JOIN template t"
    )


def _common_first() -> list[str]:
    """Kinds as they come: safety once in forty."""
    others = [kind for kind in KINDS if kind != "safety"]
    return ["safety", *(others[place % len(others)] for place in range(39))]
