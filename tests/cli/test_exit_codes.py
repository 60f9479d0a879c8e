"""A command's exit code says whether it is worth calling again."""

from __future__ import annotations

import pytest

from cli.exit_codes import exit_code
from engine.errors import Busy, InvalidInput, OutcomeUnknown, SettingsError


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Busy("others hold what this needs"), 75),
        (OutcomeUnknown(), 1),
        (InvalidInput({"track": "choose one"}), 2),
        (SettingsError("THROUGHLINE_TIMEZONE", "there is no such zone"), 2),
    ],
    ids=lambda each: type(each).__name__,
)
def test_what_may_pass_in_a_moment_is_told_from_what_will_not(error: Exception, code: int) -> None:
    """75 is for schedulers: nothing was done, call again; what nobody knows is a fault to look at."""
    assert exit_code(error) == code
