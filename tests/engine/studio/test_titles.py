"""What people call a file: by the name that stands in it, told in one way wherever a diagram is named."""

from __future__ import annotations

import pytest

from engine.studio.titles import file_title

BPMN = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'


@pytest.mark.parametrize(
    ("inside", "title"),
    [
        ('<process id="p" name="Intake"/>', "Intake"),
        ('<process id="p" name="Intake&#10;  and consent"/>', "Intake and consent"),
        ('<process id="pool" name="Pool" isExecutable="false"/><process id="p" name="Intake"/>', "Intake"),
        ('<process id="p"/>', "intake.bpmn"),
        ('<process id="p" name=" "/>', "intake.bpmn"),
    ],
)
def test_a_diagram_is_called_as_its_process_that_runs(inside: str, title: str) -> None:
    """On one line; without a name, as its file."""
    assert file_title("shared/intake.bpmn", f"<definitions {BPMN}>{inside}</definitions>") == title


def test_a_file_that_cannot_be_read_is_called_as_it_lies_there() -> None:
    """A draft may hold anything."""
    assert file_title("shared/intake.bpmn", "<definitions") == "intake.bpmn"
    assert file_title("forms/ask.yaml", "title: [") == "ask.yaml"
