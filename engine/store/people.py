"""Who may sign in and call the API: the rows of `users` and `tokens`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from engine.commands import OPERATOR, WORKER
from engine.errors import InvalidInput, NotFound, Refused
from engine.store import tables
from engine.store.organisations import known_organisation, organisation_for, sees

ROLES = ("case_manager", "lead", "clinical_director", "auditor", "admin")
_NAMES = {each.id: each.name for each in (WORKER, OPERATOR)}


def add_user(
    connection: Connection,
    *,
    email: str,
    name: str,
    role: str,
    password_hash: str,
    one_time: bool,
    now: datetime,
    organisation: str | None = None,
    one_time_until: datetime | None = None,
) -> None:
    """Adds a user; `one_time` passwords must be changed at the first sign-in, by `one_time_until` where it is given.

    They see the patients of `organisation`; None means of all, and of the main one for roles that are bound to one.
    Emails are kept in lower case. Raises InvalidInput for an unknown role or organisation, Refused when the email is
    taken.
    """
    if role not in ROLES:
        raise InvalidInput({"role": f"'{role}' is not a role; choose one of {', '.join(ROLES)}"})
    if _find(connection, email) is not None:
        raise Refused(f"there is a user '{_plain(email)}' already; choose another email")
    bound = organisation_for(role, organisation)
    connection.execute(
        insert(tables.users).values(
            email=_plain(email),
            name=name,
            role=role,
            password_hash=password_hash,
            one_time=one_time,
            active=True,
            created_at=now,
            organisation=None if bound is None else known_organisation(connection, bound),
            one_time_until=one_time_until,
        )
    )


def user(connection: Connection, email: str) -> RowMapping:
    """The user's row, active or not; raises NotFound. Relies on the primary key."""
    found = _find(connection, email)
    if found is None:
        raise NotFound("user", email)
    return found


def name_of(connection: Connection, actor: str | None) -> str:
    """How to call an actor: a user's name, or the id where there is none. Relies on the primary key."""
    if actor is None:
        return "somebody"
    if actor in _NAMES:
        return _NAMES[actor]
    found = _find(connection, actor)
    return actor if found is None else str(found["name"])


def users(connection: Connection) -> Sequence[RowMapping]:
    """All users by name. The table is small: read whole."""
    people = tables.users
    return connection.execute(select(people).order_by(people.c.name, people.c.email)).mappings().all()


def colleagues(connection: Connection, organisation: str) -> Sequence[RowMapping]:
    """The active users who see an organisation's patients, by name. The table is small: read whole."""
    return [row for row in users(connection) if row["active"] and sees(row, organisation)]


def set_password(
    connection: Connection, email: str, password_hash: str, *, one_time: bool, until: datetime | None = None
) -> None:
    """Replaces a user's password hash; raises NotFound. A one-time password opens the door `until` then.

    Relies on the primary key.
    """
    values = {"password_hash": password_hash, "one_time": one_time, "one_time_until": until}
    _change(connection, email, **values)


def set_active(connection: Connection, email: str, *, active: bool) -> None:
    """Says whether a user may sign in and call the API; raises NotFound. Relies on the primary key."""
    _change(connection, email, active=active)


def add_token(
    connection: Connection, digest: str, email: str, now: datetime, *, expires_at: datetime | None = None
) -> None:
    """Keeps the SHA-256 hex digest of a user's new API token; raises NotFound for an unknown user."""
    holder = user(connection, email)
    values = {"digest": digest, "email": holder["email"], "created_at": now, "expires_at": expires_at}
    connection.execute(insert(tables.tokens).values(values))


def all_tokens(connection: Connection) -> Sequence[RowMapping]:
    """Every token, the newest first. The table is small: read whole."""
    kept = tables.tokens
    return connection.execute(select(kept).order_by(kept.c.created_at.desc(), kept.c.digest)).mappings().all()


def user_of_token(connection: Connection, digest: str) -> RowMapping | None:
    """The active user whose unrevoked token has this digest, with the token's `last_used_at` and `expires_at`.

    None when there is none. Relies on the primary keys of both tables.
    """
    people, tokens = tables.users, tables.tokens
    columns = (people, tokens.c.last_used_at, tokens.c.expires_at)
    query = select(*columns).join_from(tokens, people, tokens.c.email == people.c.email)
    live = query.where(tokens.c.digest == digest, tokens.c.revoked_at.is_(None), people.c.active)
    return connection.execute(live).mappings().first()


def mark_token_used(connection: Connection, digest: str, now: datetime) -> None:
    """Notes that a token was used. Relies on the primary key."""
    connection.execute(update(tables.tokens).where(tables.tokens.c.digest == digest).values(last_used_at=now))


def revoke_token(connection: Connection, digest: str, now: datetime) -> None:
    """Ends a token, once; later calls keep the first instant. Relies on the primary key."""
    live = update(tables.tokens).where(tables.tokens.c.digest == digest, tables.tokens.c.revoked_at.is_(None))
    connection.execute(live.values(revoked_at=now))


def _change(connection: Connection, email: str, **values: object) -> None:
    changed = update(tables.users).where(tables.users.c.email == _plain(email)).values(values)
    if connection.execute(changed).rowcount == 0:
        raise NotFound("user", email)


def _find(connection: Connection, email: str) -> RowMapping | None:
    query = select(tables.users).where(tables.users.c.email == _plain(email))
    return connection.execute(query).mappings().first()


def _plain(email: str) -> str:
    return email.strip().lower()
