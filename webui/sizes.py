"""How large what is sent to a route may be: as large as a form, unless the route says that it takes files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request

_View = TypeVar("_View", bound=Callable[..., Any])
_MARK = "throughline_size"


def takes_up_to(size: int) -> Callable[[_View], _View]:
    """Marks a view that takes bodies of up to so many bytes."""

    def mark(view: _View) -> _View:
        setattr(view, _MARK, size)
        return view

    return mark


def allow_size() -> None:
    """Before each request: the size that its route says, in place of that of a form."""
    size = largest_file()
    if size is not None:
        request.max_content_length = size
        request.max_form_memory_size = size


def largest_file() -> int | None:
    """The size in bytes that the route says that it takes; None for one that takes forms only."""
    if request.endpoint is None:
        return None
    return getattr(current_app.view_functions[request.endpoint], _MARK, None)
