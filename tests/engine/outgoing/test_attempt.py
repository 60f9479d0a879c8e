"""An attempt has its time as a whole, and what it says can be kept."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.outgoing.attempt import DEADLINE, LONGEST_ERROR, MOST_HANGING, kept_error, kept_evidence, within
from engine.outgoing.delivery import WAITS
from engine.outgoing.outgoing import NotDelivered, Undeliverable

SOON = 0.05  # seconds


def test_an_attempt_returns_and_raises_what_the_channel_does() -> None:
    """Where it comes to an end in time nothing of it is changed."""

    def refuses() -> None:
        raise Undeliverable("no such address")

    assert within(10, lambda: {"receipt": "12"}) == {"receipt": "12"}
    with pytest.raises(Undeliverable, match="no such address"):
        within(10, refuses)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_attempt_that_breaks_off_is_a_failed_one() -> None:
    """An error that no channel should raise is printed, and stops nobody else."""

    class Unforeseen(Exception):
        pass

    def breaks_off() -> None:
        raise Unforeseen

    with pytest.raises(NotDelivered, match="broke off"):
        within(10, breaks_off)


def test_an_attempt_that_hangs_is_left_behind_and_too_many_of_them_make_no_more() -> None:
    """A receiver that never comes to an end holds up neither the worker nor, in the end, new threads."""
    goes_on = threading.Event()
    try:
        for _ in range(MOST_HANGING):
            with pytest.raises(NotDelivered, match=r"within 0\.05 s; it may have arrived"):
                within(SOON, goes_on.wait)
        with pytest.raises(NotDelivered, match="earlier attempts still hang"):
            within(10, dict)
    finally:
        goes_on.set()
        for each in threading.enumerate():
            if each.name == "throughline-attempt":
                each.join(timeout=10)
    assert within(10, dict) == {}


def test_an_attempt_ends_before_another_worker_may_try() -> None:
    """Its whole time is below the first wait, which is how long it has the work to itself."""
    assert WAITS[0].total_seconds() > DEADLINE


@given(st.text(st.characters(codec=None, categories=None)))
def test_whatever_a_server_says_can_be_stored(said: str) -> None:
    """No NUL, no half of a pair, one line, and not longer than anybody reads."""
    kept = kept_error(said)
    assert 0 < len(kept) <= LONGEST_ERROR
    assert kept.encode()
    assert not {"\x00", "\n"} & set(kept)
    assert "\x00" not in str(kept_evidence({"a": [said], said: said}).values())


def test_evidence_keeps_its_shape() -> None:
    """Numbers and what is nested stay; only texts are cleaned and cut."""
    evidence = {"status": 201, "files": {"a.pdf": "ab\x00c"}, "location": "x" * 5_000, "date": None}
    kept = kept_evidence(evidence)
    assert kept == {"status": 201, "files": {"a.pdf": "ab�c"}, "location": kept["location"], "date": None}
    assert len(kept["location"]) == 1_000
