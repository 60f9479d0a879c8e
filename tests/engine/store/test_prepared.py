"""A prepared statement answers, fails and is listened to as any other statement of SQLAlchemy's is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import bindparam, event, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from engine.clock import SetClock
from engine.errors import NaiveInstant
from engine.store.database import Database
from engine.store.prepared import Prepared
from engine.store.tables import commands, patients
from tests.databases import SqliteFiles, closed_at_the_end

ADD = Prepared(insert(commands).returning(commands.c.id))
OF_KIND = select(commands).where(commands.c.kind == bindparam("wanted")).order_by(commands.c.id)
FOUND = Prepared(OF_KIND)
AT = datetime(2026, 3, 8, 6, 59, 59, 123456, UTC)


def row(**changed: Any) -> dict[str, Any]:
    return {
        "key": None, "fingerprint": "", "kind": "Tried", "case_id": None, "actor": "clock", "at": AT,
        "outcome": {"tasks": ["p1-msk-1-t1"], "größe": None}, **changed,
    }  # fmt: skip


def test_rows_are_written_and_read_as_sqlalchemy_does(db: Database) -> None:
    """Instants, documents, nulls and the number that the database gives."""
    with db.writing() as connection:
        added = [ADD.first(connection, row(key=key)) for key in ("one", None)]
        wanted = [dict(each) for each in connection.execute(OF_KIND, {"wanted": "Tried"}).mappings()]
        assert FOUND.rows(connection, {"wanted": "Tried"}) == wanted
    assert [each["id"] for each in added if each] == [each["id"] for each in wanted]
    assert [each["at"] for each in wanted] == [AT, AT]
    assert [each["key"] for each in wanted] == ["one", None]


def test_a_change_says_how_many_rows_it_met(db: Database) -> None:
    """None where there is no such row, and nothing is changed."""
    change = Prepared(update(commands).where(commands.c.kind == bindparam("wanted")))
    with db.writing() as connection:
        for each in (row(), row(), row(kind="Other")):
            ADD.first(connection, each)
        assert change.run(connection, {"wanted": "Tried", "actor": "dana@demo.example"}) == 2
        assert change.run(connection, {"wanted": "None", "actor": "dana@demo.example"}) == 0
        assert [each["actor"] for each in FOUND.rows(connection, {"wanted": "Other"})] == ["clock"]


def test_a_refusal_is_sqlalchemys_and_the_connection_lives_on(db: Database) -> None:
    """The statement is named in it, the transaction is rolled back, and the next one works."""
    with db.alone() as connection:
        ADD.first(connection, row(key="one"))
        with pytest.raises(IntegrityError) as told:
            ADD.first(connection, row(key="one"))
        connection.rollback()
        assert FOUND.rows(connection, {"wanted": "Tried"}) == []
        connection.rollback()
    assert "INSERT INTO commands" in str(told.value.statement)
    with db.writing() as connection:
        assert FOUND.rows(connection, {"wanted": "Tried"}) == []
        assert ADD.first(connection, row(key="one"))


def test_a_value_that_cannot_be_kept_is_refused_before_the_database_sees_it(db: Database) -> None:
    """As in any statement: an instant without a zone."""
    with pytest.raises(StatementError) as told, db.writing() as connection:
        ADD.first(connection, row(at=datetime(2026, 3, 8)))
    assert isinstance(told.value.orig, NaiveInstant)


def test_who_listens_to_statements_hears_of_it(db: Database) -> None:
    """Telemetry counts so, and tests break connections so."""
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        heard.append(statement)

    with db.writing() as connection:
        event.listen(connection, "before_cursor_execute", hear)
        ADD.first(connection, row())
        FOUND.rows(connection, {"wanted": "Tried"})
    assert [each.split()[0] for each in heard] == ["INSERT", "SELECT"]


def test_a_listener_that_breaks_breaks_the_statement(db: Database) -> None:
    """What it raises comes out; nothing is written."""

    def break_it(*_given: Any) -> None:
        raise DBAPIError("INSERT", {}, Exception("the disk is gone"))

    with db.alone() as connection:
        event.listen(connection, "before_cursor_execute", break_it)
        with pytest.raises(DBAPIError, match="the disk is gone"):
            ADD.first(connection, row())
    with db.reading() as connection:
        assert FOUND.rows(connection, {"wanted": "Tried"}) == []


def test_who_is_interrupted_in_the_middle_holds_no_lock(sqlite: SqliteFiles) -> None:
    """However long the error, with all that its frames name, is kept: the next writer need not wait for it."""

    def interrupt(*_given: Any) -> None:
        raise KeyboardInterrupt

    def begun(db: Database) -> None:
        with db.writing() as connection:
            Prepared(insert(commands).inline()).run_each(connection, [row(), row()])
            event.listen(connection, "before_cursor_execute", interrupt)
            connection.execute(OF_KIND, {"wanted": "Tried"})

    with sqlite.database() as db, closed_at_the_end(Database(f"{db.url}?timeout=0")) as another:
        with pytest.raises(KeyboardInterrupt) as kept:
            begun(db)
        with another.writing() as connection:
            assert FOUND.rows(connection, {"wanted": "Tried"}) == []
        assert kept.tb is not None


def test_what_needs_work_at_each_execution_is_refused(db: Database, clock: SetClock) -> None:
    """A list that is written out when its length is known: said when it is first asked, not answered wrongly."""
    many = Prepared(select(patients.c.id).where(patients.c.id.in_(bindparam("ids", expanding=True))))
    with db.reading() as connection, pytest.raises(ValueError, match="cannot be prepared"):
        many.rows(connection, {"ids": ["p1"]})
