"""What can be said of an expression before it is evaluated: types, and parts that have no answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.feel import compile_expression, compile_unary_tests
from engine.feel.functions.registry import declaration
from engine.feel.static import (
    CHECKS,
    DATE,
    NUMBER,
    STRING,
    Names,
    bounded,
    check,
    choice_of,
    context_of,
    list_of,
)

SCORES = list_of(context_of({"on": DATE, "value": bounded(0, 10)}))
NAMES = Names(
    {
        "nrs.score": bounded(0, 10),
        "series.nrs.score": SCORES,
        "msk.region": choice_of(["knee", "hip", "low_back"]),
        "case": context_of({"day": NUMBER, "aligned_on": DATE, "track": STRING}),
        "today": DATE,
        "needs": list_of(choice_of(["food", "housing"])),
    },
    {"loinc.": NUMBER},
)


def problems(source: str, **more: object) -> list[tuple[str, str]]:
    """Each problem as its check and the part of the source it is about."""
    found = check(compile_expression(source).tree, NAMES, **more).problems  # type: ignore[arg-type]
    return [(each.check, source[each.start : each.end]) for each in found]


@pytest.mark.parametrize(
    ("source", "type_"),
    [
        ("nrs.score / 2", "number"),
        ("today - case.aligned_on", "days and time duration"),
        ("(today - case.aligned_on).days", "number"),
        ('case.aligned_on + duration("P60D")', "date"),
        ("series.nrs.score[-1].value", "number"),
        ("series.nrs.score[value > 3].on", "list of date"),
        ("for s in series.nrs.score return s.value * 2", "list of number"),
        ("if nrs.score > 3 then today else null", "date"),
        ("{a: 1, b: a + 1}.b", "number"),
        ("max(series.nrs.score.value)", "number"),
        ("(function(n: number) string(n))(3)", "string"),
        ("[1..5]", "range of number"),
        ("loinc.a1c + 1", "number"),
        ('if nrs.score > 3 then 1 else "a"', "Any"),
    ],
)
def test_the_type_of_an_expression_is_found(source: str, type_: str) -> None:
    """Through arithmetic, paths, filters, loops, calls and contexts."""
    checked = check(compile_expression(source).tree, NAMES)
    assert (str(checked.type), checked.problems) == (type_, ())


@pytest.mark.parametrize(
    ("source", "check_", "part"),
    [
        ("nrs.scroe > 3", "unknown-name", "nrs.scroe"),
        ("1 + case.dya", "unknown-property", "case.dya"),
        ("today.yaer", "unknown-property", "today.yaer"),
        ("today + 7", "wrong-type", "today + 7"),
        ('nrs.score = "3"', "wrong-type", 'nrs.score = "3"'),
        ("not(nrs.score)", "wrong-type", "nrs.score"),
        ("nrs.score and true", "wrong-type", "nrs.score"),
        ("-today", "wrong-type", "today"),
        ("true < false", "wrong-type", "true < false"),
        ('series.nrs.score[on > "a"]', "wrong-type", 'on > "a"'),
        ("{f: 1, r: f(2)}.r", "wrong-type", "f"),
        ('msk.region = "kne"', "never-true", 'msk.region = "kne"'),
        ('msk.region in ("hpi")', "never-true", '"hpi"'),
        ("nrs.score > 10", "never-true", "nrs.score > 10"),
        ("nrs.score between 11 and 12", "never-true", "nrs.score between 11 and 12"),
        ("11 < nrs.score", "never-true", "11 < nrs.score"),
        ('if 1 = 2 then "a" else "b"', "never-true", "1 = 2"),
        ('"fod" in needs', "never-true", "needs"),
        ('list contains(needs, "fod")', "never-true", 'list contains(needs, "fod")'),
        ("nrs.score in [11..20]", "never-true", "[11..20]"),
        ("nrs.score in [11, 12]", "never-true", "[11, 12]"),
        ("nrs.score in [6..4]", "never-true", "[6..4]"),
        ("today.weekday = 8", "never-true", "today.weekday = 8"),
        ('day of week(today) = "monday"', "never-true", 'day of week(today) = "monday"'),
        ("nrs.score < null", "never-true", "nrs.score < null"),
        ('date("2026-13-01") > today', "wrong-type", 'date("2026-13-01")'),
        ('matches(msk.region, "[")', "wrong-type", '"["'),
    ],
)
def test_a_part_without_an_answer_is_named_where_it_stands(source: str, check_: str, part: str) -> None:
    """The check, and the characters that it is about."""
    assert problems(source) == [(check_, part)]


@pytest.mark.parametrize(
    "source",
    [
        'get entries(case)[key = "day"].value',
        "nrs.score = null or msk.region != null",
        "nrs.score >= 10 or nrs.score <= 0",
        'case.track = "anything"',
        "coalesce(nrs.score, 0) > 3",
        "nrs.score in [[0..3], [7..10]]",
        "nrs.score in [(> 3), 2]",
        'append([1], "a")[2] = "a"',
        "for i in 5..1 return i",
        'number("7") > nrs.score',
        'matches(msk.region, "^k")',
        "is defined(nrs.score)",
        'some n in needs satisfies n = "food"',
        "sort(series.nrs.score, function(a, b) a.on < b.on)[1].value > 3",
    ],
)
def test_what_may_have_an_answer_is_not_blamed(source: str) -> None:
    """Null may be asked about, bounds may be reached, and what nobody knows is left alone."""
    assert problems(source) == []


def test_a_cell_is_checked_against_the_type_of_its_column() -> None:
    """Each test of a cell may be of the column's kind, and of the values that it can have."""
    region = NAMES.types["msk.region"]

    def of(cell: str) -> list[str]:
        return [each.check for each in check(compile_unary_tests(cell).tree, NAMES, asked=region).problems]

    assert of('"knee", "hip"') == of("-") == of('not("knee")') == of('? = "hip" and nrs.score > 3') == of("null") == []
    assert of('"knee", "hpi"') == ["never-true"]
    assert of("> 3") == ["wrong-type"]


def test_functions_of_the_caller_are_checked_by_their_signatures() -> None:
    """An argument of the wrong kind is named with the signature."""
    form = declaration("weeks_between(earlier: date, later: date) -> number", lambda *_: None)
    source = "weeks_between(today, nrs.score) > 3"
    tree = compile_expression(source, functions={"weeks_between": lambda a, b: None}).tree
    (problem,) = check(tree, NAMES, signatures={"weeks_between": (form,)}).problems
    assert (problem.check, source[problem.start : problem.end]) == ("wrong-type", "nrs.score")
    assert problem.hint == "it is weeks_between(earlier: date, later: date) -> number"


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_a_check_is_documented(name: str) -> None:
    """The reference lists every check."""
    reference = Path(__file__).parents[3] / "docs" / "expressions.md"
    assert f"`{name}`" in reference.read_text(encoding="utf-8")
