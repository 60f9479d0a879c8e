"""The shipped scenarios are true of the shipped pathways, and together they go through every element of them."""

from __future__ import annotations

import pytest

from engine.scenarios import Result, choose, run_all
from engine.settings import SHIPPED_PATHWAYS


@pytest.fixture(scope="module")
def result() -> Result:
    """All shipped scenarios, played once."""
    return run_all(choose(SHIPPED_PATHWAYS))


def test_every_scenario_holds(result: Result) -> None:
    """What clinicians have written of the programme is what the engine does."""
    told = [f"{report.file}: {failure}" for report in result.reports for failure in report.failures]
    assert told == []


def test_every_node_and_every_flow_is_gone_through(result: Result) -> None:
    """100% of each diagram: nothing is drawn that no story tells."""
    missed = {
        f"{each.file}: {element.name} [{element.id}]"
        for each in result.coverage.diagrams
        for element in (*each.missed_nodes, *each.missed_flows)
    }
    assert missed == set()


def test_the_titles_tell_the_scenarios_apart(result: Result) -> None:
    """A clinical director finds a scenario by its title."""
    titles = [report.title for report in result.reports]
    assert len(titles) == len(set(titles)) >= 60
