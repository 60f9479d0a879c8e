"""`throughline users`: who may sign in."""

from __future__ import annotations

import secrets

import click

from cli.answers import Answer, AnsweringCommand, table
from cli.installation import current_database
from engine.store import people
from engine.store.clocks import clock_of
from webui.passwords import hashed


@click.group()
def users() -> None:
    """Create and list users."""


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
    password = secrets.token_urlsafe(12)
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
