"""A file as Camunda Modeler writes it runs as it is: layout, its own attributes, generated ids and empty cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.dmn import parse_decisions
from engine.feel import to_feel

FILE = Path(__file__).parent / "files" / "fall_prevention.dmn"


@pytest.mark.parametrize(
    ("age", "falls", "seconds", "outputs", "rows"),
    [
        (70, 0, 25, {"program": "home visit", "again": 14}, ["DecisionRule_0gait13"]),
        (80, 1, 13, {"program": "exercise class", "again": 28}, ["DecisionRule_0gait10"]),
        (60, 9, 9, {"program": "exercise class", "again": 27}, ["DecisionRule_0gait07"]),
        (80, 0, 9, {"program": "leaflet", "again": None}, ["DecisionRule_0gait07"]),
        (60, None, 9, {"program": "leaflet", "again": None}, ["DecisionRule_0gait07"]),
    ],
)
def test_a_file_of_the_modeler_decides(age: int, falls: int, seconds: int, outputs: object, rows: list[str]) -> None:
    """Two decisions and a function behind the one that is asked; what is not known reaches no row by accident."""
    facts = {"Age": age, "Falls last year": falls, "Timed Up and Go": seconds}
    plan = parse_decisions(FILE.read_bytes(), FILE.name, functions={})["fall_prevention_plan"]
    decision = plan.decide({name: to_feel(value) for name, value in facts.items()})
    assert decision.outputs == outputs
    assert [rule.rule_id for rule in decision.required] == rows
    assert plan.names == set(facts)
