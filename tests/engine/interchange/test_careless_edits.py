"""A shipped diagram after careless edits of its XML, brought along: there are findings, or it compiles."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bundle import PathwayFiles, PathwayTexts
from engine.definitions import compile_definition
from engine.settings import SHIPPED_PATHWAYS
from engine.studio.brought import brought
from engine.studio.draft_files import taken_along
from engine.studio.findings import findings_between
from engine.studio.workspace import shipped_texts
from tests.engine.lint.findings import complete
from tests.engine.lint.test_hostile import mutated

SHIPPED = shipped_texts(SHIPPED_PATHWAYS)


@pytest.mark.parametrize("path", ["msk.bpmn", "shared/intake.bpmn"])
@settings(max_examples=10, derandomize=True, deadline=None)
@given(st.data())
def test_an_edited_diagram_that_is_brought_has_findings_or_compiles(path: str, data: st.DataObject) -> None:
    """Whatever is dropped, renamed, doubled or moved, nothing on the way crashes."""
    file = brought(mutated(SHIPPED[path], data).encode(), "edited.bpmn", SHIPPED)
    texts = {**SHIPPED, file.path: file.text}
    found = findings_between(SHIPPED, texts)
    for each in found.found:
        complete(each)
    assert file.path in taken_along(texts, file.path)
    if not found.errors:
        compile_definition(PathwayTexts(texts, "this draft").bundle(file.path), file.path)


def test_the_diagrams_that_are_edited_are_shipped() -> None:
    """So that what is run is what clinics have."""
    assert {"msk.bpmn", "shared/intake.bpmn"} <= set(PathwayFiles(SHIPPED_PATHWAYS).diagrams())
