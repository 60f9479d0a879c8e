"""The record: chained, append-only, complete, and any tampering with it is found and named."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import engine as engine_package
from engine.application import Engine
from engine.chain import FIRST, HASHED, entry_hash
from engine.commands import AssignTask, SnoozeTask
from engine.outgoing.outgoing import Undeliverable
from engine.proof.verification import Trust, verify_everything
from tests.engine.builders import DANA, LEE, Case, a_case, on_sqlite, with_people
from tests.engine.updates import Postbox, deliver

DOCUMENT = (Path(__file__).parents[2] / "docs" / "history.md").read_text(encoding="utf-8")
OF_AN_ELEMENT = ("task.", "timer.", "rule.", "operation.", "contact.")


@pytest.fixture
def case(engine: Engine) -> Case:
    """Ten weeks with everything in them: late answers, attempts, a discharge, surgery, a plateau, a withdrawal.

    The first update to the PCP is refused, and arrives when it is sent again.
    """
    with_people(engine)
    found = a_case(engine).at_week(4)
    deliver(found, Postbox([Undeliverable("no such address")]))
    found.answer_all()
    deliver(found, Postbox())
    found.event("transition.discharged", facility="Mercy")
    found.leaves = lambda task: task["element_id"] == "pcp_transition"  # until its last day has passed
    found.event("measure.recorded", code="29463-7", value=80)
    found.attempt("call_after_discharge")
    engine.execute(AssignTask(found.task("visit_in_14_days")["id"], LEE.id), actor=DANA)
    engine.execute(SnoozeTask(found.task("visit_in_14_days")["id"], found.on(33), "away"), actor=DANA)
    found.at_week(8)
    found.leaves = lambda task: False
    found.event("surgery.planned")
    found.answer_all()
    found.event("surgery.done")
    found.at_day(60).event("transition.ed_visit")
    found.event("patient.withdrew", reason="moving away")
    found.answer_all()
    return found


def test_the_chain_holds_after_everything(case: Case) -> None:
    """Every kind of entry that the code writes has been written, and the record is whole.

    No shipped diagram ends in an error that nothing catches; MSK has no next period (test_case_follow_on); there is
    no other case to tell (test_two_tracks), no other version (migration/test_migrate_process), and none fails
    (incidents/test_parking); nobody let work that was given up start anew (outgoing/test_dead_letters).
    """
    elsewhere = {"error.uncaught", "follow_on.started", "follow_on.failed", "case.told", "process.migrated"}
    elsewhere |= {"outgoing.retried", "outgoing.dropped"}
    elsewhere |= {"incident.opened", "incident.retried", "incident.skipped", "incident.resolved", "event.kept"}
    elsewhere |= {"answer.kept"}
    assert {entry["kind"] for entry in case.history()} == kinds_in_the_code() - elsewhere
    assert case.faults() == []


@on_sqlite
def test_every_entry_says_who_what_where_and_in_which_version(case: Case) -> None:
    """Numbers without gaps; actor, kind, summary and version always; the element wherever there is one."""
    entries = case.history()
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    assert all(
        entry["actor"] and entry["kind"] and entry["summary"] and entry["version"] for entry in entries
    )
    of_elements = [entry for entry in entries if entry["kind"].startswith(OF_AN_ELEMENT)]
    assert all(entry["element_id"] and entry["element_name"] and entry["process_id"] for entry in of_elements)
    assert {entry["actor"] for entry in entries} == {DANA.id, "system:worker"}


@on_sqlite
def test_a_rule_is_recorded_with_its_inputs_and_the_row_that_matched(case: Case) -> None:
    """An auditor sees why the plan was changed: which table, which numbers, which row."""
    found = [json.loads(entry["detail"]) for entry in case.history("rule.matched")]
    (plateau,) = [detail for detail in found if detail["decision"] == "plateau"][:1]
    assert plateau["inputs"]
    assert plateau["matched"][0]["row"] >= 1
    assert plateau["outputs"]["status"] == "plateau"


@on_sqlite
def test_entries_and_facts_of_one_command_carry_its_number(case: Case) -> None:
    """From a value to who recorded it, and back."""
    commands = {entry["command"] for entry in case.history()}
    assert {fact["command"] for fact in case.facts()} <= commands
    assert max(commands) == case.row["command_count"]


@on_sqlite
def test_the_chain_can_be_recomputed_by_hand(case: Case) -> None:
    """As docs/history.md says, from the rows alone."""
    before = FIRST
    for entry in case.history():
        assert entry["prev_hash"] == before
        before = entry["hash"]
        assert before == entry_hash(entry)
    assert case.row["history_head"] == before


@pytest.mark.parametrize(
    "statement", ["UPDATE history SET summary = 'x'", "UPDATE history SET seq = seq", "DELETE FROM history"]
)
def test_the_database_refuses_to_change_the_record(engine: Engine, statement: str) -> None:
    """Not by mistake and not by an honest administrator; the message says what to do instead."""
    case = a_case(engine)
    with pytest.raises(DBAPIError, match="append-only"), engine.db.writing() as connection:
        connection.execute(text(statement))
    assert case.faults() == []


@pytest.mark.parametrize("db", ["postgresql"], indirect=True)
def test_postgresql_refuses_to_truncate_the_record(engine: Engine) -> None:
    """TRUNCATE goes past row triggers: it has one of its own."""
    case = a_case(engine)
    with pytest.raises(DBAPIError, match="append-only"), engine.db.writing() as connection:
        connection.execute(text("TRUNCATE history CASCADE"))
    assert case.faults() == []


@on_sqlite
def test_sqlite_refuses_to_replace_an_entry(engine: Engine) -> None:
    """INSERT OR REPLACE deletes without a DELETE: refused as well."""
    case = a_case(engine)
    with pytest.raises(DBAPIError, match="append-only"), engine.db.writing() as connection:
        connection.execute(text("INSERT OR REPLACE INTO history SELECT * FROM history WHERE seq = 1"))
    assert case.faults() == []


TAMPERED = {
    "changed": ("UPDATE history SET summary = 'all was well' WHERE seq = 3", [3], "entry 3 was changed"),
    "removed": ("DELETE FROM history WHERE seq = 3", [3], "entry 3 is missing: the next one found is 4"),
    "beheaded": ("DELETE FROM history WHERE seq = 1", [1], "entry 1 is missing"),
    "reordered": (
        "UPDATE history SET seq = -4 WHERE seq = 4; UPDATE history SET seq = 4 WHERE seq = 3; "
        "UPDATE history SET seq = 3 WHERE seq = -4",
        [3, 4, 5],
        "entry 3 does not follow entry 2",
    ),
    "cut off": ("DELETE FROM history WHERE seq > 4", [5], "the record ends at entry 4, the case has written"),
    "emptied": ("DELETE FROM history", [1], "the record ends at entry 0"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_tampering_is_found_and_named(engine: Engine, name: str) -> None:
    """Changed, removed, reordered, cut off: the case, the entry and the fault are said; another case is whole."""
    case, other = a_case(engine), a_case(engine)
    case.answer("welcome_and_consent")
    statements, where, words = TAMPERED[name]
    tamper(
        engine,
        *(f"{s} {'AND' if 'WHERE' in s else 'WHERE'} case_id = '{case.id}'" for s in statements.split("; ")),
    )
    faults = case.faults()
    assert [fault.seq for fault in faults] == where
    assert words in faults[0].problem
    assert other.faults() == []
    with engine.db.reading() as connection:
        found = verify_everything(connection, Trust.of(engine.settings))
    assert {fault.case_id for fault in found.faults} == {case.id}


@on_sqlite
def test_a_last_entry_that_was_exchanged_is_found(engine: Engine) -> None:
    """A forger who computes the right hash for a false last entry is betrayed by the case's own row."""
    case = a_case(engine)
    false = {**case.history()[-1], "summary": "nothing was owed"}
    what = f"summary = 'nothing was owed', hash = '{entry_hash(false)}'"
    tamper(engine, f"UPDATE history SET {what} WHERE seq = {false['seq']}")
    assert [fault.problem for fault in case.faults()] == [
        "the last entry is not the one that the case wrote last"
    ]


@on_sqlite
@pytest.mark.parametrize("column", [name for name in HASHED if name not in ("case_id", "seq", "prev_hash")])
def test_no_column_of_an_entry_can_be_changed_unseen(engine: Engine, column: str) -> None:
    """The hash covers every word of an entry."""
    case = a_case(engine)
    value: Any = {"at": "'2020-01-01 00:00:00.000000'", "command": 7}.get(column, "'x'")
    tamper(engine, f"UPDATE history SET {column} = {value} WHERE seq = 2")
    assert [fault.seq for fault in case.faults()] == [2]


def test_every_kind_is_documented() -> None:
    """docs/history.md has a line for each kind that the code writes, and for none that it does not."""
    section = DOCUMENT.split("## Kinds")[1].split("\n## ")[0]
    documented = {line.split("`")[1] for line in section.splitlines() if line.startswith("| `")}
    assert documented == kinds_in_the_code()


def kinds_in_the_code() -> set[str]:
    """The first argument of every call of `note` in the engine, both sides of a choice included."""
    found: set[str] = set()
    for file in Path(str(engine_package.__file__)).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "note":
                words = [each.value for each in ast.walk(node.args[0]) if isinstance(each, ast.Constant)]
                found |= {word for word in words if isinstance(word, str) and "." in word}
    return found


def tamper(engine: Engine, *statements: str) -> None:
    """What somebody with the owner's rights could do: switch the triggers off, change rows, switch them on."""
    off = ["ALTER TABLE history DISABLE TRIGGER USER"]
    if engine.db.dialect == "sqlite":
        off = [f"DROP TRIGGER history_refuses_{what}" for what in ("update", "delete")]
    with engine.db.writing() as connection:
        for statement in (*off, *statements):
            connection.execute(text(statement))
