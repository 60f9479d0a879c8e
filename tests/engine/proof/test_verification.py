"""What checkpoints find that the chain alone cannot: cut with its case, removed, rewritten, an old state put back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from engine.application import Engine
from engine.chain import entry_hash
from engine.errors import NotFound, UnreadableCheckpoint
from engine.proof.checkpoints import write_daily
from engine.proof.result import Verification
from engine.proof.verification import Trust, verify_everything, verify_one
from engine.store import tables
from tests.engine.builders import Case, a_case, on_sqlite

PROTECTED = ("history", "checkpoints", "checkpoint_leaves")


@pytest.fixture
def case(engine: Engine) -> Case:
    """A case that three checkpoints hold, of which the second and third saw it grow."""
    found = a_case(engine)
    checkpoint(engine)
    found.to_day(1)
    found.answer("welcome_and_consent")
    checkpoint(engine)
    found.to_day(2)
    found.answer_all()
    checkpoint(engine)
    return found


def checkpoint(engine: Engine) -> None:
    write_daily(engine.db, engine.settings, engine.clock.now())


def verified(engine: Engine) -> Verification:
    with engine.db.reading() as connection:
        return verify_everything(connection, Trust.of(engine.settings))


def verified_case(engine: Engine, case_id: str) -> Verification:
    with engine.db.reading() as connection:
        return verify_one(connection, case_id, Trust.of(engine.settings))


def problems(found: Verification) -> str:
    return "\n".join(fault.problem for fault in found.faults)


def tamper(engine: Engine, *statements: str) -> None:
    """What the owner of the database can do: everything, triggers and foreign keys switched off."""
    if engine.db.dialect == "sqlite":
        names = [f"{table}_refuses_{what}" for table in PROTECTED for what in ("update", "delete")]
        off = [f"DROP TRIGGER IF EXISTS {name}" for name in names]
    else:
        off = ["SET session_replication_role = replica"]  # no trigger, no foreign key
    with engine.db.writing() as connection:
        if engine.db.dialect == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for statement in (*off, *statements):
            connection.execute(text(statement))
        if engine.db.dialect == "postgresql":
            connection.execute(text("SET session_replication_role = DEFAULT"))


def test_a_whole_record_is_said_to_be_whole(engine: Engine, case: Case) -> None:
    """In one sentence: how many entries, how many checkpoints hold them, and what came after the last."""
    length = case.row["history_length"]
    sentence = f"All {length} entries are as they were written. 3 checkpoints, the last of Thu 15 Jan 2026, hold it."
    assert verified(engine).sentence == sentence
    assert verified_case(engine, case.id).sentence == sentence
    case.event("measure.recorded", code="29463-7", value=80)
    assert "hold it; " in verified_case(engine, case.id).sentence
    assert verified_case(engine, case.id).sentence.endswith(" written since.")
    young = a_case(engine)
    assert verified_case(engine, young.id).sentence.endswith("No checkpoint holds it yet: one is written every day.")


def test_a_chain_cut_short_together_with_its_case_is_found(engine: Engine, case: Case) -> None:
    """The chain is whole and the case's row agrees; the checkpoints remember that there was more."""
    third = case.history()[2]
    tamper(
        engine,
        f"DELETE FROM history WHERE case_id = '{case.id}' AND seq > 3",
        f"UPDATE cases SET history_length = 3, history_head = '{third['hash']}' WHERE id = '{case.id}'",
    )
    assert case.faults() == []
    found = verified_case(engine, case.id)
    words = "the record was cut short: its case counts 3, checkpoint 3 of Thu 15 Jan 2026 holds"
    assert words in problems(found)
    assert problems(verified(engine)) == problems(found)


def test_a_record_written_anew_is_found(engine: Engine, case: Case) -> None:
    """Every hash recomputed from the second entry on, the case's row too: the first checkpoint after it says so."""
    rewrite(engine, case, from_seq=2)
    assert case.faults() == []
    found = verified_case(engine, case.id)
    assert "the record was written anew: entry" in problems(found)
    assert "is not the one that checkpoint 1 of Tue 13 Jan 2026 holds" in problems(found)
    # A forger who then waits for the next checkpoint does not get away with it.
    case.to_day(3)
    case.event("measure.recorded", code="29463-7", value=80)
    checkpoint(engine)
    assert "checkpoint 1 of Tue 13 Jan 2026" in problems(verified(engine))


def rewrite(engine: Engine, case: Case, from_seq: int) -> None:
    """Another story with hashes that fit."""
    tamper(engine)
    rows = case.history()
    before = rows[from_seq - 2]["hash"]
    history, cases = tables.history, tables.cases
    with engine.db.writing() as connection:
        if engine.db.dialect == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        for row in rows[from_seq - 1 :]:
            told = {**row, "prev_hash": before}
            if row["seq"] == from_seq:
                told["summary"] = "nothing was owed"
            before = told["hash"] = entry_hash(told)
            which = (history.c.case_id == case.id) & (history.c.seq == row["seq"])
            connection.execute(update(history).where(which).values(**told))
        connection.execute(update(cases).where(cases.c.id == case.id).values(history_head=before))
        if engine.db.dialect == "postgresql":
            connection.execute(text("SET session_replication_role = DEFAULT"))


def test_a_case_that_was_removed_is_found(engine: Engine, case: Case) -> None:
    """With all its rows: the checkpoints know that it was there, and what it had."""
    other = a_case(engine)
    children = ("history", "attempts", "tasks", "processes", "outbox")
    tamper(
        engine,
        f"DELETE FROM fact_values WHERE case_number = (SELECT number FROM cases WHERE id = '{case.id}')",
        *(f"DELETE FROM {table} WHERE case_id = '{case.id}'" for table in children),
        f"DELETE FROM cases WHERE id = '{case.id}'",
    )
    found = verified(engine)
    assert [fault.case_id for fault in found.faults] == [case.id]
    assert "the case was removed: checkpoint 3 of Thu 15 Jan 2026 holds it with" in problems(found)
    assert problems(verified_case(engine, case.id)) == problems(found)
    assert verified_case(engine, other.id).is_whole
    with pytest.raises(NotFound):
        verified_case(engine, "p99-msk-1")


STATEMENTS: dict[str, tuple[tuple[str, ...], str]] = {
    "changed": (("UPDATE checkpoints SET cases = 9 WHERE number = 2",), "checkpoint 2 of Wed 14 Jan 2026 was changed"),
    "root changed": (("UPDATE checkpoints SET root = previous WHERE number = 3",), "was changed after it was signed"),
    "removed": (
        ("DELETE FROM checkpoint_leaves WHERE checkpoint = 2", "DELETE FROM checkpoints WHERE number = 2"),
        "checkpoint 2 is missing: the next one found is 3",
    ),
    "last removed": (
        ("DELETE FROM checkpoint_leaves WHERE checkpoint = 3", "DELETE FROM checkpoints WHERE number = 3"),
        "an older state was put back: there is a file of checkpoint 3, the database's last checkpoint is 2",
    ),
    "renumbered": (
        (
            "DELETE FROM checkpoint_leaves WHERE checkpoint = 2",
            "DELETE FROM checkpoints WHERE number = 2",
            "UPDATE checkpoints SET number = 2 WHERE number = 3",
            "UPDATE checkpoint_leaves SET checkpoint = 2 WHERE checkpoint = 3",
        ),
        "checkpoint 2 does not follow the one before it",
    ),
    "all removed": (
        ("DELETE FROM checkpoint_leaves", "DELETE FROM checkpoints"),
        "an older state was put back: there is a file of checkpoint 3, the database holds none",
    ),
    "a leaf changed": (
        ("UPDATE checkpoint_leaves SET length = 2 WHERE checkpoint = 2",),
        "checkpoint 2 of Wed 14 Jan 2026 does not fit its cases",
    ),
    "a leaf removed": (
        ("DELETE FROM checkpoint_leaves WHERE checkpoint = 1",),
        "checkpoint 1 of Tue 13 Jan 2026 does not fit its cases",
    ),
    "a signature exchanged": (
        ("UPDATE checkpoints SET signature = (SELECT signature FROM checkpoints WHERE number = 1) WHERE number = 2",),
        "checkpoint 2 of Wed 14 Jan 2026 was changed after it was signed",
    ),
}


# What an earlier checkpoint's root alone shows: of one case, only the last root is computed anew.
OF_ALL_ONLY = {"a leaf removed"}


@pytest.mark.parametrize("name", STATEMENTS)
def test_tampering_with_checkpoints_is_found(engine: Engine, case: Case, name: str) -> None:
    """Changed, removed, renumbered, emptied: said by number and day; when one case alone is verified, too, unless it
    is an earlier checkpoint's root that does not fit. Then the result says that this was not looked at."""
    statements, words = STATEMENTS[name]
    tamper(engine, *statements)
    assert words in problems(verified(engine))
    alone = verified_case(engine, case.id)
    assert alone.is_whole == (name in OF_ALL_ONLY)
    assert "Whether the earlier ones fit theirs is looked at when all records are verified." in alone.looked_at


def test_one_case_is_verified_against_the_last_root(engine: Engine, case: Case) -> None:
    """Another case's leaf, changed in the last checkpoint, shows here, too: this case's place in it is not proven."""
    other = a_case(engine)
    case.to_day(3)
    checkpoint(engine)
    assert verified_case(engine, case.id).is_whole
    tamper(engine, f"UPDATE checkpoint_leaves SET length = 1 WHERE case_id = '{other.id}'")
    assert problems(verified_case(engine, case.id)).startswith("checkpoint 4 of Fri 16 Jan 2026 does not fit its cases")


@pytest.mark.parametrize("number", [2, 3])
@pytest.mark.parametrize("column", ["at", "day"])
def test_a_checkpoint_that_cannot_be_read_is_a_fault(engine: Engine, case: Case, number: int, column: str) -> None:
    """Named by its number, once, for one case and for all of them; the checkpoints around it are still looked at."""
    make_unreadable(engine, number, column)
    words = f"checkpoint {number} cannot be read: it was changed after it was signed"
    assert problems(verified(engine)) == words
    assert problems(verified_case(engine, case.id)) == words


def make_unreadable(engine: Engine, number: int, column: str = "at") -> None:
    """SQLite keeps any text for an instant; PostgreSQL keeps infinity, which no calendar has."""
    value = "garbage" if engine.db.dialect == "sqlite" else "infinity"
    tamper(engine, f"UPDATE checkpoints SET {column} = '{value}' WHERE number = {number}")


@on_sqlite
@pytest.mark.parametrize(
    "what", ["checkpoints SET cases = 'many'", "checkpoints SET root = x'00'", "checkpoint_leaves SET length = 'long'"]
)
def test_values_of_another_kind_are_faults(engine: Engine, case: Case, what: str) -> None:
    """SQLite keeps a text where a number belongs; that stops no verification."""
    tamper(engine, f"UPDATE {what}")
    assert not verified(engine).is_whole
    assert not verified_case(engine, case.id).is_whole


def test_no_checkpoint_is_written_after_one_that_cannot_be_read(engine: Engine, case: Case) -> None:
    """It could not follow it; the error says what to do, and the files of the others are written all the same."""
    for file in engine.settings.checkpoints.iterdir():
        file.unlink()
    make_unreadable(engine, 2)
    checkpoint(engine)
    assert [file.name[:6] for file in sorted(engine.settings.checkpoints.iterdir())] == ["000001", "000003"]
    make_unreadable(engine, 3)
    case.to_day(3)
    with pytest.raises(UnreadableCheckpoint, match="run 'throughline history verify'"):
        checkpoint(engine)


@on_sqlite
def test_an_old_backup_that_was_put_back_is_found(engine: Engine, case: Case) -> None:
    """Everything in it is whole and signed; only the files outside say that there was more. And it stays found."""
    file = engine.db.file
    assert file is not None
    engine.db.dispose()
    shutil.copyfile(file, f"{file}.backup")
    case.to_day(3)
    case.event("measure.recorded", code="29463-7", value=80)
    checkpoint(engine)
    assert verified(engine).is_whole
    engine.db.dispose()
    shutil.copyfile(f"{file}.backup", file)
    words = "an older state was put back: there is a file of checkpoint 4, the database's last checkpoint is 3"
    assert problems(verified(engine)) == words
    assert problems(verified_case(engine, case.id)) == words
    case.to_day(5)
    checkpoint(engine)
    assert problems(verified(engine)).startswith("the file 000004-2026-01-16.json and the database's checkpoint 4 say")


@on_sqlite
def test_an_old_backup_is_not_seen_once_the_later_files_are_gone(engine: Engine, case: Case) -> None:
    """What deleting files hides, as docs/proof.md says: the last checkpoints went with them, and nothing tells."""
    sorted(engine.settings.checkpoints.iterdir())[2].unlink()
    assert verified(engine).lost_files is not None
    tamper(engine, *STATEMENTS["last removed"][0])
    found = verified(engine)
    assert (found.is_whole, found.lost_files) == (True, None)


@on_sqlite
def test_files_that_were_changed_are_found_and_lost_ones_are_told(engine: Engine, case: Case) -> None:
    """A file that says something else is a fault; one that is missing is written again, so it is none."""
    first, second, third = sorted(engine.settings.checkpoints.iterdir())
    first.unlink()
    found = verified(engine)
    assert (found.is_whole, found.without_file) == (True, 1)
    assert found.lost_files == (
        "1 checkpoint has no file: it was deleted, or not written yet. "
        "Until the next run writes it from the database, nothing outside of it holds it."
    )
    assert verified_case(engine, case.id).lost_files == found.lost_files
    second.write_text(second.read_text(encoding="utf-8").replace('"cases":1', '"cases":2'), encoding="utf-8")
    third.write_bytes(b"\xff not JSON")
    assert [fault.checkpoint for fault in verified(engine).faults] == [2, 3]


@on_sqlite
@pytest.mark.parametrize("act", ["lost", "forged"])
def test_a_key_that_is_not_ours_is_found(engine: Engine, case: Case, act: str) -> None:
    """Checkpoints signed anew by somebody with a key of their own do not pass for ours."""
    folder = engine.settings.signing_key.with_name("signing.keys")
    (kept,) = folder.iterdir()
    acts: dict[str, Callable[[], None]] = {"lost": kept.unlink, "forged": lambda: sign_anew(engine)}
    acts[act]()
    assert "checkpoint 1 is signed with a key that is not known here" in problems(verified(engine))


def sign_anew(engine: Engine) -> None:
    from engine.proof.signing_key import signing_key
    from engine.proof.statement import FIRST, Statement

    tamper(engine)
    forger = signing_key(engine.settings.data_dir / "forger" / "signing.key")
    previous = FIRST
    with engine.db.writing() as connection:
        for row in connection.execute(select(tables.checkpoints).order_by("number")).mappings().all():
            told = Statement.of({**row, "previous": previous, "key_id": forger.public.id})
            values = {"previous": previous, "key_id": told.key_id, "signature": forger.sign(told.text)}
            number = tables.checkpoints.c.number == row["number"]
            connection.execute(update(tables.checkpoints).where(number).values(**values))
            previous = told.digest


@on_sqlite
def test_a_changed_entry_is_found_as_before(engine: Engine, case: Case) -> None:
    """All that the chain shows is part of the result."""
    tamper(engine, f"UPDATE history SET summary = 'all was well' WHERE case_id = '{case.id}' AND seq = 2")
    found = verified_case(engine, case.id)
    assert problems(found) == "entry 2 was changed after it was written"
    assert found.sentence == "The record is not whole: 1 fault found."


@on_sqlite
def test_a_day_without_news_has_a_checkpoint_too(engine: Engine, case: Case) -> None:
    """It says that nothing happened, and holds what was there."""
    case.set_clock(case.clock() + timedelta(days=1))
    checkpoint(engine)
    assert verified(engine).sentence.endswith("4 checkpoints, the last of Fri 16 Jan 2026, hold it.")


@on_sqlite
@pytest.mark.parametrize("forged", ["""json_object('msk.bpmn', 'forged')""", "'{no JSON'", "'[]'"])
def test_a_version_whose_files_were_changed_is_found(engine: Engine, case: Case, forged: str) -> None:
    """The record names a version by the hash of its files; files that hash to something else are told."""
    digest = next(row["version"] for row in case.history() if row["version"])
    names = ("versions_refuses_update", "versions_refuses_delete")
    tamper(engine, *(f"DROP TRIGGER IF EXISTS {name}" for name in names), f"UPDATE versions SET sources = {forged}")
    words = f"the files of version {digest[:16]} were changed after it was published"
    assert words in problems(verified(engine))
    assert words in problems(verified_case(engine, case.id))


@on_sqlite
def test_a_file_that_cannot_be_opened_is_a_fault(engine: Engine, case: Case) -> None:
    """A folder in its place does not stop the verifying of everything else."""
    second = sorted(engine.settings.checkpoints.iterdir())[1]
    second.unlink()
    second.mkdir()
    assert f"the file {second.name} cannot be read" in problems(verified(engine))
