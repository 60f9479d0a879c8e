"""Rule work-settings: operations and decisions that a diagram names exist."""

from __future__ import annotations

from tests.engine.bpmn.diagrams import bundle, decide, end, flow, record, start
from tests.engine.bpmn.test_tasks import TABLE
from tests.engine.lint.findings import found, replaced

RULE = "work-settings"
RECORD = bundle(start(), record("r", "n", "1"), end(), flow("start r end"))
DECIDE = bundle(start(), decide("d", "grade", "risk"), end(), flow("start d end"))


def test_known_operations_and_tables_are_clean() -> None:
    """The table stands in a DMN file of the bundle."""
    assert found(RECORD, RULE) == []
    assert found({**DECIDE, "decisions/g.dmn": TABLE}, RULE) == []


def test_an_unknown_operation_is_named() -> None:
    """Also one whose name is missing."""
    misspelt, missing = replaced(RECORD, "fact.record", "fact.recrd"), replaced(RECORD, ' name="fact.record"', "")
    assert found(misspelt, RULE) == [("r", "Operation (name): no operation 'fact.recrd'")]
    assert found(missing, RULE) == [("r", "Operation (name): no operation is named")]


def test_an_unknown_parameter_is_named() -> None:
    """So that a slip does not leave the parameter out; also one without a name."""
    assert found(replaced(RECORD, 'name="value"', 'name="vlue"'), RULE) == [
        ("r", "fact.record has no parameter 'vlue'")
    ]
    assert found(replaced(RECORD, 'name="value"', ""), RULE) == [("r", "fact.record has a parameter without a name")]


def test_a_service_task_without_an_operation_is_named() -> None:
    """It would do nothing."""
    plain = bundle(start(), '<bpmn:serviceTask id="r"/>', end(), flow("start r end"))
    assert found(plain, RULE) == [("r", "What the system does (tl:operation) is not set: a service task needs it")]


def test_a_decision_that_is_not_there_is_named() -> None:
    """Also when the task names none."""
    assert found(DECIDE, RULE) == [("d", "Table (ref): no decision 'grade'")]
    assert found(replaced(DECIDE, ' ref="grade"', ""), RULE) == [("d", "Table (ref): no decision is named")]
    plain = bundle(start(), '<bpmn:businessRuleTask id="d"/>', end(), flow("start d end"))
    assert found(plain, RULE) == [("d", "The decision (tl:decision) is not set: a business rule task needs it")]
