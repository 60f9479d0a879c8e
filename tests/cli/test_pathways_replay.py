"""`throughline pathways replay`: what the records of running cases say about another version."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from engine.settings import SHIPPED_PATHWAYS
from tests.cli.conftest import Throughline


def test_a_replay_says_who_would_have_gone_another_way(
    sandbox: Throughline, add_patient: Callable[[], str], tmp_path: Path
) -> None:
    """The same case on two versions that say the same: told in words and as data."""
    case = sandbox.json("cases", "start", "--patient", add_patient(), "--track", "msk")["id"]
    assert sandbox.json("pathways", "replay", "msk", "--to", "1")["cases"] == []
    sandbox("clock", "advance", "P15D")
    sandbox("tick")
    folder = tmp_path / "pathways"
    shutil.copytree(SHIPPED_PATHWAYS, folder)
    enrolment = folder / "shared" / "enrolment.bpmn"
    text = enrolment.read_text("utf-8")
    enrolment.write_text(text.replace("</bpmn:definitions>", "<!-- the same -->\n</bpmn:definitions>"), "utf-8")
    sandbox("pathways", "publish", str(folder / "msk.bpmn"), "--note", "the same in other words")
    told = sandbox.json("pathways", "replay", "msk", "--to", "2", "--cases", "5")
    assert told["counts"] == {"same": 1, "differs": 0, "stuck": 0, "unsure": 0}
    assert [each["case_id"] for each in told["cases"]] == [case]
    assert "1 would have gone the very same way" in sandbox("pathways", "replay", "msk", "--to", "msk@2").stdout


def test_a_version_of_another_process_is_refused(sandbox: Throughline) -> None:
    """MSK cases cannot be played on the diagram of another track."""
    refused = sandbox("pathways", "replay", "msk", "--to", "ckm@1", code=2)
    assert "is one of 'ckm', not of 'msk'" in refused.stderr
