"""Sources of FEEL as its grammar makes them: every production, nested, with white space and comments between."""

from __future__ import annotations

from hypothesis import strategies as st

from engine.feel import BUILTINS

NAMES = ("n", "s", "flag", "day", "items", "plan.dose", "missing", "item", "partial", "Applicant Age", "a-b")
LONG_NAMES = ("Applicant Age", "a-b")
TYPES = (
    "number",
    "string",
    "boolean",
    "date",
    "date and time",
    "days and time duration",
    "list<number>",
    "context<a: number, b: list<string>>",
    "range<date>",
    "function<number, string> -> boolean",
    "function<> -> Any",
    "Any",
)
_SPACE = st.sampled_from(["", " ", "  ", "\n", " /* a remark */ ", " // to the end\n"])
_GAP = st.sampled_from([" ", "  ", "\n\t", " /* a remark */ ", " // to the end\n"])
_TEXT = st.text(alphabet=st.characters(exclude_characters='"\\', exclude_categories=["Cs"]), max_size=6)
_LITERALS = st.one_of(
    st.integers(0, 10**6).map(str),
    st.decimals(0, 10**6, places=3).map(lambda d: format(d, "f")),
    st.sampled_from(["1e3", ".5", "2E-4", "true", "false", "null", '""', '"a b"', r'"\u00e9\n\"\d"', '"// no remark"']),
    st.sampled_from(['@"2026-02-28"', '@"08:30:00@Europe/Paris"', '@"2026-02-28T08:30:00.25Z"', '@"P1Y2M"', '@"-P3D"']),
    _TEXT.map(lambda text: f'"{text}"'),
)
_ATOMS = st.one_of(_LITERALS, st.sampled_from(NAMES))


def _joined(*parts: object) -> st.SearchStrategy[str]:
    """Parts in a row; a text stands with optional white space around it."""
    strategies = [st.just(p) if isinstance(p, str) else p for p in parts]
    return st.tuples(*(part for each in strategies for part in (_SPACE, each))).map("".join)


def _several(part: st.SearchStrategy[str], least: int = 0, most: int = 3) -> st.SearchStrategy[str]:
    return st.lists(part, min_size=least, max_size=most).map(", ".join)


def _words(*parts: object) -> st.SearchStrategy[str]:
    """Parts with white space between them."""
    strategies = [st.just(p) if isinstance(p, str) else p for p in parts]
    first, rest = strategies[0], strategies[1:]
    return st.tuples(first, *(part for each in rest for part in (_GAP, each))).map("".join)


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    bracketed = inner.map(lambda text: f"({text})")
    operand = bracketed | _ATOMS
    test = operand | _joined(st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), operand)
    iteration = _words(st.sampled_from(["i", "j", "old score"]), "in", operand)
    iteration |= _words("k in", _joined(operand, "..", operand))
    parameters = st.sampled_from(["", "a", "a: number, b: list<string>", "a, the score"])
    name = st.sampled_from(sorted(BUILTINS))
    key = st.sampled_from(["a", "b", '"any text: {"', "last week", '"if"'])
    entries = st.lists(st.tuples(key, inner), max_size=3, unique_by=lambda entry: entry[0])
    return st.one_of(
        bracketed,
        _joined(operand, st.sampled_from(["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">="]), operand),
        _joined(operand, "+", operand, "-", operand),
        _words(operand, st.sampled_from(["and", "or"]), operand),
        _words(operand, "or", operand, "and", operand),
        _joined("-", operand),
        _words(operand, "between", operand, "and", operand),
        _words(operand, "in", operand),
        _words(operand, "in", _several(test, 2).map(lambda tests: f"({tests})")),
        _words(operand, "in", _joined(st.sampled_from(["<", "!="]), operand)),
        _words(operand, "instance of", st.sampled_from(TYPES)),
        _words("if", inner, "then", inner, "else", inner),
        _words("for", _several(iteration, 1, 2), "return", inner).filter(_distinct),
        _words(st.sampled_from(["some", "every"]), _several(iteration, 1, 2), "satisfies", inner).filter(_distinct),
        st.tuples(parameters, inner).map(lambda parts: f"(function({parts[0]}) {parts[1]})"),
        _several(inner).map(lambda items: f"[{items}]"),
        _joined(st.sampled_from("[(]"), operand, "..", operand, st.sampled_from("])[")).map(lambda text: f"({text})"),
        _joined("(", st.sampled_from(["<", "<=", ">", ">=", "="]), operand, ")"),
        entries.map(lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"),
        _joined(bracketed, "[", inner, "]"),
        _joined(operand, st.sampled_from([".year", ".a", ".time offset", ".last week", ".start included"])),
        st.tuples(name, _several(inner, 1)).map(lambda call: f"{call[0]}({call[1]})"),
        inner.map(lambda text: f"substring(string: {text}, start position: 1)"),
        _several(inner, 1, 2).map(lambda given: f"(function(a, b) a)({given})"),
    )


def _distinct(source: str) -> bool:
    return all(source.count(f"{name} in ") < 2 for name in ("i", "j", "old score", "k"))


SOURCES = st.recursive(_ATOMS, _nested, max_leaves=12).filter(lambda source: len(source) < 2_000)
TESTS = st.one_of(
    st.just("-"),
    _several(SOURCES, 1),
    _several(_joined(st.sampled_from(["<", ">=", "!="]), SOURCES.map(lambda s: f"({s})")), 1),
    _several(SOURCES, 1).map(lambda tests: f"not({tests})"),
)
