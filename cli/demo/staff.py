"""The people who work in the demo: one of each who uses the program, with passwords that anybody may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.commands import Actor
from engine.store import people
from webui.passwords import hashed


@dataclass(frozen=True, slots=True)
class Member:
    """A demo user."""

    email: str
    name: str
    role: str
    password: str

    @property
    def actor(self) -> Actor:
        """The user as commands name them."""
        return Actor(self.email, self.name)


CASE_MANAGER = Member("dana@demo.example", "Dana Whitfield RN", "case_manager", "walk-the-list")
DIRECTOR = Member("ruth@demo.example", "Dr. Ruth Alvarez", "clinical_director", "draw-the-path")
AUDITOR = Member("amir@demo.example", "Amir Haddad", "auditor", "read-the-record")
STAFF = (CASE_MANAGER, DIRECTOR, AUDITOR)


def add_staff(connection: Connection, now: datetime) -> None:
    """Add the demo users that the database does not have."""
    known = {row["email"] for row in people.users(connection)}
    for member in STAFF:
        if member.email not in known:
            people.add_user(
                connection,
                email=member.email,
                name=member.name,
                role=member.role,
                password_hash=hashed(member.password),
                one_time=False,
                now=now,
            )


def is_staffed(connection: Connection) -> bool:
    """Whether the demo users are in the database."""
    emails = {row["email"] for row in people.users(connection)}
    return all(member.email in emails for member in STAFF)


def sign_ins() -> list[dict[str, str]]:
    """The demo sign-ins: email, password, name and role."""
    return [{"email": each.email, "password": each.password, "name": each.name, "role": each.role} for each in STAFF]
