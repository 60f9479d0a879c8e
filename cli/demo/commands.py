"""The commands `throughline demo load`, `prepare` and `run`."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from cli.answers import Answer, AnsweringCommand
from cli.demo.load import Loaded, Size, load
from cli.demo.staff import is_staffed, sign_ins
from cli.installation import Installation, any_database, current_database
from cli.progress import progress
from cli.serve import address_options, serve_pages
from engine.clock import SetClock
from engine.proof.checkpoints import write_daily
from engine.proof.files import set_aside
from engine.publish import publish_shipped
from engine.store.clocks import clock_of, is_sandbox, make_sandbox
from engine.store.database import Database
from engine.store.migrate import revision, upgrade

# Half a year after the ACCESS model began (2026-07-05): a Wednesday, 9:30 in New York.
PRESENT = datetime(2027, 1, 6, 14, 30, tzinfo=UTC)


@click.group()
def demo() -> None:
    """Synthetic patients with months of care behind them."""


def _sized(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which demo: how many patients, which chance, how long."""
    for option in (
        click.option("--months", default=6, show_default=True, type=click.IntRange(1, 14)),
        click.option("--seed", default=1, show_default=True, help="The same seed gives the same demo."),
        click.option("--patients", default=60, show_default=True, type=click.IntRange(1, 5000)),
    ):
        command = option(command)
    return command


@demo.command("load", cls=AnsweringCommand)
@_sized
def load_demo(patients: int, seed: int, months: int) -> Answer:
    """Load synthetic patients into a sandbox and walk them through months of care, up to its present instant."""
    with current_database() as installation:
        db = Database(installation.db.url, synchronous="NORMAL")
        try:
            return _answer(_load(Installation(installation.settings, db), Size(patients, seed, months)))
        finally:
            db.dispose()


@demo.command("prepare", cls=AnsweringCommand)
@_sized
def prepare_demo(patients: int, seed: int, months: int) -> Answer:
    """Make a sandbox with the demo where there is no database; else bring the database to the current schema."""
    return _prepared(Size(patients, seed, months))


@demo.command("run", cls=AnsweringCommand)
@address_options
@_sized
def run_demo(host: str, port: int, patients: int, seed: int, months: int) -> None:
    """Prepare the demo as `demo prepare` does, then serve it: one process, so that it is there at once."""
    prepared = _prepared(Size(patients, seed, months))
    click.echo(prepared.text, err=click.get_current_context().meta["as_json"])
    serve_pages(host, port)


def _prepared(size: Size) -> Answer:
    with any_database() as installation:
        file = installation.db.file
        if file is not None and (not file.exists() or file.stat().st_size == 0):
            return _answer(_load_beside(installation, file, size))
        if file is None and _is_empty(installation.db):
            return _answer(_made_and_loaded(installation, size))
        upgrade(installation.db)
        publish_shipped(installation.db, installation.settings.pathways_dir, clock_of(installation.db))
        with installation.db.reading() as connection:
            staffed = is_sandbox(installation.db) and is_staffed(connection)
    if staffed:
        return Answer({"loaded": None, "sign_ins": sign_ins()}, _sign_in_text())
    return Answer({"loaded": None, "sign_ins": []}, "the database is ready")


def _load_beside(installation: Installation, file: Path, size: Size) -> Loaded:
    """Load into another file and put it in place when it is whole: a demo that was broken off leaves nothing."""
    started = file.with_name(f"{file.name}.loading")
    for left_over in file.parent.glob(f"{started.name}*"):
        left_over.unlink()
    db = Database(f"sqlite:///{started}", synchronous="OFF")
    try:
        loaded = _made_and_loaded(Installation(installation.settings, db), size)
    finally:
        db.dispose()
    os.replace(started, file)
    return loaded


def _made_and_loaded(installation: Installation, size: Size) -> Loaded:
    upgrade(installation.db)
    make_sandbox(installation.db, PRESENT)
    set_aside(installation.settings.checkpoints)
    publish_shipped(installation.db, installation.settings.pathways_dir, SetClock(PRESENT))
    return _load(installation, size)


def _is_empty(db: Database) -> bool:
    with db.reading() as connection:
        return revision(connection) is None


def _load(installation: Installation, size: Size) -> Loaded:
    loaded = load(installation.db, installation.settings, size, progress)
    write_daily(installation.db, installation.settings, loaded.now)
    return loaded


def _answer(loaded: Loaded) -> Answer:
    statuses = ", ".join(f"{count} {status}" for status, count in loaded.by_status.items())
    text = (
        f"{loaded.patients} patients ({statuses}), {loaded.commands} commands; "
        f"{loaded.open_tasks} open tasks, {loaded.overdue} overdue\n{_sign_in_text()}"
    )
    return Answer({"loaded": asdict(loaded), "sign_ins": sign_ins()}, text)


def _sign_in_text() -> str:
    lines = [f"  {each['email']:<20} {each['password']:<18} {each['name']}, {each['role']}" for each in sign_ins()]
    return "\n".join(["demo sign-ins (email, password):", *lines])
