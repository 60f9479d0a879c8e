"""`throughline outbox` and `tick`: what waits is delivered, listed with its evidence, and given up in the open."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.demo.load import Size, load
from engine.application import Engine
from engine.commands import CloseCase
from engine.outgoing.outgoing import Undeliverable
from engine.settings import Settings
from engine.store.clocks import clock_of
from engine.store.database import Database
from tests.cli.conftest import Throughline
from tests.engine.builders import DANA, Case, on_sqlite
from tests.engine.updates import Postbox, a_case_with_an_update, deliver


@pytest.fixture
def case(sandbox: Throughline, db: Database, settings: Settings) -> Case:
    """A case of a sandbox with an update that waits."""
    return a_case_with_an_update(Engine(db, clock_of(db), settings))


def test_a_tick_delivers_what_waits(sandbox: Throughline, case: Case, tmp_path: Path) -> None:
    """After the timers, once; the folder stands in the data folder."""
    first = sandbox.json("tick")
    assert {"cases", "commands", "failed"} <= set(first)
    assert (first["delivered"], first["retried"], first["given_up"]) == (1, [], [])
    assert sandbox.json("tick")["delivered"] == 0
    (folder,) = (tmp_path / "var" / "outgoing").iterdir()
    assert (folder / "care-update.pdf").read_bytes().startswith(b"%PDF-")
    (item,) = sandbox.json("outbox", "list")["items"]
    assert (item["status"], item["result"]["receipt"]) == ("done", folder.name)
    assert "payload" not in item
    (item,) = sandbox.json("outbox", "list", "--payload")["items"]
    assert (item["payload"]["reason"], "document" in item["payload"]) == ("start", False)
    assert sandbox.json("history", "verify")["ok"]


@on_sqlite
def test_what_was_given_up_is_listed_and_the_doctor_says_so(
    sandbox: Throughline, case: Case, db: Database
) -> None:
    """No address for Direct: the list names the reason, the doctor the list."""
    sandbox.env.update(
        THROUGHLINE_CARE_UPDATE_CHANNEL="direct",
        THROUGHLINE_CARE_UPDATE_URL="smtp://us:hush@127.0.0.1:9",
        THROUGHLINE_CARE_UPDATE_FROM="care@direct.example",
    )
    assert sandbox.json("outbox", "list", "--waiting")["items"][0]["attempts"] == 0
    assert len(sandbox.json("outbox", "deliver")["given_up"]) == 1
    assert "no Direct address" in sandbox("outbox", "list", "--failed").stdout
    assert sandbox.json("outbox", "list", "--case", case.id, "--waiting")["items"] == []
    checks = {each["name"]: each for each in sandbox.json("doctor", code=1)["checks"]}
    assert checks["outgoing"]["found"] == "0 waiting, 1 given up: see 'throughline outbox list --failed'"
    assert "hush" not in checks["THROUGHLINE_CARE_UPDATE_URL"]["found"]
    case.engine.execute(CloseCase(case.id, "withdrawn", "moved"), actor=DANA)
    checks = {each["name"]: each for each in sandbox.json("doctor", code=1)["checks"]}
    assert "1 given up, 1 of them in closed cases, where no task asks for it: see" in checks["outgoing"]["found"]


@on_sqlite
def test_loading_the_demo_delivers_nothing(sandbox: Throughline, db: Database, settings: Settings) -> None:
    """Its updates wait for the worker, or for a tick."""
    load(db, settings, Size(3, 1, 2), lambda items, total, label: items)
    items = sandbox.json("outbox", "list")["items"]
    assert items
    assert {item["status"] for item in items} == {"waiting"}


@on_sqlite
def test_a_case_that_is_not_there_is_said(sandbox: Throughline) -> None:
    """Rather than an empty list."""
    assert "no case 'p9-msk-1'" in sandbox("outbox", "list", "--case", "p9-msk-1", code=2).stderr


@on_sqlite
def test_what_was_given_up_is_shown_tried_again_and_let_be(sandbox: Throughline, case: Case) -> None:
    """By the operator, whom the record names; the same key each time."""
    deliver(case, Postbox([Undeliverable("no such address")]))
    shown = sandbox.json("outbox", "show", "1")
    assert [each["error"] for each in shown["tried"]] == ["no such address"]
    assert "payload" not in shown
    assert "reason" in sandbox.json("outbox", "show", "1", "--payload")["payload"]
    assert "carries: {" in sandbox("outbox", "show", "1", "--payload").stdout
    assert sandbox.json("outbox", "retry", "--all", "--kind", "case.tell")["retried"] == []
    told = sandbox.json("outbox", "retry", "99", "1", code=1)
    assert (told["retried"], list(told["refused"])) == ([1], ["99"])
    deliver(case, Postbox([Undeliverable("none at all")]))
    assert sandbox.json("outbox", "retry", "--all", "--kind", "care_update.send")["retried"] == [1]
    assert "was not given up" in sandbox("outbox", "drop", "1", "--reason", "told by phone", code=2).stderr
    deliver(case, Postbox([Undeliverable("still none")]))
    sandbox("outbox", "drop", "1", "--reason", "told by phone")
    (item,) = sandbox.json("outbox", "list", "--dropped")["items"]
    assert (item["reason"], item["ended_by"]) == ("told by phone", "system:cli")
    assert [entry["actor"] for entry in case.history("outgoing.retried")] == ["system:cli"] * 2
    assert "say --all" in sandbox("outbox", "retry", code=2).stderr
