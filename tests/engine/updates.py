"""Cases with an update to the PCP that waits, and a channel that can be made to fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from engine.application import Engine
from engine.clock import SetClock
from engine.outgoing.delivery import Deliveries, deliver_outgoing
from engine.outgoing.outgoing import Evidence, Letter
from tests.engine.builders import Case, a_case

FORM = "care_update"


def a_case_before_its_update(engine: Engine, **intake: Any) -> Case:
    """A case whose first update waits for its reviewer; ``intake`` are answers of the intake form."""
    case = a_case(engine)
    case.leaves = lambda task: task["form"] == FORM
    while todo := [task for task in case.open() if not case.leaves(task)]:
        case.answer(todo[0], **(intake if todo[0]["form"] == "intake" else {}))
    return case


def a_case_with_an_update(engine: Engine, **given: Any) -> Case:
    """A case whose first update waits in the outbox; ``given`` are answers of the form care_update."""
    case = a_case_before_its_update(engine)
    case.answer(the_update_task(case), **given)
    return case


def the_update_task(case: Case) -> Mapping[str, Any]:
    (found,) = [task for task in case.open() if task["form"] == FORM]
    return found


def rows(case: Case) -> list[Mapping[str, Any]]:
    return case.everything()["outbox"]


def deliver(case: Case, channel: Any) -> Deliveries:
    return deliver_outgoing(case.engine, {"care_update.send": channel}, case.clock())


def later(case: Case, **by: float) -> None:
    assert isinstance(case.engine.clock, SetClock)
    case.engine.clock.instant += timedelta(**by)


@dataclass
class Postbox:
    """A channel that keeps what it is given, one of each key; the first ``errors`` are raised instead, in order."""

    errors: list[Exception] = field(default_factory=list)
    letters: dict[str, Letter] = field(default_factory=dict)
    asked: int = 0
    name: str = "postbox"

    def send(self, letter: Letter) -> Evidence:
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)
        self.letters.setdefault(letter.key, letter)
        return {"receipt": letter.key}
