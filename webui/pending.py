"""Between the password and the second factor: who has given the first, for five minutes."""

from __future__ import annotations

from datetime import timedelta

from flask import session
from sqlalchemy import RowMapping

from webui.sessions import stamp, wall_now

_LASTS = timedelta(minutes=5)
_KEY = "pending"


def begin_pending(row: RowMapping, target: str) -> None:
    """The password was right; nothing is open yet."""
    session.clear()
    now = int(wall_now().timestamp())
    session[_KEY] = {"email": row["email"], "stamp": stamp(row["password_hash"]), "at": now, "target": target}


def pending_email() -> str | None:
    """Whose second factor is asked for; None when nobody's, or when it took too long."""
    kept = session.get(_KEY)
    if kept is None or wall_now().timestamp() - kept["at"] > _LASTS.total_seconds():
        return None
    return str(kept["email"])


def still_fits(row: RowMapping) -> bool:
    """Whether the password is still the one that was given."""
    return bool(row["active"]) and session[_KEY]["stamp"] == stamp(row["password_hash"])


def pending_target() -> str:
    """Where its owner wanted to go."""
    return str(session[_KEY]["target"])
