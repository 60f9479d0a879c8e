"""A declared type brings a value into it, or makes it null and says why."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.dmn import DecisionMisfit, DmnSyntaxError, parse_decisions
from engine.feel import Value
from tests.engine.dmn.boxes import answer, component, datum, decides, item, lit
from tests.engine.dmn.tables import a_decision, a_file

TYPES = (
    item("tRisk", "string", allowed='"low", "high"'),
    item("tSame", "tRisk"),
    item("tPain", "number", allowed="[0..10]"),
    item("tPains", "tPain", many=True),
    item("tVisit", "", component("pain", "tPain"), component("drugs", "string", many=True)),
    item("tPatient", "", component("name", "string"), component("last", "", component("visit", "tVisit"))),
)
VISIT: Value = {"pain": 3, "drugs": ["a"], "more": 1}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        ("string", "3", "3"),
        ("string", ["3"], "3"),
        ("string", 3, None),
        ("feel:number", 3, 3),
        ("number", [1, 2], None),
        ("integer", 3.5, None),
        ("dateTime", date(2026, 1, 5), datetime(2026, 1, 5, tzinfo=UTC)),
        ("date", date(2026, 1, 5), date(2026, 1, 5)),
        ("date", datetime(2026, 1, 5, tzinfo=UTC), None),
        ("Any", [1, "a"], [1, "a"]),
        ("tRisk", "low", "low"),
        ("tRisk", "none", None),
        ("tSame", "none", None),
        ("tPains", [1, 10], [1, 10]),
        ("tPains", 4, [4]),
        ("tPains", [1, 11], None),
        ("tPains", None, None),
        ("tVisit", VISIT, VISIT),
        ("tVisit", {"pain": None, "drugs": None}, {"pain": None, "drugs": None}),
        ("tVisit", {"pain": 3}, None),
        ("tVisit", {"pain": 11, "drugs": []}, None),
        ("tVisit", {"pain": 3, "drugs": "a"}, None),
        ("tPatient", {"name": "Ada", "last": {"visit": VISIT}}, {"name": "Ada", "last": {"visit": VISIT}}),
        ("tPatient", {"name": "Ada", "last": {"visit": 1}}, None),
    ],
)
def test_a_value_is_brought_into_its_type_or_becomes_null(type_: str, value: object, expected: object) -> None:
    """Of input data as of the result; only the value itself is converted, never a part of it."""
    for parts in ((datum("x", type_), decides(lit("x"), needs="?x")), (decides(lit("x"), type_=type_),)):
        decision = answer(*TYPES, *parts, x=value)
        assert decision.outputs == expected
        assert bool(decision.warnings) is (expected is None and value is not None)


def test_a_warning_says_what_became_null_and_why() -> None:
    """For the author of the table and for the history."""
    (warning,) = answer(*TYPES, datum("x", "tRisk"), decides(lit("x"), needs="?x"), x="none").warnings
    assert str(warning) == "input data 'x': \"none\" is no tRisk, so it became null"


def test_components_with_spaces_in_their_names_can_be_read() -> None:
    """As the members of any value, typed or not."""
    patient = item("tPatient", "", component("Follow-up days", "number"), component("First name", "string"))
    logic = lit('x.First name + " in " + string(x.Follow-up days)')
    facts = {"Follow-up days": 7, "First name": "Ada"}
    assert answer(patient, datum("x", "tPatient"), decides(logic, needs="?x"), x=facts).outputs == "Ada in 7"


def test_columns_take_the_types_of_the_file() -> None:
    """Their allowed values are errors of the column, and the order of a PRIORITY table."""
    table = a_decision(("-", '"high"'), ("-", '"low"'), type_="tPain", gives="tRisk", policy="PRIORITY")
    assert answer(*TYPES, table, of="plateau", pf6b__change=3).outputs == "low"
    with pytest.raises(DecisionMisfit, match=r"11 is a number, but the column takes tPain: .0..10."):
        answer(*TYPES, table, of="plateau", pf6b__change=11)
    with pytest.raises(DecisionMisfit, match="rule 'r1', output 'action': \"none\" is not one of its output values"):
        answer(*TYPES, a_decision(("-", '"none"'), gives="tRisk"), of="plateau")


def test_a_type_may_narrow_the_base_type_of_its_name() -> None:
    """Then that name means the narrower one."""
    assert answer(item("string", "string", allowed='"a"'), decides(lit('"b"'), type_="string")).outputs is None


def test_a_constraint_is_on_the_list_and_allowed_values_on_its_items() -> None:
    """DMN 1.5 tells the two apart."""
    many = item("tMany", "tPain", many=True).replace(
        "</itemDefinition>", "<typeConstraint><text>count(?) > 1</text></typeConstraint></itemDefinition>"
    )
    assert [answer(*TYPES, many, decides(lit("x"), type_="tMany"), x=x).outputs for x in ([1, 2], [1], [1, 11])] == [
        [1, 2],
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("types", "reason"),
    [
        ((item("t", "nubmer"),), "item definition 't', 't': no type 'nubmer'; did you mean 'number'"),
        ((item("t", "", component("a", "u")),), "'a': no type 'u'; define it with an itemDefinition"),
        ((item("a", "b"), item("b", "", component("x", "a"))), "the type contains itself"),
        ((item("t", "number", allowed="< <"),), "allowed values of type 't': '< <'"),
        ((item("t", "number"), item("t", "string")), "two item definitions have this name"),
        ((item("t", "", component("", "number")),), "a component needs a name of its own"),
        ((item("", "number"),), "itemDefinition: it has no name"),
    ],
)
def test_a_broken_type_is_refused_by_its_name(types: tuple[str, ...], reason: str) -> None:
    """Whether something uses it or not."""
    with pytest.raises(DmnSyntaxError, match=reason):
        parse_decisions(a_file(*types, decides(lit("1"))), "t.dmn", functions={})
