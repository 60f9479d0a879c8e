"""What expressions evaluate to, area by area: a table of expression, facts and expected value."""

from __future__ import annotations

from typing import Any

import pytest

from engine.feel import compile_expression, to_feel, to_text

FACTS: dict[str, Any] = {
    "pf6b.score": 38.4,
    "nrs": {"score": 7, "on": {"week": 3}},
    "case.day": 40,
    "nrs.history": [{"week": 1, "score": 8}, {"week": 2, "score": 6}, {"week": 3, "score": 7}],
    "nothing": None,
    "a.b": {"c": 1},
    "a.b.c": 2,
}

CASES = {
    "arithmetic": [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 2 - 3", "5"),
        ("0.1 + 0.2", "0.3"),
        ("2 ** 3 ** 2", "64"),
        ("-2 ** 2", "4"),
        ("--2", "2"),
        ("1 / 3", "0." + "3" * 34),
        ("1 / 0", "null"),
        ("7 - -7", "14"),
        ('"a" + "b"', '"ab"'),
        ('"a" + 1', "null"),
        ("1 + null", "null"),
    ],
    "logic": [
        ("true and null", "null"),
        ("false and null", "false"),
        ("true or null", "true"),
        ("false or null", "null"),
        ('true and "x"', "null"),
        ("not(null)", "null"),
        ("true or false and false", "true"),
    ],
    "comparison": [
        ("1 = 1.0", "true"),
        ('1 = "1"', "null"),
        ("null = null", "true"),
        ("1 != null", "true"),
        ('"a" < "b"', "true"),
        ('1 < "2"', "null"),
        ("5 between 1 and 5", "true"),
        ("5 between 1 and 4 or true", "true"),
        ("[1, {a: 2}] = [1, {a: 2}]", "true"),
        ("[1, 2] = [1]", "false"),
    ],
    "in": [
        ("5 in [1..5]", "true"),
        ("5 in [1..5)", "false"),
        ("1 in (1..5]", "false"),
        ("5 in ]1..5[", "false"),
        ("5 in (> 3)", "true"),
        ("5 in < 3", "false"),
        ("5 in (1, 5, 9)", "true"),
        ("5 in (< 2, > 4)", "true"),
        ("5 in [1, 5]", "true"),
        ("5 in [[1..2], [4..6]]", "true"),
        ('"b" in ["a".."c"]', "true"),
        ('@"2026-02-01" in [@"2026-01-01"..@"2026-12-31"]', "true"),
    ],
    "conditions and loops": [
        ("if 1 < 2 then 3 else 4", "3"),
        ("if null then 3 else 4", "4"),
        ("for i in 1..3 return i * i", "[1, 4, 9]"),
        ("for i in 3..1 return i", "[3, 2, 1]"),
        ("for i in (1..4) return i", "[2, 3]"),
        ("for i in [1, 2], j in [i, 10] return i * j", "[1, 10, 4, 20]"),
        ("for i in 1..4 return if i = 1 then 1 else i * partial[-1]", "[1, 2, 6, 24]"),
        ("for i in nothing return i", "null"),
        ("some i in [1, 2] satisfies i > 1", "true"),
        ("every i in [1, 2] satisfies i > 1", "false"),
        ("every i in [] satisfies false", "true"),
        ("some i in [null, 1] satisfies i > 2", "null"),
    ],
    "lists and filters": [
        ("[1, 2, 3][1]", "1"),
        ("[1, 2, 3][-1]", "3"),
        ("[1, 2, 3][4]", "null"),
        ("[1, 2, 3][0]", "null"),
        ("[1, 2, 3][item >= 2]", "[2, 3]"),
        ("[{a: 1}, {a: 2}][a = 2].a", "[2]"),
        ("[{a: 1}, {a: 2}].a", "[1, 2]"),
        ("nrs.history[score > 6].week", "[1, 3]"),
        ("nrs.history[-1].score", "7"),
        ("nrs.history[item.score < case.day / 6].week", "[2]"),
        ("1[1]", "1"),
        ("[][item > 1]", "[]"),
        ("[ ]", "[]"),
    ],
    "contexts": [
        ("{a: 1, b: a + 1}.b", "2"),
        ('{"a b": 1, c d: 2}', '{"a b": 1, "c d": 2}'),
        ("{a: 1}.z", "null"),
        ("{}", "{}"),
        ("{f: function(x) x * 2, r: f(21)}.r", "42"),
    ],
    "names": [
        ("pf6b.score", "38.4"),
        ("nrs.score", "7"),
        ("nrs.on.week", "3"),
        ("a.b.c", "2"),
        ("case.day > 39", "true"),
        ("nobody.knows", "null"),
        ("nothing.at.all", "null"),
        ("[1..5].end", "5"),
        ("[1..5).end included", "false"),
    ],
    "dates": [
        ('date("2026-01-31") + duration("P1M")', '@"2026-02-28"'),
        ('date("2024-02-29") + @"P1Y"', '@"2025-02-28"'),
        ('date("2026-01-31") + @"P28D"', '@"2026-02-28"'),
        ('@"2026-03-01" - @"2026-02-01"', '@"P28D"'),
        ('(@"2026-03-01" - @"2026-02-01").days', "28"),
        ('@"2026-03-01" - @"P1D"', '@"2026-02-28"'),
        ('@"2026-01-01T10:00:00Z" + @"PT36H"', '@"2026-01-02T22:00:00Z"'),
        ('@"10:00:00" + @"PT15H"', '@"01:00:00"'),
        ('@"2026-01-01T00:00:00-05:00" = @"2026-01-01T05:00:00Z"', "true"),
        ('@"2026-01-01T00:00:00Z" < @"2026-01-01T00:00:00"', "null"),
        ('date("2026-02-30")', "null"),
        ('date("2026-03-05").weekday', "4"),
        ('@"P1Y2M".months', "2"),
        ('@"P1DT2H" * 2', '@"P2DT4H"'),
        ('@"P1D" / @"PT6H"', "4"),
        ('@"P1Y" < @"P13M"', "true"),
        ('@"P1Y" < @"P400D"', "null"),
        ('-@"P1D"', '@"-P1D"'),
        ('date and time(date("2026-01-01"), time("08:30:00")).hour', "8"),
        ('@"2026-07-01T12:00:00@America/New_York".time offset', '@"-PT4H"'),
    ],
    "types": [
        ("1 instance of number", "true"),
        ('@"P1D" instance of days and time duration', "true"),
        ("[1, 2] instance of list<number>", "true"),
        ('[1, "a"] instance of list<number>', "false"),
        ("{a: 1} instance of context<a: number>", "true"),
        ("null instance of number", "false"),
        ("[1..2] instance of range<number>", "true"),
    ],
    "text": [
        (r'"a\"b\\\n\u00e9\U01F600"', '"a\\"b\\\\\\né😀"'),
        (r'string length("\uD83D\uDE00")', "1"),
        ("1 + /* two */ 2 // three", "3"),
        ("if\n1 < 2\nthen 3\nelse 4", "3"),
    ],
}


@pytest.mark.parametrize(
    ("source", "expected"),
    [case for cases in CASES.values() for case in cases],
    ids=[f"{area}: {source}" for area, cases in CASES.items() for source, _ in cases],
)
def test_an_expression_has_the_value_the_standard_gives_it(source: str, expected: str) -> None:
    """Values are compared by their FEEL literal, so numbers, kinds and nulls are exact."""
    scope = {name: to_feel(value) for name, value in FACTS.items()}
    assert to_text(compile_expression(source).evaluate(scope)) == expected
