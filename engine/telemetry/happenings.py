"""What the engine tells those who count: commands, deliveries, repeated transactions. Nobody listens by default."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class CommandEnded:
    """A command came to its end. ``outcome`` is one of `engine.telemetry.commands.OUTCOMES`."""

    kind: str
    outcome: str
    seconds: float


@dataclass(frozen=True, slots=True)
class DeliveryEnded:
    """An attempt at a piece of outgoing work. ``outcome`` is one of `engine.telemetry.deliveries.OUTCOMES`."""

    operation: str
    outcome: str
    seconds: float


@dataclass(frozen=True, slots=True)
class TriedAgain:
    """A transaction is repeated: others were in its way (``contention``), or the ``connection`` broke."""

    reason: str


Happening: TypeAlias = CommandEnded | DeliveryEnded | TriedAgain
Listener = Callable[[Happening], None]

_LISTENERS: list[Listener] = []


def listen(listener: Listener) -> None:
    """Let a listener hear what happens in this process from now on; once, however often it asks."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)


def tell(happening: Happening) -> None:
    for listener in _LISTENERS:
        listener(happening)
