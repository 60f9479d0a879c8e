"""Findings speak of the fields that the editor's panel shows, by the names that stand there."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.bpmn.extension import ATTRIBUTES
from engine.lint.fields import FIELDS, WORDS
from tests.engine.bpmn.diagrams import bundle, decide, end, flow, start
from tests.engine.lint.findings import found, replaced, simple

PANEL = Path(__file__).parents[3] / "webui" / "static" / "js" / "editor" / "panel"


def test_a_finding_calls_a_field_as_the_panel_does() -> None:
    """Each of these words is one of the panel's labels."""
    written = "".join(path.read_text(encoding="utf-8") for path in PANEL.glob("*.js"))
    assert {words for words in WORDS if f"'{words}'" not in written} == set()


@pytest.mark.parametrize("element", sorted(FIELDS))
def test_each_setting_has_a_field(element: str) -> None:
    """An attribute that is added has a name for people, too."""
    assert FIELDS[element].keys() == frozenset().union(*ATTRIBUTES[element])


def test_what_is_missing_is_named_for_people_first() -> None:
    """The name in XML follows, for who reads the file."""
    assert ("a", "Why is not set: tl:task has no why") in found(
        replaced(simple(), ' why="Because."', ""), "extension-elements"
    )
    decides = bundle(start(), decide("d", "grade", "risk"), end(), flow("start d end"))
    unset = replaced(decides, ' result="risk"', "")
    assert ("d", "Facts begin with is not set: tl:decision has no result") in found(unset, "extension-elements")


def test_a_track_that_is_not_known_is_told_where_it_is_chosen() -> None:
    """Whether it is the pathway's own or one of those whose events start it."""
    for attribute, field in (("track", "Track"), ("tracks", "Started by events in (tracks)")):
        sources = replaced(
            simple(),
            'isExecutable="true">',
            'isExecutable="true"><bpmn:extensionElements>'
            f'<tl:pathway title="t" {attribute}="mks"/></bpmn:extensionElements>',
        )
        assert ("main", f"{field}: no track 'mks'") in found(sources, "extension-elements")
