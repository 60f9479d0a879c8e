"""Is the record whole? Finds an entry that was changed, removed, reordered or cut off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from engine.chain import FIRST, entry_hash
from engine.store import history as store
from engine.store.cases import case


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


def verify_all(connection: Connection) -> list[Fault]:
    """The faults of all cases' chains."""
    return [
        fault
        for head in store.heads(connection)
        for fault in _faults(connection, head["id"], head["history_length"], head["history_head"])
    ]


def _faults(connection: Connection, case_id: str, length: int, head: str) -> Iterator[Fault]:
    expected, before = 1, FIRST
    for entry in store.entries(connection, case_id):
        seq = entry["seq"]
        if seq != expected:
            yield Fault(case_id, expected, f"entry {expected} is missing: the next one found is {seq}")
        elif entry["prev_hash"] != before:
            yield Fault(
                case_id, seq, f"entry {seq} does not follow entry {seq - 1}: it was reordered or replaced"
            )
        if entry_hash(dict(entry)) != entry["hash"]:
            yield Fault(case_id, seq, f"entry {seq} was changed after it was written")
        expected, before = seq + 1, entry["hash"]
    if expected != length + 1:
        yield Fault(
            case_id, expected, f"the record ends at entry {expected - 1}, the case has written {length}"
        )
    elif before != (head or FIRST):
        yield Fault(case_id, length, "the last entry is not the one that the case wrote last")
