"""fact.record: write a fact of the case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.errors import InvalidInput
from engine.operations.operation import Operation

if TYPE_CHECKING:
    from engine.casework import Casework


def _run(work: Casework, process_id: str, parameters: Mapping[str, Any]) -> str:
    name = parameters.get("name")
    if not isinstance(name, str) or not name:
        raise InvalidInput({"name": 'fact.record needs the fact\'s name, a text such as "plan.changed"'})
    try:
        work.facts.record(name, parameters.get("value"), None, work.as_of, "rule")
    except TypeError as error:
        raise InvalidInput({"value": f"fact.record {name}: {error}"}) from error
    return f"Recorded {name}"


OPERATION = Operation("fact.record", "Write a fact.", frozenset({"name", "value"}), _run)
