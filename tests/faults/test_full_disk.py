"""The disk is full: who is there is told so, nothing is half written, and all goes on when there is room."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, event, insert
from sqlalchemy.exc import OperationalError

from cli.main import main
from engine.application import Engine
from engine.backup.making import make
from engine.clock import SetClock
from engine.errors import BackupFailed
from engine.library import Library
from engine.outgoing.delivery import deliver_outgoing
from engine.outgoing.periodic import Periodic
from engine.settings import SHIPPED_PATHWAYS, Settings
from engine.store.database import Database
from engine.store.migrate import upgrade
from engine.store.people import add_token
from engine.store.tables import versions
from tests.apps import an_app
from tests.conftest import MORNING
from tests.engine.builders import Case, a_case, all_rows, on_sqlite
from tests.faults.model import VISITED, ZONE
from tests.faults.server import Server
from tests.faults.small_disk import small_disk
from tests.webui.builders import Visit, a_patient, email, fields, with_people
from webui.api.tokens import digest_of


@dataclass(frozen=True)
class Disk:
    """A database's disk, however it is made to be full."""

    engine: Engine
    fill: Callable[[], None]
    make_room: Callable[[], None]


@pytest.fixture(scope="module")
def library() -> Library:
    return Library()


@pytest.fixture(params=["pages of SQLite", "SQLite's file system", "PostgreSQL's file system"])
def disk(
    request: pytest.FixtureRequest, tmp_path: Path, library: Library, published_versions: list[dict[str, Any]]
) -> Iterator[Disk]:
    made = {"pages": _pages, "SQLite's": _sqlite_disk, "PostgreSQL's": _postgresql_disk}[request.param.split()[0]]
    with made(request, tmp_path) as (db, fill, make_room):
        with db.writing() as connection:
            connection.execute(insert(versions), published_versions)
        settings = Settings(db.url, "a key for tests that is long enough", ZONE, tmp_path, SHIPPED_PATHWAYS)
        try:
            yield Disk(Engine(db, SetClock(MORNING), settings, library), fill, make_room)
        finally:
            db.dispose()


Made = tuple[Database, Callable[[], None], Callable[[], None]]


@contextmanager
def _pages(request: pytest.FixtureRequest, folder: Path) -> Iterator[Made]:
    """SQLite may not take one page more."""
    with request.getfixturevalue("sqlite").database() as db:
        most = [1 << 30]

        def limit(connection: Connection) -> None:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {most[0]}")

        event.listen(db._engine, "begin", limit)
        yield db, lambda: most.__setitem__(0, 1), lambda: most.__setitem__(0, 1 << 30)


@contextmanager
def _sqlite_disk(request: pytest.FixtureRequest, folder: Path) -> Iterator[Made]:
    with small_disk(folder / "disk", 16) as small:
        shutil.copyfile(request.getfixturevalue("sqlite").template, small.folder / "throughline.db")
        yield Database(f"sqlite:///{small.folder}/throughline.db"), small.fill, small.make_room


@contextmanager
def _postgresql_disk(request: pytest.FixtureRequest, folder: Path) -> Iterator[Made]:
    """The tablespace is full: the log of writes has its room elsewhere."""
    server: Server = request.getfixturevalue("server")
    place = server.folder.with_name(f"{server.folder.name}-disk")
    with small_disk(place, 40) as small, server.tablespace(small.folder) as url:
        db = Database(url)
        upgrade(db)
        yield db, small.fill, small.make_room
        db.dispose()


def until_full(case: Case) -> int:
    """Let the patient visit until there is no room for one more; how many there was room for."""
    for number in range(200):
        before = all_rows(case.engine)
        try:
            case.event(VISITED, reason="x" * 400)
        except OperationalError:
            assert all_rows(case.engine) == before
            return number
    raise AssertionError("the disk was never full")


def test_a_command_without_room_has_done_nothing_and_is_done_when_there_is_room(disk: Disk) -> None:
    """No row of any table is changed; page and API say that the disk is full, in words; then care goes on."""
    engine = disk.engine
    with_people(engine)
    app, patient = an_app(engine), a_patient(engine)
    case = Case(engine, patient.case_id, engine.today())
    with engine.db.writing() as connection:
        add_token(connection, digest_of("a token"), email("dana"), engine.clock.now())
    dana, task = Visit(app.test_client()).signed_in("dana"), patient.task("intake")
    form, answers = dana.get(f"/tasks/{task['id']}"), fields(patient.answers(task, region="knee"))
    disk.fill()
    done = until_full(case)
    page = dana.send(form, "/complete", **answers)
    assert (page.status, page.text("h1")) == (507, "The disk is full")
    assert "Nothing was changed" in page.text()
    headers = {"Authorization": "Bearer a token"}
    told = app.test_client().post(f"/api/v1/cases/{case.id}/events", json={"type": VISITED}, headers=headers)
    assert (told.status_code, told.get_json()["code"]) == (507, "disk-full")
    assert [app.test_client().get(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]
    disk.make_room()
    assert dana.send(form, "/complete", **answers).status == 200
    case.event(VISITED)
    assert len(case.history("event.received")) == done + 1
    assert patient.tasks()[0]["element_id"] != task["element_id"]
    assert case.faults() == []


@on_sqlite
def test_files_are_whole_or_not_there(engine: Engine, tmp_path: Path) -> None:
    """The day's checkpoint, a backup and an export: each is told as failed, leaves no part of it, and comes later."""
    case = a_case(engine)
    with small_disk(tmp_path / "disk", 16) as small:
        engine.settings = replace(engine.settings, checkpoints_dir=small.folder / "checkpoints")
        Periodic(engine).ensure(engine.clock.now())
        small.fill()
        assert len(deliver_outgoing(engine, {}, engine.clock.now()).retried) == 1
        with pytest.raises(BackupFailed, match="nothing is left half done"):
            make(engine.db, engine.settings, small.folder / "backups", engine.clock.now())
        export = ["history", "export", case.id, "--format", "pdf", "--output", f"{small.folder}/record.pdf"]
        assert "cannot write" in called(engine, export, code=2)
        assert {name for name in small.files if not name.endswith(".lock")} == set()
        small.make_room()
        later = engine.clock.now() + timedelta(minutes=5)
        assert len(deliver_outgoing(engine, {}, later).delivered) == 1
        made = make(engine.db, engine.settings, small.folder / "backups", later)
        called(engine, export, code=0)
        assert {f"backups/{made.file.name}", "record.pdf"} <= small.files
        assert [name for name in small.files if name.startswith("checkpoints/")] != []


def called(engine: Engine, arguments: list[str], code: int) -> str:
    """What the command line answers on this installation."""
    env = {"THROUGHLINE_DATABASE_URL": engine.db.url, "THROUGHLINE_DATA_DIR": str(engine.settings.data_dir)}
    answer = CliRunner().invoke(main, arguments, env=env)
    assert answer.exit_code == code, answer.output
    return answer.output
