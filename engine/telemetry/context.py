"""What every log line that is written meanwhile carries: the request, the command, the case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_FIELDS: ContextVar[Mapping[str, Any]] = ContextVar("throughline_log_fields", default=_NOTHING)

# The fields that a line may carry beside its message; what is not named here is not written. Each is an id that we
# made, a word of a closed list, or a number: nothing that anybody typed. docs/observability.md has the same.
FIELDS = (
    "request_id",
    "method",
    "route",
    "status",
    "command_id",
    "kind",
    "outcome",
    "actor",
    "case_id",
    "task_id",
    "incident_id",
    "outgoing_id",
    "operation",
    "attempt",
    "error",
    "ms",
)


def fields() -> Mapping[str, Any]:
    """What lines carry just now."""
    return _FIELDS.get()


@contextmanager
def about(**more: Any) -> Iterator[None]:
    """Lines written inside carry these fields, too; those without a value are left out."""
    token = _FIELDS.set({**_FIELDS.get(), **{name: value for name, value in more.items() if value is not None}})
    try:
        yield
    finally:
        _FIELDS.reset(token)
