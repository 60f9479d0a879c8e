"""What a command leaves in the log and in the metrics: one line, one count, its ids, and nothing that was entered."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY as NOBODYS

from engine.application import Engine, ScratchEngine
from engine.commands import Actor, CompleteTask, FireTimers, WithdrawPatient
from engine.errors import NotFound
from engine.store.tables import commands
from engine.telemetry.metrics import REGISTRY, count_what_happens
from tests.engine.builders import a_case
from tests.logged import logged

ANN = Actor("ann@example.org", "Ann Lee")


def counted(kind: str, outcome: str) -> float:
    return REGISTRY.get_sample_value("throughline_commands_total", {"kind": kind, "outcome": outcome}) or 0.0


def test_a_command_is_one_line_with_its_ids(engine: Engine) -> None:
    """Kind, outcome, milliseconds, case and the id of its row; of who gave it only that it was a person."""
    case = a_case(engine)
    with logged("INFO") as log:
        engine.execute(WithdrawPatient(case.id, "moves to her daughter in Ohio"), actor=ANN)
    (line,) = log.events("command")
    with engine.db.reading() as connection:
        newest = connection.execute(commands.select().order_by(commands.c.id.desc()).limit(1)).one()
    assert line["command_id"] == newest.id
    told = {name: line[name] for name in ("level", "kind", "outcome", "actor", "case_id")}
    assert told == {
        "level": "info", "kind": "WithdrawPatient", "outcome": "done", "actor": "user", "case_id": case.id,
    }  # fmt: skip
    assert line["ms"] > 0
    assert line["timestamp"].endswith("Z")
    assert "Ohio" not in log.text


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_each_outcome_is_told_and_counted(engine: Engine) -> None:
    """Done, replayed, refused and idle are four different things to who watches."""
    count_what_happens()
    case = a_case(engine)
    outcomes = ("done", "replayed")
    before = [counted("WithdrawPatient", outcome) for outcome in outcomes]
    with logged() as log:
        for _ in outcomes:
            engine.execute(WithdrawPatient(case.id), actor=ANN, key="ann:1")
        engine.execute(FireTimers(case.id), actor=ANN)
        with pytest.raises(NotFound):
            engine.execute(CompleteTask("no-such-task", {}), actor=ANN)
    told = [(line["kind"], line["outcome"]) for line in log.events("command")]
    assert told == [
        ("WithdrawPatient", "done"),
        ("WithdrawPatient", "replayed"),
        ("FireTimers", "idle"),
        ("CompleteTask", "refused"),
    ]
    assert [counted("WithdrawPatient", outcome) for outcome in outcomes] == [each + 1 for each in before]
    assert NOBODYS.get_sample_value("throughline_commands_total", {"kind": "FireTimers", "outcome": "idle"}) is None


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_timers_that_fire_are_commands_like_any_other(engine: Engine) -> None:
    """A tick tells each case that it moved on, and says nothing where there is nothing to do."""
    case = a_case(engine)
    with logged() as log:
        engine.tick()
        case.to_day(60)
    lines = log.events("command")
    assert {(line["kind"], line["actor"], line["case_id"]) for line in lines} == {
        ("FireTimers", "system:worker", case.id)
    }
    assert all(line["command_id"] for line in lines)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_what_is_only_tried_out_is_not_told(engine: Engine) -> None:
    """A rehearsal and a scratch database leave neither line nor count."""
    case = a_case(engine)
    scratch = ScratchEngine(engine.db, engine.clock, engine.settings, engine.library)
    with logged() as log:
        engine.rehearse(WithdrawPatient(case.id), actor=ANN)
        scratch.execute(WithdrawPatient(case.id), actor=ANN)
    assert log.events("command") == []
