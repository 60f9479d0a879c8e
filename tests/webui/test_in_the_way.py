"""What a person reads when others were in the way: whether anything was done, and what to do next."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError

from engine.application import Engine
from engine.errors import Busy, OutcomeUnknown
from tests.webui.builders import Visit, a_patient


@pytest.mark.parametrize(
    ("error", "told", "retry_after"),
    [
        (Busy("others hold what this needs"), "Nothing was changed: too much happened at once.", "5"),
        (OutcomeUnknown(), "look whether it was done, before you do it once more", None),
        (OperationalError("UPDATE", {}, Exception("server closed")), "The database does not answer", "5"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_page_says_whether_anything_was_done(
    dana: Visit, engine: Engine, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str, retry_after: str | None
) -> None:
    """503 in words; where coming back is all there is to do, a program hears when."""
    patient = a_patient(engine)

    def raised(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(engine, "case_view", raised)
    answer = dana.client.get(f"/patients/{patient.id}")
    assert answer.status_code == 503
    assert told in answer.text
    assert answer.headers.get("Retry-After") == retry_after
