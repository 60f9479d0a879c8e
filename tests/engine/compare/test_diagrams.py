"""Two texts of one diagram: what came, went, moved or says something else is told in words, and nothing else is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.bundle import BPMN
from engine.compare import Change, compare
from engine.settings import SHIPPED_PATHWAYS

MSK = (SHIPPED_PATHWAYS / "msk.bpmn").read_text(encoding="utf-8")
FILE = "msk.bpmn"


def changes(after: str, before: str = MSK) -> list[Change]:
    assert after != before, "the test changed nothing"
    return list(compare({FILE: before}, {FILE: after}).changes)


def told(after: str, before: str = MSK) -> list[tuple[str | None, str, str]]:
    return [(each.element, each.what, each.sentence) for each in changes(after, before)]


def test_what_is_so_or_is_not_is_told_in_a_whole_sentence() -> None:
    """Nobody reads "set to false" and knows what the patient will notice."""
    after = MSK.replace('id="not_enrolled" name', 'id="not_enrolled" cancelActivity="false" name')
    ((*_, there),) = told(after)
    ((*_, back),) = told(MSK, before=after)
    assert there.endswith("no longer ends its activity.")
    assert back.endswith("now ends its activity.")


def test_a_setting_is_told_with_what_it_was_and_is() -> None:
    """Another due period of a user task names the task and both values."""
    after = MSK.replace(
        'due="P2D" priority="normal" form="pain_checkin"', 'due="P4D" priority="normal" form="outreach"'
    )
    assert told(after) == [
        ("pain_checkin", "changed", "Weekly pain check-in: due changed from “P2D” to “P4D”."),
        ("pain_checkin", "changed", "Weekly pain check-in: form changed from “pain_checkin” to “outreach”."),
    ]


def test_a_default_that_is_written_out_is_no_change() -> None:
    """`cancelActivity="true"` is what a boundary event without it means."""
    after = MSK.replace('id="not_enrolled" name', 'id="not_enrolled" cancelActivity="true" name')
    assert changes(after) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            ">access.period_ends_on<",
            ">today<",
            "Day 365: its date changed from “access.period_ends_on” to “today”.",
        ),
        (
            'calledElement="sdoh"',
            'calledElement="intake"',
            "Social needs: the process that it calls changed from “sdoh” to “intake”.",
        ),
        (
            'id="every_check_in" name="Every week" attachedToRef="care_year"',
            'id="every_check_in" name="Every week" attachedToRef="sdoh_call"',
            "Every week: the activity that it is attached to changed from “Care year” to “Social needs”.",
        ),
        (
            "value='\"completed\"'",
            "value='\"withdrawn\"'",
            'Close as completed: the parameter “status” changed from “"completed"” to “"withdrawn"”.',
        ),
        (
            'sourceRef="sdoh_call" targetRef="sdoh_done"',
            'sourceRef="sdoh_call" targetRef="pcp_start_done"',
            "The flow Social needs → PCP told: where it leads changed from “Screened” to “PCP told”.",
        ),
        (
            'errorCode="not_enrolled"',
            'errorCode="left"',
            "The error “not_enrolled”: error code changed from “not_enrolled” to “left”.",
        ),
    ],
)
def test_each_part_has_its_words(old: str, new: str, sentence: str) -> None:
    """Timers, calls, boundary events, parameters, flows and errors are told with the names that people know."""
    assert [each.sentence for each in changes(MSK.replace(old, new, 1))] == [sentence]


def test_another_kind_of_element_is_told() -> None:
    """A terminate end that became a plain one, and a task that a person does no more."""
    plain = MSK.replace('<bpmn:terminateEventDefinition id="ended_completed_terminate" />', "")
    assert told(plain) == [
        ("ended_completed", "changed", "Completed: became an end event (it was a terminate end event).")
    ]
    manual = re.sub(r"bpmn:serviceTask(?=[^<]*conclude_completed)", "bpmn:manualTask", MSK, count=1)
    start = manual.index("bpmn:manualTask")
    manual = manual[:start] + manual[start:].replace("</bpmn:serviceTask>", "</bpmn:manualTask>", 1)
    sentences = [each.sentence for each in changes(manual)]
    assert "Close as completed: became a manual task (it was a service task)." in sentences


def test_what_is_new_and_what_is_gone_is_told() -> None:
    """A user task with its flow, drawn in or taken out."""
    task = (
        '<bpmn:userTask id="call" name="Call the pharmacist"><bpmn:extensionElements>'
        '<tl:task kind="outreach" role="case_manager" due="P3D" form="outreach" why="Because." />'
        "</bpmn:extensionElements></bpmn:userTask>"
        '<bpmn:sequenceFlow id="to_call" sourceRef="sdoh_call" targetRef="call" />'
    )
    after = MSK.replace('<bpmn:endEvent id="sdoh_done"', task + '<bpmn:endEvent id="sdoh_done"')
    assert told(after) == [
        ("call", "added", "Call the pharmacist: added (user task), due “P3D”, form “outreach”."),
        ("to_call", "added", "The flow Social needs → Call the pharmacist: added."),
    ]
    assert [(each, what) for each, what, _ in told(MSK, after)] == [("call", "removed"), ("to_call", "removed")]
    assert changes(MSK, after)[0].sentence == "Call the pharmacist: taken out (user task)."


def test_an_element_that_is_drawn_elsewhere_has_moved_with_its_flows() -> None:
    """Flows that only follow their end are not told on their own; one that takes another way is."""
    after = re.sub(r'(bpmnElement="sdoh_call"[^>]*>\s*<dc:Bounds x=")\d+', r"\g<1>9999", MSK)
    after = re.sub(r'(bpmnElement="sdoh_call_to_sdoh_done"[^>]*>\s*<di:waypoint x=")\d+', r"\g<1>9999", after)
    assert told(after) == [("sdoh_call", "moved", "Social needs: moved.")]
    line = re.sub(r'(bpmnElement="sdoh_call_to_sdoh_done"[^>]*>\s*<di:waypoint x=")\d+', r"\g<1>9999", MSK)
    assert told(line) == [
        ("sdoh_call_to_sdoh_done", "moved", "The flow Social needs → Screened: drawn along another way.")
    ]


def test_an_id_that_is_all_that_changed_is_told_as_such() -> None:
    """The element and its flows are neither taken out nor put in."""
    found = told(re.sub(r"\bclosure_call\b", "closing", MSK))
    assert found == [
        ("closing", "changed", "Closure: its id changed from “closure_call” to “closing”."),
    ]


def test_the_order_in_which_a_gateway_tries_its_conditions_counts() -> None:
    """The engine takes the first flow in the file whose condition holds."""
    flow = (
        '<sequenceFlow id="{0}" sourceRef="ask" targetRef="{0}_end">'
        "<conditionExpression>{1}</conditionExpression></sequenceFlow>"
    )
    ends = (
        '<exclusiveGateway id="ask" name="Worse?" /><endEvent id="a_end" name="Yes" /><endEvent id="b_end" name="No" />'
    )
    shape = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">{}</process></definitions>'
    )
    one, other = flow.format("a", "x &gt; 1"), flow.format("b", "x &gt; 0")
    assert told(shape.format(ends + other + one), shape.format(ends + one + other)) == [
        (
            "ask",
            "changed",
            "Worse?: its conditions are tried in another order: “Worse? → No”, then “Worse? → Yes”.",
        )
    ]


def _elements() -> list[Any]:
    root = etree.fromstring(MSK.encode())
    return [e for e in root.iter(f"{BPMN}*") if e.get("id") and e.get("name")]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_mutation_is_always_told_and_about_that_element_alone(data: st.DataObject) -> None:
    """Any attribute of any element, or of our own settings in it: one change, and it names the element."""
    elements = _elements()
    element = data.draw(st.sampled_from(elements))
    settings_of = list(element.findall(f"{BPMN}extensionElements/*"))
    node = data.draw(st.sampled_from([element, *settings_of]))
    attribute = data.draw(st.sampled_from(sorted(set(node.attrib) - {"id"})))
    node.set(attribute, node.get(attribute) + "x")
    after = etree.tostring(element.getroottree(), encoding="unicode")
    assert {each.element for each in changes(after)} == {element.get("id")}


def test_spacing_and_the_order_of_attributes_are_no_change() -> None:
    """The file is named as written differently, and nothing is told."""
    root = etree.fromstring(MSK.encode())
    for element in root.iter():
        if isinstance(element.tag, str):
            pairs = sorted(element.attrib.items(), reverse=True)
            element.attrib.clear()
            element.attrib.update(pairs)
    after = etree.tostring(root, encoding="unicode", pretty_print=True).replace("  ", "\t")
    found = compare({FILE: MSK}, {FILE: after})
    assert found.is_same
    assert found.rewritten == (FILE,)
