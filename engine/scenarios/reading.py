"""From a scenario's file to a scenario: who, when, what happens and what must be there; the clauses stand elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from care.documents import Entry
from engine.scenarios.actions import ACTIONS, SENTENCES
from engine.scenarios.checks import CHECKS
from engine.scenarios.clauses import Told, clauses, moment_at
from engine.scenarios.document import ScenarioError, read_document
from engine.scenarios.model import Clause, Patient, Policy, Scenario, StartTrack, Step
from engine.scenarios.names import Names
from engine.scenarios.policies import EVERYTHING, policy

FIRST_DAY = date(2026, 7, 6)  # the Monday after the model begins, 2026-07-05 (CMS ACCESS)
_TOP = ("title", "shows", "track", "given", "answers", "meanwhile", "steps")
_PATIENT = ("name", "age", "born", "sex", "pcp", "phone", "language", "time_zone", "conditions", "equity")
_TEXTS = ("sex", "pcp", "phone", "language", "time_zone")
_AGE, _NAME, _PCP = 72, "Ada Long", "Dr. Bell"


def read_scenario(path: Path, names: Names) -> Scenario:
    """The scenario in a file, each of its names looked up; raises ScenarioError."""
    return scenario_of(read_document(path), names)


def scenario_of(root: Entry, names: Names) -> Scenario:
    """The scenario in a document."""
    root.only(*_TOP)
    track = root.choice("track", tuple(sorted(names.tracks)))
    given = root.optional_entry("given") or Entry(root.document, "given", {}, ScenarioError)
    given.only("patient", "begins", "aligned", "period")
    begins = given.day("begins") if "begins" in given.values else FIRST_DAY
    steps = _steps(root, names, track)
    started = {clause.track for step in steps for clause in step.when if isinstance(clause, StartTrack)}
    return Scenario(
        file=root.document,
        title=root.text("title"),
        shows=root.text("shows"),
        track=track,
        patient=_patient(given, begins),
        begins=begins,
        aligned_on=given.day("aligned") if "aligned" in given.values else begins,
        period=given.integer("period", 1),
        answers=_answers(root, names),
        meanwhile=_meanwhile(root, names) or EVERYTHING,
        steps=steps,
        tracks=frozenset({track, *started}),
    )


def _patient(given: Entry, begins: date) -> Patient:
    told = given.optional_entry("patient")
    if told is None:
        return Patient(_born(begins, _AGE), {"name": _NAME, "pcp": _PCP})
    told.only(*_PATIENT)
    columns: dict[str, Any] = {key: told.optional_text(key) for key in _TEXTS if key in told.values}
    columns["name"] = told.text("name", _NAME)
    columns.setdefault("pcp", _PCP)
    columns["conditions"] = told.texts("conditions")
    equity = told.optional_entry("equity")
    columns["equity"] = {} if equity is None else dict(equity.values)
    born = told.day("born") if "born" in told.values else _born(begins, told.integer("age", _AGE))
    return Patient(born, columns)


def _born(begins: date, age: int) -> date:
    """A birthday in January, so that the age holds all through the first half year and beyond."""
    return date(begins.year - age, 1, 1)


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
