"""A decision has what it requires decided first, once, and sees it by name and nothing else of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from engine.dmn import DmnSyntaxError, MatchedRule, parse_decisions
from tests.engine.dmn.boxes import answer, asked, context, datum, decides, lit, needing
from tests.engine.dmn.tables import a_decision, a_file

CHANGE = decides(lit("now.score - then.score"), "change", name="Score change", type_="number")
TREND = a_decision(
    ("< 0", '"better"', "It fell."),
    (">= 0", '"same"'),
    inputs=("Score change",),
    outputs=("trend",),
    decision="trend",
    before=f'<variable name="Trend"/>{needing("#change")}',
)
PLAN = decides(lit('if Trend = "better" then "wait" else "call"'), "plan", needs="#trend")


def test_the_result_of_a_required_decision_is_read_by_the_name_of_its_variable() -> None:
    """Facts are read beside it, whoever needs them; the answer names all rules that matched on the way."""
    decision = answer(PLAN, TREND, CHANGE, of="plan", now__score=3, then__score=8)
    assert decision.outputs == "wait"
    assert decision.matched == ()
    assert decision.required == (MatchedRule("r1", 1, "It fell.", "trend"),)
    assert decision.inputs == {"Trend": "better"}


def test_each_decision_of_a_file_can_be_asked_and_says_what_it_reads() -> None:
    """The facts are those of all that it requires; what it is given is none of them."""
    decisions = parse_decisions(a_file(PLAN, TREND, CHANGE), "t.dmn", functions={})
    assert list(decisions) == ["plan", "trend", "change"]
    assert decisions["plan"].names == {"now.score", "then.score"}
    assert [decisions[each].output_names for each in decisions] == [("plan",), ("trend",), ("Score change",)]


class Counting(dict[str, object]):
    """A scope that counts how often a name is asked for."""

    asked = 0

    def get(self, name: str, default: object = None) -> object:
        self.asked += name == "seed"
        return super().get(name, default)


def test_a_decision_that_many_require_is_decided_once() -> None:
    """A diamond of diamonds is no exponential work."""
    layers = [decides(lit("seed"), "a0")]
    layers += [
        decides(lit(f"a{n - 1} + b{n - 1}" if n > 1 else "a0"), f"{side}{n}",
                needs=f"#a{n - 1} #b{n - 1}" if n > 1 else "#a0")
        for n in range(1, 40)
        for side in "ab"
    ]  # fmt: skip
    scope = Counting(seed=Decimal(1))
    top = parse_decisions(a_file(*layers), "t.dmn", functions={})["a39"]
    assert top.decide(scope).outputs == 2**38  # type: ignore[arg-type]
    assert scope.asked == 1


def test_only_what_is_required_directly_is_in_scope() -> None:
    """A decision two arrows away is a name that nobody knows, and says so."""
    chain = (decides(lit("a"), "c", needs="#b"), decides(lit("a"), "b", needs="#a"), decides(lit("1"), "a"))
    decision = answer(*chain, of="c")
    assert decision.outputs is None
    assert [str(each) for each in decision.warnings] == ["nothing is named 'a'"]


def test_a_decision_without_a_variable_is_also_read_by_its_id_and_its_outputs() -> None:
    """Camunda 8 names it by its id, Camunda 7 by the names of its output columns."""
    season = a_decision(("-", '"winter"', "3"), outputs=("season", "guests"), decision="Decision_0x1")
    reader = decides(lit("[season, guests, Decision_0x1.season]"), needs="#Decision_0x1")
    assert answer(season, reader).outputs == ["winter", 3, "winter"]


def test_input_data_names_a_fact_of_the_caller() -> None:
    """Names hold spaces; a dotted name is the fact of that name, or a part of one; a type converts the value."""
    known = (datum("Applicant Age", "number", "age"), datum("case.day", id_="day"), datum("seen", "dateTime"))
    reader = decides(lit("[Applicant Age + 1, case.day, seen.hour]"), needs="?age ?day ?seen")
    facts = {"Applicant Age": [64], "case": {"day": 3}, "seen": date(2026, 1, 5)}
    decision = asked(*known, reader, facts=facts)
    assert decision.outputs == [65, 3, 0]
    assert decision.inputs == {"Applicant Age": [64], "case.day": 3, "seen": date(2026, 1, 5)}


def test_input_data_is_in_scope_without_its_arrow_too() -> None:
    """As every fact is; but only an arrow converts the value."""
    assert asked(datum("Applicant Age"), decides(lit("Applicant Age + 1")), facts={"Applicant Age": 64}).outputs == 65


def test_the_context_of_a_required_decision_is_read_by_its_entries() -> None:
    """Also by those whose names hold spaces."""
    scores = decides(context(("Pain score", lit("4")), ("n", lit("2"))), "scores", name="All scores")
    assert answer(scores, decides(lit("All scores.Pain score * All scores.n"), needs="#scores")).outputs == 8


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ((decides(lit("1"), "a", needs="#a"),), "decision 'a': it requires itself: a → a"),
        ((decides(lit("1"), "a", needs="#b"), decides(lit("1"), "b", needs="#a")), "it requires itself: "),
        ((decides(lit("1"), "a", needs="#b"),), "decision 'a': it requires 'b', which is not in the file"),
        ((decides(lit("1"), "a", needs="#b"), datum("b")), "requiredDecision leads to the input data 'b', no decision"),
        ((decides(lit("1"), "a"), datum("a")), "two elements have this id"),
        ((decides(lit("1"), "a", needs="#b").replace("#b", "other.dmn#b"),), "'other.dmn#b' of another file"),
        (
            (decides(lit("1"), "a", needs="#b #c"), *(decides(lit("1"), each, name="x") for each in "bc")),
            "it requires two things that are named 'x'",
        ),
    ],
)
def test_a_graph_that_does_not_hold_together_is_refused_by_its_elements(parts: tuple[str, ...], reason: str) -> None:
    """Cycles, dangling and wrong arrows are found when the file is read."""
    with pytest.raises(DmnSyntaxError, match=reason):
        parse_decisions(a_file(*parts), "t.dmn", functions={})


def test_a_reference_may_name_its_own_file_and_stand_twice() -> None:
    """Editors write both."""
    twice = decides(lit("b"), needs="#b #b").replace('"#b"', '"urn:t#b"', 1)
    assert answer(twice, decides(lit("1"), "b")).outputs == 1


def test_no_fact_stands_in_for_an_output_of_a_required_table_that_did_not_match() -> None:
    """Without an answer every output column is null for those that require the table."""
    risk = a_decision(("> 8", '"high"', "3"), inputs=("score",), outputs=("level", "pts"), decision="risk")
    plan = decides(lit("[level, pts]"), "plan", needs="#risk")
    assert answer(risk, plan, of="plan", score=2, pts=99, level="from the facts").outputs == [None, None]
    assert answer(risk, plan, of="plan", score=9, pts=99).outputs == ["high", Decimal(3)]
