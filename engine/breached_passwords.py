"""Passwords that were stolen somewhere, which whoever guesses tries first: looked up in a file, nobody else is asked.

The file is the one of "Pwned Passwords" in order of its hashes: a line for each password, its SHA-1 in 40 hexadecimal
letters, mostly with a colon and how often it was seen. It has some forty gigabytes; a look into it reads thirty lines.
"""

from __future__ import annotations

import hashlib
import mmap
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

from engine.errors import SettingsError

BREACHED_PASSWORDS = "THROUGHLINE_BREACHED_PASSWORDS"
_LINE = re.compile(rb"[0-9A-Fa-f]{40}(:[0-9]+)?\r?\n?")
_LETTERS = 40
_LOOKED_AT = 1_000  # lines, before the file is believed to be one of this kind


@dataclass(frozen=True, slots=True)
class BreachedPasswords:
    """A file of them."""

    file: Path

    def __contains__(self, password: str) -> bool:
        """Whether a password is one of them; raises OSError where the file is gone."""
        wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
        with self.file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as lines:
            return _is_in(lines, wanted)

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> BreachedPasswords | None:
        """The file that is named, None where none is; raises SettingsError for one that is not of this kind."""
        name = env.get(BREACHED_PASSWORDS)
        if not name:
            return None
        try:
            with Path(name).open("rb") as opened:
                first = list(islice(opened, _LOOKED_AT))
        except OSError as error:
            raise SettingsError(BREACHED_PASSWORDS, f"'{name}' cannot be read: {error.strerror}") from error
        for number, line in enumerate(first, start=1):
            if not _LINE.fullmatch(line):
                words = f"line {number} of '{name}' is not a SHA-1 of 40 letters, with or without ':' and a count"
                raise SettingsError(BREACHED_PASSWORDS, words)
        if not first or any(_hash(one) > _hash(other) for one, other in pairwise(first)):
            words = "empty" if not first else "not in order of its hashes; name the list that is ordered by hash"
            raise SettingsError(BREACHED_PASSWORDS, f"'{name}' is {words}")
        return cls(Path(name))


def _is_in(lines: mmap.mmap, wanted: bytes) -> bool:
    low, high = 0, len(lines)  # both where a line begins, or the end
    while low < high:
        middle = (low + high) // 2
        start = lines.rfind(b"\n", low, middle) + 1 or low
        found = _hash(lines[start : start + _LETTERS])
        if found == wanted:
            return True
        if found < wanted:
            low = lines.find(b"\n", middle) + 1 or len(lines)
        else:
            high = start
    return False


def _hash(line: bytes) -> bytes:
    return line[:_LETTERS].upper()
