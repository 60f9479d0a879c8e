"""`throughline tokens`: access to the JSON API."""

from __future__ import annotations

import secrets

import click

from cli.answers import Answer, AnsweringCommand
from cli.installation import current_database
from engine.store import people
from engine.store.clocks import clock_of
from webui.api.tokens import digest_of


@click.group()
def tokens() -> None:
    """Create API tokens."""


@tokens.command("create", cls=AnsweringCommand)
@click.option("--user", "email", required=True, help="The email of the user who acts with the token.")
def create_token(email: str) -> Answer:
    """Create an API token for a user; it is shown once and kept only as a hash."""
    token = secrets.token_urlsafe(32)
    with current_database() as installation:
        now = clock_of(installation.db).now()
        with installation.db.writing() as connection:
            people.add_token(connection, digest_of(token), email, now)
            holder = people.user(connection, email)
    return Answer({"token": token, "user": holder["email"]}, token)
