"""What a hostile expression tries, and how each try ends: refused, or null for nobody's name, at once."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from decimal import Decimal

import pytest

from engine.feel import (
    FeelError,
    FeelLimitError,
    FeelSyntaxError,
    FeelUnknownFunction,
    Value,
    compile_expression,
    compile_unary_tests,
    template,
)

ADDITIONS = 5_000_000  # what a try may cost, less than half a second; what is not bounded takes minutes
SCOPE: dict[str, Value] = {
    "n": Decimal(3),
    "s": "text",
    "ten": [Decimal(i) for i in range(10)],
    "c": {"a": Decimal(1)},
}

UNKNOWN = {
    "import": '__import__("os")',
    "eval": 'eval("1")',
    "exec": 'exec("1")',
    "open": 'open("/etc/passwd")',
    "compile": 'compile("1", "", "eval")',
    "getattr": 'getattr(n, "real")',
    "globals": "globals()",
    "vars": "vars(n)",
    "dir": "dir(n)",
    "input": "input()",
    "breakpoint": "breakpoint()",
    "type": "type(n)",
    "method of a string": "s.upper()",
    "format of a string": "s.format(n)",
    "method of a decimal": "n.sqrt()",
    "subclasses": "n.__class__.__subclasses__()",
    "context method": 'c.get("a")',
    "dunder call": "s.__len__()",
    "recursion": "{f: function(x) f(x), r: f(1)}.r",
    "call of a fact": "(n)(1)",
}

SYNTAX = {
    "statement": "import os",
    "two statements": "1; 2",
    "assignment": "n := 3",
    "lambda": "lambda x: x",
    "python comprehension": "[x for x in ten]",
    "python index assignment": "ten[0] = = 1",
    "backtick": "`id`",
    "single quotes": "'text'",
    "f-string": 'f"{n}"',
    "null byte": "1\x00+1",
    "null byte in name": "n\x00",
    "half escape": r'"\u12"',
    "escape beyond unicode": r'"\UFFFFFF"',
    "lone surrogate": r'"\ud800"',
    "open string": '"never closed',
    "open comment": "1 /* never closed",
    "external function": 'function(x) external {java: {class: "java.lang.Runtime"}}',
    "only closing brackets": ")))",
    "unbalanced": "((1)",
    "empty": "",
    "only spaces": " \n\t ",
    "bad date literal": '@"2026-02-30"',
}

DOUBLING = ", ".join(["{a0: [1, 1]"] + [f"a{i}: [a{i - 1}, a{i - 1}]" for i in range(1, 45)])
STRINGS = ", ".join(['{s0: "0123456789"'] + [f"s{i}: s{i - 1} + s{i - 1}" for i in range(1, 40)])
CONCATENATING = ", ".join(["{l0: [1, 2]"] + [f"l{i}: concatenate(l{i - 1}, l{i - 1})" for i in range(1, 30)])

LIMITS = {
    "long source": "1" + "+1" * 2_500,
    "deep parentheses": "(" * 1_500 + "1" + ")" * 1_500,
    "deep lists": "[" * 1_500 + "1" + "]" * 1_500,
    "deep contexts": "{a: " * 600 + "1" + "}" * 600,
    "deep open brackets": "(" * 3_900,
    "deep not": "not(" * 900 + "true" + ")" * 900,
    "deep calls": "abs(" * 900 + "1" + ")" * 900,
    "deep if": "if true then " * 200 + "1" + " else 2" * 200,
    "deep else": "if false then 1 else " * 180 + "2",
    "deep for": "for i in [1] return " * 190 + "i",
    "deep functions": "function(x) " * 300 + "1",
    "deep minus": "-" * 3_900 + "n",
    "deep filters": "ten" + "[true]" * 600,
    "deep paths": "(c)" + "[1].a" * 700,
    "deep quantifiers": "some i in [1] satisfies " * 160 + "true",
    "power tower": "10 ** 10 ** 10 ** 10 ** 10",
    "power of a power": "9 ** (9 ** 9)",
    "huge number literal": "1e999999999",
    "huge digits": "9" * 3_990 + "e9999",
    "huge number text": 'number("1e999999")',
    "huge product": "9e6000 * 9e6000",
    "huge exp": "exp(1000000)",
    "giant range loop": "for i in 1..1000000000 return i",
    "giant range backwards": "for i in 0..-1e30 return i",
    "giant range value": "for i in [1..1e9] return i",
    "giant range of days": 'for d in [@"0001-01-01"..@"9999-12-31"] return d',
    "giant some": "some i in 1..1e12 satisfies i > 1e13",
    "nested loops": "for a in 1..100, b in 1..100, c in 1..100 return 1",
    "nested for": "for a in 1..999 return for b in 1..999 return for c in 1..999 return a*b*c",
    "every over loops": "every a in 1..5000, b in 1..5000 satisfies true",
    "filter over loops": "(for i in 1..9999 return i)[count((for j in 1..9999 return j)[item > 1]) > 0]",
    "string doubling": STRINGS + "}",
    "string join": 'string join(for i in 1..9999 return "0123456789012345678901234567890")',
    "string in loop": '{s: string join(for i in 1..5000 return "0123456789"), r: for i in 1..99 return s+s}',
    "nested filters": "ten" + "[ten" * 40 + "[item >= 0]" + "]" * 40,
    "costly source of an inner loop": "every a in 1..9999, b in [][" + "1+" * 1_500 + "1] satisfies true",
    "long dotted name": "a" + ".a" * 1_900,
    "long dotted name in a loop": "for i in 1..9999 return a" + ".a" * 1_500,
    "powers in a loop": "for i in 1..9999 return 1.1 ** (i + 0.5)",
    "exp in a loop": "for i in 1..9999 return exp(i / 7)",
    "many unknown zones": 'for i in 1..9999 return [time("10:00:00@Zone/" + string(i)), 1, 2, 3, 4, 5, 6, 7]',
    "growing replacement": '{s: string join(for i in 1..9000 return "aaaaaaaaaa"), r: replace(s, "a", "aaaaa")}',
    "split": '{s: string join(for i in 1..9999 return ",,,,,"), r: split(s, ",")}',
    "list doubling returned": DOUBLING + "}",
    "list doubling flattened": DOUBLING + ", r: flatten(a44)}.r",
    "list doubling as text": DOUBLING + ", r: string(a44)}.r",
    "list doubling compared": DOUBLING + ", " + DOUBLING[1:].replace("a", "b") + ", r: a44 = b44}.r",
    "concatenate doubling": CONCATENATING + "}",
    "append in loop": "{l: for i in 1..9000 return i, r: for i in 1..9000 return append(l, i)}.r",
    "distinct of nested": "distinct values(for i in 1..9999 return [i])",
    "sort with a loop": "sort(for i in 1..999 return i, function(x, y) count(for j in 1..500 return j) > x)",
    "recursion through an argument": "(function(g) g(g))(function(g) g(g))",
    "factorial": "{f: function(g, n) if n < 2 then 1 else n * g(g, n - 1), r: f(f, 1000)}.r",
    "nesting by recursion": "{f: function(g, n) if n = 0 then [] else [g(g, n - 1)], r: f(f, 900)}.r",
    "index of doubled": "for i in 1..9999 return index of(for j in 1..9999 return j, i)",
}  # fmt: skip

NULLS = {
    "class of a number": "n.__class__",
    "class of a string": "s.__class__.__mro__",
    "dict of a context": "c.__dict__",
    "globals of nothing": "__builtins__",
    "real part": "n.real",
    "numerator": "n.as_integer_ratio",
    "items of a context": "c.items",
    "class of a list": "[1].__class__[1]",
    "max of a date": 'date("2026-01-01").max',
    "tzinfo": '@"2026-01-01T00:00:00Z".tzinfo',
    "self": "self",
    "os": "os.environ",
    "zone from a path": 'time("10:00:00@../../etc/passwd")',
    "far future": '@"999999999-12-31" + @"P99999999D"',
    "long duration": '@"P99999999D" * 1e30',
    "clock": "now()",
    "today": "today()",
    "look-ahead": 'matches(s, "(?=a)b")',
    "reference back": 'matches(s, "(a*)*\\1")',
    "counted repetition of a repetition": 'matches(s, "((a{0,1000}){0,1000}){0,1000}")',
    "long pattern": f'matches(s, "{"(a|a)*" * 250}")',
    "replacement of nothing": 'replace(s, "x*", "y")',
}


def _run(source: str) -> Value:
    return compile_expression(source).evaluate(SCOPE)


@pytest.fixture(scope="module", autouse=True)
def _grammar_is_ready() -> None:
    """The grammar and the list of time zones are read once for each process; that is not part of a refusal."""
    compile_expression('time("10:00:00@Europe/Paris")').evaluate({})


@pytest.fixture(autouse=True)
def _no_garbage_collection() -> Iterator[None]:
    """A collection of the whole test run's garbage is not work of the refusal that happens to trigger it."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(scope="module")
def bound() -> float:
    """Seconds of processor time that ADDITIONS take this machine; other threads' time does not count."""
    start, total = time.thread_time(), 0
    for each in range(ADDITIONS // 5):
        total += each
    return 5 * (time.thread_time() - start)


@pytest.fixture(autouse=True)
def _at_once(_grammar_is_ready: None, _no_garbage_collection: None, bound: float) -> Iterator[None]:
    """Work rather than wall time, measured by this machine's own: neither a busy nor a slow one decides."""
    start = time.thread_time()
    yield
    assert time.thread_time() - start < bound


@pytest.mark.parametrize("source", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_a_function_that_is_not_feels_is_refused_by_name(source: str) -> None:
    """No Python function or method can be called, and the refusal comes before anything is evaluated."""
    with pytest.raises(FeelUnknownFunction):
        compile_expression(source)


@pytest.mark.parametrize("source", SYNTAX.values(), ids=SYNTAX.keys())
def test_text_that_is_not_feel_is_refused_where_it_stops_being_feel(source: str) -> None:
    """Python, shell and broken text are syntax errors with a place inside the text."""
    with pytest.raises(FeelSyntaxError) as refusal:
        compile_expression(source)
    assert 0 <= refusal.value.position <= len(source)


@pytest.mark.parametrize("source", LIMITS.values(), ids=LIMITS.keys())
def test_an_expression_that_asks_for_too_much_is_refused(source: str) -> None:
    """Depth, size, steps, strings, lists and numbers are bounded, each refused by the name of its limit."""
    with pytest.raises(FeelLimitError) as refusal:
        _run(source)
    assert refusal.value.limit
    assert refusal.value.hint


@pytest.mark.parametrize("source", NULLS.values(), ids=NULLS.keys())
def test_a_name_or_property_that_is_nobodys_is_null(source: str) -> None:
    """A Python attribute is no property: the answer is null (in a list: of nulls), with a warning."""
    result = compile_expression(source).evaluate_with_warnings(SCOPE)
    assert result.value is None
    assert result.warnings


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(a|a)*b$", "(a|aa)+$", "([a-zA-Z]+)*b$", "(.*a){20}$", "a*a*a*a*a*a*b$", "^(([a-z])+.)+[A-Z]([a-z])+$"],
)
def test_a_pattern_that_runs_away_elsewhere_is_answered_at_once(pattern: str) -> None:
    """Patterns that take other engines years over forty characters take no longer over forty thousand."""
    text = "a" * 40_000 + "!"
    answer = compile_expression(f'matches(text, "{pattern}")').evaluate({"text": text})
    assert answer is False


@pytest.mark.parametrize(
    "value", [object(), open, Decimal, time, print], ids=["object", "open", "Decimal", "time", "print"]
)
def test_a_python_object_among_the_facts_is_refused(value: object) -> None:
    """A foreign object never becomes a value, so nothing of it can be reached."""
    with pytest.raises(FeelError, match="not a FEEL value"):
        compile_expression("x.real").evaluate({"x": value})  # type: ignore[dict-item]


@pytest.mark.parametrize("source", ["{n.__class__}", "{s.format}", "{0}", "%s {n}"])
def test_a_template_formats_nothing_by_python_rules(source: str) -> None:
    """Format strings reach no attribute and no argument; percent signs are text."""
    assert template(source).render(SCOPE) in ("unknown", "0", "%s 3")


def test_the_cells_of_a_decision_table_are_as_bounded_as_expressions() -> None:
    """A cell that loops without end is refused when it is asked."""
    cell = compile_unary_tests("count(for i in 1..1e9 return i) > ?")
    with pytest.raises(FeelLimitError):
        cell.holds(Decimal(1), {})
