"""`throughline history export` and `checkpoints`: what goes to stdout, what to a file, and what is written down."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import select, text

from engine.store.accesses import accesses_of_patient
from engine.store.database import Database
from engine.store.tables import accesses
from tests.cli.conftest import Throughline


@pytest.fixture
def case(sandbox: Throughline, add_patient: Callable[[], str]) -> str:
    started = sandbox.json("cases", "start", "--patient", add_patient(), "--track", "msk")
    return str(started["id"])


def test_one_format_goes_to_stdout(sandbox: Throughline, case: str) -> None:
    """JSON is one document with or without --json; CSV is the history's; XES is the log."""
    for flags in ((), ("--json",)):
        found = json.loads(sandbox("history", "export", case, "--format", "json", *flags).stdout)
        assert found["case"]["id"] == case
        assert found["history"]
    rows = list(csv.DictReader(StringIO(sandbox("history", "export", case, "--format", "csv").stdout)))
    assert [row["hash"] for row in rows] == [entry["hash"] for entry in found["history"]]
    assert sandbox("history", "export", case, "--format", "xes").stdout.count("<trace>") == 1


def test_all_formats_go_to_a_file(sandbox: Throughline, case: str, tmp_path: Path, db: Database) -> None:
    """A .zip whose manifest names each file's hash; each export is written down with it."""
    sandbox("tick")
    file = tmp_path / "record.zip"
    answer = sandbox.json("history", "export", case, "--format", "zip", "--output", str(file))
    archive = ZipFile(BytesIO(file.read_bytes()))
    manifest = json.loads(archive.read("MANIFEST.json"))
    assert set(manifest["files"]) == {
        "record.json",
        "history.csv",
        "tasks.csv",
        "facts.csv",
        "record.pdf",
        "events.xes",
    }
    for name, said in manifest["files"].items():
        assert said["sha256"] == answer["files"][name] == hashlib.sha256(archive.read(name)).hexdigest()
    assert manifest["checkpoint"]["number"] == 1
    with db.reading() as connection:
        (kept,) = connection.execute(select(accesses)).mappings().all()
    assert (kept["email"], kept["act"], kept["case_id"]) == ("system:cli", "exported", case)
    assert kept["detail"]["manifest"] == hashlib.sha256(archive.read("MANIFEST.json")).hexdigest()


def test_a_file_that_cannot_be_written_is_a_wrong_call(sandbox: Throughline, case: str, tmp_path: Path) -> None:
    """Exit code 2, and what to do."""
    nowhere = str(tmp_path / "no" / "such" / "folder.json")
    failed = sandbox("history", "export", case, "--format", "json", "--output", nowhere, code=2)
    assert "name another file" in failed.stderr
    assert "no case 'p9-msk-1'" in sandbox("history", "export", "p9-msk-1", "--format", "json", code=2).stderr


def test_what_was_taken_along_was_written_down_before(
    sandbox: Throughline, case: str, tmp_path: Path, db: Database
) -> None:
    """A file that could not be written leaves its line; a line that cannot be written leaves no file and no output."""
    nowhere = str(tmp_path / "no" / "such" / "folder.json")
    sandbox("history", "export", case, "--format", "json", "--output", nowhere, code=2)
    assert [row["act"] for row in noted(db)] == ["exported"]
    with db.writing() as connection:
        connection.execute(text("DROP TABLE access_patients"))
    file = tmp_path / "record.csv"
    for where in (("--output", str(file)), ()):
        assert sandbox("history", "export", case, "--format", "csv", *where, code=2).stdout == ""
    assert not file.exists()
    assert sandbox("history", "show", case, code=2).stdout == ""


def noted(db: Database) -> list[dict[str, Any]]:
    """The record of accesses, the first first."""
    with db.reading() as connection:
        return [dict(row) for row in connection.execute(select(accesses).order_by(accesses.c.id)).mappings()]


def test_who_looks_from_the_command_line_is_written_down(
    sandbox: Throughline, case: str, db: Database
) -> None:
    """`show` as a view, `verify --case` with what was found, about the patient; verifying all shows no patient."""
    sandbox("history", "show", case)
    sandbox("history", "verify", "--case", case)
    sandbox("history", "verify")
    shown, verified = noted(db)
    assert (shown["act"], shown["page"], shown["case_id"]) == ("viewed", "throughline history show", case)
    assert (verified["act"], verified["page"], verified["detail"]["whole"]) == (
        "verified",
        "throughline history verify",
        True,
    )
    assert {(row["email"], row["role"]) for row in (shown, verified)} == {("system:cli", "system")}
    with db.reading() as connection:
        seen = accesses_of_patient(connection, case.partition("-")[0], None, 10)
    assert [row["id"] for row in seen] == [verified["id"], shown["id"]]


def unreadable(db: Database, table: str, where: str) -> None:
    """An instant that is none: any text on SQLite, infinity on PostgreSQL."""
    off = ["SET session_replication_role = replica"]
    if db.dialect == "sqlite":
        off = [f"DROP TRIGGER {table}_refuses_update"]
    value = "garbage" if db.dialect == "sqlite" else "infinity"
    with db.writing() as connection:
        for statement in (*off, f"UPDATE {table} SET at = '{value}' WHERE {where}"):
            connection.execute(text(statement))


def test_a_record_that_cannot_be_read_is_told_in_words(
    sandbox: Throughline, case: str, tmp_path: Path, db: Database
) -> None:
    """Neither shown nor exported: the entry is named; `verify` names it as a fault."""
    unreadable(db, "history", f"case_id = '{case}' AND seq = 2")
    file = tmp_path / "record.zip"
    for command in (("show", case), ("export", case, "--output", str(file))):
        said = sandbox("history", *command, code=2).stderr
        assert f"the record of case '{case}' was changed from outside of the program" in said
        assert "cannot be shown: entry 2 cannot be read" in said
    assert not file.exists()
    assert "entry 2 cannot be read" in sandbox("history", "verify", code=1).stdout


def test_a_checkpoint_that_cannot_be_read_is_told_in_words(sandbox: Throughline, case: str, db: Database) -> None:
    """`verify` and `checkpoints list` name it; what needs it ends with a sentence, and `tick` does its work first."""
    sandbox("tick")
    unreadable(db, "checkpoints", "number = 1")
    words = "checkpoint 1: checkpoint 1 cannot be read: it was changed after it was signed"
    assert words in sandbox("history", "verify", code=1).stdout
    assert words in sandbox("history", "verify", "--case", case, code=1).stdout
    assert "cannot be read" in sandbox("checkpoints", "list", code=1).stdout
    for command in (("checkpoints", "show", "1"), ("checkpoints", "write"), ("history", "export", case)):
        assert "a checkpoint in the database cannot be read" in sandbox(*command, code=2).stderr
    sandbox("clock", "advance", "P1D")
    assert "no checkpoint: a checkpoint in the database cannot be read" in sandbox("tick", code=1).stdout


def test_verifying_says_what_it_looked_at_and_which_files_are_lost(
    sandbox: Throughline, case: str, tmp_path: Path
) -> None:
    """For one case, that older roots are for `history verify` without it; and what to do about a missing file."""
    sandbox("tick")
    for file in (tmp_path / "var" / "checkpoints").iterdir():
        file.unlink()
    one = sandbox("history", "verify", "--case", case).stdout
    assert "is looked at when all records are verified." in one
    assert "1 checkpoint has no file" in one
    assert "'throughline checkpoints write' does it now." in one
    assert "whether each of them fits all its cases" in sandbox.json("history", "verify")["looked_at"]


def test_a_tick_writes_the_days_checkpoint(sandbox: Throughline, case: str) -> None:
    """Once; after a month's jump one for the day it lands on; and verify tells of them."""
    assert sandbox.json("tick")["checkpoint"] == 1
    assert sandbox.json("tick")["checkpoint"] is None
    sandbox("clock", "advance", "P1M")
    assert sandbox.json("tick")["checkpoint"] == 2
    listed = sandbox.json("checkpoints", "list")["items"]
    assert [(each["number"], each["day"]) for each in listed] == [(2, "2026-08-06"), (1, "2026-07-06")]
    found = sandbox.json("history", "verify")
    assert (found["ok"], found["checkpoints"], found["since_last_checkpoint"]) == (True, 2, 0)
    assert "2 checkpoints, the last of Thu 6 Aug 2026, hold it." in sandbox("history", "verify", "--case", case).stdout


def test_checkpoints_are_written_shown_and_checked_by_hand(sandbox: Throughline, case: str) -> None:
    """`write` once a day, `show` as the file says it, `key` with what verifies it."""
    made = sandbox.json("checkpoints", "write")
    assert made["files"] == ["000001-2026-07-06.json"]
    assert sandbox.json("checkpoints", "write")["checkpoint"] is None
    shown = sandbox.json("checkpoints", "show", "1")
    assert (shown["is_signed"], shown["statement"]) == (True, made["checkpoint"])
    key = sandbox.json("checkpoints", "key")
    assert (key["id"], key["public_key"]) == (shown["statement"]["key_id"], shown["public_key"])
    assert "no checkpoint '2'" in sandbox("checkpoints", "show", "2", code=2).stderr
    assert case in [leaf["case_id"] for leaf in shown["leaves"]]


def test_a_file_that_says_something_else_is_a_fault(sandbox: Throughline, case: str, tmp_path: Path) -> None:
    """Exit code 1 from `write` and from `verify`; the file stays as evidence."""
    sandbox("checkpoints", "write")
    (file,) = (tmp_path / "var" / "checkpoints").iterdir()
    file.write_text("{}", encoding="utf-8")
    assert sandbox.json("checkpoints", "write", code=1)["differing"] == [file.name]
    assert "say different things" in sandbox("history", "verify", code=1).stdout
    assert "say different things" in sandbox("history", "verify", "--case", case, code=1).stdout


def test_a_tick_that_cannot_sign_says_so_after_its_work(sandbox: Throughline, case: str, tmp_path: Path) -> None:
    """Exit code 1 with the setting's name; what was due has run."""
    (tmp_path / "var" / "signing.key").write_text("no key", encoding="ascii")
    answer = sandbox("tick", code=1).stdout
    assert "no checkpoint: THROUGHLINE_SIGNING_KEY_FILE" in answer
    assert "command" in answer


def test_a_new_sandbox_does_not_take_over_an_old_ones_files(
    new_throughline: Throughline, tmp_path: Path, db: Database
) -> None:
    """They are set aside, so that nothing is taken for a backup that was put back."""
    new_throughline("db", "init", "--sandbox", "--now", "2026-07-06T14:00:00Z")
    new_throughline("tick")
    for file in (tmp_path / "var").glob("throughline.db*"):
        file.unlink()
    new_throughline("db", "init", "--sandbox", "--now", "2026-07-05T14:00:00Z")
    new_throughline("tick")
    assert new_throughline.json("history", "verify")["ok"] is True
    assert (tmp_path / "var" / "checkpoints.1").is_dir()


def test_verify_finds_a_case_that_was_cut_short_with_its_row(sandbox: Throughline, case: str, db: Database) -> None:
    """What the chain alone cannot see; exit code 1 with the checkpoint's day."""
    sandbox("tick")
    head = sandbox.json("history", "show", case)["items"][0]["hash"]
    off = ["SET session_replication_role = replica"]
    if db.dialect == "sqlite":
        off = ["DROP TRIGGER history_refuses_delete"]
    with db.writing() as connection:
        for statement in (
            *off,
            f"DELETE FROM history WHERE case_id = '{case}' AND seq > 1",
            f"UPDATE cases SET history_length = 1, history_head = '{head}' WHERE id = '{case}'",
        ):
            connection.execute(text(statement))
    found = sandbox.json("history", "verify", code=1)["faults"]
    assert [fault["case_id"] for fault in found] == [case]
    assert "cut short: its case counts 1, checkpoint 1 of Mon 6 Jul 2026 holds" in found[0]["problem"]
