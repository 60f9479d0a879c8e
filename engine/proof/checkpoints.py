"""How a checkpoint over all cases is written: at most one for each of the organisation's local days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from care.calendars import local_date
from engine.proof.files import write_missing
from engine.proof.signing_key import SigningKey, signing_key
from engine.proof.statement import FIRST, Leaf, Statement, root_of
from engine.settings import Settings
from engine.store import checkpoints as store
from engine.store.database import Database
from engine.store.history import heads


@dataclass(frozen=True, slots=True)
class Written:
    """What a run did: the checkpoint it wrote, if any, the files it added, and those that say something else."""

    checkpoint: Statement | None
    files: Sequence[str] = ()
    differing: Sequence[str] = ()


def write_daily(db: Database, settings: Settings, now: datetime) -> Written:
    """Write the day's checkpoint where there is none yet, and then every file that is missing.

    Safe to run anywhere, any number at once: one of them writes it. Raises SettingsError where no key can be kept.
    """
    written = None
    if _is_wanted(db, settings, now):
        key = signing_key(settings.signing_key)
        try:
            with db.writing() as connection:
                written = _write(connection, settings, now, key)
        except IntegrityError:
            written = None  # another worker was first: the number and the day are taken
    with db.reading() as connection:
        added, differing = write_missing(connection, settings.checkpoints, settings.signing_key)
    return Written(written, added, differing)


def _is_wanted(db: Database, settings: Settings, now: datetime) -> bool:
    with db.reading() as connection:
        last = store.last_checkpoint(connection)
    return last is None or last["day"] < local_date(now, settings.zone)


def _write(connection: Connection, settings: Settings, now: datetime, key: SigningKey) -> Statement | None:
    last = store.last_checkpoint(connection)
    day = local_date(now, settings.zone)
    if last is not None and last["day"] >= day:
        return None  # another worker wrote it between the look and the lock
    # One query: the heads of all cases are of one moment, whatever commands commit meanwhile.
    current = [Leaf(row["id"], row["history_length"], row["history_head"]) for row in heads(connection)]
    before = {row["case_id"]: row["length"] for row in store.current_leaves(connection)}
    statement = Statement(
        number=1 if last is None else last["number"] + 1,
        day=day,
        at=now,
        cases=len(current),
        entries=sum(leaf.length for leaf in current),
        root=root_of(current),
        previous=FIRST if last is None else Statement.of(last).digest,
        key_id=key.public.id,
    )
    row = {**asdict(statement), "signature": key.sign(statement.text)}
    grown = [leaf for leaf in current if leaf.length != before.get(leaf.case_id)]
    store.add_checkpoint(connection, row, [{"checkpoint": statement.number, **asdict(leaf)} for leaf in grown])
    return statement
