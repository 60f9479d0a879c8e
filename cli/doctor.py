"""`throughline doctor`: what is configured, what is missing, what to do."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

import click
from sqlalchemy import Connection, func, select
from sqlalchemy.engine import make_url

from cli.answers import FAULT, Answer, AnsweringCommand
from cli.installation import Installation, any_database
from cli.running_checks import Check, of_database, of_host
from engine import secret_files
from engine.errors import UnreadableCheckpoint
from engine.sender import Sender
from engine.settings import NAMES
from engine.store.checkpoints import last_checkpoint
from engine.store.clocks import is_sandbox
from engine.store.migrate import is_current, newest_revision
from engine.store.outbox import counts_by_status, failed_in_closed_cases
from engine.store.people import users
from engine.store.tables import cases
from engine.store.versions import newest_versions


@click.command(cls=AnsweringCommand)
def doctor() -> Answer:
    """Say what is configured, what is missing and what to do; exit 1 when something is missing."""
    with any_database() as installation:
        checks = [*_settings(installation), *_program(), *of_host(installation.settings), *_database(installation)]
    lines = [f"{'ok  ' if check.ok else 'MISS'}  {check.name}: {check.found}" + _hinted(check) for check in checks]
    well = all(check.ok for check in checks)
    data = {"ok": well, "checks": [asdict(check) for check in checks]}
    return Answer(data, "\n".join(lines), 0 if well else FAULT)


def _hinted(check: Check) -> str:
    return f"\n      {check.hint}" if check.hint and not check.ok else ""


def _settings(installation: Installation) -> Iterator[Check]:
    settings = installation.settings
    values = {
        "THROUGHLINE_DATABASE_URL": make_url(settings.database_url).render_as_string(hide_password=True),
        "THROUGHLINE_SECRET_KEY": f"{len(settings.secret_key)} characters",
        "THROUGHLINE_TIMEZONE": settings.zone.key,
        "THROUGHLINE_DATA_DIR": str(settings.data_dir),
        "THROUGHLINE_PATHWAYS_DIR": str(settings.pathways_dir),
        "THROUGHLINE_LOG_LEVEL": settings.log_level,
        "THROUGHLINE_SIGNING_KEY_FILE": str(settings.signing_key),
        "THROUGHLINE_CHECKPOINTS_DIR": str(settings.checkpoints),
        "THROUGHLINE_PG_BIN": str(settings.pg_bin or "from PATH"),
        **secret_files.shown(os.environ),
        **settings.limits.shown(),
        **settings.telemetry.shown(),
        **settings.door.shown(),
        **_sender(settings.sender),
        **{name: value or "none" for name, value in settings.notifier.shown.items()},
    }
    for name in NAMES:
        yield Check(name, True, f"{values[name]} ({_origin(name)})")


def _origin(name: str) -> str:
    if os.environ.get(f"{name}_FILE"):
        return "from a file"
    return "set" if os.environ.get(name) else "default"


def _sender(sender: Sender) -> dict[str, str]:
    """Who sends updates to the PCP and how; a token and a password are not shown."""
    own = sender.organisation
    values = {
        "THROUGHLINE_ORGANISATION_NAME": own.name,
        "THROUGHLINE_ORGANISATION_NPI": own.npi,
        "THROUGHLINE_ORGANISATION_PHONE": own.phone,
        "THROUGHLINE_ORGANISATION_EMAIL": own.email,
        "THROUGHLINE_ORGANISATION_ADDRESS": own.address,
        "THROUGHLINE_CARE_UPDATE_CHANNEL": sender.channel,
        "THROUGHLINE_CARE_UPDATE_URL": sender.shown_url,
        "THROUGHLINE_CARE_UPDATE_TOKEN": sender.token and f"{len(sender.token)} characters",
        "THROUGHLINE_CARE_UPDATE_FROM": sender.from_address,
        "THROUGHLINE_CARE_UPDATE_TO": sender.to_address,
        "THROUGHLINE_CARE_UPDATE_DOCUMENT_TYPE": sender.document_type,
    }
    return {name: value or "none" for name, value in values.items()}


def _program() -> Iterator[Check]:
    yield Check("Python", sys.version_info >= (3, 11), sys.version.split()[0], "install Python 3.11 or newer")
    spec = find_spec("webui")
    folders = list(spec.submodule_search_locations or []) if spec else []
    built = any((Path(folder) / "static" / "dist").is_dir() for folder in folders)
    yield Check("front end", built, "built" if built else "not built", "run 'make install'")


def _database(installation: Installation) -> Iterator[Check]:
    if not is_current(installation.db):
        hint = "run 'throughline db upgrade', or 'throughline db init --sandbox' for one to try things in"
        yield Check("database", False, "not at the current schema", hint)
        return
    kind = "a sandbox" if is_sandbox(installation.db) else "live"
    yield Check("database", True, f"{installation.db.dialect}, revision {newest_revision()}, {kind}")
    with installation.db.reading() as connection:
        yield from _content(connection)
    yield from of_database(installation)


def _content(connection: Connection) -> Iterator[Check]:
    names = [row["process_id"] for row in newest_versions(connection)]
    yield Check("pathways", bool(names), ", ".join(names) or "none published", "run 'throughline db upgrade'")
    people = len(users(connection))
    hint = "run 'throughline users create', or 'throughline demo load' in a sandbox"
    yield Check("users", people > 0, str(people), hint)
    running = connection.scalar(select(func.count()).where(cases.c.closed_at.is_(None)))
    yield Check("cases", True, f"{running} open")
    yield _checkpoints(connection)
    # What was given up is a task or stands in the record; it does not go away, so it is told and is no fault here.
    outgoing = dict(map(tuple, counts_by_status(connection)))
    waiting, failed = outgoing.get("waiting", 0), outgoing.get("failed", 0)
    closed = failed_in_closed_cases(connection)
    where = f", {closed} of them in closed cases, where no task asks for it" if closed else ""
    where += ": see 'throughline outbox list --failed'" if failed else ""
    yield Check("outgoing", True, f"{waiting} waiting, {failed} given up{where}")


def _checkpoints(connection: Connection) -> Check:
    try:
        last = last_checkpoint(connection)
    except UnreadableCheckpoint:
        return Check("checkpoints", False, "the last one cannot be read", "run 'throughline history verify'")
    found = "none yet: 'throughline worker' or 'tick' writes one a day"
    return Check("checkpoints", True, f"{last['number']}, the last of {last['day']}" if last else found)
