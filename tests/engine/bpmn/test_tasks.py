"""Tasks: a person's wait, the engine's run at once, and those without behaviour let the token pass."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.definitions import compile_definition
from engine.errors import UnknownElement
from tests.engine.bpmn.diagrams import (
    DISCHARGED,
    MAIN,
    bundle,
    decide,
    diagram,
    end,
    flow,
    receive,
    record,
    start,
    task,
    user,
)
from tests.engine.bpmn.running import walk

TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:t">
<decision id="grade" name="Grade"><decisionTable hitPolicy="FIRST">
<input><inputExpression><text>score</text></inputExpression></input><output name="level"/>
<rule id="high"><inputEntry><text>&gt;= 10</text></inputEntry><outputEntry><text>"high"</text></outputEntry></rule>
<rule id="low"><inputEntry><text>-</text></inputEntry><outputEntry><text>"low"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def test_a_user_task_waits_until_a_person_completes_it() -> None:
    """Only completing the task moves the token."""
    case = walk(diagram(start(), user("a"), user("b"), end(), flow("start a b end")))
    assert case.waiting == ["a"]
    case.pass_days(400)
    assert case.waiting == ["a"]
    assert case.do("a").waiting == ["b"]
    assert case.do("b").ended


def test_a_user_task_says_where_it_stands_and_what_the_diagram_says_of_it() -> None:
    """What the list needs is in the waiting task."""
    [waiting] = walk(diagram(start(), user("a", title="Ask"), end(), flow("start a end"))).tasks
    assert (waiting.process, waiting.element_id, waiting.counter) == ("main", "a", None)
    assert (waiting.settings.kind, waiting.settings.due, waiting.settings.title) == ("review", "P1D", "Ask")


def test_a_task_cannot_be_completed_twice() -> None:
    """A token that has moved on is named in the error."""
    case = walk(diagram(start(), user("a"), user("b"), end(), flow("start a b end")))
    token = case.tasks[0].token
    case.do("a")
    with pytest.raises(UnknownElement, match=f"no task waits on token {token}"):
        case.process.complete(token)


def test_a_service_task_runs_its_operation_at_once() -> None:
    """The operation is done with its evaluated parameters before anybody waits."""
    case = walk(diagram(start(), record("r", "plan.days", "6 * 7"), end(), flow("start r end")))
    assert case.ended
    assert case.fact("plan.days") == Decimal(42)
    assert [(kind, element) for kind, element, _ in case.case.notes] == [("operation.done", "r")]


@pytest.mark.parametrize(("score", "level"), [(12, "high"), (3, "low")])
def test_a_business_rule_task_decides_its_table(score: int, level: str) -> None:
    """The outputs become facts under the result's name; the matched rule is noted."""
    sources = {
        **bundle(start(), decide("d", "grade", "risk"), end(), flow("start d end")),
        "decisions/g.dmn": TABLE,
    }
    case = walk(compile_definition(sources, MAIN), score=score)
    assert case.fact("risk.level") == level
    assert [detail["matched"][0]["rule"] for _, _, detail in case.case.notes] == [level]


def test_a_receive_task_waits_for_its_message() -> None:
    """Another message passes it by."""
    case = walk(diagram(start(), receive("r", DISCHARGED), user("a"), end(), flow("start r a end")))
    assert (case.waiting, case.send("patient.died")) == ([], 0)
    assert case.send(DISCHARGED) == 1
    assert case.waiting == ["a"]
    assert case.send(DISCHARGED) == 0


@pytest.mark.parametrize("kind", ["task", "manualTask"])
def test_a_task_without_behaviour_lets_the_token_pass(kind: str) -> None:
    """The engine does not wait for what it cannot see (BPMN 2.0.2, 13.3.3)."""
    assert walk(diagram(start(), task("t", kind), user("a"), end(), flow("start t a end"))).waiting == ["a"]
