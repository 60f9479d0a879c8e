"""A record that somebody has changed from outside is not drawn, but told as broken, with what is wrong where."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from engine.errors import Refused
from engine.verify import Fault, verify_case
from webui.extension import engine

_View = TypeVar("_View", bound=Callable[..., Any])
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


def tells_when_broken(view: _View) -> _View:
    """Marks a view of one case's record: where it fails and the record is not whole, the reader is told so."""

    @wraps(view)
    def shown(case_id: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return view(case_id, *args, **kwargs)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            with engine().db.reading() as connection:
                faults = verify_case(connection, case_id)
            if not faults:
                raise
            raise BrokenRecord(case_id, faults) from error

    return cast("_View", shown)
