"""How a process begins: at its none start event, or at the one whose message came."""

from __future__ import annotations

import pytest

from engine.errors import UnknownElement
from tests.engine.bpmn.diagrams import ADMITTED, DISCHARGED, call, diagram, end, flow, message, start, user
from tests.engine.bpmn.running import walk

TWO_DOORS = (
    start("in", message(ADMITTED)),
    start("out", message(DISCHARGED)),
    user("admitted"),
    user("discharged"),
    end(),
    flow("in admitted end"),
    flow("out discharged end"),
)


def test_a_process_begins_at_its_none_start_event() -> None:
    """Starting runs to the first task; completing the last one ends the process (BPMN 2.0.2, 13.5.6)."""
    case = walk(diagram(start(), user("a"), end(), flow("start a end")))
    assert case.waiting == ["a"]
    assert case.do("a").ended


def test_a_message_begins_a_process_at_its_own_start_event() -> None:
    """Of several start events only the one whose message came goes on (BPMN 2.0.2, 10.5.2)."""
    definition = diagram(*TWO_DOORS)
    assert definition.messages == (ADMITTED, DISCHARGED)
    assert walk(definition, ADMITTED).waiting == ["admitted"]
    assert walk(definition, DISCHARGED).waiting == ["discharged"]


def test_the_other_start_events_do_not_keep_the_process_open() -> None:
    """A process ends although its alternatives were never taken."""
    assert walk(diagram(*TWO_DOORS), DISCHARGED).do("discharged").ended


def test_a_none_start_beside_a_message_start_takes_a_plain_start() -> None:
    """A called process begins at its none start event, whatever messages could start it."""
    both = (
        start(),
        start("in", message(ADMITTED)),
        user("a"),
        user("b"),
        end(),
        flow("start a end"),
        flow("in b end"),
    )
    case = walk(diagram(start(), call("c", "both"), end(), flow("start c end"), called={"both": both}))
    assert case.waiting == ["a"]
    assert case.do("a").ended


@pytest.mark.parametrize("wanted", [None, "patient.died"])
def test_a_process_without_a_fitting_start_event_is_not_begun(wanted: str | None) -> None:
    """Nothing is started that could never move."""
    with pytest.raises(UnknownElement, match=r"main: has no .*start event"):
        walk(diagram(*TWO_DOORS), wanted)
