"""`throughline tokens`: access to the JSON API."""

from __future__ import annotations

import secrets
from datetime import timedelta

import click

from cli.answers import Answer, AnsweringCommand, table
from cli.installation import current_database
from engine.clock import SystemClock
from engine.errors import NotFound
from engine.store import people
from engine.store.clocks import clock_of
from webui.api.tokens import digest_of

_SHOWN = 12  # signs of a digest: enough to name a token


@click.group()
def tokens() -> None:
    """Create, list and revoke API tokens."""


@tokens.command("create", cls=AnsweringCommand)
@click.option("--user", "email", required=True, help="The email of the user who acts with the token.")
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True, help="How long it holds.")
def create_token(email: str, days: int) -> Answer:
    """Create an API token for a user; it is shown once and kept only as a hash."""
    token = secrets.token_urlsafe(32)
    expires_at = SystemClock().now() + timedelta(days=days)
    with current_database() as installation:
        now = clock_of(installation.db).now()
        with installation.db.writing() as connection:
            people.add_token(connection, digest_of(token), email, now, expires_at=expires_at)
            holder = people.user(connection, email)
    return Answer({"token": token, "user": holder["email"], "expires_at": expires_at}, token)


@tokens.command("list", cls=AnsweringCommand)
def list_tokens() -> Answer:
    """List the tokens by the beginning of their hash: whose, when last used, until when."""
    with current_database() as installation, installation.db.reading() as connection:
        rows = people.all_tokens(connection)
    shown = ("email", "created_at", "last_used_at", "expires_at", "revoked_at")
    items = [{"id": row["digest"][:_SHOWN], **{name: row[name] for name in shown}} for row in rows]
    return Answer({"items": items}, table(("id", *shown), [tuple(item.values()) for item in items]))


@tokens.command("revoke", cls=AnsweringCommand)
@click.argument("token_id", metavar="ID")
def revoke_token(token_id: str) -> Answer:
    """End a token, named by its id in the list; it does not hold from then on."""
    with current_database() as installation, installation.db.writing() as connection:
        found = [row for row in people.all_tokens(connection) if row["digest"].startswith(token_id)]
        if len(token_id) < _SHOWN or len(found) != 1:
            raise NotFound("token", token_id)
        people.revoke_token(connection, found[0]["digest"], clock_of(installation.db).now())
    return Answer({"id": token_id, "user": found[0]["email"]}, f"the token of {found[0]['email']} is revoked")
