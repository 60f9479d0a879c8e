"""What a walk through a draft is: who the patient is, and the steps that were taken, each a line of a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.errors import InvalidInput

MOST_STEPS = 500  # of one walk: each request plays all of them
_DAYS = ("begins", "aligned")


@dataclass(frozen=True, slots=True)
class Start:
    """Who the patient is: a scenario's `track`, `given` and `answers`; days are ISO texts, so that it can be kept."""

    track: str
    given: Mapping[str, Any]
    answers: Mapping[str, Any]

    def document(self) -> dict[str, Any]:
        """The same as a scenario's document has it; what says nothing is left out."""
        given = {key: date.fromisoformat(value) if key in _DAYS else value for key, value in self.given.items()}
        parts = {"track": self.track, "given": given, "answers": dict(self.answers)}
        return {key: value for key, value in parts.items() if value}


@dataclass(frozen=True, slots=True)
class Happens:
    """Something happens now: a line of a scenario's `when`."""

    line: str | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Passes:
    """Time passes ``until`` a moment, while people do what ``meanwhile`` says."""

    until: str
    meanwhile: str


Step = Happens | Passes


@dataclass(frozen=True, slots=True)
class Tryout:
    """A walk as far as it has gone."""

    start: Start
    steps: tuple[Step, ...] = ()

    def and_then(self, step: Step) -> Tryout:
        """The walk with one step more; raises InvalidInput for one too many."""
        if len(self.steps) >= MOST_STEPS:
            words = f"this walk has {MOST_STEPS} steps, the most there can be; save it as a scenario, or start over"
            raise InvalidInput({"walk": words})
        return Tryout(self.start, (*self.steps, step))

    def up_to(self, count: int) -> Tryout:
        """Its first steps only."""
        return Tryout(self.start, self.steps[:count])

    def kept_start(self) -> dict[str, Any]:
        """The patient as JSON."""
        start = self.start
        return {"track": start.track, "given": dict(start.given), "answers": dict(start.answers)}

    def kept_steps(self) -> list[dict[str, Any]]:
        """The steps as JSON."""
        return [_kept(step) for step in self.steps]


def tryout_of(patient: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> Tryout:
    """A walk from what was kept of it."""
    start = Start(patient["track"], patient["given"], patient["answers"])
    return Tryout(start, tuple(_step(each) for each in steps))


def _kept(step: Step) -> dict[str, Any]:
    if isinstance(step, Happens):
        return {"line": step.line}
    return {"until": step.until, "meanwhile": step.meanwhile}


def _step(kept: Mapping[str, Any]) -> Step:
    return Happens(kept["line"]) if "line" in kept else Passes(kept["until"], kept["meanwhile"])
