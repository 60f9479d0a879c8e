"""Broken and hostile files give findings, never a stack trace; what lint lets through can be run."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.bundle import PathwayFiles
from engine.definitions import compile_definition
from engine.errors import DefinitionError, ThroughlineError
from engine.lint import lint_files, lint_sources
from engine.settings import SHIPPED_PATHWAYS
from tests.engine.bpmn import random_diagrams as drawn
from tests.engine.bpmn.diagrams import MAIN, bundle
from tests.engine.bpmn.running import Walk
from tests.engine.lint.findings import complete, replaced, simple

CLEAN = simple()[MAIN]
HOSTILE = {
    "truncated": (CLEAN[:-30], "xml"),
    "empty": ("", "xml"),
    "no XML": ("name: value", "xml"),
    "DOCTYPE": (f'<!DOCTYPE d [<!ENTITY e "x">]>{CLEAN}', "xml"),
    "huge": (CLEAN.replace("</bpmn:process>", " " * 2_100_000 + "</bpmn:process>"), "xml"),
    "many elements": (CLEAN.replace("</bpmn:process>", "<bpmn:task/>" * 60_000 + "</bpmn:process>"), "xml"),
    "deep": (CLEAN.replace("</bpmn:process>", "<bpmn:subProcess>" * 200 + "</bpmn:subProcess>" * 200), "xml"),
    "another namespace": (CLEAN.replace("BPMN/20100524", "BPMN/20999999"), "identity"),
    "another language": ("<html><body/></html>", "identity"),
    "no process": ('<d xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', "identity"),
    "comments and instructions": (CLEAN.replace("<bpmn:", "<!-- c --><?p i?><bpmn:"), None),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_gives_findings(kind: str) -> None:
    """By the rule that is broken, with a hint; compiling it names the same."""
    text, rule = HOSTILE[kind]
    sources = {**simple(), MAIN: text}
    findings = lint_sources(sources)
    for each in findings:
        complete(each)
    assert (findings[0].rule if findings else None) == rule
    if rule is not None:
        with pytest.raises(DefinitionError, match=rule):
            compile_definition(sources, MAIN)


def test_a_finding_says_the_line() -> None:
    """The line of the element, as an editor counts."""
    sources = replaced(simple(), 'kind="review"', 'kind="odd"')
    [finding] = lint_sources(sources)
    lines = sources[MAIN].splitlines()
    assert finding.line is not None
    assert 'kind="odd"' in lines[finding.line - 1]
    assert (finding.file, finding.element, finding.rule) == (MAIN, "a", "task-settings")


def test_files_of_a_folder_are_linted_with_what_lies_beside_them(tmp_path: Path) -> None:
    """A file that cannot be read is a finding; a broken neighbour is not the given file's fault."""
    (tmp_path / "forms").mkdir()
    for name, text in simple().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "neighbour.bpmn").write_bytes(b"\xff\xfe\x00broken")
    (tmp_path / "truncated.bpmn").write_text(CLEAN[:-20], encoding="utf-8")
    assert lint_files([tmp_path / MAIN], tmp_path) == []
    [missing] = lint_files([tmp_path / "gone.bpmn"], tmp_path)
    [unreadable] = lint_files([tmp_path / "neighbour.bpmn"], tmp_path)
    assert (missing.rule, unreadable.rule) == ("readable", "readable")
    assert [f.rule for f in lint_files([tmp_path / "truncated.bpmn"], tmp_path)] == ["xml"]


@pytest.mark.parametrize("path", PathwayFiles(SHIPPED_PATHWAYS).diagrams())
def test_the_shipped_pathways_are_clean(path: str) -> None:
    """Without an error or a warning, alone and in their bundle."""
    files = PathwayFiles(SHIPPED_PATHWAYS)
    assert lint_sources(files.bundle(path)) == []
    assert lint_files([SHIPPED_PATHWAYS / path], SHIPPED_PATHWAYS) == []


WORDS = st.sampled_from(
    ["", "main", "a", "start", "end", "x", "true", "-1", "{", "P1D", "R/P0D", "tl:task", "bpmn:task"]
)


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    assert parent is not None  # the root is never chosen
    return parent


def mutated(text: str, data: st.DataObject) -> str:
    """The diagram after a few careless edits of its XML."""
    root = etree.fromstring(text.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        elements = [e for e in root.iter() if isinstance(e.tag, str)][1:]
        if not elements:
            break
        element = data.draw(st.sampled_from(elements))
        edit = data.draw(st.sampled_from(["drop", "rename", "attribute", "unset", "text", "copy", "move"]))
        other = data.draw(st.sampled_from(elements))
        if edit == "drop":
            _parent(element).remove(element)
        elif edit == "rename":
            element.tag = other.tag
        elif edit == "attribute" and element.attrib:
            element.set(data.draw(st.sampled_from(sorted(element.attrib))), data.draw(WORDS))
        elif edit == "unset" and element.attrib:
            del element.attrib[data.draw(st.sampled_from(sorted(element.attrib)))]
        elif edit == "text":
            element.text = data.draw(WORDS)
        elif edit == "copy":
            other.append(etree.fromstring(etree.tostring(element)))
        elif edit == "move" and element not in other.iterancestors() and element is not other:
            other.append(element)
    return etree.tostring(root, encoding="unicode")


@settings(max_examples=200, derandomize=True)
@given(drawn.blocks, st.data())
def test_a_carelessly_edited_diagram_gives_findings_or_runs(block: drawn.Block, data: st.DataObject) -> None:
    """Whatever is dropped, renamed, copied or moved: lint names it, or the diagram compiles and starts."""
    drawing = drawn.Drawing()
    sources = bundle(*drawing.scope(block), called=drawing.called)
    path = data.draw(st.sampled_from(sorted(name for name in sources if name.endswith(".bpmn"))))
    sources[path] = mutated(sources[path], data)
    findings = lint_sources(sources)
    for each in findings:
        complete(each)
    if not findings:
        definition = compile_definition(sources, MAIN)
        with suppress(ThroughlineError):  # an expression of the diagram may have no usable value
            Walk(definition, definition.messages[0] if definition.messages else None)
