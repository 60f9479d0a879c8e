"""`throughline pathways diff`: two versions or files are compared in sentences, however they are named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.settings import SHIPPED_PATHWAYS
from tests.cli.conftest import Throughline

SENTENCE = "Weekly pain check-in: name changed from “Weekly pain check-in” to “Pain each week”."


@pytest.fixture
def pathways(tmp_path: Path) -> Path:
    """A copy of the shipped pathways in which a task of MSK has another name."""
    folder = Path(shutil.copytree(SHIPPED_PATHWAYS, tmp_path / "pathways"))
    file = folder / "msk.bpmn"
    file.write_text(file.read_text().replace("Weekly pain check-in", "Pain each week"))
    return folder


def test_two_files_are_compared_with_what_they_take_along(new_throughline: Throughline, pathways: Path) -> None:
    """No installation is needed; a table that a called process uses is compared, too."""
    table = pathways / "decisions" / "plateau.dmn"
    table.write_text(table.read_text().replace('hitPolicy="UNIQUE"', 'hitPolicy="ANY"', 1))
    files = (str(SHIPPED_PATHWAYS / "msk.bpmn"), str(pathways / "msk.bpmn"))
    answer = new_throughline.json("pathways", "diff", *files)
    told = [(change["file"], change["element"], change["what"]) for change in answer["changes"]]
    assert told == [("msk.bpmn", "pain_checkin", "changed"), ("decisions/plateau.dmn", "plateau", "changed")]
    assert answer["same"] is False
    text = new_throughline("pathways", "diff", *files).stdout
    assert SENTENCE.replace("Weekly pain check-in:", "Pain each week:") in text
    assert text.endswith("2 files: 2 changed\n")


def test_versions_are_named_by_hash_number_or_what_is_in_force(sandbox: Throughline, pathways: Path) -> None:
    """All three ways lead to the same; and a version against the file that it was published from is no change."""
    file = str(pathways / "msk.bpmn")
    published = sandbox.json("pathways", "publish", file, "--note", "shorter title")
    by_number = sandbox.json("pathways", "diff", "msk@1", "msk@2")
    assert by_number["after"]["version"] == published["version"]
    assert len(by_number["changes"]) == 1
    by_hash = sandbox.json("pathways", "diff", by_number["before"]["version"], published["version"][:8])
    assert by_hash["changes"] == by_number["changes"] == sandbox.json("pathways", "diff", "msk@1", "msk")["changes"]
    assert sandbox.json("pathways", "diff", "msk", file)["same"] is True
    assert "these two say the same" in sandbox("pathways", "diff", "msk", "msk@2").stdout


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("msk@9", "there is no version 'msk@9'"),
        ("gone", "there is no version 'gone'"),
        ("abcdef", "there is no version 'abcdef'"),
        ("gone.bpmn", "there is no file 'gone.bpmn'"),
    ],
)
def test_what_is_not_there_is_a_wrong_call(sandbox: Throughline, wanted: str, words: str) -> None:
    """Exit 2, and the message says what can be given."""
    assert words in sandbox("pathways", "diff", "msk", wanted, code=2).stderr
