"""Who may watch tokens move: told of each element that one has gone through, and of where it went from there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Observer(Protocol):
    """Watches the diagrams of an engine, such as to know which of their elements a set of scenarios has reached."""

    def passed(self, file: str, element: str, successors: Sequence[str]) -> None:
        """A token has gone through ``element`` of diagram ``file``; flows led it to ``successors``."""
