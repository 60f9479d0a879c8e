"""What a director reads of a diagram's fault names what to mend, whatever a diagram gives to what it calls."""

from __future__ import annotations

import pytest

from engine.errors import ProcessParked
from tests.engine.bpmn import diagrams as d
from tests.engine.incidents.builders import choosing, incident
from tests.engine.migration.builders import Pathway

RAISES_A_LIST = """<bpmn:serviceTask id="tell" name="tell"><bpmn:extensionElements>
  <tl:operation name="event.raise"><tl:parameter name="type" value='["safety.flagged"]'/></tl:operation>
</bpmn:extensionElements></bpmn:serviceTask>"""


def test_an_event_whose_type_is_a_list_is_told_as_the_operation_s(pathway: Pathway) -> None:
    """By the parameter that it does not take."""
    pathway.version(d.start(), d.user("ask"), RAISES_A_LIST, d.end(), d.flow("start ask tell end"))
    case = pathway.case()
    with pytest.raises(ProcessParked):
        case.answer("ask")
    row = incident(case)
    words = "the operation does not take what the diagram gives it for: type"
    assert (row["element_id"], row["code"], row["message"]) == ("tell", "operation", words)


def test_a_direction_that_there_is_not_is_told_with_its_expression(pathway: Pathway) -> None:
    """As soon as it runs, not only once there are two values to compare."""
    expression = 'improvement_from_baseline(null, "up") > 1'
    pathway.version(*choosing(expression))
    case = pathway.case()
    with pytest.raises(ProcessParked):
        case.answer("ask")
    row = incident(case)
    assert (row["element_id"], row["message"]) == ("choose", f"'{expression}' could not be worked out (feel.error)")
