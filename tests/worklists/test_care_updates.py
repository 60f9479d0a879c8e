"""The updates of a case in words: what waits, what was tried, what arrived and what did not."""

from __future__ import annotations

from engine.application import Engine
from engine.outgoing.outgoing import NotDelivered, Undeliverable
from tests.engine.builders import Case
from tests.engine.updates import Postbox, a_case_with_an_update, deliver, later
from worklists.care_updates import SentUpdate, sent_updates


def seen(case: Case) -> SentUpdate:
    with case.engine.db.reading() as connection:
        (found,) = sent_updates(connection, case.id)
    return found


def test_an_update_says_how_it_stands(engine: Engine) -> None:
    """Each state in words that need no explanation, with the error or the receipt beside them."""
    case = a_case_with_an_update(engine)
    assert (seen(case).title, seen(case).words, seen(case).tone) == ("Care has started", "waits to be sent", "late")
    postbox = Postbox([NotDelivered("busy")])
    deliver(case, postbox)
    assert (seen(case).words, seen(case).problem) == ("tried 1×, to be tried again", "busy")
    later(case, minutes=1)
    deliver(case, postbox)
    (key,) = postbox.letters
    found = seen(case)
    assert (found.words, found.tone, found.problem) == ("delivered, postbox", "good", None)
    assert (found.evidence, found.arrived_at) == (f"receipt {key}", case.clock())


def test_an_update_that_did_not_arrive_says_why(engine: Engine) -> None:
    """And when it was given up is not when it arrived."""
    case = a_case_with_an_update(engine)
    deliver(case, Postbox([Undeliverable("no such address")]))
    found = seen(case)
    assert (found.words, found.tone, found.problem) == ("not delivered", "urgent", "no such address")
    assert found.arrived_at is None
