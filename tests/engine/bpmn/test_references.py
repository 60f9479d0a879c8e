"""Ids are a file's own: what two files call by the same id are two things."""

from __future__ import annotations

import pytest

from engine.definitions import compile_definition
from engine.errors import DefinitionError
from tests.engine.bpmn.diagrams import (
    ADMITTED,
    DISCHARGED,
    MAIN,
    WITHDREW,
    bundle,
    call,
    decide,
    end,
    error,
    flow,
    message,
    on,
    receive,
    start,
    user,
)
from tests.engine.bpmn.running import walk
from tests.engine.bpmn.test_tasks import TABLE


def test_a_message_is_looked_up_in_its_own_file() -> None:
    """The called file's message of the same id is another event."""
    inside = (start(), receive("r", ADMITTED), end(), flow("start r end"))
    sources = bundle(start(), receive("r", ADMITTED), call("c", "other"), end(), flow("start r c end"),
                     called={"other": inside})  # fmt: skip
    old = f'<bpmn:message id="message_{ADMITTED}" name="{ADMITTED}"/>'
    sources["other.bpmn"] = sources["other.bpmn"].replace(
        old, old.replace(f'name="{ADMITTED}"', f'name="{WITHDREW}"')
    )
    case = walk(compile_definition(sources, MAIN))
    assert case.send(ADMITTED) == 1
    assert (case.send(ADMITTED), case.send(WITHDREW)) == (0, 1)
    assert case.ended


def test_a_code_is_looked_up_in_its_own_file() -> None:
    """Errors meet by code, not by id."""
    inside = (start(), user("a"), end("f", error("E1")), flow("start a f"))
    sources = bundle(
        start(), call("c", "other"), on("c", "one", error("E1")), on("c", "two", error("E2")), user("first"),
        user("second"), end(), flow("start c end"), flow("one first end"), flow("two second end"),
        called={"other": inside},
    )  # fmt: skip
    sources["other.bpmn"] = sources["other.bpmn"].replace(
        'name="E1" errorCode="E1"', 'name="E1" errorCode="E2"'
    )
    assert walk(compile_definition(sources, MAIN)).do("a").waiting == ["second"]


def test_a_message_start_event_takes_the_message_of_its_own_file() -> None:
    """The event types that start a process are its own file's."""
    sources = bundle(start("in", message(DISCHARGED)), user("a"), end(), flow("in a end"))
    assert compile_definition(sources, MAIN).messages == (DISCHARGED,)


def test_two_files_cannot_have_a_decision_of_one_id() -> None:
    """Which of the two a task would be decided by, nobody could tell."""
    sources = {**bundle(start(), decide("d", "grade", "risk"), end(), flow("start d end")), "decisions/g.dmn": TABLE}
    compile_definition(sources, MAIN)
    with pytest.raises(DefinitionError, match="another file has a decision 'grade'"):
        compile_definition({**sources, "decisions/h.dmn": TABLE}, MAIN)
