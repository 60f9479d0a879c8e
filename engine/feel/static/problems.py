"""What is wrong with an expression that can be read: where, by which check, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

UNKNOWN_NAME: Final = "unknown-name"
UNKNOWN_PROPERTY: Final = "unknown-property"
WRONG_TYPE: Final = "wrong-type"
NEVER_TRUE: Final = "never-true"

#: Every check, and what it is for; the reference lists them.
CHECKS: Final = {
    UNKNOWN_NAME: "a name that nothing writes or binds",
    UNKNOWN_PROPERTY: "a property that a value of this kind does not have",
    WRONG_TYPE: "a value of a kind that can have no answer here",
    NEVER_TRUE: "a comparison that no value makes true",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding on the part of a source from character `start` to the one before `end`, counted from 0."""

    check: str
    start: int
    end: int
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.message} (character {self.start + 1}); {self.hint}"
