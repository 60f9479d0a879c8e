"""How a password is kept: as an Argon2id hash."""

from __future__ import annotations

from argon2 import PasswordHasher


def hashed(password: str) -> str:
    """The Argon2id hash of a password, with its salt and parameters (RFC 9106, the low-memory profile)."""
    return PasswordHasher().hash(password)
