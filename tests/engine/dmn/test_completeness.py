"""The analysis of a decision table is never wrong, and misses nothing that it says it looked for."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.dmn import DecisionTable, HitPolicy, Rule, completeness, parse_decisions
from engine.dmn.completeness import Analysis, analyse, findings
from engine.dmn.completeness.gaps import MOST_GAPS
from engine.feel import Value, compile_expression, compile_unary_tests
from engine.functions import FUNCTIONS
from engine.settings import SHIPPED_PATHWAYS
from tests.engine.dmn.completeness_tables import a_table, matching, tables, takes

TRACK = 'Track:string:"msk", "cardio"'


def messages(table: DecisionTable) -> list[str]:
    return [problem.message for problem in findings(table)]


def described(analysis: Analysis, kind: str = "value") -> list[str]:
    return [gap.description for gap in analysis.gaps if gap.kind == kind]


# -- overlaps ---------------------------------------------------------------------------------------------------------
def test_two_rows_of_a_unique_table_that_match_together_are_an_error_with_an_example() -> None:
    """The example names what matters and is the plainest value that both rows take."""
    table = a_table(
        ("< 12", "-", "1"), ("[12..20]", "< 0", "2"), ("> 14", "-2", "3"), columns=("Week:number", "Change:number")
    )
    problem = next(findings(table))
    assert problem.message == "rows 2 and 3 both match Week = 20, Change = -2"
    assert (problem.rule, problem.severity, problem.rule_ids) == ("decision-overlap", "error", ("r2", "r3"))
    (overlap,) = analyse(table).overlaps
    assert overlap.example.inputs == (("Week", "20"), ("Change", "-2"))


@pytest.mark.parametrize(
    ("outputs", "kinds"),
    [
        (('"a"', '"a"'), []),
        (('"a"', '"b"'), ["differ"]),
        (("1 + 1", "2"), []),
        (("score", "2"), ["may differ"]),
        (("score", "score"), []),
    ],
)
def test_rows_of_an_any_table_may_match_together_when_they_answer_the_same(
    outputs: tuple[str, str], kinds: list[str]
) -> None:
    """Outputs that are known are compared by value, others by their text."""
    table = a_table(("< 5", outputs[0]), ("> 3", outputs[1]), policy=HitPolicy.ANY)
    assert [overlap.kind for overlap in analyse(table).overlaps] == kinds


def test_only_twins_are_told_where_several_rows_may_answer() -> None:
    """Rows of a COLLECT table may overlap, but one that stands there twice is likely a slip."""
    table = a_table(("< 5", "1"), ("< 9", "1"), ("(< 5)", "1"), ("< 5", "2"), policy=HitPolicy.SUM)
    assert [(overlap.rows, overlap.kind) for overlap in analyse(table).overlaps] == [((1, 3), "same")]
    assert analyse(table).gaps == ()


# -- gaps -------------------------------------------------------------------------------------------------------------
def test_a_gap_is_told_by_its_bounds_with_an_example_and_the_row_that_would_fill_it() -> None:
    """A director reads where it is, and an editor may add the row."""
    table = a_table(
        ("<= 17", "-", "1"), (">= 18", "-", "2"), ("-", 'not("msk")', "3"),
        columns=("Age:number", TRACK), policy=HitPolicy.FIRST,
    )  # fmt: skip
    (gap,) = [gap for gap in analyse(table).gaps if gap.kind == "value"]
    assert gap.description == 'Age in (17..18), Track = "msk"'
    assert gap.example.inputs == (("Age", "17.5"), ("Track", '"msk"'))
    assert gap.cells == ("(17..18)", '"msk"')
    assert messages(table)[0] == ('no row matches Age = 17.5, Track = "msk" (Age in (17..18), Track = "msk")')


@pytest.mark.parametrize(
    ("type_", "cells"),
    [
        ("integer", ("<= 17", "[18..65)", "[65..200]", "> 200.5")),
        ("date", ('<= @"2026-01-01"', '>= date("2026-01-02")')),
        ("boolean", ("true", "false")),
        ("boolean", ("?", "not(?)")),
        ("string", ('"a", "b"', 'not("a", "b")')),
        ("dayTimeDuration", ('<= duration("P21D")', '> duration("P21D")')),
        ("yearMonthDuration", ('< @"P1Y"', '@"P12M"', '>= @"P13M"')),
        ("time", ('< @"12:00:00"', '>= @"12:00:00"')),
        ("dateTime", ('< @"2026-01-01T00:00:00Z"', '>= @"2026-01-01T01:00:00+01:00"')),
        ("number", ("? < 3 or ? > 5", "? in [3..5]")),
        ("", ("< 3", ">= 3")),
    ],
)
def test_rows_that_meet_leave_no_gap(type_: str, cells: tuple[str, ...]) -> None:
    """Whole numbers and days have neighbours; other values reach up to a bound."""
    table = a_table(*((cell, "1") for cell in cells), columns=(f"Value:{type_}",))
    assert (analyse(table).overlaps, described(analyse(table)), analyse(table).unread) == ((), [], ())


def test_allowed_values_bound_what_is_looked_at() -> None:
    """No gap is told outside them, and a row outside them never answers."""
    table = a_table(("[0..18)", "1"), ("[18..120]", "2"), ("> 150", "3"), columns=("Age:number:[0..120]",))
    assert described(analyse(table)) == []
    assert messages(table)[1] == "row 3 never matches: no value that Age may have meets > 150"


def test_a_value_that_is_missing_is_told_once_and_only_where_rows_match_all_that_is_given() -> None:
    """At 18 there is a gap of values, and so it is not told again that the age may be missing."""
    table = a_table(
        ("< 18", '"msk"', "1"), ("> 18", '"msk"', "2"), ("-", '"cardio"', "3"), columns=("Age:number", TRACK)
    )
    assert messages(table) == [
        'no row matches Age = 18, Track = "msk"',
        "no row matches when Track is missing",
    ]
    assert described(analyse(table), "null") == ["Track is missing"]
    closed = a_table(("< 18", "1"), (">= 18", "2"))
    assert messages(closed) == ["no row matches when Age is missing"]


def test_columns_of_one_expression_are_one_value() -> None:
    """Else rows would overlap where the same fact is both above 5 and below 3."""
    columns = ("From:number::week", "To:number::week")
    assert analyse(a_table(("> 5", "-", "1"), ("-", "< 3", "2"), columns=columns)).overlaps == ()


@pytest.mark.parametrize("table", [
    a_table(("< 5", "1"), default='"none"'),
    a_table(("< 5", "1"), policy=HitPolicy.COLLECT),
    a_table(("< 5", "1"), ("-", "2"), policy=HitPolicy.FIRST),
    a_table(("-", "1"), columns=("Anything",)),
])  # fmt: skip
def test_there_is_no_gap_where_every_input_has_an_answer(table: DecisionTable) -> None:
    """A default answers, an empty list is an answer, and so is a last row of dashes."""
    assert list(findings(table)) == []


# -- rows that never answer -------------------------------------------------------------------------------------------
def test_a_row_behind_others_that_take_all_its_inputs_never_answers() -> None:
    """Two rows may cover a third together; a row that also takes null does answer."""
    table = a_table(("< 5", "1"), (">= 5", "2"), ("[1..9]", "3"), ("-", "4"), policy=HitPolicy.FIRST)
    assert messages(table) == ["row 3 never answers: rows 1 and 2 take every input that it matches"]


def test_of_a_priority_table_the_order_of_the_outputs_decides() -> None:
    """The row above is hidden by one below with a higher output."""
    table = a_table(("[1..3]", '"low"'), ("-", '"high"'), policy=HitPolicy.PRIORITY, priorities=("high", "low"))
    assert messages(table) == ["row 1 never answers: row 2 takes every input that it matches"]


def test_a_column_without_a_type_may_hold_what_no_other_row_names() -> None:
    """The third row is there for a list; in a column of numbers its items are those of the rows above."""
    rows = (("1", "1"), ("2", "2"), ("[1, 2]", "3"))
    assert analyse(a_table(*rows, columns=("Value",), policy=HitPolicy.FIRST)).unreached == ()
    assert len(analyse(a_table(*rows, columns=("Value:number",), policy=HitPolicy.FIRST)).unreached) == 1


def test_a_date_and_time_may_be_a_local_one() -> None:
    """Which is neither before nor after one with a zone, and so only the last row is there for it."""
    rows = (('< @"2026-01-01T00:00:00Z"', "1"), ('>= @"2026-01-01T00:00:00Z"', "2"), ("not(null)", "3"))
    assert analyse(a_table(*rows, columns=("At:dateTime",), policy=HitPolicy.FIRST)).unreached == ()


# -- what is not certain ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("> baseline", "reads baseline"),
        ("? * 2 > 3", "asks more of the input than how it compares"),
        ("< today()", "calls today"),
        ("[1..10**40]", "has a number that is too large to look beyond"),
    ],
)
def test_a_cell_that_nobody_can_read_proves_nothing(cell: str, reason: str) -> None:
    """Its row may fill the gap, so none is told, and may not match, so no overlap is."""
    analysis = analyse(a_table((cell, "1"), ("< 5", "2"), (">= 5", "3"), (cell, "4")))
    assert (analysis.overlaps, described(analysis)) == ((), [])
    assert [(each.row, each.source, each.reason) for each in analysis.unread] == [(1, cell, reason), (4, cell, reason)]
    assert described(analyse(a_table((cell, "1"), ("< 5", "2")))) == []


def test_lists_are_not_looked_into() -> None:
    """A cell on a list proves nothing; the other columns are looked at all the same."""
    table = a_table(("-", "< 5", "1"), ("[1]", "> 7", "2"), columns=("Scores:list", "Age:number"))
    assert described(analyse(table)) == ["Age in [5..7]"]
    assert [each.reason for each in analyse(table).unread] == ["tests a list"]


def test_a_table_that_is_too_large_says_so() -> None:
    """A list of overlaps ends, and the analysis does not call itself complete."""
    analysis = analyse(a_table(*[("< 5", "1")] * 20))
    assert len(analysis.overlaps) == 100
    assert not analysis.complete


# -- all of it against the tables themselves --------------------------------------------------------------------------
@settings(max_examples=200, deadline=None)
@given(tables())
def test_an_analysis_agrees_with_every_input(drawn: tuple[DecisionTable, list[tuple[Value, ...]]]) -> None:
    """All that is told is so, and all that some input shows is told."""
    table, inputs = drawn
    analysis = analyse(table)
    assert analysis.complete
    assert analysis.unread == ()
    seen = [(values, matching(table, values)) for values in inputs]  # no dictionary: true equals 1 in Python
    check_overlaps(table, analysis, seen)
    check_gaps(table, analysis, seen)
    check_missing(table, analysis, seen)
    check_unreached(table, analysis, seen)


Seen = list[tuple[tuple[Value, ...], tuple[int, ...]]]


def check_overlaps(table: DecisionTable, analysis: Analysis, seen: Seen) -> None:
    for overlap in analysis.overlaps:
        assert set(overlap.rows) <= set(matching(table, overlap.example.values))
        assert takes(table, overlap.example.values)
    pairs = {pair for _, rows in seen for pair in combinations(rows, 2)}
    answers = [rule.outputs[0].source for rule in table.rules]
    minded = {
        HitPolicy.UNIQUE: pairs,
        HitPolicy.ANY: {(a, b) for a, b in pairs if answers[a - 1] != answers[b - 1]},
    }
    assert {overlap.rows for overlap in analysis.overlaps} == minded.get(table.hit_policy, set())


def check_gaps(table: DecisionTable, analysis: Analysis, seen: Seen) -> None:
    for gap in analysis.gaps:
        assert matching(table, gap.example.values) == ()
        assert takes(table, gap.example.values)
        assert None not in gap.example.values or gap.kind == "null"
    gaps = [tuple(map(compile_unary_tests, gap.cells)) for gap in analysis.gaps if gap.kind == "value"]
    assert len(gaps) <= MOST_GAPS
    for values, rows in seen:
        told = any(all(cell.holds(v, {}) for cell, v in zip(gap, values, strict=True)) for gap in gaps)
        if None not in values:
            assert not (told and rows)
            assert told or rows or len(gaps) == MOST_GAPS


def check_missing(table: DecisionTable, analysis: Analysis, seen: Seen) -> None:
    """Where rows match whatever one fact is, but not when it is missing, that is told once for its column."""
    told = [gap.column for gap in analysis.gaps if gap.kind == "null"]
    assert len(told) == len(set(told))
    facts = [column.expression.source for column in table.inputs]
    for fact in facts if len(analysis.gaps) - len(told) < MOST_GAPS else ():
        answered: dict[str, list[tuple[bool, bool]]] = {}
        for values, rows in seen:
            others = [value for value, name in zip(values, facts, strict=True) if name != fact]
            if None not in others:
                missing = values[facts.index(fact)] is None
                answered.setdefault(repr(others), []).append((missing, bool(rows)))
        missed = any((True, False) in each and (False, False) not in each for each in answered.values())
        assert missed == (table.inputs[facts.index(fact)].label in told)


def check_unreached(table: DecisionTable, analysis: Analysis, seen: Seen) -> None:
    """A row answers when it matches an input alone, or before the others; no sample shows a row that does not."""
    silent = {each.row for each in analysis.unreached}
    order = {rule.index: (rule.outputs[0].source != '"b"', rule.index) for rule in table.rules}
    answering: set[int] = set()
    for _, rows in seen:
        if table.hit_policy is HitPolicy.FIRST:
            answering |= set(rows[:1])
        elif table.hit_policy is HitPolicy.PRIORITY:
            answering |= set(sorted(rows, key=order.__getitem__)[:1])
        else:
            answering |= set(rows)
    assert silent == {rule.index for rule in table.rules} - answering


@settings(max_examples=200, deadline=None)
@given(tables(), st.data())
def test_what_is_told_of_a_table_that_reads_facts_is_so_whatever_they_are(
    drawn: tuple[DecisionTable, list[tuple[Value, ...]]], data: st.DataObject
) -> None:
    """Some cells are given over to a fact; then less is told, and none of it is wrong for any value of the fact."""
    table, inputs = drawn
    table = replace(table, rules=tuple(_with_a_fact(rule, data) for rule in table.rules))
    analysis = analyse(table)
    for fact in ("null", "0", "1", "2.5", '"a"', "true"):
        scope = {"fact": compile_expression(fact).evaluate({})}
        for overlap in analysis.overlaps:
            assert set(overlap.rows) <= set(matching(table, overlap.example.values, scope))
        assert all(matching(table, gap.example.values, scope) == () for gap in analysis.gaps)
        if table.hit_policy is HitPolicy.FIRST:
            answering = {rows[0] for values in inputs if (rows := matching(table, values, scope))}
            assert not answering & {each.row for each in analysis.unreached}


def _with_a_fact(rule: Rule, data: st.DataObject) -> Rule:
    reads = st.sampled_from([None, None, "fact", "< fact", "not(fact)", "? > fact or ? = null"])
    drawn = [data.draw(reads) for _ in rule.tests]
    tests = (test if text is None else compile_unary_tests(text) for test, text in zip(rule.tests, drawn, strict=True))
    return replace(rule, tests=tuple(tests))


@pytest.mark.parametrize("effort", [30, 300, 1000])
def test_an_analysis_that_is_given_up_says_what_is_open(effort: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that each exclude one choice of three in ten columns make a riddle that may take ages."""
    monkeypatch.setattr(completeness, "_EFFORT", effort)
    random = Random(1)
    choices = [{column: random.choice(["true", "false"]) for column in random.sample(range(10), 3)} for _ in range(40)]
    rows = [(*(choice.get(column, "-") for column in range(10)), "1") for choice in choices]
    table = a_table(*rows, columns=[f"C{column}:boolean" for column in range(10)], policy=HitPolicy.FIRST)
    analysis = analyse(table)
    assert not analysis.complete
    assert {problem.rule for problem in findings(table)} >= {"decision-unfinished"}
    assert all(matching(table, gap.example.values) == () for gap in analysis.gaps)


def test_the_shipped_tables_have_nothing_to_mend() -> None:
    """Each row can answer, each input has an answer."""
    for path in sorted((SHIPPED_PATHWAYS / "decisions").glob("*.dmn")):
        for decision in parse_decisions(path.read_bytes(), path.name, functions=FUNCTIONS).values():
            if decision.table is not None:
                assert analyse(decision.table) == Analysis(), decision.decision_id
