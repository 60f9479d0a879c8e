"""Is the record whole? Finds an entry that was changed, removed, reordered or cut off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DataError

from engine.chain import FIRST, entry_hash
from engine.store import history as store
from engine.store.cases import case

# How reading an entry fails that holds what cannot stand there: a text that is no instant, one beyond the calendar.
UNREADABLE = (TypeError, ValueError, DataError)


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a case's chain breaks: the entry's number and what is wrong, in words."""

    case_id: str
    seq: int
    problem: str


def verify_case(connection: Connection, case_id: str) -> list[Fault]:
    """The faults of one case's chain, none when it is whole; raises NotFound."""
    row = case(connection, case_id)
    return list(_faults(connection, case_id, row["history_length"], row["history_head"]))


def _read(connection: Connection, case_id: str) -> Iterator[tuple[int, Mapping[str, Any] | None]]:
    """Each entry by its number; None for one that cannot be read, such as for an instant that is none."""
    try:
        found = [dict(entry) for entry in store.entries(connection, case_id)]
    except UNREADABLE:
        for seq in store.numbers(connection, case_id):
            try:
                yield seq, dict(store.entry(connection, case_id, seq))
            except UNREADABLE:
                yield seq, None
        return
    yield from ((entry["seq"], entry) for entry in found)


def _faults(connection: Connection, case_id: str, length: int, head: str) -> Iterator[Fault]:
    expected, before = 1, FIRST
    for seq, entry in _read(connection, case_id):
        if entry is None:
            yield Fault(case_id, seq, f"entry {seq} cannot be read: it was changed after it was written")
            expected, before = seq + 1, ""
            continue
        if seq != expected:
            yield Fault(case_id, expected, f"entry {expected} is missing: the next one found is {seq}")
        elif before and entry["prev_hash"] != before:
            yield Fault(
                case_id, seq, f"entry {seq} does not follow entry {seq - 1}: it was reordered or replaced"
            )
        # Where the one before is not there, what this one was hashed with is not known whole.
        if len(entry["prev_hash"]) == len(FIRST) and entry_hash(entry) != entry["hash"]:
            yield Fault(case_id, seq, f"entry {seq} was changed after it was written")
        expected, before = seq + 1, entry["hash"]
    if expected != length + 1:
        yield Fault(
            case_id, expected, f"the record ends at entry {expected - 1}, the case has written {length}"
        )
    elif before and before != (head or FIRST):
        yield Fault(case_id, length, "the last entry is not the one that the case wrote last")
