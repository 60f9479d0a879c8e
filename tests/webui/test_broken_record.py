"""A record that was changed from outside: the page says so, with the entry, where it could not be drawn."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from engine.application import Engine
from tests.webui.builders import Visit, a_patient


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE history SET detail = '{not json' WHERE seq = 2",
        "UPDATE history SET detail = '{}'",
        "UPDATE history SET at = 'garbage' WHERE seq = 5",
    ],
)
def test_a_record_that_cannot_be_drawn_is_told_as_broken(engine: Engine, visit: Visit, change: str) -> None:
    """The auditor reads what is wrong at which entry, on the page, by Verify and for an export."""
    ada = a_patient(engine).enrolled()
    auditor = visit.signed_in("iris")
    before = auditor.get(f"/cases/{ada.case_id}/record")
    with engine.db.writing() as connection:
        connection.execute(text("DROP TRIGGER history_refuses_update"))
        connection.execute(text(change))
    page = auditor.get(f"/cases/{ada.case_id}/record")
    assert page.status == 409
    assert "was changed from outside of the program" in page.text("main")
    assert "entry" in page.text("main")
    proof = auditor.send(before, f"/cases/{ada.case_id}/verify")
    assert "The record is not whole" in proof.text("main")
