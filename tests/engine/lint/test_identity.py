"""Rule identity: a file has one process, and ids name one thing."""

from __future__ import annotations

from engine.definitions import compile_definition
from engine.lint import lint_sources
from tests.engine.bpmn.diagrams import MAIN, bundle, call, end, file, flow, process, start, sub, user
from tests.engine.lint.findings import found, replaced, simple

RULE = "identity"
EMPTY = sub("box", start("s"), end("e"), flow("s e"))


def test_one_process_with_ids_of_its_own_is_clean() -> None:
    """Also with a called process in another file."""
    other = (start(), end(), flow("start end"))
    assert (
        found(bundle(start(), call("c", "other"), end(), flow("start c end"), called={"other": other}), RULE)
        == []
    )


def test_a_file_without_a_process_is_named() -> None:
    """As a collaboration alone would be."""
    assert found({MAIN: file()}, RULE) == [(None, "has 0 processes; a pathway's file has one")]


def test_a_file_with_two_processes_is_named() -> None:
    """Also when both have the same id."""
    one = process("one", start(), end(), flow("start end"))
    two = process("one", start("s2"), end("e2"), flow("s2 e2"))
    assert found({MAIN: file(one, two)}, RULE) == [
        (None, "has 2 processes; a pathway's file has one"),
        ("one", "the id 'one' stands for 2 elements"),
    ]


def test_a_process_that_is_not_executable_is_named() -> None:
    """It would be drawn and never run."""
    sources = replaced(simple(), 'isExecutable="true"', 'isExecutable="false"')
    assert found(sources, RULE) == [("main", "is not executable")]


def test_an_element_without_an_id_is_named() -> None:
    """Nothing could refer to it."""
    sources = replaced(simple(), '<bpmn:endEvent id="end"', "<bpmn:endEvent")
    assert found(sources, RULE) == [("main", "a endEvent has no id")]


def test_an_id_that_is_used_twice_is_named() -> None:
    """Two tasks of one id are one task to the engine."""
    assert found(simple(user("a")), RULE) == [("a", "the id 'a' stands for 2 elements")]


def test_a_scope_whose_id_a_called_file_uses_too_is_named() -> None:
    """The two subprocesses would be taken for one; files that are not used together may share ids."""
    other = (start(), EMPTY, end(), flow("start box end"))
    calling = bundle(
        start(), EMPTY, call("c", "other"), end(), flow("start box c end"), called={"other": other}
    )
    assert found(calling, RULE) == [("box", "the id 'box' stands for another scope in other.bpmn")]
    apart = bundle(start(), EMPTY, end(), flow("start box end"), called={"other": other})
    assert found(apart, RULE) == []


def test_a_pool_around_the_process_is_drawn() -> None:
    """A collaboration with one participant changes nothing."""
    pool = (
        '<bpmn:collaboration id="together"><bpmn:participant id="pool" name="Clinic" processRef="main"/>'
        '<bpmn:messageFlow id="mail" sourceRef="pool" targetRef="a"/></bpmn:collaboration><bpmn:process'
    )
    sources = replaced(simple(), "<bpmn:process", pool)
    assert lint_sources(sources) == []
    assert compile_definition(sources, MAIN).process_id == "main"
