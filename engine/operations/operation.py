"""What an operation is: a name, the parameters it takes, and what it does to the case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.casework import Casework

Run = Callable[["Casework", str, Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Operation:
    """``run(casework, process_id, parameters)`` does it and returns the sentence for the record."""

    name: str
    purpose: str
    parameters: frozenset[str]
    run: Run
