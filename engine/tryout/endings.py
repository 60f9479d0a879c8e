"""What a scenario may look for at the end of a walk: what is there now, each line proven to hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from care.documents import Entry
from care.errors import CareError
from engine.application import FAULTS_OF_A_CASE
from engine.scenarios.checks import CHECKS
from engine.scenarios.clauses import Told, clauses
from engine.scenarios.document import ScenarioError
from engine.scenarios.failure import NotSo
from engine.scenarios.judging import judge
from engine.scenarios.names import Names
from engine.scenarios.walk import Walk
from engine.tryout.known import known_facts

_BY_RULE = "rule"


def endings(walk: Walk, names: Names) -> tuple[dict[str, Any], ...]:
    """Lines of `then`: of each case the open tasks and its status, of the first each fact that a rule has written."""
    return tuple(line for line in _proposed(walk) if _holds(walk, names, line))


def _proposed(walk: Walk) -> Iterator[dict[str, Any]]:
    for name in walk.cases:
        about = {} if name == walk.scenario.track else {"in": name}
        row = walk.case(name)
        elements = sorted(task["element_id"] for task in walk.open_tasks(name))
        yield {"tasks": elements or "none", **about}
        yield {"case": row["status"], **({} if row["closed_at"] is None else {"closed": True}), **about}
    for fact in known_facts(walk):
        if fact.source == _BY_RULE and (value := _plain(fact.value)) is not None:
            yield {"facts": {fact.name: value}}


def _plain(value: Any) -> Any:
    """A value as a scenario writes it; None for one that it has no words for."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list):
        plain = [_plain(each) for each in value]
        return None if None in plain else plain
    if isinstance(value, datetime):
        return None
    return value if isinstance(value, bool | str | date) else None


def _holds(walk: Walk, names: Names, line: dict[str, Any]) -> bool:
    entry = Entry("walk", "then", {"then": [line]}, ScenarioError)
    try:
        for clause in clauses(entry, "then", CHECKS, {}, Told(names, set(walk.cases))):
            judge(walk, clause)
    except (NotSo, CareError, *FAULTS_OF_A_CASE):
        return False
    return True
