"""`throughline db`: bring the database to the current schema, say whether it is there, make a sandbox."""

from __future__ import annotations

from datetime import datetime

import click

from cli.answers import FAULT, Answer, AnsweringCommand
from cli.installation import any_database
from cli.instants import INSTANT
from engine.clock import SetClock, SystemClock
from engine.proof.files import set_aside
from engine.publish import publish_shipped
from engine.store.clocks import clock_of, make_sandbox
from engine.store.migrate import is_current, newest_revision, revision, upgrade


@click.group()
def db() -> None:
    """Migrate the database, check it, or make a sandbox."""


@db.command("upgrade", cls=AnsweringCommand)
def upgrade_database() -> Answer:
    """Bring the database to the current schema and publish the shipped pathways that it does not hold."""
    with any_database() as installation:
        upgrade(installation.db)
        published = publish_shipped(installation.db, installation.settings.pathways_dir, clock_of(installation.db))
    said = f"; published {', '.join(published)}" if published else ""
    return Answer(
        {"revision": newest_revision(), "published": published},
        f"the database is at revision {newest_revision()}{said}",
    )


@db.command("check", cls=AnsweringCommand)
def check_database() -> Answer:
    """Say whether the database is at the current schema; exit 1 when it is not."""
    with any_database() as installation:
        current = is_current(installation.db)
        with installation.db.reading() as connection:
            found = revision(connection)
    data = {"current": current, "revision": found, "newest": newest_revision()}
    if current:
        return Answer(data, f"the database is at the current schema, revision {newest_revision()}")
    return Answer(data, "the database is not at the current schema; run 'throughline db upgrade'", FAULT)


@db.command("init", cls=AnsweringCommand)
@click.option("--sandbox", is_flag=True, required=True, help="With a clock of its own, which can be moved.")
@click.option("--now", type=INSTANT, help="What the sandbox's clock shows; the machine's time when absent.")
def init_database(sandbox: bool, now: datetime | None) -> Answer:
    """Make an empty sandbox database: no users, no patients, the shipped pathways published."""
    if not sandbox:
        raise click.UsageError("give --sandbox; a live database is made by 'throughline db upgrade'")
    instant = now or SystemClock().now()
    with any_database() as installation:
        upgrade(installation.db)
        make_sandbox(installation.db, instant)
        set_aside(installation.settings.checkpoints)
        published = publish_shipped(installation.db, installation.settings.pathways_dir, SetClock(instant))
        now = clock_of(installation.db).now()
    return Answer(
        {"sandbox": True, "now": now, "published": published},
        f"made a sandbox; its clock shows {now.isoformat()}",
    )
