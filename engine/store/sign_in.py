"""Sessions that can be ended, and second factors: the rows of `sessions`, `second_factors` and `recovery_codes`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, exists, func, insert, select, update

from engine.store.prepared import Prepared
from engine.store.tables import recovery_codes, sandbox_clock, second_factors, sessions, users


def add_session(connection: Connection, digest: str, email: str, device: str, now: datetime) -> None:
    """Begins a session; ``digest`` is the SHA-256 of what the cookie holds."""
    values = {"digest": digest, "email": email, "device": device, "started_at": now, "seen_at": now}
    connection.execute(insert(sessions).values(values))


def session_with_user(connection: Connection, digest: str) -> dict[str, Any] | None:
    """An open session's times beside its active user's row, None when there is none. Relies on the primary keys.

    Also whether the user is ``enrolled``, that is, has a second factor, and whether this is a ``sandbox``.
    """
    return _OPEN_SESSION.first(connection, {"digest": digest})


def mark_seen(connection: Connection, digest: str, now: datetime) -> None:
    """Notes that somebody works in a session. Relies on the primary key."""
    connection.execute(update(sessions).where(sessions.c.digest == digest).values(seen_at=now))


def open_sessions(connection: Connection, email: str, started_after: datetime) -> Sequence[RowMapping]:
    """A user's sessions that were not ended, the newest first. Relies on ix_sessions_email_started_at."""
    query = select(sessions).where(sessions.c.email == email, sessions.c.started_at > started_after)
    return connection.execute(
        query.where(sessions.c.ended_at.is_(None)).order_by(sessions.c.started_at.desc(), sessions.c.digest)
    ).mappings().all()


def end_session(connection: Connection, digest: str, now: datetime) -> None:
    """Ends a session, once. Relies on the primary key."""
    still = update(sessions).where(sessions.c.digest == digest, sessions.c.ended_at.is_(None))
    connection.execute(still.values(ended_at=now))


def end_sessions(
    connection: Connection,
    now: datetime,
    *,
    email: str | None = None,
    but: str | None = None,
    only: Collection[str] | None = None,
) -> int:
    """Ends all sessions, or a user's, but for one, or only some; returns how many.

    Relies on ix_sessions_email_started_at.
    """
    still = update(sessions).where(sessions.c.ended_at.is_(None))
    if email is not None:
        still = still.where(sessions.c.email == email)
    if but is not None:
        still = still.where(sessions.c.digest != but)
    if only is not None:
        still = still.where(sessions.c.digest.in_(only))
    return connection.execute(still.values(ended_at=now)).rowcount


def forget_sessions(connection: Connection, email: str, started_before: datetime) -> None:
    """Removes a user's old sessions. Relies on ix_sessions_email_started_at."""
    old = delete(sessions).where(sessions.c.email == email, sessions.c.started_at < started_before)
    connection.execute(old)


def second_factor(connection: Connection, email: str) -> RowMapping | None:
    """A user's second factor, None where they have none. Relies on the primary key."""
    return connection.execute(select(second_factors).where(second_factors.c.email == email)).mappings().first()


def set_second_factor(
    connection: Connection, email: str, sealed: str, step: int, code_digests: Iterable[str], now: datetime
) -> None:
    """Gives a user a second factor with its recovery codes, in place of what they had."""
    remove_second_factor(connection, email)
    values = {"email": email, "sealed": sealed, "confirmed_at": now, "last_step": step}
    connection.execute(insert(second_factors).values(values))
    connection.execute(insert(recovery_codes), [{"digest": digest, "email": email} for digest in code_digests])


def remove_second_factor(connection: Connection, email: str) -> bool:
    """Takes the second factor and its recovery codes away; returns whether there was one."""
    connection.execute(delete(recovery_codes).where(recovery_codes.c.email == email))
    return connection.execute(delete(second_factors).where(second_factors.c.email == email)).rowcount > 0


def use_step(connection: Connection, email: str, step: int) -> bool:
    """Takes the code of a time step, once: False for one that was used, or for an earlier one."""
    later = update(second_factors).where(second_factors.c.email == email, second_factors.c.last_step < step)
    return connection.execute(later.values(last_step=step)).rowcount == 1


def use_recovery_code(connection: Connection, email: str, digest: str, now: datetime) -> bool:
    """Takes a recovery code, once: False for one that is not known or was used."""
    mine = (recovery_codes.c.digest == digest, recovery_codes.c.email == email, recovery_codes.c.used_at.is_(None))
    return connection.execute(update(recovery_codes).where(*mine).values(used_at=now)).rowcount == 1


def recovery_codes_left(connection: Connection, email: str) -> int:
    """How many recovery codes a user has not used. Relies on ix_recovery_codes_email."""
    mine = select(func.count()).where(recovery_codes.c.email == email, recovery_codes.c.used_at.is_(None))
    return connection.scalar(mine) or 0


# Asked at every request.
_OPEN_SESSION = Prepared(
    select(
        users,
        sessions.c.started_at,
        sessions.c.seen_at,
        exists().where(second_factors.c.email == users.c.email).label("enrolled"),
        exists(select(sandbox_clock.c.id)).label("sandbox"),
    )
    .join_from(sessions, users, sessions.c.email == users.c.email)
    .where(sessions.c.digest == bindparam("digest", type_=sessions.c.digest.type))
    .where(sessions.c.ended_at.is_(None), users.c.active)
)
