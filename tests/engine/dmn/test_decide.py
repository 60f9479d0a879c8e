"""A decision table answers by its hit policy, and says which rows answered."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dmn import Decision, DecisionConflict, DecisionMisfit, DecisionModel, MatchedRule, parse_decisions
from engine.feel import to_feel
from tests.engine.dmn.tables import a_decision, a_file

LOW, MID, HIGH = ("< 5", '"low"'), ("[3..7]", '"mid"'), ("> 5", '"high"')


def the_table(*rows: tuple[str, ...], **options: Any) -> DecisionModel:
    (table,) = parse_decisions(a_file(a_decision(*rows, **options)), "t.dmn", functions={}).values()
    return table


def decide(table: DecisionModel, **facts: object) -> Decision:
    return table.decide({name.replace("__", "."): to_feel(value) for name, value in facts.items()})


def test_a_unique_table_answers_with_the_row_that_matched() -> None:
    """The answer carries the value, the inputs by label, and the row with its number and note."""
    table = the_table(("< 2", '"plateau"', "no change"), (">= 2", '"ok"'), inputs=("Change|pf6b.change",))
    decision = decide(table, pf6b__change=1.5)
    matched = (MatchedRule("r1", 1, "no change", "plateau"),)
    assert decision == Decision("plateau", "plateau", {"Change": Decimal("1.5")}, matched)


def test_two_rows_of_a_unique_table_are_a_conflict_that_names_both() -> None:
    """A director learns which rows overlap."""
    with pytest.raises(DecisionConflict, match=r"t.dmn: table of 'plateau' .U.: rules 'r1' and 'r2'") as conflict:
        decide(the_table(LOW, MID), pf6b__change=4)
    assert conflict.value.rules == ("r1", "r2")
    assert conflict.value.decision == "plateau"


@pytest.mark.parametrize(
    ("policy", "outputs", "matched"),
    [
        ("FIRST", "low", (1,)),
        ("RULE ORDER", ["low", "mid"], (1, 2)),
        ("COLLECT", ["low", "mid"], (1, 2)),
        ("PRIORITY", "mid", (2,)),
        ("OUTPUT ORDER", ["mid", "low"], (2, 1)),
    ],
)
def test_each_hit_policy_chooses_among_the_rows_that_match(
    policy: str, outputs: object, matched: tuple[int, ...]
) -> None:
    """First row, all rows in order, the highest priority, or all by priority."""
    table = the_table(LOW, MID, HIGH, policy=policy, priorities='"high", "mid", "low"', gives="string")
    decision = decide(table, pf6b__change=4)
    assert decision.outputs == outputs
    assert tuple(rule.index for rule in decision.matched) == matched


@pytest.mark.parametrize(("policy", "answer"), [("SUM", 6), ("MIN", 1), ("MAX", 3), ("COUNT", 3)])
def test_a_collecting_table_folds_its_matches_into_one_number(policy: str, answer: int) -> None:
    """Sum, least, greatest and count of all outputs that match."""
    table = the_table(("-", "1"), ("> 0", "2"), ("> 1", "3"), policy=f"COLLECT/{policy}")
    assert decide(table, pf6b__change=2).outputs == answer


def test_rows_of_an_any_table_may_overlap_when_they_agree() -> None:
    """Equal outputs are no conflict; different ones name the rows."""
    table = the_table(("< 5", '"a"'), ("< 3", '"a"'), ("< 1", '"b"'), policy="ANY")
    decision = decide(table, pf6b__change=2)
    assert (decision.outputs, len(decision.matched)) == ("a", 2)
    with pytest.raises(DecisionConflict, match="'r1' and 'r3'"):
        decide(table, pf6b__change=0)


def test_several_outputs_answer_as_a_context() -> None:
    """Each output stands under its name."""
    table = the_table(("-", '"call"', "2 + 1"), outputs=("action", "days"))
    assert decide(table).outputs == {"action": "call", "days": Decimal(3)}
    assert table.output_names == ("action", "days")


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        ({}, None),
        ({"default": '"none"'}, "none"),
        ({"policy": "COLLECT"}, []),
        ({"policy": "COLLECT/COUNT"}, 0),
        ({"policy": "COLLECT/SUM"}, None),
    ],
)
def test_without_a_match_the_default_answers(options: dict[str, str], answer: object) -> None:
    """The default output, else null, an empty list, or a count of zero."""
    decision = decide(the_table(LOW, **options), pf6b__change=9)
    assert (decision.outputs, decision.matched) == (answer, ())


def test_a_missing_fact_matches_only_rows_that_do_not_ask() -> None:
    """Null is no number: only `-` and `null` accept it."""
    table = the_table(("< 5", '"low"'), ("not(< 5)", '"high"'), ("null", '"unknown"'))
    assert decide(table).outputs == "unknown"


def test_an_input_outside_its_allowed_values_is_refused() -> None:
    """A value the table was not written for never gets an answer by accident."""
    table = the_table(("-", '"x"'), allowed="[0..10]")
    assert decide(table, pf6b__change=10).outputs == "x"
    with pytest.raises(DecisionMisfit, match=r"input 'pf6b.change': 11 is not an allowed value; allowed: \[0..10\]"):
        decide(table, pf6b__change=11)


@pytest.mark.parametrize(
    ("type_", "value", "seen"),
    [
        ("number", Decimal(3), Decimal(3)),
        ("number", [Decimal(3)], Decimal(3)),
        ("integer", Decimal(3), Decimal(3)),
        ("dateTime", date(2026, 1, 5), datetime(2026, 1, 5, tzinfo=UTC)),
        ("number", None, None),
        ("", "three", "three"),
    ],
)
def test_an_input_is_brought_into_the_type_of_its_column(type_: str, value: object, seen: object) -> None:
    """A list of one is its item, a date is its midnight, and nothing is known of null."""
    assert decide(the_table(("-", "1"), type_=type_), pf6b__change=value).inputs == {"pf6b.change": seen}


@pytest.mark.parametrize(("type_", "value"), [("number", "three"), ("string", 3), ("integer", 2.5), ("date", "x")])
def test_an_input_of_another_type_is_an_error_that_names_column_and_value(type_: str, value: object) -> None:
    """A text that no number cell matches is a mistake of the form, not an answer of the table."""
    with pytest.raises(DecisionMisfit, match=f"but the column takes {type_}") as misfit:
        decide(the_table(("-", "1"), type_=type_, inputs=("Change|pf6b.change",)), pf6b__change=value)
    assert misfit.value.column == "input 'Change'"
    assert misfit.value.value.strip('"') == str(value)


def test_an_output_outside_its_values_is_an_error_that_names_rule_and_value() -> None:
    """A slip in a cell does not become a plan; an empty cell and the listed values do."""
    table = the_table(("1", '"cal"'), ("2", '"call"'), ("3", ""), priorities='"call", "visit"')
    assert [decide(table, pf6b__change=change).outputs for change in (2, 3)] == ["call", None]
    with pytest.raises(DecisionMisfit, match="rule 'r1', output 'action': \"cal\" is not one of its output values"):
        decide(table, pf6b__change=1)
    with pytest.raises(DecisionMisfit, match="default of output 'action': \"cal\""):
        decide(the_table(LOW, default='"cal"', priorities='"call"'), pf6b__change=9)


def test_an_output_of_another_type_becomes_null_with_a_warning() -> None:
    """As the standard has it, for values that leave a table; the answer tells why."""
    decision = decide(the_table(("-", '"three"'), gives="number"))
    assert decision.outputs is None
    assert [str(warning) for warning in decision.warnings] == [
        "nothing is named 'pf6b.change'",
        "decision 'plateau', output 'action': \"three\" is no number, so it became null",
    ]


def test_true_and_one_are_different_answers() -> None:
    """Rows of an ANY table agree only in values of one type."""
    with pytest.raises(DecisionConflict, match="different outputs"):
        decide(the_table(("-", "1"), ("-", "true"), policy="ANY"))


def test_output_values_that_are_compared_are_checked_too() -> None:
    """They need not be listed one by one, except where they are the order."""
    table = the_table(("-", "pf6b.change"), priorities="[0..10]")
    assert decide(table, pf6b__change=7).outputs == 7
    with pytest.raises(DecisionMisfit, match="11 is not one of its output values"):
        decide(table, pf6b__change=11)


def test_cells_may_read_other_facts_and_call_functions_of_the_caller() -> None:
    """Inputs, cells and outputs are FEEL; the table lists every fact it reads."""
    decision = a_decision(
        ("> target.score", "case.day"), inputs=("doubled(nrs.score)",), policy="FIRST", default="no.fact"
    )
    (table,) = parse_decisions(a_file(decision), "t.dmn", functions={"doubled": lambda n: n * 2}).values()
    assert decide(table, nrs__score=4, target__score=7, case__day=12).outputs == 12
    assert table.names == {"nrs.score", "target.score", "case.day", "no.fact"}


@given(st.integers(-20, 20))
def test_a_table_that_parts_all_numbers_always_has_exactly_one_answer(change: int) -> None:
    """Ranges that meet without overlap never conflict and never leave a gap."""
    table = the_table(("< -5", "1"), ("[-5..0[", "2"), ("0", "3"), ("]0..5]", "4"), ("> 5", "5"))
    decision = decide(table, pf6b__change=change)
    expected = 1 if change < -5 else 2 if change < 0 else 3 if change == 0 else 4 if change <= 5 else 5
    assert decision.outputs == expected
    assert len(decision.matched) == 1
