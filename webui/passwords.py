"""Passwords: checked against an Argon2id hash, in the same time whether the user exists or not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12  # characters; NIST SP 800-63B asks for at least 8, and for no rules on which
LONGEST = 200  # what is hashed costs time
# What anybody would try first here: the product, the programme, the trade. docs/security.md lists them.
CONTEXT_WORDS = (
    "throughline", "access", "medicare", "cms", "hospital", "clinic", "patient", "health", "care", "manager",
    "director", "auditor", "admin", "administrator", "case", "team", "lead",
)  # fmt: skip
# The stems of which the most used passwords of twelve and more signs are made.
COMMON_WORDS = (
    "password", "passwort", "passw0rd", "p@ssword", "p@ssw0rd", "letmein", "welcome", "iloveyou", "monkey", "dragon",
    "football", "baseball", "superman", "batman", "princess", "sunshine", "master", "shadow", "michael", "jordan",
    "qwertyuiop", "qwerty", "asdfghjkl", "asdfgh", "asdf", "zxcvbnm", "zxcvbn", "1q2w3e4r5t6y", "1q2w3e4r",
    "1qaz2wsx3edc", "1qaz2wsx", "qazwsxedc", "qazwsx", "q1w2e3r4t5y6", "q1w2e3r4", "zaq12wsx", "abc123", "abcdef",
    "changeme", "change", "secret", "default", "computer", "internet", "login", "hello", "love", "trustno1", "starwars",
    "winter", "spring", "summer", "autumn", "fall", "january", "february", "march", "april", "june", "july", "august",
    "september", "october", "november", "december", "monday", "friday", "the", "my", "is", "this", "new", "user",
    "test",
)  # fmt: skip
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890")
_LEAST_LEFT = 6  # signs that are not to be foreseen


def is_right(password: str, kept: str | None) -> bool:
    """Whether a password fits the hash that is kept; ``None`` costs as much time as a wrong password."""
    if len(password) > LONGEST:
        password = ""  # nobody has chosen one as long, and it would cost as much as it is long
    try:
        return PasswordHasher().verify(kept or _nobody(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def hashed(password: str) -> str:
    """The Argon2id hash to keep (RFC 9106, the library's low-memory profile)."""
    return PasswordHasher().hash(password)


def weakness(password: str, about: Iterable[str] = ()) -> str | None:
    """Why a password cannot be taken, None when it can; ``about`` are words of its owner, such as their name."""
    if len(password) < SHORTEST:
        return f"Choose at least {SHORTEST} characters: three or four words do well."
    if len(password) > LONGEST:
        return f"Choose at most {LONGEST} characters."
    if len(_unforeseen(password, about)) < _LEAST_LEFT:
        return "This is among the first that somebody would try. Choose words that say nothing of you or of this place."
    return None


def _unforeseen(password: str, about: Iterable[str]) -> str:
    """What is left without common words, its owner's own, runs and repetitions."""
    own = [part for text in about for part in re.split(r"[^a-z0-9]+", text.lower()) if len(part) > 2]
    left = re.sub(r"(.+?)\1{2,}", r"\1", password.lower())  # a part three times over is one
    for word in sorted({*CONTEXT_WORDS, *COMMON_WORDS, *own}, key=len, reverse=True):
        left = left.replace(word, "")
    left = re.sub(r"(19|20)\d\d", "", left)
    for row in _ROWS:
        for run in (row, row[::-1]):
            left = _without_runs(left, run)
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[\s\W_]+", "", left))


def _without_runs(text: str, row: str) -> str:
    for length in range(len(row), 3, -1):
        for start in range(len(row) - length + 1):
            text = text.replace(row[start : start + length], "")
    return text


@cache
def _nobody() -> str:
    return hashed("a password that nobody has")
