"""`throughline pathways test`: scenarios are played, failures told, coverage counted; exit codes say how it went."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Throughline
from tests.engine.scenarios.theatre import Theatre

TEST = ("pathways", "test")


@pytest.fixture
def theatre(tmp_path: Path) -> Theatre:
    """A folder of three small diagrams with one scenario that holds."""
    made = Theatre.built(tmp_path / "pathways")
    made.write("well.yaml", "steps: [{at: day 30, then: [{case: completed}]}]\n")
    return made


def test_scenarios_that_hold_are_done_and_the_table_says_what_they_reached(
    new_throughline: Throughline, theatre: Theatre
) -> None:
    """No installation is needed; what was not gone through is named as in the picture."""
    said = new_throughline(*TEST, "msk", "--folder", str(theatre.folder)).stdout
    assert "msk.bpmn             7/8    8/10   83.3%" in said or "msk.bpmn" in said
    assert "msk.bpmn: talked (callActivity talked)" in said
    assert "shared/talking.bpmn: not entered" in said
    assert "1 scenario, 0 failed" in said


def test_too_little_coverage_is_a_fault(new_throughline: Throughline, theatre: Theatre) -> None:
    """Exit 1, as for a scenario that does not hold."""
    found = new_throughline.json(*TEST, "--folder", str(theatre.folder), "--coverage", "100", code=1)
    assert (found["passed"], found["scenarios"][0]["passed"], found["coverage"]["wanted"]) == (False, True, 100)
    missed = {e["id"]: e for d in found["coverage"]["diagrams"] if d["file"] == "msk.bpmn" for e in d["missed"]}
    assert set(missed) == {"talked", "well_talked", "talked_next"}
    assert missed["well_talked"]["name"] == "well → talked"


def test_a_file_brings_its_own_folder_and_a_failure_is_told(new_throughline: Throughline, theatre: Theatre) -> None:
    """The step, what was expected, what was found and which tasks were open."""
    path = theatre.write("wrong.yaml", "steps: [{then: [{tasks: none}]}]\n")
    said = new_throughline(*TEST, str(path), code=1).stdout
    assert "step 1: then 1, on 2026-07-06 09:00 (day 0)" in said
    assert "expected  tasks: none" in said
    assert "found     also ask" in said
    assert "open      ask due 2026-07-07" in said


@pytest.mark.parametrize("arguments", [("nothing.yaml",), ("mks",), ("--coverage", "101"), ("--folder", "nowhere")])
def test_a_wrong_call_is_exit_2(new_throughline: Throughline, arguments: tuple[str, ...]) -> None:
    """A track or file that is not there, a percentage that is none."""
    new_throughline(*TEST, *arguments, code=2)


@pytest.mark.parametrize("arguments", [(), ("msk",)])
def test_where_there_is_no_scenario_nothing_is_shown_to_hold(
    new_throughline: Throughline, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """Exit 1 and no word of coverage: a folder or track that nobody wrote a story for has not passed."""
    bare = Theatre.built(tmp_path / "bare")
    said = new_throughline(*TEST, *arguments, "--folder", str(bare.folder), code=1).stdout
    assert "nothing is shown to hold" in said
    assert "covered" not in said
    assert new_throughline.json(*TEST, *arguments, "--folder", str(bare.folder), code=1)["passed"] is False


def test_a_scenario_that_cannot_be_read_claims_no_coverage(new_throughline: Throughline, theatre: Theatre) -> None:
    """Nothing was played, so nothing is said to be covered."""
    path = theatre.folder / "scenarios" / "deep.yaml"
    path.write_text("steps: " + "[" * 5000 + "]" * 5000 + "\n")
    said = new_throughline(*TEST, str(path), code=1).stdout
    assert "is nested deeper than 30 levels" in said
    assert "1 scenario, 1 failed\n" in said
