"""Files of other editors: each can be brought along, and runs, or is refused with its elements named."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.bundle import PathwayTexts
from engine.definitions import compile_definition
from engine.lint import Finding, lint_files
from engine.studio.brought import Brought, brought
from engine.studio.findings import findings_between
from engine.studio.workspace import shipped_texts
from tests.engine.bpmn.running import Walk
from tests.engine.interchange.foreign import FILES, RUNS
from tests.engine.lint.findings import complete
from tests.engine.studio.small_pathways import small_folder

REFUSED = [name for name, file in FILES.items() if file.named != RUNS]
RUN = [name for name, file in FILES.items() if file.named == RUNS]


@pytest.fixture
def texts(tmp_path: Path) -> dict[str, str]:
    return shipped_texts(small_folder(tmp_path / "pathways"))


def looked_at(name: str, texts: dict[str, str]) -> tuple[Brought, tuple[Finding, ...]]:
    """A file as the studio takes it, and what it finds."""
    file = brought(FILES[name].data, f"{name}.bpmn", texts)
    return file, findings_between(texts, {**texts, file.path: file.text}).found


@pytest.mark.parametrize("name", RUN)
def test_a_file_that_holds_only_what_is_run_runs(name: str, texts: dict[str, str]) -> None:
    """Whatever its encoding, its prefixes, and whatever else it carries for people or other tools."""
    file, findings = looked_at(name, texts)
    assert findings == ()
    sources = PathwayTexts({**texts, file.path: file.text}, "this file").bundle(file.path)
    walk = Walk(compile_definition(sources, file.path))
    if walk.waiting:
        walk.do("ask")
    assert walk.ended


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_holds_more_is_refused_with_its_elements_named(name: str, texts: dict[str, str]) -> None:
    """Every finding says what to do, none is said twice, and what leads to a refused element is not at fault."""
    file, findings = looked_at(name, texts)
    for each in findings:
        complete(each)
    said = [(each.element, each.message) for each in findings if each.severity == "error"]
    assert FILES[name].named <= {element for element, _ in said}
    assert len(said) == len(set(said)) <= 6
    assert not [each for each in said if "leads from or to nothing" in each[1]]
    assert {each.file for each in findings} == {file.path}


def test_what_is_kept_of_an_older_encoding_is_utf_8(texts: dict[str, str]) -> None:
    """Its letters are right, and so is what it says of itself."""
    file, _ = looked_at("ISO-8859-1 with umlauts", texts)
    assert file.text.startswith('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>')
    assert "Ärztin prüft" in file.text


def test_a_folder_is_linted_in_the_encodings_that_its_files_declare(tmp_path: Path) -> None:
    """As an upload is; bytes that are not in the encoding that a file declares are a finding."""
    folder = small_folder(tmp_path / "pathways")
    file = folder / "older.bpmn"
    file.write_bytes(FILES["ISO-8859-1 with umlauts"].data)
    assert lint_files([file], folder) == []
    assert "Ärztin prüft" in shipped_texts(folder)["older.bpmn"]
    file.write_bytes(FILES["ISO-8859-1 with umlauts"].data.replace(b"ISO-8859-1", b"UTF-8"))
    assert [each.rule for each in lint_files([file], folder)] == ["readable"]


def test_sets_and_references_go_with_what_they_stand_in(texts: dict[str, str]) -> None:
    """The data that a task reads is named by its specification and its association, not by each of their parts."""
    _, findings = looked_at("data that a task reads", texts)
    assert [each.message for each in findings] == [
        "bpmn:ioSpecification is not run",
        "bpmn:dataInputAssociation is not run",
    ]


def test_an_unnamed_file_is_called_as_its_definitions_are(texts: dict[str, str]) -> None:
    """A process without a name is common; its document often has one."""
    text = FILES["default namespace, no drawing"].data.replace(b' name="Brought"', b"")
    named = text.replace(b'id="definitions"', b'id="definitions" name="Knee review"')
    assert brought(named, "x.bpmn", texts).title == "Knee review"
    assert brought(text, "x.bpmn", texts).title == "brought.bpmn"
