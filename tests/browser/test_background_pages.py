"""Background work in a browser: a director sees what was given up and lets it be tried again, on a phone too."""

from __future__ import annotations

from engine.application import Engine
from engine.outgoing.outgoing import Undeliverable
from tests.browser.conftest import Open
from tests.engine.updates import Postbox, a_case_with_an_update, deliver, rows

WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def test_a_director_lets_it_be_tried_again(engine: Engine, open_window: Open) -> None:
    """From the list to the row, and back to waiting; nothing is wider than the screen."""
    case = a_case_with_an_update(engine)
    deliver(case, Postbox([Undeliverable("the Direct relay answered 550 5.1.1 no such mailbox")]))
    page = open_window(width=390, height=844).sign_in("omar", "/background")
    assert not page.evaluate(WIDER)
    page.get_by_role("link", name="Update to the PCP 1").click()
    page.wait_for_url("**/background/1")
    assert not page.evaluate(WIDER)
    page.get_by_role("button", name="Retry now").click()
    page.get_by_text("It is tried again").wait_for()
    assert rows(case)[0]["status"] == "waiting"
