"""A record that somebody has changed from outside is not shown, but told as broken, with what is wrong where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError

from engine.errors import Refused
from engine.store.database import Database
from engine.verify import Fault, verify_case

_MOST = 3  # faults that the sentence names; verifying tells all of them


class BrokenRecord(Refused):
    """The record cannot be shown as it stands: the entries at fault are named."""

    code = "broken-record"

    def __init__(self, case_id: str, faults: list[Fault]) -> None:
        said = "; ".join(fault.problem for fault in faults[:_MOST])
        more = f"; and {len(faults) - _MOST} more" if len(faults) > _MOST else ""
        super().__init__(
            f"the record of case '{case_id}' was changed from outside of the program and cannot be shown: "
            f"{said}{more}. Keep the database as it is, tell whoever runs this server, and verify all records"
        )


@contextmanager
def told_when_broken(db: Database, case_id: str) -> Iterator[None]:
    """What reads one case's record: where it fails and the record is not whole, BrokenRecord says so."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, DataError) as error:
        with db.reading() as connection:
            faults = verify_case(connection, case_id)
        if not faults:
            raise
        raise BrokenRecord(case_id, faults) from error
