"""Rule extension-elements: everything in our namespace is known and complete."""

from __future__ import annotations

import pytest

from tests.engine.bpmn.diagrams import bundle, end, flow, record, start
from tests.engine.lint.findings import found, replaced, simple

RULE = "extension-elements"


def test_known_and_complete_elements_are_clean() -> None:
    """tl:task, tl:operation with its parameters."""
    assert found(simple(), RULE) == []
    assert found(bundle(start(), record("r", "n", "1"), end(), flow("start r end")), RULE) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("<tl:task", "<tl:tsk", "tl:tsk is not known"),
        (' kind="review"', "", "Kind is not set: tl:task has no kind"),
        ('kind="review"', 'kind="review" urgency="1"', "tl:task has an unknown attribute 'urgency'"),
        ("<tl:task ", '<tl:pathway title="t"/><tl:task ', "The pathway (tl:pathway) stands in a userTask"),
        (
            "</bpmn:extensionElements>",
            '<tl:task kind="x"/></bpmn:extensionElements>',
            "The task (tl:task) is set a second time",
        ),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, message: str) -> None:
    """With the user task as element."""
    assert ("a", message) in found(replaced(simple(), old, new), RULE)


def test_an_element_beside_the_process_is_named() -> None:
    """Settings that belong to nothing would be silent."""
    sources = replaced(simple(), "<bpmn:process", '<tl:task kind="x"/><bpmn:process')
    assert ("definitions", "The task (tl:task) stands in a definitions") in found(sources, RULE)
