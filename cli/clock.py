"""`throughline clock`: the clock of a sandbox; a live database refuses to have its time moved."""

from __future__ import annotations

from datetime import datetime

import click

from care.calendars import local_date
from care.periods import Period
from cli.answers import Answer, AnsweringCommand
from cli.installation import Installation, current_database
from cli.instants import INSTANT, PERIOD
from engine.store.clocks import SandboxClock, clock_of, is_sandbox


@click.group()
def clock() -> None:
    """Show or move the clock of a sandbox. What is then due is run by `throughline tick`."""


@clock.command("show", cls=AnsweringCommand)
def show_clock() -> Answer:
    """Show what time it is here."""
    with current_database() as installation:
        return _answer(installation, clock_of(installation.db).now())


@clock.command("advance", cls=AnsweringCommand)
@click.argument("period", type=PERIOD)
def advance_clock(period: Period) -> Answer:
    """Move the clock forward by an ISO 8601 duration (P7D, P1M, PT4H) or business days (B2D)."""
    with current_database() as installation:
        moved = SandboxClock(installation.db).advance(period, installation.settings.zone)
        return _answer(installation, moved)


@clock.command("set", cls=AnsweringCommand)
@click.argument("instant", type=INSTANT)
def set_clock(instant: datetime) -> Answer:
    """Set the clock to an instant; never to before the latest entry of the record."""
    with current_database() as installation:
        return _answer(installation, SandboxClock(installation.db).set(instant))


def _answer(installation: Installation, now: datetime) -> Answer:
    zone = installation.settings.zone
    today = local_date(now, zone)
    data = {"now": now, "today": today, "zone": zone.key, "sandbox": is_sandbox(installation.db)}
    return Answer(data, now.astimezone(zone).strftime("%A %-d %B %Y %H:%M:%S ") + zone.key)
