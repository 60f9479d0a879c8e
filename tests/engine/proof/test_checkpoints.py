"""A checkpoint a day: written once whoever runs, signed, kept outside the database, and its key made with care."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine.application import Engine
from engine.errors import SettingsError
from engine.proof.checkpoints import Written, write_daily
from engine.proof.daily import Daily
from engine.proof.inclusion import inclusion
from engine.proof.merkle import Step, leaf_hash, root_by
from engine.proof.signing_key import known_keys, signing_key
from engine.proof.statement import Leaf, root_of
from engine.store import checkpoints as store
from engine.store.history import heads
from tests.engine.builders import a_case, on_sqlite


def written(engine: Engine) -> Written:
    return write_daily(engine.db, engine.settings, engine.clock.now())


def test_one_is_written_each_local_day(engine: Engine) -> None:
    """A second run writes none; the next day's adds only the cases that have grown, and follows the first."""
    case, still = a_case(engine), a_case(engine)
    first = written(engine).checkpoint
    assert first is not None
    assert (first.number, first.day, first.cases) == (1, engine.today(), 2)
    assert written(engine).checkpoint is None
    case.to_day(1)
    case.answer("welcome_and_consent")
    second = written(engine).checkpoint
    assert second is not None
    assert (second.number, second.previous) == (2, first.digest)
    with engine.db.reading() as connection:
        assert [row["case_id"] for row in store.leaves_of(connection, 1)] == sorted([case.id, still.id])
        assert [row["case_id"] for row in store.leaves_of(connection, 2)] == [case.id]
        current = [Leaf(row["id"], row["history_length"], row["history_head"]) for row in heads(connection)]
    assert second.root == root_of(current)
    assert second.entries == sum(leaf.length for leaf in current)


def test_two_workers_at_once_write_one(engine: Engine) -> None:
    """The database decides who was first; the other one finds nothing to do, and both files are the same one."""
    a_case(engine)
    results: list[Written] = []
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        results.append(written(engine))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([each for each in results if each.checkpoint is not None]) == 1
    with engine.db.reading() as connection:
        assert store.checkpoint_numbers(connection) == [1]
    assert len(list(engine.settings.checkpoints.iterdir())) == 1


@pytest.mark.parametrize("table", ["checkpoints", "checkpoint_leaves"])
def test_the_database_refuses_to_change_them(engine: Engine, table: str) -> None:
    """As it refuses for the history."""
    a_case(engine)
    written(engine)
    with pytest.raises(DBAPIError, match="append-only"), engine.db.writing() as connection:
        connection.execute(text(f"DELETE FROM {table}"))


@on_sqlite
def test_a_file_says_all_that_is_needed_to_check_it(engine: Engine) -> None:
    """Statement, signature, public key and leaves; a file that is missing comes back, one that is there stays."""
    a_case(engine)
    written(engine)
    (file,) = engine.settings.checkpoints.iterdir()
    assert file.name == "000001-2026-01-13.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    (key,) = known_keys(engine.settings.signing_key).values()
    assert content["public_key"] == key.pem
    assert content["statement"]["root"] == root_of(Leaf(**leaf) for leaf in content["leaves"])
    signed = json.dumps(content["statement"], sort_keys=True, separators=(",", ":")).encode()
    assert key.verifies(content["signature"], signed)
    assert not key.verifies(content["signature"], signed.replace(b'"cases":1', b'"cases":2'))
    before = file.read_bytes()
    file.unlink()
    assert written(engine).files == [file.name]
    assert file.read_bytes() == before
    file.write_text("{}", encoding="utf-8")
    assert written(engine).differing == [file.name]
    assert file.read_text(encoding="utf-8") == "{}"


@on_sqlite
def test_a_case_shows_that_the_last_checkpoint_holds_it(engine: Engine) -> None:
    """The path in an export leads from the case's own leaf to the signed root, with nothing but hashes."""
    cases = [a_case(engine) for _ in range(5)]
    written(engine)
    keys = known_keys(engine.settings.signing_key)
    for case in cases:
        with engine.db.reading() as connection:
            proof = inclusion(connection, case.id, keys)
        assert proof is not None
        leaf = leaf_hash(json.dumps(proof["leaf"], sort_keys=True, separators=(",", ":")).encode())
        path = [Step(step["side"], bytes.fromhex(step["hash"])) for step in proof["path"]]
        assert root_by(leaf, path).hex() == proof["statement"]["root"]
        assert proof["leaf"]["head"] == case.row["history_head"]
    late = a_case(engine)
    with engine.db.reading() as connection:
        assert inclusion(connection, late.id, keys) is None


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    """Mode 0600; ten that start at once get the same one; no half-written file is left."""
    file = tmp_path / "deep" / "signing.key"
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(signing_key(file).public.id)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 10
    assert len(set(found)) == 1
    assert file.stat().st_mode & 0o777 == 0o600
    assert sorted(each.name for each in file.parent.iterdir()) == ["signing.key", "signing.keys"]


def test_a_key_that_was_replaced_is_still_known(tmp_path: Path) -> None:
    """Move the file away and another is made; what the first one signed can still be checked."""
    file = tmp_path / "signing.key"
    first = signing_key(file)
    file.rename(tmp_path / "old.key")
    second = signing_key(file)
    assert set(known_keys(file)) == {first.public.id, second.public.id}
    assert known_keys(file)[first.public.id].verifies(first.sign(b"x"), b"x")


def test_a_file_that_is_no_key_is_refused_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "signing.key"
    file.write_text("my password", encoding="ascii")
    with pytest.raises(SettingsError, match=r"THROUGHLINE_SIGNING_KEY_FILE: .*holds no usable key; move it away"):
        signing_key(file)


@on_sqlite
def test_a_worker_goes_on_when_no_key_can_be_kept(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """It says so in the log, leaves it alone for a while, and writes as soon as it can."""
    a_case(engine)
    blocked = engine.settings.signing_key
    blocked.mkdir()
    daily = Daily(engine.db, engine.settings)
    now = engine.clock.now()
    daily.ensure(now)
    assert "no checkpoint could be written" in caplog.text
    blocked.rmdir()
    daily.ensure(now + timedelta(seconds=1))
    with engine.db.reading() as connection:
        assert store.last_checkpoint(connection) is None
    daily.ensure(now + timedelta(minutes=6))
    with engine.db.reading() as connection:
        assert store.checkpoint_numbers(connection) == [1]
