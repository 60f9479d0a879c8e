"""The diagrams say what the engine needs: names, reasons, forms and processes that exist."""

from __future__ import annotations

import re

import pytest

from care.periods import Period
from engine.bundle import PathwayFiles
from engine.definitions import compile_definition
from engine.feel import template
from engine.functions import FUNCTIONS
from engine.lint import lint_sources
from tests.pathways.bpmn_files import FILES, PATHWAYS, Node, diagram

TASKS = [(file, node) for file in FILES for node in diagram(file).nodes.values() if node.tag == "userTask"]
EVERY_TASK = pytest.mark.parametrize(("file", "task"), TASKS, ids=[f"{file}:{task.id}" for file, task in TASKS])
EVERY_FILE = pytest.mark.parametrize("file", FILES)


@EVERY_FILE
def test_a_diagram_holds_one_process_named_after_its_file(file: str) -> None:
    """A process is found by its name: `shared/sdoh.bpmn` is the process `sdoh`."""
    assert diagram(file).attributes("//bpmn:process/@id") == [file.removesuffix(".bpmn").removeprefix("shared/")]


@EVERY_FILE
def test_every_element_that_can_be_marked_on_the_diagram_has_a_name(file: str) -> None:
    """History and the marked diagram speak in names; only gateways that merge have nothing to say."""
    nameless = [n.id for n in diagram(file).nodes.values() if not n.name and not _merges(n)]
    assert nameless == []


@EVERY_FILE
def test_every_way_out_of_a_decision_is_labelled(file: str) -> None:
    """A reader follows a decision by its labels."""
    shown = diagram(file)
    chooses = {n.id for n in shown.nodes.values() if n.tag == "exclusiveGateway" and n.outgoing > 1}
    assert [flow.id for flow in shown.flows.values() if flow.source in chooses and not flow.name] == []


@EVERY_FILE
def test_every_decision_has_a_way_out_when_no_condition_holds(file: str) -> None:
    """A fact that is not known yet must not stop a case: each exclusive gateway has a default flow."""
    deciding = diagram(file).attributes("//bpmn:exclusiveGateway[count(bpmn:outgoing) > 1][not(@default)]/@id")
    assert deciding == []


@EVERY_FILE
def test_the_engine_runs_the_diagram_as_drawn(file: str) -> None:
    """Lint finds nothing to refuse and nothing to warn of, and the diagram compiles."""
    sources = PathwayFiles(PATHWAYS).bundle(file)
    assert list(lint_sources(sources)) == []
    assert compile_definition(sources, file).process_id == diagram(file).attributes("//bpmn:process/@id")[0]


@EVERY_TASK
def test_a_task_says_why_it_is_there(file: str, task: Node) -> None:
    """The reason is one or two sentences, short enough for a list, and its FEEL compiles."""
    why = task.settings["why"]
    template(why, functions=FUNCTIONS)
    template(task.settings.get("title", task.name), functions=FUNCTIONS)
    assert 40 < len(why) < 240
    assert why.rstrip("}").endswith((".", '"', "outcome.sentence", "eligibility_sentence"))


@EVERY_TASK
def test_a_task_has_a_form_and_a_due_day(file: str, task: Node) -> None:
    """Its form is a file in `forms/`; it is due before it closes, where that is a period too."""
    assert (PATHWAYS / "forms" / f"{task.settings['form']}.yaml").exists()
    Period.parse(task.settings["due"])
    if task.settings.get("closes", "-")[0] in "PB":
        assert _days(task.settings["due"]) <= _days(task.settings["closes"])


@EVERY_TASK
def test_a_task_that_cannot_wait_goes_to_the_director_the_same_day(file: str, task: Node) -> None:
    """Safety tasks are urgent, due today, and a clinician's."""
    if task.settings["kind"] == "safety":
        assert (task.settings["due"], task.settings["role"], task.settings["priority"]) == (
            "P0D",
            "clinical_director",
            "urgent",
        )


def test_every_form_is_used() -> None:
    """A form that no task asks for is dead weight."""
    used = {task.settings["form"] for _, task in TASKS}
    assert {path.stem for path in (PATHWAYS / "forms").glob("*.yaml")} == used


def test_every_process_and_table_is_called_and_every_call_finds_its_own() -> None:
    """Called processes, event-started ones and decision tables all have a place."""
    called = {ref for file in FILES for ref in diagram(file).attributes("//bpmn:callActivity/@calledElement")}
    started = {f for f in FILES if diagram(f).attributes("//bpmn:process/bpmn:extensionElements/tl:pathway/@title")}
    processes = {diagram(file).attributes("//bpmn:process/@id")[0] for file in set(FILES) - started}
    decided = {ref for file in FILES for ref in diagram(file).attributes("//tl:decision/@ref")}
    assert called == processes
    assert decided == {path.stem for path in (PATHWAYS / "decisions").glob("*.dmn")}


def _merges(node: Node) -> bool:
    return node.tag == "exclusiveGateway" and node.incoming > 1 and node.outgoing == 1


def _days(period: str) -> int:
    found = re.fullmatch(r"[PB](\d+)D", period)
    assert found is not None, period
    return int(found.group(1))
