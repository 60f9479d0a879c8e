"""Each boxed expression gives what the standard says, wherever it stands."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.dmn import DmnSyntaxError
from engine.feel import Value
from tests.engine.dmn.boxes import answer, asked, call, context, decides, function, lit, parts, relation
from tests.engine.dmn.tables import a_table

VISITS: Value = [{"on": 1, "pain": 8}, {"on": 9, "pain": 3}]  # type: ignore[list-item]


def gives(logic: str, **facts: object) -> Value:
    """What a decision with this logic gives."""
    return answer(decides(logic), **facts).outputs


def test_a_literal_expression_is_feel() -> None:
    """It reads the facts of the case."""
    assert gives(lit("nrs.score * 2"), nrs__score=4) == 8


def test_a_context_gives_its_entries_each_of_which_sees_those_above() -> None:
    """Also when their names hold spaces or signs."""
    logic = context(("Pain now", lit("nrs")), ("Follow-up days", lit("Pain now * 7")), ("x", lit("Follow-up days + 1")))
    assert gives(logic, nrs=4) == {"Pain now": 4, "Follow-up days": 28, "x": 29}


def test_a_context_with_a_result_gives_that_alone() -> None:
    """The last entry has no name."""
    assert gives(context(("a", lit("nrs")), ("b", lit("a + 1")), result=lit("a * b")), nrs=4) == 20


def test_an_entry_hides_a_fact_and_its_properties() -> None:
    """`visit.pain` is the entry's own, though the case has a fact of that name."""
    logic = context(("visit", lit("{pain: 1}")), result=lit("visit.pain"))
    assert asked(decides(logic), facts={"visit.pain": 9}).outputs == 1


def test_a_list_and_a_relation_give_lists() -> None:
    """A relation is a list of contexts, one for each row."""
    assert gives("<list>" + lit("1") + lit("nrs") + "</list>", nrs=4) == [1, 4]
    table = relation(("drug", "dose: number"), ('"a"', "nrs"), ('"b"', '"none"'))
    decision = answer(decides(table), nrs=4)
    assert decision.outputs == [{"drug": "a", "dose": Decimal(4)}, {"drug": "b", "dose": None}]
    assert [str(each) for each in decision.warnings] == ["column 'dose': \"none\" is no number, so it became null"]


@pytest.mark.parametrize(("score", "plan"), [(8, "call"), (3, "wait"), (None, "wait")])
def test_a_conditional_chooses_one_of_two_expressions(score: object, plan: str) -> None:
    """What is not true is `else`, null included."""
    logic = parts("conditional", if_=lit("nrs >= 7"), then=lit('"call"'), else_=lit('"wait"'))
    assert gives(logic, nrs=score) == plan


def test_a_filter_keeps_the_items_for_which_it_is_true() -> None:
    """`item` is the item, the entries of a context are names, a number is a position; null has no items."""
    assert gives(parts("filter", in_=lit("[1, 5, 9]"), match=lit("item > 3"))) == [5, 9]
    assert gives(parts("filter", in_=lit("visits"), match=lit("pain > limit")), visits=VISITS, limit=5) == VISITS[:1]
    assert gives(parts("filter", in_=lit("[1, 5, 9]"), match=lit("-1"))) == 9
    assert gives(parts("filter", in_=lit("null"), match=lit("true"))) is None


def test_an_iteration_gives_one_value_for_each_item() -> None:
    """Of a list or of a range; `partial` is what there is so far."""
    assert gives(parts("for", "v", in_=lit("visits"), return_=lit("v.pain")), visits=VISITS) == [8, 3]
    assert gives(parts("for", "i", in_=lit("[1..4]"), return_=lit("i + count(partial)"))) == [1, 3, 5, 7]
    assert gives(parts("for", "i", in_=lit("null"), return_=lit("i"))) is None


@pytest.mark.parametrize(
    ("kind", "above", "expected"), [("some", 5, True), ("some", 9, False), ("every", 2, True), ("every", 5, False)]
)
def test_some_and_every_ask_a_condition_of_all_items(kind: str, above: int, expected: bool) -> None:
    """One true decides `some`, one false decides `every`."""
    assert gives(parts(kind, "v", in_=lit("visits"), satisfies=lit(f"v.pain > {above}")), visits=VISITS) is expected


def test_some_without_an_answer_is_unknown() -> None:
    """As in FEEL: null when no item decides and one says nothing."""
    assert gives(parts("some", "v", in_=lit("[null, 1]"), satisfies=lit("v > 5"))) is None


def test_a_function_is_called_by_position_by_name_and_by_invocation() -> None:
    """It sees the entries above it; those below it see the function."""
    logic = context(
        ("base", lit("10")),
        ("dose", function("weight: number, per kg", lit("base + weight * per kg"))),
        ("half", lit("function(x) x / 2")),
        ("a", lit("dose(70, 2)")),
        ("b", lit("dose(per kg: 1, weight: 70)")),
        ("c", call("dose", weight="half(140)", per__kg="3")),
        ("d", lit('dose("heavy", 2)')),
    )
    assert gives(context(("all", logic), result=lit("[all.a, all.b, all.c, all.d]"))) == [150, 80, 220, None]


def test_a_table_may_stand_inside_other_logic() -> None:
    """Here in a context, whose entries its cells read; its rules are those of the decision."""
    table = a_table(("< worst", '"better"', "It fell."), (">= worst", '"same"'), inputs=("nrs",))
    decision = answer(decides(context(("worst", lit("8")), ("trend", table))), nrs=4)
    assert decision.outputs == {"worst": 8, "trend": "better"}
    assert [(rule.rule_id, rule.annotation, rule.decision) for rule in decision.matched] == [("r1", "It fell.", "d")]


def test_boxes_stand_inside_one_another() -> None:
    """A conditional in an iteration in a context."""
    grade = parts("conditional", if_=lit("v.pain > limit"), then=lit('"high"'), else_=lit('"low"'))
    logic = context(("limit", lit("5")), result=parts("for", "v", in_=lit("visits"), return_=grade))
    assert gives(logic, visits=VISITS) == ["high", "low"]


@pytest.mark.parametrize(
    ("logic", "reason"),
    [
        (lit(""), "the expression is empty"),
        (lit("1 +"), "ends too early"),
        (context(("a", lit("1")), ("a", lit("2"))), "an entry of the context has the name 'a' of another"),
        (context(("", lit("1"))), "an entry of the context has no name"),
        (context(("a", lit("1 +"))), "entry 'a': '1 \\+': the expression ends too early"),
        (context(("a", context(("b", lit("1 +"))))), "entry 'a', entry 'b'"),
        ("<context>" + f"<contextEntry>{lit('1')}</contextEntry>" * 2 + "</context>", "stands before the last"),
        ("<context><contextEntry><variable name='a'/></contextEntry></context>", "an empty contextEntry"),
        (relation(("a", "b"), ("1",)), "row 1: the row has 1 cells, the relation 2 columns"),
        (relation(("a",), ("1 +",)), "row 1, column 'a'"),
        (function("a, a", lit("a")), "a parameter of the function has the name 'a' of another"),
        (parts("for", in_=lit("[1]"), return_=lit("1")), "<for> has no iteratorVariable"),
        (parts("for", "i", in_=lit("[1]")), "<for> has no <return>"),
        (parts("conditional", if_=lit("1 +"), then=lit("1"), else_=lit("1")), "if: '1 \\+'"),
        ("<invocation/>", "needs one expression that names the function"),
        (lit("1", "tNone"), "no type 'tNone'"),
        (lit("1") + lit("2"), "<decision> holds 2 expressions"),
    ],
)  # fmt: skip
def test_a_broken_box_is_refused_by_its_place(logic: str, reason: str) -> None:
    """The error says in which entry, row, column or part it is."""
    with pytest.raises(Exception, match=reason) as refusal:
        gives(logic)
    assert str(refusal.value).startswith("t.dmn: ")
    assert getattr(refusal.value, "decision", "d") == "d"
    assert refusal.value.__class__.__module__ == DmnSyntaxError.__module__


def test_what_cannot_be_called_gives_null_and_says_so() -> None:
    """A number is no function, and a function needs all its parameters."""
    logic = context(("f", lit("function(a, b) a")), ("x", call("n", a="1")), ("y", call("f", a="1")))
    decision = answer(decides(logic), n=3)
    assert decision.outputs == {"f": None, "x": None, "y": None}
    assert [str(each) for each in decision.warnings] == [
        "'n' is a number, which cannot be called",
        "'f' takes (a, b)",
    ]
