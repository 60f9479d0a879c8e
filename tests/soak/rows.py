"""What a walk has left in a database, in the words that two walks have in common.

The database gives out the ids of the outbox, and gives none out again when a transaction fails. So they are replaced by
the place of the row among those of its case ("p3-msk-1 outgoing 2"), wherever they stand: in keys of commands, in the
record, in receipts. What is worked out from them is compared elsewhere (the files, in `effects`) or not at all: how
often a piece of work was tried, and the hashes of a case's entries from the first on that names such an id. Before it
hashes are compared; after it each chain is verified by itself. All else must be the same, column by column.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Table, select

from engine.store import tables
from engine.store.database import Database
from engine.store.entry_form import opened, reading
from tests.soak.order import Row, in_one_order

Names = Mapping[int, str]

#: Table: the columns that name a row, in the order in which rows are compared.
NAMED_BY: dict[Table, tuple[str, ...]] = {
    tables.patients: ("id",),
    tables.cases: ("id",),
    tables.processes: ("id",),
    tables.tasks: ("id",),
    tables.attempts: ("task_id", "number"),
    tables.facts: ("case_id", "seq"),
    tables.history: ("case_id", "seq"),
    tables.incidents: ("id",),
    tables.outbox: ("case_id", "id"),
    tables.commands: ("case_id", "id"),
}
LEFT_OUT: dict[str, tuple[str, ...]] = {
    "cases": ("history_head", "number"),  # as `hash` and `prev_hash` of the last entry; as ids that a database gives
    "outbox": ("attempts", "tried_before", "error"),
    "commands": ("id",),
}
_OUTBOX_KEY = re.compile(r"outbox:(\d+)")


@dataclass(frozen=True, slots=True)
class Left:
    """What a walk has left: its rows by table, and the outgoing work that was sent, as it stands, by its name."""

    rows: dict[str, list[Row]]
    sent: dict[str, Row]

    def counts(self) -> dict[str, int]:
        """How many rows there are of each table."""
        return {name: len(rows) for name, rows in self.rows.items()}


def left_in(db: Database) -> Left:
    """Read what is compared."""
    with db.reading() as connection:
        found = {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()] for table in NAMED_BY
        }
        found["history"] = [opened(row) for row in connection.execute(reading()).mappings()]
    # Work about no case (the day's checkpoint) belongs to the house.
    found["outbox"] = [row for row in found["outbox"] if row["case_id"] is not None]
    for table, by in NAMED_BY.items():  # sorted here: databases differ in the order of texts and of nulls
        found[table.name].sort(key=lambda row, by=by: [row[name] or "" for name in by])  # type: ignore[misc]
    names = _names(found["outbox"])
    sent = {names[row["id"]]: row for row in found["outbox"]
            if row["operation"] == "care_update.send" and row["status"] == "done"}  # fmt: skip
    found["history"] = [_opened(row) for row in found["history"]]
    ordered = in_one_order(found)
    changed = {name: _CHANGES.get(name, _as_it_is)(rows, names) for name, rows in ordered.items()}
    return Left({name: [_without(row, LEFT_OUT.get(name, ())) for row in rows] for name, rows in changed.items()}, sent)


def _names(outbox: list[Row]) -> dict[int, str]:
    """A row's place among those of its case: they are written one after the other, for the case is locked."""
    names: dict[int, str] = {}
    places: dict[str, int] = {}
    for row in outbox:
        places[row["case_id"]] = place = places.get(row["case_id"], 0) + 1
        names[row["id"]] = f"{row['case_id']} outgoing {place}"
    return names


def _as_it_is(rows: list[Row], names: Names) -> list[Row]:
    return rows


def _opened(row: Row) -> Row:
    """An entry with its detail read, and the outgoing work that it names."""
    detail = json.loads(row["detail"])
    return row | {"detail": detail, "outgoing": detail.get("outgoing")}


def _history(rows: list[Row], names: Names) -> list[Row]:
    changed, touched = [], set[str]()  # cases whose record has named an id of the outbox
    for row in rows:
        case, detail, outgoing = row["case_id"], row["detail"], row["outgoing"] and names[row["outgoing"]]
        hidden = {"prev_hash": None} if case in touched else {}
        if outgoing:
            touched.add(case)
            detail = _evidence(detail | {"outgoing": outgoing, "attempt": None, "attempts": None}, names)
        hidden |= {"hash": None} if case in touched else {}
        changed.append(row | {"detail": detail, "outgoing": outgoing} | hidden)
    return changed


def _outbox(rows: list[Row], names: Names) -> list[Row]:
    return [row | {"id": names[row["id"]], "result": _evidence(row["result"], names)} for row in rows]


def _commands(rows: list[Row], names: Names) -> list[Row]:
    changed = []
    for row in rows:
        key = row["key"] and _OUTBOX_KEY.sub(lambda found: names[int(found[1])], row["key"])
        # What was asked of the engine names the row that was delivered.
        changed.append(row | {"key": key} | ({"fingerprint": None} if row["kind"] == "RecordDelivery" else {}))
    return changed


def _evidence(told: Row | None, names: Names) -> Row | None:
    """A delivery's evidence with the name of its receipt; the files that it lists are compared in `effects`."""
    if told is None or "receipt" not in told:
        return told
    receipt = names[int(str(told["receipt"]).partition("-")[0])]
    return told | {"receipt": receipt, "files": sorted(told["files"])}


def _without(row: Row, names: tuple[str, ...]) -> Row:
    return {name: value for name, value in row.items() if name not in names}


_CHANGES: dict[str, Callable[[list[Row], Names], list[Row]]] = {
    "history": _history,
    "outbox": _outbox,
    "commands": _commands,
}
