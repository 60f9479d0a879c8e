"""What a case keeps of a decision: facts by plain names, the rows of everything that decided, one sentence."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.definitions import compile_definition
from engine.dmn import parse_decisions
from engine.dmn.record import sentence_of
from engine.errors import ExpressionFailed
from tests.engine.bpmn.diagrams import MAIN, bundle, decide, end, flow, start
from tests.engine.bpmn.running import Walk, walk
from tests.engine.dmn.boxes import context, decides, lit
from tests.engine.dmn.tables import a_decision, a_file

TREND = a_decision(("< 0", '"better"', "It fell."), inputs=("nrs.change",), outputs=("trend",), decision="trend")
LOW = ("< 5", '"low"', "Little pain.")


def decided(*parts: str, of: str, **facts: object) -> Walk:
    """A case whose only task is a business rule that records decision `of` as facts `risk.…`."""
    diagram = bundle(start(), decide("d", of, "risk"), end(), flow("start d end"))
    return walk(compile_definition({**diagram, "decisions/g.dmn": a_file(*parts).decode()}, MAIN), **facts)


def detail_of(case: Walk) -> dict[str, object]:
    ((_, _, detail),) = case.case.notes
    return dict(detail)


def test_a_table_is_recorded_with_its_inputs_its_rows_and_its_outputs() -> None:
    """And with nothing else, when it requires nothing."""
    case = decided(a_decision(LOW, inputs=("Pain|nrs.score",)), of="plateau", nrs__score=3)
    assert detail_of(case) == {
        "decision": "plateau",
        "inputs": {"Pain": 3},
        "matched": [{"rule": "r1", "row": 1, "annotation": "Little pain."}],
        "outputs": {"action": "low"},
    }
    assert case.fact("risk.action") == "low"


def test_the_rows_of_required_decisions_stand_under_a_key_of_their_own() -> None:
    """An auditor sees which decision each of them is in."""
    plan = decides(lit('if trend = "better" then "wait" else "call"'), "plan", needs="#trend")
    case = decided(TREND, plan, of="plan", nrs__change=-2)
    detail = detail_of(case)
    assert (detail["matched"], detail["outputs"]) == ([], {"plan": "wait"})
    assert detail["required"] == [{"decision": "trend", "rule": "r1", "row": 1, "annotation": "It fell."}]
    assert detail["required_inputs"] == {"trend": {"nrs.change": -2}}
    assert case.fact("risk.plan") == "wait"


def test_names_that_no_diagram_could_read_become_plain_ones() -> None:
    """Signs and spaces become underscores, contexts dotted names."""
    scores = context(("Pain score", lit("4")), ("next", context(("Follow-up days", lit("7")))))
    case = decided(decides(scores, "scores"), of="scores")
    assert case.fact("risk.Pain_score") == 4
    assert case.fact("risk.next.Follow_up_days") == 7


def test_without_an_answer_every_output_is_unknown_now() -> None:
    """What an earlier decision said of the second output does not stay."""
    table = a_decision(("< 5", "1", "2"), inputs=("nrs.score",), outputs=("days", "calls"))
    assert detail_of(decided(table, of="plateau", nrs__score=9))["outputs"] == {"days": None, "calls": None}


@pytest.mark.parametrize(
    ("part", "of", "sentence"),
    [
        (a_decision(LOW), "plateau", "Plateau rule: row 1 “Little pain.”"),
        (a_decision(("> 5", "1")), "plateau", "Plateau rule: no row matched"),
        (decides(lit("pf6b.change * 2"), name="Change"), "d", "Change: 2"),
    ],
)
def test_one_sentence_says_what_was_decided(part: str, of: str, sentence: str) -> None:
    """The rows of a table with their notes; of other logic what it gave."""
    decision = parse_decisions(a_file(part), "t.dmn", functions={})[of]
    assert sentence_of(decision, decision.decide({"pf6b.change": Decimal(1)})) == sentence


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        (a_decision(("-", '"x"'), inputs=("nrs.score",)), "input 'nrs.score': \"three\" is a string"),
        (decides(lit("for i in 1..9999 return [1..9999][item > i]"), "plateau"), "decision 'plateau': the expression"),
    ],
)
def test_what_goes_wrong_is_told_with_the_task_and_the_decision(part: str, problem: str) -> None:
    """The case stops there; no fact is written."""
    with pytest.raises(ExpressionFailed, match=problem):
        decided(part, of="plateau", nrs__score="three")
