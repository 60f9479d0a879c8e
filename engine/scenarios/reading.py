"""From a scenario's file to a scenario: who, when, what happens and what must be there; the clauses stand elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from care.documents import Entry
from engine.scenarios.actions import ACTIONS, SENTENCES
from engine.scenarios.checks import CHECKS
from engine.scenarios.clauses import Told, clauses, moment_at, period_at
from engine.scenarios.document import ScenarioError, read_document
from engine.scenarios.model import Clause, Policy, Scenario, StartTrack, Step
from engine.scenarios.names import Names
from engine.scenarios.patients import FIRST_DAY, first_day, patient_of
from engine.scenarios.policies import EVERYTHING, policy

_TOP = ("title", "shows", "track", "given", "answers", "meanwhile", "steps")


def read_scenario(path: Path, names: Names) -> Scenario:
    """The scenario in a file, each of its names looked up; raises ScenarioError."""
    return scenario_of(read_document(path), names)


def scenario_of(root: Entry, names: Names) -> Scenario:
    """The scenario in a document."""
    root.only(*_TOP)
    track = root.choice("track", tuple(sorted(names.tracks)))
    given = root.optional_entry("given") or Entry(root.document, "given", {}, ScenarioError)
    given.only("patient", "begins", "aligned", "period")
    begins = first_day(given, "begins", FIRST_DAY)
    steps = _steps(root, names, track)
    started = {clause.track for step in steps for clause in step.when if isinstance(clause, StartTrack)}
    return Scenario(
        file=root.document,
        title=root.text("title"),
        shows=root.text("shows"),
        track=track,
        patient=patient_of(given, begins),
        begins=begins,
        aligned_on=first_day(given, "aligned", begins),
        period=period_at(given),
        answers=_answers(root, names),
        meanwhile=_meanwhile(root, names) or EVERYTHING,
        steps=steps,
        tracks=frozenset({track, *started}),
    )


def _answers(entry: Entry, names: Names) -> Mapping[str, Any]:
    told = entry.optional_entry("answers")
    if told is None:
        return {}
    names.check_defaults(entry, "answers", told.values)
    return told.values


def _meanwhile(entry: Entry, names: Names) -> Policy | None:
    told = entry.values.get("meanwhile")
    return None if told is None else policy(entry, "meanwhile", told, names)


def _steps(root: Entry, names: Names, track: str) -> tuple[Step, ...]:
    entries = root.entries("steps")
    if not entries:
        raise root.fail("steps", "a scenario has at least one step")
    told = Told(names, {track})
    return tuple(_step(each, number, told) for number, each in enumerate(entries, start=1))


def _step(entry: Entry, number: int, told: Told) -> Step:
    at = entry.values.get("at")
    place = f"step {number}" if at is None else f"step {number} ({at})"
    entry = Entry(entry.document, place, entry.values, ScenarioError)
    entry.only("at", "answers", "meanwhile", "when", "then")
    if not entry.values:
        raise entry.fail("", "says nothing; write when it is (at), what happens (when) or what must be there (then)")
    return Step(
        place=place,
        at=moment_at(entry, "at"),
        answers=_answers(entry, told.names),
        meanwhile=_meanwhile(entry, told.names),
        when=_clauses(entry, "when", told),
        then=_clauses(entry, "then", told),
    )


def _clauses(entry: Entry, part: str, told: Told) -> tuple[Clause, ...]:
    if part == "when":
        return clauses(entry, part, ACTIONS, SENTENCES, told)
    return clauses(entry, part, CHECKS, {}, told)
