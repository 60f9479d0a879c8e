"""Scenarios: stories of a patient, written by clinicians, that are played on the engine and cover the diagrams."""

from engine.scenarios.coverage import Coverage, DiagramCoverage, Element, Footprints, coverage_of
from engine.scenarios.document import ScenarioError
from engine.scenarios.failure import Failure
from engine.scenarios.model import Scenario
from engine.scenarios.playing import Report, run_file, run_scenario
from engine.scenarios.reading import read_scenario
from engine.scenarios.running import Choice, Result, choose, folder_of, run_all
from engine.scenarios.stage import Stage, stage

__all__ = [
    "Choice",
    "Coverage",
    "DiagramCoverage",
    "Element",
    "Failure",
    "Footprints",
    "Report",
    "Result",
    "Scenario",
    "ScenarioError",
    "Stage",
    "choose",
    "coverage_of",
    "folder_of",
    "read_scenario",
    "run_all",
    "run_file",
    "run_scenario",
    "stage",
]
