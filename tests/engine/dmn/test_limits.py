"""A file from a stranger is bounded: in what it may hold, in what reading it costs, in what deciding it costs."""

from __future__ import annotations

import pytest

from engine.dmn import DmnSyntaxError
from engine.feel import FeelLimitError
from tests.engine.dmn.boxes import answer, context, datum, decides, function, lit, model, parts
from tests.engine.dmn.tables import a_table


def nested(levels: int, logic: str = lit("1")) -> str:
    """Contexts inside one another."""
    for _ in range(levels):
        logic = context(("a", logic))
    return logic


def test_boxed_expressions_nest_32_levels() -> None:
    """One more is refused when the file is read."""
    assert answer(decides(nested(31))).outputs
    with pytest.raises(DmnSyntaxError, match="nested deeper than 32 levels; name the parts in decisions"):
        answer(decides(nested(32)))


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ([decides("<list>" + lit("1") * 5001 + "</list>")], "more than 5,000 boxed expressions"),
        ([decides(lit("1"), f"d{n}") for n in range(1001)], "more than 1,000 decisions, functions and inputs"),
        ([decides(context(*((f"e{n}", lit("1")) for n in range(501))))], "more than 500 names are in scope"),
        ([datum("a b" * 5000, id_="i"), *(decides(lit("1"), f"d{n}") for n in range(99))], "too many long names"),
    ],
)
def test_what_a_file_may_hold_is_bounded(parts: list[str], reason: str) -> None:
    """Each bound is named, with what to do."""
    with pytest.raises(DmnSyntaxError, match=reason):
        answer(*parts)


def loops(levels: int) -> str:
    logic = lit("1")
    for level in range(levels):
        logic = parts("for", f"i{level}", in_=lit("[1..100]"), return_=logic)
    return logic


TABLE = model("T", "x", a_table(*((str(n), "1") for n in range(500)), inputs=("x",)))
DOUBLING = [model("f0", "n", lit("n"))]
DOUBLING += [model(f"f{n}", "n", lit(f"f{n - 1}(n) + f{n - 1}(n)"), needs=f"@f{n - 1}") for n in range(1, 16)]
GROWING = [decides(lit("[1, 2]"), "v0")]
GROWING += [decides("<list>" + lit(f"v{n - 1}") * 2 + "</list>", f"v{n}", needs=f"#v{n - 1}") for n in range(1, 40)]


@pytest.mark.parametrize(
    ("parts", "limit"),
    [
        ([decides(loops(4))], "evaluation step"),
        ([TABLE, decides(lit("for n in 1..1000 return T(n)"), needs="@T")], "evaluation step"),
        ([*DOUBLING, decides(lit("f15(1) + f15(1) + f15(1)"), needs="@f15")], "evaluation step"),
        ([*GROWING, decides(lit("v39"), needs="#v39")], "evaluation step"),
        ([decides(parts("for", "i", in_=lit("[1..40]"), return_=lit("partial")))], "evaluation step"),
        ([decides(context(("f", function("g", lit("g(g)"))), result=lit("f(f)")))], "function call depth"),
    ],
)
def test_what_deciding_costs_is_bounded(parts: list[str], limit: str) -> None:
    """One budget for everything: loops in loops, tables in loops, calls that double, values that double."""
    with pytest.raises(FeelLimitError, match=limit):
        answer(*parts)


def test_deep_calls_end_at_a_limit_and_not_in_a_stack_trace() -> None:
    """Sixteen calls, each through boxes and brackets as deep as they may be."""
    deep = nested(29, lit("[" * 60 + "f(n - 1)" + "]" * 60))
    with pytest.raises(FeelLimitError, match=r"nesting depth|call depth"):
        answer(model("f", "n", deep, needs="@f"), decides(lit("f(100)"), needs="@f"))


def test_a_long_chain_of_decisions_is_no_deep_recursion() -> None:
    """They are decided one after the other."""
    chain = [decides(lit("1"), "d0")]
    chain += [decides(lit(f"d{n - 1} + 1"), f"d{n}", needs=f"#d{n - 1}") for n in range(1, 500)]
    assert answer(*reversed(chain), of="d499").outputs == 500
