"""`throughline db`: a database is made, checked and made a sandbox."""

from __future__ import annotations

from tests.cli.conftest import Throughline


def test_a_live_database_is_made_by_upgrade(new_throughline: Throughline) -> None:
    """Before, the check finds fault; after, it does not, and the shipped pathways are published."""
    assert new_throughline.json("db", "check", code=1)["current"] is False
    assert "msk" in new_throughline.json("db", "upgrade")["published"]
    assert new_throughline.json("db", "check")["current"] is True
    assert new_throughline.json("db", "upgrade")["published"] == []
    assert new_throughline.json("clock", "show")["sandbox"] is False


def test_a_sandbox_is_empty_and_has_its_own_clock(new_throughline: Throughline) -> None:
    """It starts at the instant that is asked for, without users."""
    made = new_throughline.json("db", "init", "--sandbox", "--now", "2026-07-06T10:00:00-04:00")
    assert made["sandbox"] is True
    assert new_throughline.json("clock", "show")["now"] == "2026-07-06T14:00:00+00:00"
    assert new_throughline.json("users", "list")["items"] == []


def test_a_sandbox_is_not_made_twice_nor_without_saying_so(sandbox: Throughline) -> None:
    """Both calls are wrong calls: exit code 2, with what to do."""
    assert "clock set" in sandbox("db", "init", "--sandbox", code=2).stderr
    assert "--sandbox" in sandbox("db", "init", code=2).stderr


def test_without_a_database_a_command_says_how_to_make_one(new_throughline: Throughline) -> None:
    """The message names the setting and both commands; --json carries the code."""
    problem = new_throughline.json("tick", code=2)["error"]
    assert problem["code"] == "settings"
    assert "throughline db upgrade" in problem["message"]
    assert "db init --sandbox" in problem["message"]


def test_a_wrong_setting_is_a_wrong_call(new_throughline: Throughline) -> None:
    """Exit code 2, and the variable's name on stderr."""
    new_throughline.env["THROUGHLINE_TIMEZONE"] = "Mars/Olympus"
    assert "THROUGHLINE_TIMEZONE" in new_throughline("db", "check", code=2).stderr


def test_a_database_that_does_not_answer_is_named(new_throughline: Throughline) -> None:
    """No stack trace when the server is away."""
    new_throughline.env["THROUGHLINE_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"
    assert "does not answer" in new_throughline("db", "check", code=2).stderr
