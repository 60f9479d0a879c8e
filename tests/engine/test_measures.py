"""A recorded measure: canonical units, readings, what cannot be, and the file that a version keeps."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.application import Engine
from engine.bundle import MEASURES_FILE, PathwayFiles
from engine.definitions import Definition, compile_definition
from engine.errors import InvalidInput
from engine.forms import checked_facts, schema_of
from engine.lint import lint_folder
from engine.measure_files import measures_of_folder, shipped_measures
from engine.measures import MEASURES, RANGES
from engine.scope import Scope
from engine.settings import SHIPPED_PATHWAYS
from tests.engine.bpmn.diagrams import MAIN, bundle, end, flow, start, user
from tests.engine.builders import Case, a_case, nothing_written, on_sqlite

ASKS = "id: answer\ntitle: A\nfields:\n  - {measure: bp, required: true}\n  - {measure: weight}\n"
SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"


@pytest.fixture
def case(engine: Engine) -> Case:
    """A case that has just begun."""
    return a_case(engine)


def pressure(*values: int) -> list[dict[str, Any]]:
    """Components of readings: systolic, diastolic, systolic, ..."""
    return [{"code": (SYSTOLIC, DIASTOLIC)[at % 2], "value": value} for at, value in enumerate(values)]


def asking(form: str = ASKS, **more: str) -> dict[str, str]:
    """The sources of a process whose one task has this form."""
    sources = bundle(start(), user("a", why="Because."), end(), flow("start a end"))
    return {**sources, "forms/answer.yaml": form, **more}


def a_scope(**facts: Any) -> Scope:
    """A scope with a few facts, their names with _ for the dot."""
    known = {name.replace("_", "."): value for name, value in facts.items()}
    return Scope({}, known.get, lambda name: [])


class TestEvent:
    """`measure.recorded` becomes facts in canonical units."""

    def test_a_value_is_kept_in_the_canonical_unit_with_its_source(self, case: Case) -> None:
        """180 lb from a scale are 81.6 kg."""
        case.event("measure.recorded", code="29463-7", value=180, unit="[lb_av]", source="device")
        (weight,) = case.facts("weight.value")
        assert (weight["value"], weight["unit"], weight["source"]) == (81.6, "kg", "device")

    def test_readings_of_one_sitting_are_recorded_as_their_mean(self, case: Case) -> None:
        """Two readings are one blood pressure, in whole mmHg."""
        case.event("measure.recorded", components=pressure(152, 94, 148, 91), unit="mm[Hg]", source="device")
        assert [(row["name"], row["value"]) for row in case.facts() if row["name"].startswith("bp.")] == [
            ("bp.systolic", 150),
            ("bp.systolic_highest", 152),
            ("bp.diastolic", 93),
            ("bp.diastolic_highest", 94),
        ]

    def test_an_alarming_value_is_recorded(self, case: Case) -> None:
        """A crisis is what must reach the case."""
        case.event("measure.recorded", components=pressure(242, 138))
        assert (case.fact("bp.systolic"), case.fact("bp.diastolic")) == (242, 138)

    @on_sqlite
    @pytest.mark.parametrize(
        ("payload", "field"),
        [
            ({"code": "29463-7", "value": 8100, "unit": "kg"}, "payload.value"),
            ({"code": "29463-7", "value": 81, "unit": "st"}, "payload.unit"),
            ({"components": pressure(152, 940)}, "payload.components.1.value"),
            ({"components": pressure(90, 80, 90, 120)}, "payload.components.3.value"),
            ({"components": [*pressure(90, 95), *pressure(91)]}, "payload.components.1.value"),
            ({"components": [{"code": SYSTOLIC, "value": 152, "unit": "kg"}]}, "payload.components.0.unit"),
            ({"components": pressure(152, 94), "unit": "kg"}, "payload.unit"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_refused_at_its_field(self, case: Case, payload: dict[str, Any], field: str) -> None:
        """Value, unit or component: the message stands where the sender can mend it, and nothing is written."""
        with nothing_written(case.engine), pytest.raises(InvalidInput) as refused:
            case.event("measure.recorded", **payload)
        assert list(refused.value.errors) == [field]

    def test_a_code_without_a_measure_keeps_its_name_and_unit(self, case: Case) -> None:
        """Nothing is swallowed."""
        case.event("measure.recorded", code="8867-4", value=71, unit="/min")
        (pulse,) = case.facts("loinc.8867-4")
        assert (pulse["value"], pulse["unit"]) == (71, "/min")


class TestBodyMassIndex:
    """With weight and height there is a BMI."""

    def test_a_weight_brings_it_when_the_height_is_known(self, case: Case) -> None:
        """As of the weight, from the weight's source."""
        case.event("measure.recorded", code="8302-2", value=170)
        case.event("measure.recorded", code="29463-7", value=81, source="device")
        (bmi,) = case.facts("bmi.value")
        assert (bmi["value"], bmi["unit"], bmi["source"]) == (28, "kg/m2", "device")

    def test_one_that_was_measured_stands(self, case: Case) -> None:
        """Nothing is computed beside it."""
        case.event("measure.recorded", code="8302-2", value=170)
        parts = [{"code": "29463-7", "value": 81}, {"code": "39156-5", "value": 27.4}]
        case.event("measure.recorded", components=parts)
        assert [row["value"] for row in case.facts("bmi.value")] == [27.4]

    @on_sqlite
    def test_a_later_height_does_not_make_the_weight_look_fresher(self, case: Case) -> None:
        """The BMI is as old as the weight that it rests on."""
        case.event("measure.recorded", case.moment(0), code="29463-7", value=81)
        case.to_day(6)
        case.event("measure.recorded", code="8302-2", value=170)
        (bmi,) = case.facts("bmi.value")
        assert bmi["effective_at"].date() == case.on(0)


class TestForm:
    """A task's form asks measures by the file of its version."""

    def compiled(self, **more: str) -> Definition:
        return compile_definition(asking(**more), MAIN)

    def test_the_answers_are_facts_in_canonical_units(self) -> None:
        """The mean of what was typed, and the BMI by the height that the case knows."""
        data = {"bp_systolic": 152, "bp_diastolic": 94, "weight": 81}
        found = checked_facts(self.compiled(), "answer", a_scope(height_value=Decimal(170)), data)
        assert {each.name: (each.value, each.unit) for each in found} == {
            "bp.systolic": (Decimal(152), "mm[Hg]"),
            "bp.diastolic": (Decimal(94), "mm[Hg]"),
            "weight.value": (Decimal(81), "kg"),
            "bmi.value": (Decimal(28), "kg/m2"),
        }

    def test_the_limits_of_the_version_hold(self) -> None:
        """What a version's own file says is asked, whatever is shipped since."""
        shipped = (SHIPPED_PATHWAYS / MEASURES_FILE).read_text("utf-8")
        text = shipped.replace("{from: 30, to: 350}", "{from: 40, to: 300}")
        schema = schema_of(self.compiled(**{MEASURES_FILE: text}), "answer", a_scope())
        assert schema["properties"]["bp_systolic"]["maximum"] == 300
        assert schema_of(self.compiled(), "answer", a_scope())["properties"]["bp_systolic"]["maximum"] == 350

    def test_a_bundle_holds_the_file_when_one_of_its_forms_asks_a_measure(self, tmp_path: Any) -> None:
        """And not otherwise: a change of a limit is no new version of a pathway that measures nothing."""
        for path, text in asking(**{MEASURES_FILE: "id: measures\nmeasures: []\n"}).items():
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).write_text(text)
        files = PathwayFiles(tmp_path)
        assert MEASURES_FILE in files.bundle(MAIN)
        (tmp_path / "forms/answer.yaml").write_text("id: answer\ntitle: A\nfields: []\n")
        assert MEASURES_FILE not in files.bundle(MAIN)


def test_lint_knows_the_facts_of_measures_and_names_a_slip() -> None:
    """A condition may read what a form measures; a measure that is not configured is an error of the form."""
    assert [each for each in lint_folder(asking()) if each.severity == "error"] == []
    (wrong,) = lint_folder(asking(ASKS.replace("measure: weight", "measure: wieght")))
    assert (wrong.file, wrong.rule) == ("forms/answer.yaml", "documents")
    assert wrong.message == "no measure 'wieght'; did you mean 'weight'?"
    shipped = (SHIPPED_PATHWAYS / MEASURES_FILE).read_text("utf-8")
    for text in ("id: measures", shipped.replace("unit: kPa", "unit: stone"), shipped.replace("unit: kPa", "unit: kg")):
        broken = lint_folder(asking(**{MEASURES_FILE: text}))
        assert [(each.file, each.rule) for each in broken] == [(MEASURES_FILE, "documents")]


def test_the_names_and_limits_for_other_floors_are_those_of_the_file() -> None:
    """Codes to facts with the scores that may come as a number; every one of them has limits."""
    assert (MEASURES["8480-6"], MEASURES["8302-2"], MEASURES["72514-3"]) == ("bp.systolic", "height.value", "nrs.score")
    assert set(RANGES) == set(MEASURES.values())
    assert RANGES["bp.diastolic"] == (10, 250)


def test_a_folder_without_the_file_has_the_shipped_measures(tmp_path: Any) -> None:
    """Pathways of an organisation's own work before it configures anything."""
    assert measures_of_folder(tmp_path) == shipped_measures()


@on_sqlite
def test_a_height_in_a_form_gives_the_index_of_a_weight_that_is_known(engine: Engine) -> None:
    """The scale sent the weight, so the form asks the height alone; the index is as of the weight's day."""
    case = a_case(engine, track="ckm")
    case.event("measure.recorded", code="29463-7", value=98, unit="kg", source="device")
    case.answer("welcome_and_consent")
    case.answer("collect_baseline", bp_systolic=150, bp_diastolic=90, height=170)
    assert case.fact("bmi.value") == Decimal("33.9")
