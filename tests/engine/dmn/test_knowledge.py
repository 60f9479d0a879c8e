"""A business knowledge model is a function that decisions and other models call by its name."""

from __future__ import annotations

from datetime import date

import pytest

from engine.dmn import DmnSyntaxError, MatchedRule, parse_decisions
from engine.feel import FeelLimitError
from tests.engine.dmn.boxes import answer, call, context, decides, function, item, lit, model
from tests.engine.dmn.tables import a_file, a_table

DOSE = model("Daily dose", "weight: number, per kg: number", lit("weight * per kg"), id_="dose")
LEVEL = model("Level", "score", a_table(("< 5", '"low"'), (">= 5", '"high"', "Five or more."), inputs=("score",)))


def test_a_model_is_called_by_position_by_name_and_by_invocation() -> None:
    """Its name and those of its parameters may hold spaces."""
    logic = context(
        ("a", lit("Daily dose(70, 2)")),
        ("b", lit("Daily dose(per kg: 1, weight: 70)")),
        ("c", call("Daily dose", weight="n", per__kg="3")),
    )
    assert answer(DOSE, decides(logic, needs="@dose"), n=10).outputs == {"a": 140, "b": 70, "c": 30}


def test_a_table_in_a_model_tells_which_of_its_rules_matched() -> None:
    """Each rule once, however often it is called; they are not those of the decision."""
    decision = answer(LEVEL, decides(lit("for n in [3, 6, 7] return Level(n)"), needs="@Level"))
    assert decision.outputs == ["low", "high", "high"]
    assert decision.matched == ()
    assert decision.required == (MatchedRule("r1", 1, "", "Level"), MatchedRule("r2", 2, "Five or more.", "Level"))


def test_models_use_models_and_boxed_functions_use_both() -> None:
    """A model sees those that it requires, in its own logic."""
    body = context(("f", function("x", lit("2 * x"))), result=lit("f(Daily dose(w, 1))"))
    twice = model("Twice", "w", body, needs="@dose")
    assert answer(DOSE, twice, decides(lit("Twice(10)"), needs="@Twice")).outputs == 20


def test_arguments_and_results_are_brought_into_their_types() -> None:
    """What does not fit is null, with a warning; a variable may name the type of the result or of the function."""
    fn = '<itemDefinition name="fn"><functionItem outputTypeRef="tRisk"/></itemDefinition>'
    risk = item("tRisk", "string", allowed='"low", "high"')
    echo, plain = model("Echo", "r", lit("r"), type_="fn"), model("Plain", "n: number", lit("n"), type_="number")
    logic = lit('[Echo("low"), Echo("none"), Plain([3]), Plain("3")]')
    decision = answer(risk, fn, echo, plain, decides(logic, needs="@Echo @Plain"))
    assert decision.outputs == ["low", None, 3, None]
    assert [str(each) for each in decision.warnings] == [
        "the result of 'Echo': \"none\" is no tRisk, so it became null",
        "parameter 'n': \"3\" is no number, so it became null",
    ]


def test_a_model_sees_the_day_but_no_fact() -> None:
    """A function of its parameters gives the same answer wherever it is called; a fact in it is refused."""
    age = model("Age in days", "born", lit("(today() - born).days"), id_="age")
    decision = answer(age, decides(lit('Age in days(@"2026-01-01")'), needs="@age"), today=date(2026, 1, 5))
    assert decision.outputs == 4
    reads = model("Reads", "n", lit("n + nrs.score"))
    with pytest.raises(DmnSyntaxError, match=r"'Reads': it reads 'nrs.score', which is no parameter of it"):
        answer(reads, decides(lit("Reads(1)"), needs="@Reads"))


def test_a_model_that_calls_itself_ends_at_the_limit() -> None:
    """A few calls inside one another are fine, sixteen are the most."""
    factorial = model("f", "n", lit("if n = 0 then 1 else n * f(n - 1)"), needs="@f")
    assert answer(factorial, decides(lit("f(5)"), needs="@f")).outputs == 120
    with pytest.raises(FeelLimitError, match="function call depth"):
        answer(factorial, decides(lit("f(100)"), needs="@f"))


def test_a_model_that_nobody_requires_cannot_be_called() -> None:
    """The arrow is what brings it into scope."""
    with pytest.raises(DmnSyntaxError, match="no function 'Level'"):
        answer(LEVEL, decides(lit("Level(1)")))


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ((model("count", "a", lit("a")),), "'count' is a function of the language"),
        ((model("a", "n", lit("b(n)"), needs="@b"), model("b", "n", lit("a(n)"), needs="@a")), "it requires itself"),
        ((model("a", "n", lit("n +")),), "business knowledge model 'a': 'n \\+'"),
        ((DOSE, decides(call("Daily dose", weight="1"), needs="@dose")), "takes .weight, per kg., but .weight."),
        ((DOSE, decides(call("Daily dose", weight="1", per__lb="1"), needs="@dose")), "bind each of them"),
        ((decides(lit("1"), needs="@dose"),), "decision 'd': it requires 'dose', which is not in the file"),
    ],
)
def test_a_broken_model_is_refused_by_its_name(parts: tuple[str, ...], reason: str) -> None:
    """Found when the file is read, whoever calls it."""
    with pytest.raises(DmnSyntaxError, match=reason):
        parse_decisions(a_file(*parts), "t.dmn", functions={})
