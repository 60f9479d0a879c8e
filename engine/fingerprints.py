"""What was asked, as a hash: an idempotency key that comes back with something else is refused."""

from __future__ import annotations

import hashlib
from dataclasses import asdict

from engine.chain import canonical


def fingerprint(command: object) -> str:
    """The hash of a command with all that it holds."""
    asked = {"kind": type(command).__name__, **asdict(command)}  # type: ignore[call-overload]
    return hashlib.sha256(canonical(asked).encode()).hexdigest()
