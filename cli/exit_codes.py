"""Which error ends a command with which exit code: 1 the work found fault, 2 the call is wrong, 75 try again."""

from __future__ import annotations

from care.errors import CareError, ConfigurationError
from engine import errors
from engine.feel import FeelError

TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h: nothing was done, and the same call may pass in a moment

# The first class that fits decides, so the more special ones stand first.
TABLE: tuple[tuple[type[Exception], int], ...] = (
    (errors.Busy, TRY_AGAIN),
    (errors.DefinitionError, 1),
    (ConfigurationError, 1),
    (errors.SettingsError, 2),
    (errors.NotFound, 2),
    (errors.Refused, 2),
    (errors.InvalidInput, 2),
    (errors.NaiveInstant, 2),
    (FeelError, 2),
    (CareError, 2),
    (errors.ThroughlineError, 1),
)


def exit_code(error: Exception) -> int:
    """The exit code of a command that ended with this error."""
    return next((code for kind, code in TABLE if isinstance(error, kind)), 1)
