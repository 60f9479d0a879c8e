"""`throughline users`: who may sign in."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import click
from sqlalchemy import Connection

from cli.answers import Answer, AnsweringCommand, table
from cli.installation import current_database
from engine.clock import SystemClock
from engine.store import people
from engine.store.clocks import clock_of
from engine.store.sign_in import end_sessions, remove_second_factor
from webui.passwords import hashed

_ONE_TIME = timedelta(days=7)  # to be used at the next sign-in, so soon


@click.group()
def users() -> None:
    """Create and list users, end their sessions and give them new passwords."""


@users.command("create", cls=AnsweringCommand)
@click.option("--email", required=True)
@click.option("--name", required=True, help="As colleagues see it.")
@click.option("--role", required=True, type=click.Choice(people.ROLES))
@click.option(
    "--organisation",
    help="Whose patients they see; case managers and leads: main when absent, the others: those of all.",
)
def create_user(email: str, name: str, role: str, organisation: str | None) -> Answer:
    """Create a user; prints a one-time password, which must be changed at the first sign-in."""
    password, until = _one_time()
    with current_database() as installation:
        now = clock_of(installation.db).now()
        with installation.db.writing() as connection:
            people.add_user(
                connection,
                email=email,
                name=name,
                role=role,
                password_hash=hashed(password),
                one_time=True,
                one_time_until=until,
                now=now,
                organisation=organisation,
            )
            kept = people.user(connection, email)
    data = {
        "email": kept["email"],
        "name": name,
        "role": role,
        "organisation": kept["organisation"],
        "password": password,
    }
    return Answer(data, f"{kept['email']} may sign in with the one-time password {password}")


@users.command("list", cls=AnsweringCommand)
def list_users() -> Answer:
    """List the users."""
    with current_database() as installation, installation.db.reading() as connection:
        rows = people.users(connection)
    shown = ("email", "name", "role", "organisation", "active", "created_at")
    items = [{name: row[name] for name in shown} for row in rows]
    return Answer({"items": items}, table(shown, [tuple(item.values()) for item in items]))


@users.command("reset-password", cls=AnsweringCommand)
@click.argument("email")
def reset_password(email: str) -> Answer:
    """Give a user a new one-time password and end their sessions; a second factor stays."""
    password, until = _one_time()
    with current_database() as installation, installation.db.writing() as connection:
        known = _end_sessions(connection, email)
        people.set_password(connection, known, hashed(password), one_time=True, until=until)
    return Answer({"email": known, "password": password}, f"{known} may sign in with the one-time password {password}")


@users.command("reset-second-factor", cls=AnsweringCommand)
@click.argument("email")
def reset_second_factor(email: str) -> Answer:
    """Take a user's second factor away, once you have made sure who asks; ends their sessions."""
    with current_database() as installation, installation.db.writing() as connection:
        known = _end_sessions(connection, email)
        removed = remove_second_factor(connection, known)
    words = "sets up a new one at the next sign-in" if removed else "had no second factor"
    return Answer({"email": known, "removed": removed}, f"{known} {words}")


@users.command("sign-out", cls=AnsweringCommand)
@click.argument("email", required=False)
@click.option("--everybody", is_flag=True, help="End the sessions of all users.")
def sign_out(email: str | None, everybody: bool) -> Answer:
    """End the sessions of a user, or of all with --everybody."""
    if (email is None) is not everybody:
        raise click.UsageError("name a user, or say --everybody")
    with current_database() as installation, installation.db.writing() as connection:
        known = None if email is None else str(people.user(connection, email)["email"])
        ended = end_sessions(connection, SystemClock().now(), email=known)
    return Answer({"ended": ended}, f"{ended} sessions ended")


@users.command("deactivate", cls=AnsweringCommand)
@click.argument("email")
def deactivate(email: str) -> Answer:
    """Shut a user out at once: sessions end, tokens and password no longer hold. What they did stays theirs."""
    return _set_active(email, active=False)


@users.command("activate", cls=AnsweringCommand)
@click.argument("email")
def activate(email: str) -> Answer:
    """Let a user in again who was shut out."""
    return _set_active(email, active=True)


def _set_active(email: str, *, active: bool) -> Answer:
    with current_database() as installation, installation.db.writing() as connection:
        known = _end_sessions(connection, email)
        people.set_active(connection, known, active=active)
    words = "may sign in again" if active else "is shut out"
    return Answer({"email": known, "active": active}, f"{known} {words}")


def _end_sessions(connection: Connection, email: str) -> str:
    known = str(people.user(connection, email)["email"])
    end_sessions(connection, SystemClock().now(), email=known)
    return known


def _one_time() -> tuple[str, datetime]:
    """A password of 96 random bits, and until when it opens the door."""
    return secrets.token_urlsafe(12), SystemClock().now() + _ONE_TIME
