"""A page of a record that somebody has changed from outside is not drawn, but told as broken."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from engine.broken_record import told_when_broken
from webui.extension import engine

_View = TypeVar("_View", bound=Callable[..., Any])


def tells_when_broken(view: _View) -> _View:
    """Marks a view of one case's record: where it fails and the record is not whole, the reader is told so."""

    @wraps(view)
    def shown(case_id: str, *args: Any, **kwargs: Any) -> Any:
        with told_when_broken(engine().db, case_id):
            return view(case_id, *args, **kwargs)

    return cast("_View", shown)
