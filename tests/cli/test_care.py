"""`throughline cases`, `tick` and `history`: a case is started, time passes, the record stands."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import text

from engine.store.database import Database
from tests.cli.conftest import Throughline


def test_a_case_is_started_and_time_runs_it(sandbox: Throughline, add_patient: Callable[[], str]) -> None:
    """After two weeks without an answer a reminder is due: one tick runs it, the next finds nothing."""
    case = sandbox("cases", "start", "--patient", add_patient(), "--track", "msk").stdout.strip()
    assert case == "p1-msk-1"
    nothing = {"cases": 0, "commands": 0, "failed": [], "delivered": 0, "retried": [], "given_up": [], "not_noted": []}
    assert sandbox.json("tick") == {**nothing, "checkpoint": 1}  # the day's first
    sandbox("clock", "advance", "P15D")
    assert sandbox.json("tick")["cases"] == 1
    assert sandbox.json("tick")["commands"] == 0
    kinds = [entry["kind"] for entry in sandbox.json("history", "show", case)["items"]]
    assert kinds[0] == "case.started"
    assert "timer.fired" in kinds


def test_a_case_is_not_started_twice(sandbox: Throughline, add_patient: Callable[[], str]) -> None:
    """The second call is refused with exit code 2 and a way out."""
    patient = add_patient()
    sandbox("cases", "start", "--patient", patient, "--track", "msk", "--aligned-on", "2026-07-01")
    assert "already has an open" in sandbox("cases", "start", "--patient", patient, "--track", "msk", code=2).stderr
    assert "no patient 'p9'" in sandbox("cases", "start", "--patient", "p9", "--track", "msk", code=2).stderr


def test_verify_finds_a_changed_entry(sandbox: Throughline, add_patient: Callable[[], str], db: Database) -> None:
    """Whoever gets past the triggers is found all the same: exit code 1, entry and case named."""
    case = sandbox.json("cases", "start", "--patient", add_patient(), "--track", "msk")["id"]
    assert sandbox.json("history", "verify")["ok"] is True
    triggers = "history_refuses_update" if db.dialect == "sqlite" else "history_refuses_change ON history"
    with db.writing() as connection:
        connection.execute(text(f"DROP TRIGGER {triggers}"))
        connection.execute(text("UPDATE history SET summary = 'nothing happened' WHERE seq = 2"))
    found = sandbox.json("history", "verify", "--case", case, code=1)
    assert found["faults"][0]["case_id"] == case
    assert found["faults"][0]["seq"] == 2


def test_the_record_of_an_unknown_case_is_a_wrong_call(sandbox: Throughline) -> None:
    """Exit code 2 with the case's name."""
    assert "no case 'p1-msk-1'" in sandbox("history", "show", "p1-msk-1", code=2).stderr
