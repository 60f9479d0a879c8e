"""The file of measures is read whole, or refused at the field that is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from care.errors import ConfigurationError
from care.measure_documents import measures_from
from care.measures import Measures

DOCUMENT = (Path(__file__).parents[2] / "docs" / "measures.md").read_text(encoding="utf-8")


def a_measure(**overrides: Any) -> dict[str, Any]:
    """A whole valid measure."""
    limits = {"from": 10, "to": 300}
    part = {"id": "pulse", "title": "Pulse", "fact": "pulse.value", "loinc": "8867-4", "plausible": limits}
    return {
        "id": "pulse",
        "title": "Pulse",
        "parts": [part],
        "units": [{"unit": "/min"}],
        "decimals": 0,
        "reportable": {"sources": [], "takes": "nothing of it", "source": "a test"},
        "source": "a test",
    } | overrides


def test_the_codes_and_facts_are_those_of_the_model(measures: Measures) -> None:
    """LOINC by CMS's implementation guide, facts by the names that pathways and targets read."""
    found = {part.loinc: part.fact for each in measures.by_id.values() for part in each.parts}
    assert found == {
        "8480-6": "bp.systolic", "8462-4": "bp.diastolic", "18262-6": "ldl.value", "4548-4": "hba1c.value",
        "29463-7": "weight.value", "8302-2": "height.value", "39156-5": "bmi.value", "8280-0": "waist.value",
        "98979-8": "egfr.value", "14959-1": "uacr.value", "41950-7": "steps.value",
    }  # fmt: skip
    assert [measures.measure(name).panel for name in ("bp", "ldl")] == ["85354-9", "57698-3"]


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"decimal": 1}, r"measures\[1\].decimal: is not a known field; did you mean 'decimals'"),
        ({"units": [{"unit": "/min", "factor": 2, "source": "x"}]}, "units: the first unit"),
        ({"units": [{"unit": "/min"}, {"unit": "/h", "factor": 60}]}, r"units\[2\].factor: .*`source` says"),
        ({"units": []}, "at least one part and one unit"),
        ({"reportable": {"sources": ["watch"], "takes": "x", "source": "x"}}, "'watch' is no source"),
        ({"id": "Pulse"}, "id: 'Pulse' must be lower-case"),
        ({"panel": "88674"}, "panel: '88674' is not a LOINC code"),
        ({"panel": "8867-4", "id": "heart"}, "a single part has the measure's id 'heart'"),
        ({"decimals": 9}, "decimals are 0 to 6"),
    ],
)
def test_a_faulty_file_is_refused_at_its_field(overrides: dict[str, Any], words: str) -> None:
    """What could not be recorded or converted is found when the file is read."""
    with pytest.raises(ConfigurationError, match=f"configuration/measures: .*{words}"):
        measures_from({"id": "measures", "measures": [a_measure(**overrides)]})


def test_a_code_stands_for_one_measure() -> None:
    """Else nobody knew which one a value belongs to."""
    other = a_measure(id="heart")
    other["parts"] = [{**other["parts"][0], "id": "heart"}]
    with pytest.raises(ConfigurationError, match="8867-4 stands for another measure already"):
        measures_from({"id": "measures", "measures": [a_measure(), other]})


def test_every_measure_stands_in_the_documentation(measures: Measures) -> None:
    """With its codes, its unit, its limits and what is accepted."""
    for each in measures.by_id.values():
        line = next(line for line in DOCUMENT.splitlines() if line.startswith(f"| `{each.id}` |"))
        for part in each.parts:
            assert part.loinc in line
            assert f"{part.lowest} to {part.highest}" in line
        assert all(f"`{unit.code}`" in line for unit in each.units)
