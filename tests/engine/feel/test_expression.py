"""What a compiled expression tells its caller: names, functions, warnings, errors; and unary tests."""

from __future__ import annotations

import pickle
from datetime import date, datetime
from decimal import Decimal

import pytest

from engine.feel import (
    Budget,
    FeelError,
    FeelLimitError,
    FeelSyntaxError,
    FeelUnknownFunction,
    Function,
    Limits,
    Value,
    compile_expression,
    compile_unary_tests,
    explain,
    to_feel,
)
from engine.feel.operators import add


def test_an_expression_lists_the_facts_it_reads() -> None:
    """Chains are listed as written; local names, built-ins and functions are not facts."""
    expression = compile_expression(
        "if pf6b.score < 40 then count(for w in nrs.history return w.score) else {x: 1, y: x + case.day}.y"
    )
    assert expression.names == {"pf6b.score", "nrs.history", "case.day"}
    assert expression.called == {"count"}


def test_a_name_inside_a_filter_is_listed_as_possible() -> None:
    """`score` may be a member of each item or a fact, so a linter cannot call it unknown."""
    expression = compile_expression("nrs.history[score > item.limit]")
    assert expression.names == {"nrs.history"}
    assert expression.possible_names == {"score"}


def test_functions_of_the_caller_get_values_by_position() -> None:
    """A named function receives FEEL values and may answer with plain Python values."""
    seen: list[Value] = []

    def plateaued(scores: Value, over: Value) -> float:
        seen.extend((scores, over))
        return 0.5

    expression = compile_expression("plateaued([1, 2], 4) * 2", functions={"plateaued": plateaued})
    assert expression.evaluate({}) == Decimal("1.0")
    assert seen == [[Decimal(1), Decimal(2)], Decimal(4)]
    assert expression.called == {"plateaued"}


def test_the_same_text_with_other_functions_is_another_expression() -> None:
    """The cache keeps two callers' functions of one name apart."""
    one = compile_expression("f()", functions={"f": lambda: 1})
    two = compile_expression("f()", functions={"f": lambda: 2})
    assert (one.evaluate({}), two.evaluate({})) == (1, 2)


def test_a_misspelt_function_is_refused_with_a_suggestion() -> None:
    """The author learns the name that was meant, from built-ins and the caller's functions alike."""
    with pytest.raises(FeelUnknownFunction, match="did you mean 'plateaued'") as refusal:
        compile_expression("platoed(1)", functions={"plateaued": lambda x: x})
    assert refusal.value.name == "platoed"
    with pytest.raises(FeelUnknownFunction, match="did you mean 'substring'"):
        compile_expression('substing("a", 1)')


@pytest.mark.parametrize("source", ["f()", "f(1, 2)", "f(x: 1)", "count()", "substring(string: 1)", "abs(1, 2)"])
def test_a_call_with_the_wrong_arguments_is_refused_when_compiled(source: str) -> None:
    """Too few, too many or misnamed arguments never wait for a patient to be found."""
    with pytest.raises(FeelSyntaxError):
        compile_expression(source, functions={"f": lambda one: one})


@pytest.mark.parametrize(
    ("source", "position", "hint"),
    [
        ("a == 1", 3, "single ="),
        ("a && b", 2, "write `and`"),
        ("a || b", 2, "write `or`"),
        ("'a'", 0, "double quotes"),
        ("pain score > 3", 5, "nobody declares a name"),
        ("1 +", 3, "missing"),
        ('"a', 0, "end it with"),
        ('1 + "\\UFFFFFF"', 5, "last one"),
        ("cuont(a)", 0, "did you mean 'count'"),
        ('@"tomorrow"', 1, "2026-01-31"),
    ],
)
def test_a_syntax_error_says_where_and_what_to_write(source: str, position: int, hint: str) -> None:
    """The position is the offset of the first character that cannot stand there."""
    with pytest.raises((FeelSyntaxError, FeelUnknownFunction), match=hint) as refusal:
        compile_expression(source)
    assert refusal.value.position == position


def test_a_null_is_explained_by_warnings() -> None:
    """Unknown names and impossible operations are null, and each says so."""
    evaluation = compile_expression('unknown + 1 > date("x")').evaluate_with_warnings({})
    assert evaluation.value is None
    assert [str(each) for each in evaluation.warnings] == [
        "nothing is named 'unknown'",
        "null + number has no answer",
        "'x' is no date; write YYYY-MM-DD",
        "null > null has no answer",
    ]
    assert [(each.start, each.end) for each in evaluation.warnings] == [(0, 7), (0, 11), (14, 23), (0, 23)]


def test_a_refusal_while_evaluating_says_which_part_asked_for_too_much() -> None:
    """The place is that of the innermost part, so that a long expression can be mended."""
    with pytest.raises(FeelLimitError, match="character 11") as refusal:
        compile_expression("1 + count(for i in 1..99999 return i)").evaluate({})
    assert refusal.value.span == (10, 36)


def test_names_of_several_words_are_read_where_somebody_declares_them() -> None:
    """The caller, a context, a loop or a function may have names as the standard allows them."""
    assert compile_expression("rule 2.1 + 1", names={"rule 2.1"}).evaluate({"rule 2.1": Decimal(3)}) == 4
    facts = {"Applicant Age": Decimal(40), "plan": {"next visit": Decimal(7)}, "a-b": Decimal(5)}
    names = ("Applicant Age", "next visit", "a-b")
    expression = compile_expression("Applicant   Age - plan.next visit + a - b", names=names)
    assert expression.evaluate(facts) == 38
    assert expression.names == {"Applicant Age", "plan.next visit", "a-b"}
    assert compile_expression('{pain now: 3, "last week": 5, r: pain now + 1}.r').evaluate({}) == 4
    assert compile_expression("for old score in [1, 2] return old score * 2").evaluate({}) == [2, 4]
    assert compile_expression("{f: function(the score) the score + 1, r: f(the score: 2)}.r").evaluate({}) == 3


def test_a_slip_in_a_name_of_several_words_is_answered_with_the_name() -> None:
    """The declared names are known while reading."""
    with pytest.raises(FeelSyntaxError, match="did you mean 'Risk points'"):
        compile_expression("Risk poins > 3", names={"Risk points"})


def test_a_declared_name_can_be_called_when_it_holds_a_function() -> None:
    """What a caller defines, such as a business knowledge model, is called like a built-in function."""
    twice = Function(("n",), lambda values: add(values[0], values[0], Budget()))
    expression = compile_expression("2 * Twice it(n: 4)", names={"Twice it"})
    assert expression.evaluate({"Twice it": twice}) == 16


def test_an_explanation_gives_each_part_its_value() -> None:
    """The parts are nested as the source is; what was not needed is not there."""
    source = "nrs.score > 4 or case.day > 28"
    found = explain(source, {"nrs.score": Decimal(6), "case.day": Decimal(1)})
    (whole,) = found.steps
    (first,) = whole.parts
    assert [source[step.start : step.end] for step in (whole, first, first.parts[0])] == [
        source,
        "nrs.score > 4",
        "nrs.score",
    ]
    assert (found.value, first.value, first.parts[0].value) == (True, True, 6)


def test_a_loop_is_explained_round_by_round_up_to_a_bound() -> None:
    """Each round of a loop leaves its value, and a long loop cannot fill the memory."""
    (loop,) = explain("for i in 1..3 return i * 2", {}).steps
    assert [step.value for step in loop.parts if step.value in (2, 4, 6)] == [2, 4, 6]
    (long_loop,) = explain("for i in 1..9000 return i", {}).steps
    assert len(long_loop.parts) <= 1000


def test_a_fact_that_is_null_is_known_and_gives_no_warning() -> None:
    """A fact without a value is not a misspelt fact."""
    assert compile_expression("a.b").evaluate_with_warnings({"a.b": None}).warnings == ()


def test_a_filter_of_an_empty_list_is_an_empty_list_without_warnings() -> None:
    """No item means no names of items, which is nobody's mistake."""
    evaluation = compile_expression("history[score > 3]").evaluate_with_warnings({"history": []})
    assert (evaluation.value, evaluation.warnings) == ([], ())


@pytest.mark.parametrize(
    ("limits", "source"),
    [
        (Limits(source=5), "1 + 1 + 1"),
        (Limits(depth=3), "((((1))))"),
        (Limits(steps=10), "for i in 1..20 return i"),
        (Limits(items=10), "for i in 1..20 return i"),
        (Limits(string=5), '"abc" + "def"'),
    ],
    ids=["source", "depth", "steps", "items", "string"],
)
def test_each_limit_can_be_set_by_the_caller(limits: Limits, source: str) -> None:
    """What fits the default limits is refused by tighter ones."""
    compile_expression(source).evaluate({})
    with pytest.raises(FeelLimitError):
        compile_expression(source, limits=limits).evaluate({})


@pytest.mark.parametrize("value", [datetime(2026, 1, 1), float("nan"), float("inf"), object(), {1: 2}, {1}])
def test_python_values_without_a_feel_value_are_refused(value: object) -> None:
    """A naive datetime, a number that is not finite, and foreign objects never get in."""
    with pytest.raises(FeelError):
        to_feel(value)


def test_python_values_become_feel_values() -> None:
    """Numbers become exact decimals by their text, sequences and mappings lists and contexts."""
    value = to_feel({"a": [1, 0.1, True], "b": (date(2026, 1, 1), None)})
    assert value == {"a": [Decimal(1), Decimal("0.1"), True], "b": [date(2026, 1, 1), None]}


def test_a_syntax_error_survives_pickling() -> None:
    """An error found in another process arrives with its attributes."""
    error = pickle.loads(pickle.dumps(FeelSyntaxError(3, "reason", "hint")))
    assert (error.position, error.reason, error.hint, error.code) == (3, "reason", "hint", "feel.syntax")


@pytest.mark.parametrize(
    ("cell", "accepted", "refused"),
    [
        ("-", [1, None, "a"], []),
        ("< 5", [4], [5, None, "a"]),
        ("[1..3]", [1, 3], [0, 4, None]),
        ("(1..3[", [2], [1, 3]),
        ('"a","b"', ["a", "b"], ["c", None]),
        ("not(1, 2)", [3], [1, 2]),
        ("not(< 5)", [5], [4, None]),
        ("null", [None], [1]),
        ("not(null)", [1], [None]),
        ("true", [True], [False, None]),
        ("false", [False], [True, None]),
        ("< 2, > 8", [1, 9], [5]),
        ("? > 3 and ? < 6", [4], [3, None]),
        ("some x in [1, 2] satisfies x = ?", [1], [3]),
        ("limit", [10], [9]),
        ("> limit - 1", [10], [9]),
        ("limit > 5", [1, "a"], []),
        ("[1, 2]", [1, 2], [3]),
        ('@"2026-01-01"', [date(2026, 1, 1)], [date(2026, 1, 2)]),
        ('> @"2026-01-01"', [date(2026, 1, 2)], [date(2026, 1, 1)]),
    ],
)
def test_a_cell_accepts_the_inputs_that_meet_it(cell: str, accepted: list[object], refused: list[object]) -> None:
    """The tests of decision table cells, as DMN writes them."""
    tests = compile_unary_tests(cell)
    scope: dict[str, Value] = {"limit": Decimal(10)}
    assert all(tests.holds(to_feel(value), scope) for value in accepted)
    assert not any(tests.holds(to_feel(value), scope) for value in refused)


def test_a_cell_lists_the_facts_it_reads_without_its_input() -> None:
    """`?` stands for the input of the column and is nobody's fact."""
    assert compile_unary_tests("? > case.limit").names == {"case.limit"}
