"""Passwords: checked against an Argon2id hash, in the same time whether the user exists or not."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12  # characters; NIST SP 800-63B asks for at least 8, and for no rules on which


def is_right(password: str, kept: str | None) -> bool:
    """Whether a password fits the hash that is kept; ``None`` costs as much time as a wrong password."""
    try:
        return PasswordHasher().verify(kept or _nobody(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def hashed(password: str) -> str:
    """The Argon2id hash to keep (RFC 9106, the library's low-memory profile)."""
    return PasswordHasher().hash(password)


@cache
def _nobody() -> str:
    return hashed("a password that nobody has")
