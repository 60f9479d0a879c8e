"""Rule supported-elements: what is not run as BPMN says is refused by name."""

from __future__ import annotations

import pytest

from engine.lint.rules.supported_elements import ATTRIBUTES, REFUSED
from tests.engine.bpmn.diagrams import bundle, end, flow, start, user
from tests.engine.lint.findings import found, replaced, simple

RULE = "supported-elements"
ROOTS = {
    "choreography", "conversation", "globalConversation", "globalChoreographyTask", "globalTask", "globalUserTask",
    "globalManualTask", "globalScriptTask", "globalBusinessRuleTask",
}  # fmt: skip
NODES = {
    "scriptTask", "sendTask", "transaction", "adHocSubProcess", "complexGateway", "choreographyTask", "subChoreography",
}  # fmt: skip
EVENTS = {
    "signalEventDefinition", "conditionalEventDefinition", "linkEventDefinition", "compensateEventDefinition",
    "cancelEventDefinition", "eventDefinitionRef",
}  # fmt: skip
INSIDE = set(REFUSED) - ROOTS - NODES - EVENTS


def with_element(name: str) -> dict[str, str]:
    """A clean bundle and in it, where BPMN puts it, an element of this name."""
    element = f'<bpmn:{name} id="odd"/>'
    if name in ROOTS:
        return replaced(simple(), "</bpmn:process>", f"</bpmn:process>{element}")
    if name in NODES:
        return bundle(start(), element, end(), flow("start odd end"))
    if name in EVENTS:
        return bundle(start(), end(definition=element), flow("start end"))
    return bundle(start(), user("a", element), end(), flow("start a end"))


def test_a_diagram_of_elements_that_run_is_clean() -> None:
    """So are lanes, texts and data drawn for people."""
    drawn = (
        '<bpmn:laneSet id="lanes"><bpmn:lane id="lane" name="Care"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane>'
        '</bpmn:laneSet><bpmn:textAnnotation id="t"><bpmn:text>Note</bpmn:text></bpmn:textAnnotation>'
        '<bpmn:association id="as" sourceRef="a" targetRef="t"/><bpmn:dataObject id="do"/>'
        '<bpmn:dataObjectReference id="dr" dataObjectRef="do"/><bpmn:dataStoreReference id="ds" dataStoreRef="store"/>'
        '<bpmn:group id="g"/><bpmn:documentation>Why</bpmn:documentation>'
    )
    assert found(simple(drawn), RULE) == []


def test_a_drawn_data_store_does_not_keep_a_diagram_from_running() -> None:
    """Its declaration beside the process is left alone."""
    from engine.definitions import compile_definition
    from tests.engine.bpmn.diagrams import MAIN

    sources = simple('<bpmn:dataStoreReference id="ds" dataStoreRef="store"/>')
    store = '</bpmn:process><bpmn:dataStore id="store" name="Registry"/>'
    assert compile_definition(replaced(sources, "</bpmn:process>", store), MAIN).process_id == "main"


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_each_refused_element_is_named_with_a_way_out(name: str) -> None:
    """The finding says which element and what to use in its place."""
    assert ("odd", f"bpmn:{name} is not run") in found(with_element(name), RULE)


def test_an_element_that_bpmn_does_not_know_is_named() -> None:
    """A slip of the pen is not passed over."""
    sources = bundle(start(), '<bpmn:userTsk id="odd"/>', end(), flow("start odd end"))
    assert found(sources, RULE) == [("odd", "bpmn:userTsk is not run")]


@pytest.mark.parametrize(("kind", "attribute", "run"), [each[:3] for each in ATTRIBUTES])
def test_an_attribute_that_changes_what_an_element_does_is_named(
    kind: str | None, attribute: str, run: str
) -> None:
    """The value that is run may be written; another is refused."""
    name = kind or "userTask"
    for value, findings in ((run, []), ("other", [("odd", f'{attribute}="other" is not run')])):
        element = f'<bpmn:{name} id="odd" {attribute}="{value}"/>'
        assert found(simple(element), RULE) == findings
