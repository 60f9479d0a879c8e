"""Text that a database cannot keep is refused by field, the same on both databases."""

from __future__ import annotations

import pytest

from engine.application import Engine
from engine.commands import AnyCommand, CompleteTask, DeliverEvent, LogAttempt, StartCase
from engine.errors import InvalidInput
from tests.engine.builders import DANA, a_case, nothing_written

NUL, HALF = "a\x00b", "a\ud83d"


@pytest.mark.parametrize("bad", [NUL, HALF], ids=["NUL", "half a surrogate pair"])
def test_text_that_cannot_be_kept_is_refused_by_field(engine: Engine, bad: str) -> None:
    """JSON can say it, PostgreSQL cannot hold it: an answer to the caller, not a failure of the server."""
    case = a_case(engine)
    task = case.task("welcome_and_consent")
    commands: dict[str, AnyCommand] = {
        "goal": CompleteTask(task["id"], {**case.answers(task), "goal": bad}),
        "late_reason": CompleteTask(task["id"], case.answers(task), late_reason=bad),
        "payload.reason": DeliverEvent(case.id, "transition.discharged", {"reason": bad}),
        "payload.components": DeliverEvent(
            case.id, "measure.recorded", {"components": [{"code": bad, "value": 1}]}
        ),
        "note": LogAttempt(task["id"], "phone", "reached", bad),
        "patient_id": StartCase(bad, "msk"),
    }
    for field, command in commands.items():
        with nothing_written(engine), pytest.raises(InvalidInput) as refused:
            engine.execute(command, actor=DANA)
        assert set(refused.value.errors) == {field}


def test_every_other_text_is_kept_as_it_was(engine: Engine) -> None:
    """Accents, other scripts, an emoji, a backslash that only looks like a NUL."""
    case = a_case(engine)
    goal = "Zoë — 再び歩く 🚶 \\u0000 'quoted' \"twice\"\n"
    case.answer("welcome_and_consent", goal=goal)
    assert case.fact("intake.goal") == goal
    assert case.faults() == []
