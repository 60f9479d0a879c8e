"""Entries are kept short, and read as they were hashed; what somebody changes there is found."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from engine.application import Engine
from engine.chain import FIRST, canonical, entry_hash
from engine.store import tables
from engine.store.entry_form import opened_words, shortened
from engine.store.packing import Unpackable, packed, unpacked
from tests.engine.builders import a_case, on_sqlite
from tests.engine.test_history import tamper

# Every character that a database can keep.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


@given(TEXT)
def test_what_is_packed_is_read_again(said: str) -> None:
    """Whatever a pathway's author, a person or a device has written, in any language."""
    kept = packed(said)
    assert unpacked(kept) == said
    assert len(kept) <= len(said.encode()) + 1


@given(st.none() | TEXT, TEXT, st.dictionaries(TEXT, TEXT | st.integers()))
def test_words_are_read_as_they_were_written(name: str | None, summary: str, detail: dict[str, Any]) -> None:
    """Also where somebody's words have the very character that stands between them, and an empty name is no name."""
    said = {"element_name": name, "summary": summary, "detail": canonical(detail)}
    row = shortened({**said, "hash": "0" * 64, "prev_hash": "0" * 64, "version": "0" * 64})
    assert opened_words(row) == said


@given(st.binary(max_size=200))
def test_bytes_of_somebody_else_are_refused_in_words(kept: bytes) -> None:
    """A text or Unpackable, nothing else; what was cut off is not read as if it were whole."""
    try:
        unpacked(kept)
    except Unpackable:
        return


def test_a_packed_text_that_is_cut_off_is_refused() -> None:
    kept = packed(json.dumps({"why": "Answers worsened for four weeks " * 20}))
    with pytest.raises(Unpackable, match="not whole"):
        unpacked(kept[:-4])


def test_the_words_are_kept_in_a_third_of_their_size(engine: Engine) -> None:
    """Of a record as patients have it: what its entries say, and what is kept of it."""
    case = a_case(engine)
    case.at_week(10)
    kept = select(tables.history.c.packed_detail).where(tables.history.c.case_id == case.id)
    with engine.db.reading() as connection:
        packed_bytes = sum(len(each) for each in connection.execute(kept).scalars())
    said = [entry[name] or "" for entry in case.history() for name in ("element_name", "summary", "detail")]
    assert packed_bytes * 3 < sum(len(each.encode()) for each in said)


@on_sqlite
@pytest.mark.parametrize(
    "change", ["packed_detail = X'0041'", "packed_detail = NULL", "packed_detail = 'x'", "seal = zeroblob(40)",
               "seal = 'x'", "seal = NULL", "version_mark = 4711", "version_mark = 'x'"],
)  # fmt: skip
def test_what_is_kept_short_cannot_be_changed_unseen(engine: Engine, change: str) -> None:
    """As the columns in words: the entry is named."""
    case = a_case(engine)
    with engine.db.writing() as connection:  # as publishing does
        connection.execute(text("INSERT INTO version_marks (hash) SELECT hash FROM versions"))
    case.answer("welcome_and_consent")
    last = case.row["history_length"]
    tamper(engine, f"UPDATE history SET {change} WHERE seq = {last}")
    assert last in [fault.seq for fault in case.faults()]


def test_a_version_that_has_no_number_is_named_in_words(engine: Engine) -> None:
    """And one that has is named by it; read are both alike, and the chain goes on from one to the other."""
    case = a_case(engine)
    with engine.db.writing() as connection:
        connection.execute(text("INSERT INTO version_marks (hash) SELECT hash FROM versions"))
    case.answer("welcome_and_consent")
    with engine.db.reading() as connection:
        query = select(tables.history.c.version, tables.history.c.version_mark).order_by(tables.history.c.seq)
        kept = connection.execute(query).all()
    assert {(version is None, mark is None) for version, mark in kept} == {(True, False), (False, True)}
    assert {entry["version"] for entry in case.history()} == {case.row["version"]}
    assert case.faults() == []


def test_entries_of_before_stay_as_they_are_and_are_read_alike(engine: Engine) -> None:
    """In words up to here, as releases before wrote them; short from here on. One chain."""
    case = a_case(engine)
    wanted = [dict(entry) for entry in case.history()]
    tamper(engine)
    columns = tables.history.c
    with engine.db.writing() as connection:
        if engine.db.dialect == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for entry in wanted:
            short = dict.fromkeys(("packed_detail", "seal", "version_mark"))
            of_entry = (columns.case_id == case.id) & (columns.seq == entry["seq"])
            connection.execute(tables.history.update().where(of_entry).values({**entry, **short}))
    case.answer("welcome_and_consent")
    entries = case.history()
    assert [dict(entry) for entry in entries[: len(wanted)]] == wanted
    assert [entry["prev_hash"] for entry in entries] == [FIRST, *(entry["hash"] for entry in entries[:-1])]
    assert all(entry_hash(entry) == entry["hash"] for entry in entries)
    assert case.faults() == []
