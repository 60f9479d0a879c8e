"""The database's limits are settings: whole numbers within bounds, named when they are wrong."""

from __future__ import annotations

import pytest

from engine.errors import SettingsError
from engine.limits import NAMES, Limits


def test_what_is_not_set_has_its_default() -> None:
    """An empty value is none."""
    assert Limits.from_environment(dict.fromkeys(NAMES, "")) == Limits() == Limits.from_environment({})


def test_each_setting_is_read_and_shown() -> None:
    """What `doctor` tells is what is in force."""
    env = dict(zip(NAMES, ("3", "4", "0", "6", "7"), strict=True))
    limits = Limits.from_environment(env)
    assert limits == Limits(pool=3, pool_timeout=4, statement=0, lock=6, idle=7)
    assert list(limits.shown().values()) == ["3 connections", "4 s", "none", "6 s", "7 s"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ["-1", "1.5", "a minute", "１２", "1000000"])
def test_a_wrong_value_names_its_setting(name: str, value: str) -> None:
    """Nothing is silently the default."""
    with pytest.raises(SettingsError, match=f"{name}: '{value}' is not a whole number from"):
        Limits.from_environment({name: value})


@pytest.mark.parametrize("name", NAMES[:2])
def test_a_pool_of_nothing_is_refused(name: str) -> None:
    """Zero connections, or no time to wait for one, would answer nobody."""
    with pytest.raises(SettingsError, match=name):
        Limits.from_environment({name: "0"})
