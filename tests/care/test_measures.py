"""Measured values in their canonical unit: converted, refused where they cannot be, reportable or not."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.access import AccessRules
from care.errors import MeasureError, UnitError, UnknownName
from care.measures import Measure, Measures, body_mass_index, canonical, mean, out_of_order, reportable
from care.ucum import factor


def read(measure: Measure, value: Any, unit: str | None = None, part: int = 0) -> Decimal:
    """A value of a measure's part in its own unit."""
    return canonical(measure, measure.parts[part], Decimal(str(value)), unit)


@pytest.mark.parametrize(
    ("name", "value", "unit", "expected"),
    [
        ("weight", 180, "[lb_av]", "81.6"),
        ("weight", 81.37, None, "81.37"),  # given in its own unit, it stays as it is
        ("height", 70, "in", "177.8"),
        ("waist", 1.02, "m", "102"),
        ("bp", 20, "kPa", "150"),
        ("bp", 152, "mmHg", "152"),
        ("ldl", 2.6, "mmol/L", "100.5"),
        ("hba1c", 53, "mmol/mol", "7"),
        ("hba1c", 7, "%", "7"),
        ("uacr", 3.4, "mg/mmol", "30.1"),
        ("uacr", 30, "ug/mg{creat}", "30"),
        ("egfr", 58, "mL/min/1.73 m2", "58"),
        ("steps", 7400, "/d", "7400"),
    ],
)
def test_a_value_is_converted_into_the_unit_that_facts_are_kept_in(
    measures: Measures, name: str, value: float, unit: str | None, expected: str
) -> None:
    """By UCUM, and where that takes chemistry by the factors of the file: LDL 38.67, NGSP and IFCC, creatinine 8.84."""
    assert read(measures.measure(name), value, unit) == Decimal(expected)


def test_every_unit_that_is_accepted_can_be_converted(measures: Measures) -> None:
    """Each is UCUM of the measure's kind, or has a factor of its own."""
    for measure in measures.by_id.values():
        for unit in measure.units:
            assert (unit.factor or factor(unit.code, measure.unit.code)) > 0


# The definitions of the international pound, inch and conventional millimetre of mercury.
@pytest.mark.parametrize(
    ("unit", "into", "expected"),
    [("[lb_av]", "kg", "0.45359237"), ("[in_i]", "cm", "2.54"), ("g/L", "mg/dL", "100"), ("ug/mg", "mg/g", "1")],
)
def test_ucum_gives_the_exact_factor(unit: str, into: str, expected: str) -> None:
    """No digit of a double's noise stays in it."""
    assert factor(unit, into) == Decimal(expected)


@pytest.mark.parametrize(("unit", "words"), [("kg", "same kind"), ("lbs", "not a unit of UCUM"), ("Cel", "same kind")])
def test_what_is_no_unit_of_the_kind_is_refused(unit: str, words: str) -> None:
    """A mass is no pressure, and a word is no unit."""
    with pytest.raises(UnitError, match=words):
        factor(unit, "mm[Hg]")


def test_an_unknown_unit_is_answered_with_those_that_are_accepted(measures: Measures) -> None:
    """The message is about the unit, and says which would be right."""
    with pytest.raises(MeasureError, match=r"not measured in 'stone'; accepted: kg, \[lb_av\], g") as refused:
        read(measures.measure("weight"), 12, "stone")
    assert refused.value.field == "unit"


@pytest.mark.parametrize(
    ("name", "value", "unit"), [("bp", 1520, None), ("bp", -152, None), ("weight", 180000, None), ("hba1c", 53, "%")]
)
def test_a_value_that_cannot_be_is_refused(measures: Measures, name: str, value: float, unit: str | None) -> None:
    """A slip of the keyboard or a wrong unit; the limits are named."""
    with pytest.raises(MeasureError, match=r"can be from .* check the number and its unit") as refused:
        read(measures.measure(name), value, unit)
    assert refused.value.field == "value"


def test_an_alarming_value_is_kept(measures: Measures) -> None:
    """A hypertensive crisis is exactly what must not be sent away."""
    pressure = measures.measure("bp")
    assert (read(pressure, 260), read(pressure, 150, part=1)) == (260, 150)
    assert read(measures.measure("egfr"), 4) == 4


@given(data=st.data())
def test_whatever_is_accepted_lies_within_the_limits(measures: Measures, data: st.DataObject) -> None:
    """In any accepted unit, a value is kept within the limits or refused: nothing else happens."""
    measure = data.draw(st.sampled_from(list(measures.by_id.values())))
    part, unit = data.draw(st.sampled_from(measure.parts)), data.draw(st.sampled_from(measure.units))
    value = data.draw(st.decimals(-1_000_000, 1_000_000, places=3))
    with suppress(MeasureError):
        assert part.lowest <= canonical(measure, part, value, unit.code) <= part.highest


@given(st.lists(st.integers(60, 250), min_size=1, max_size=5))
def test_the_mean_of_readings_is_a_whole_number_between_them(measures: Measures, readings: list[int]) -> None:
    """Rounded half up to whole mmHg, and never outside of what was read."""
    found = mean(measures.measure("bp"), [Decimal(each) for each in readings])
    assert found == found.to_integral_value()
    assert min(readings) <= found <= max(readings)
    assert abs(found - Decimal(sum(readings)) / len(readings)) <= Decimal("0.5")


def test_diastolic_stays_below_systolic(measures: Measures) -> None:
    """Swapped numbers are found; one number alone is in no order."""
    pressure = measures.measure("bp")
    wrong = out_of_order(pressure, {"systolic": Decimal(80), "diastolic": Decimal(120)})
    assert wrong is not None
    assert (wrong[0].id, wrong[1]) == ("diastolic", "Diastolic must be below systolic (80), not 120")
    assert out_of_order(pressure, {"systolic": Decimal(120), "diastolic": Decimal(80)}) is None
    assert out_of_order(pressure, {"diastolic": Decimal(80)}) is None


def test_the_body_mass_index_is_weight_by_the_square_of_height(measures: Measures) -> None:
    """81 kg at 1.70 m is 28.0; what cannot be a BMI is none, for then one of the two is wrong."""
    assert body_mass_index(measures, Decimal(81), Decimal(170)) == Decimal("28")
    assert body_mass_index(measures, Decimal(600), Decimal(50)) is None


@pytest.mark.parametrize(
    ("name", "source", "counts"),
    [("bp", "device", True), ("bp", "form", False), ("bp", "patient", False), ("hba1c", "lab", True),
     ("hba1c", "form", False), ("weight", "form", True), ("steps", "device", False)],
)  # fmt: skip
def test_what_counts_for_the_report_depends_on_who_says_it(
    measures: Measures, name: str, source: str, counts: bool
) -> None:
    """A blood pressure only as the cuff sends it, a laboratory value only from the laboratory."""
    found, sentence = reportable(measures.measure(name), source)
    assert found is counts
    assert sentence.endswith(".")


def test_a_typed_in_blood_pressure_says_why_it_does_not_count(measures: Measures) -> None:
    """The sentence stands under the form's field."""
    expected = "Typed in: counts for care, not for the report to CMS, which takes readings sent by the cuff."
    assert reportable(measures.measure("bp"), "form") == (False, expected)


def test_every_freshness_kind_is_one_of_the_access_rules(measures: Measures, rules: AccessRules) -> None:
    """What a report will ask of a value has an answer."""
    kinds = {each.freshness for each in measures.by_id.values() if each.freshness is not None}
    assert kinds == {"blood_pressure", "weight", "laboratory"}
    assert kinds <= rules.freshness.keys()


def test_an_unknown_measure_is_refused_with_a_hint(measures: Measures) -> None:
    """A mistyped id says what was meant."""
    with pytest.raises(UnknownName, match="did you mean 'weight'"):
        measures.measure("wieght")
