"""The table of tools/interchange.py: what became of each file of a folder, and whether anything crashed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.interchange.foreign import FILES
from tools import interchange


def test_each_file_has_a_line_that_says_what_became_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files that run, that are refused and that cannot be read; none of these is a crash."""
    (tmp_path / "C").mkdir()
    (tmp_path / "C" / "two.BPMN").write_bytes(FILES["several processes"].data)
    (tmp_path / "send.bpmn").write_bytes(FILES["send task"].data)
    (tmp_path / "plain.bpmn").write_bytes(FILES["manual and abstract tasks"].data)
    (tmp_path / "page.bpmn").write_bytes(b"<html/>")
    assert interchange.main([str(tmp_path)]) == 0
    lines = {line.split()[0]: line.split()[1:] for line in capsys.readouterr().out.splitlines() if line}
    assert lines["plain.bpmn"][:3] == ["yes", "runs", "0"]
    assert lines["send.bpmn"][:2] == ["yes", "refused"]
    assert lines["send.bpmn"][3:] == ["sendTask", "1"]
    assert lines["C/two.BPMN"][:2] == ["yes", "refused"]
    assert lines["page.bpmn"][:2] == ["no", "refused"]


def test_a_crash_is_told_and_is_the_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its traceback; the files after it are looked at all the same."""

    def crash(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(interchange, "findings_between", crash)
    for name in ("a.bpmn", "b.bpmn"):
        (tmp_path / name).write_bytes(FILES["manual and abstract tasks"].data)
    assert interchange.main([str(tmp_path)]) == 1
    assert capsys.readouterr().out.count("\nZeroDivisionError") == 2
