"""How a walk becomes a scenario: its document, written, read again and played before it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from care.errors import CareError
from engine.errors import InvalidInput
from engine.scenarios.document import document_of
from engine.scenarios.failure import Failure
from engine.scenarios.playing import run_scenario
from engine.scenarios.policies import EVERYTHING, NOTHING
from engine.scenarios.reading import scenario_of
from engine.scenarios.stage import Stage
from engine.tryout.model import Passes, Step, Tryout
from engine.tryout.playing import fault_of
from engine.tryout.writing import document_text


@dataclass(frozen=True, slots=True)
class Saved:
    """A walk as a scenario: its text, and what does not hold when it is played."""

    text: str
    failures: tuple[Failure, ...]


def scenario_text(tryout: Tryout, *, title: str, shows: str, then: Sequence[Any]) -> str:
    """The walk as a scenario's YAML, with what must be there at its end."""
    steps, meanwhile = _steps(tryout)
    if then:
        steps[-1]["then"] = list(then)
    start = tryout.start.document()
    usual = {} if meanwhile == EVERYTHING.text else {"meanwhile": meanwhile}
    return document_text({"title": title, "shows": shows, **start, **usual, "steps": steps})


def proven(stage: Stage, text: str, name: str) -> Saved:
    """The scenario in a text, played once; raises InvalidInput when it cannot be read."""
    try:
        scenario = scenario_of(document_of(text, name), stage.names)
    except CareError as error:
        raise InvalidInput({"then": fault_of(error).words}) from error
    return Saved(text, run_scenario(scenario, stage).failures)


def _steps(tryout: Tryout) -> tuple[list[dict[str, Any]], str]:
    """The steps, those of one moment together, and who works while nothing is told of it."""
    taken = _without_waits(tryout.steps)
    passes = [step for step in taken if isinstance(step, Passes)]
    meanwhile = passes[0].meanwhile if passes else NOTHING.text
    steps: list[dict[str, Any]] = []
    in_force = meanwhile
    for step in taken:
        if isinstance(step, Passes):
            if step.meanwhile != in_force:
                in_force = steps[-1]["meanwhile"] = step.meanwhile  # holds from the step before on
            steps.append({"at": step.until})
        else:
            if not steps:
                steps.append({})
            steps[-1].setdefault("when", []).append(step.line)
    return [_in_order(step) for step in steps or [{"at": "today"}]], meanwhile


def _without_waits(steps: Sequence[Step]) -> list[Step]:
    """The steps but for stops on the way at which nobody does anything: only where they lead to is told."""
    following = [*steps[1:], None]
    return [step for step, after in zip(steps, following, strict=False) if not (_idle(step) and _idle(after))]


def _idle(step: Step | None) -> bool:
    return isinstance(step, Passes) and step.meanwhile == NOTHING.text


def _in_order(step: dict[str, Any]) -> dict[str, Any]:
    return {key: step[key] for key in ("at", "meanwhile", "when") if key in step}
