"""The XES export: process miners read it, and it tells them steps, not people's health."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import pytest

from engine.application import Engine
from interop.exports.as_xes import LEFT_OUT, as_xes
from tests.engine.builders import Case, on_sqlite
from tests.interop.exported import a_told_case, kinds, record_of


@pytest.fixture
def case(engine: Engine) -> Case:
    return a_told_case(engine)


def read(content: bytes, folder: Path) -> Any:
    """The log as pm4py reads it."""
    with contextlib.redirect_stdout(io.StringIO()):
        import pm4py  # greets on stdout

        file = folder / "log.xes"
        file.write_bytes(content)
        return pm4py.read_xes(str(file))


@pytest.mark.filterwarnings("ignore:Install the optional requirement")
@on_sqlite
def test_pm4py_reads_it(case: Case, tmp_path: Path) -> None:
    """One trace; as many events as entries that say what was done, with their activities, people and instants."""
    frame = read(as_xes(record_of(case)), tmp_path)
    told = [entry for entry in case.history() if entry["kind"] not in LEFT_OUT]
    assert set(frame["case:concept:name"]) == {case.id}
    assert set(frame["case:track"]) == {"msk"}
    assert len(frame) == len(told)
    named = [(entry["seq"], entry["element_name"]) for entry in told if entry["element_name"]]
    activities = dict(zip(frame["seq"], frame["concept:name"], strict=True))
    assert [(seq, activities[seq]) for seq, _ in named] == named
    assert list(frame["org:resource"]) == [entry["actor"] for entry in told]
    assert [at.to_pydatetime().replace(microsecond=0) for at in frame["time:timestamp"]] == [
        entry["at"].replace(microsecond=0) for entry in told
    ]


@pytest.mark.filterwarnings("ignore:Install the optional requirement")
@on_sqlite
def test_tasks_start_and_complete(case: Case, tmp_path: Path) -> None:
    """A miner works out how long each took: a task opens and ends by the transitions of the standard."""
    frame = read(as_xes(record_of(case)), tmp_path)
    of_tasks = frame[frame["kind"].str.startswith("task.")]
    counts = of_tasks["lifecycle:transition"].value_counts().to_dict()
    assert counts["start"] == kinds(case).count("task.created")
    assert counts["complete"] == kinds(case).count("task.completed")
    assert counts.get("ate_abort", 0) == kinds(case).count("task.cancelled")


@on_sqlite
def test_it_holds_nothing_of_what_was_answered(case: Case) -> None:
    """No patient's name, no score, no note: what mining does not need does not leave."""
    content = as_xes(record_of(case)).decode()
    assert "Ada Long" not in content
    assert "HYPERLINK" not in content
    assert "pf6b" not in content
