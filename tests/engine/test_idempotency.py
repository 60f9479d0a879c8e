"""A command that comes twice with one key has one effect, and the second gets the first's answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from engine.application import Engine
from engine.commands import AnyCommand, CompleteTask, DeliverEvent, LogAttempt, Outcome, SnoozeTask, StartCase
from engine.errors import KeyReused
from tests.engine.builders import DANA, Case, a_case, a_patient, all_rows, nothing_written

KEY = "dana@example.org:4f7c"


@pytest.fixture
def case(engine: Engine) -> Case:
    """A patient whose check-in of week 1 is open."""
    found = a_case(engine).at_day(6)
    found.to_day(7)
    return found


def a_command(case: Case, kind: str) -> AnyCommand:
    task = case.task("pain_checkin")
    commands: dict[str, AnyCommand] = {
        "complete": CompleteTask(task["id"], case.answers(task)),
        "event": DeliverEvent(case.id, "transition.discharged", {"facility": "Mercy"}, case.moment(6)),
        "attempt": LogAttempt(task["id"], "phone", "no_answer"),
        "snooze": SnoozeTask(task["id"], case.on(9), "visits family"),
        "start": StartCase(a_patient(case.engine, "Ben Ito"), "msk", case.on(0)),
    }
    return commands[kind]


KINDS = ["complete", "event", "attempt", "snooze", "start"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_command_again_has_no_second_effect(case: Case, kind: str) -> None:
    """A client that lost the answer asks again, even a week later: same answer, marked as replayed."""
    command = a_command(case, kind)
    first = case.engine.execute(command, actor=DANA, key=KEY)
    case.set_clock(case.moment(14))
    with nothing_written(case.engine):
        again = case.engine.execute(command, actor=DANA, key=KEY)
    assert again == replace(first, replayed=True)


def test_the_same_key_with_another_body_is_refused(case: Case) -> None:
    """Two different wishes under one key: nothing is done, the key is named without its owner."""
    command = a_command(case, "complete")
    case.engine.execute(command, actor=DANA, key=KEY)
    other = LogAttempt(case.tasks()[-1]["id"], "phone", "reached")
    with (
        nothing_written(case.engine),
        pytest.raises(KeyReused, match="key '4f7c' was used before") as refused,
    ):
        case.engine.execute(other, actor=DANA, key=KEY)
    assert refused.value.key == "4f7c"


def test_a_refused_command_does_not_use_up_its_key(case: Case) -> None:
    """What did not happen may be tried again, corrected, under the same key."""
    task = case.task("pain_checkin")
    with pytest.raises(Exception, match="nrs_1"):
        case.engine.execute(CompleteTask(task["id"], {"nrs_1": 77}), actor=DANA, key=KEY)
    assert case.engine.execute(CompleteTask(task["id"], {"nrs_1": 7}), actor=DANA, key=KEY).replayed is False


@pytest.mark.parametrize("kind", ["complete", "event", "start"])
def test_two_at_once_with_one_key_get_one_answer(case: Case, kind: str) -> None:
    """A double click on a slow line: one effect, and neither of the two sees an error."""
    command, together = a_command(case, kind), Barrier(2)
    before = len(all_rows(case.engine)["commands"])

    def act(_: int) -> Outcome:
        together.wait()
        return case.engine.execute(command, actor=DANA, key=KEY)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(act, range(2))
    assert replace(first, replayed=False) == replace(second, replayed=False)
    assert {first.replayed, second.replayed} == {True, False}
    assert len(all_rows(case.engine)["commands"]) == before + 1
    assert case.faults() == []


def test_two_at_once_with_one_key_and_different_wishes_do_not_both_happen(case: Case) -> None:
    """One is done, the other is told that its key is taken; the cases differ, so no lock keeps them apart."""
    other = a_case(case.engine)
    together = Barrier(2)

    def act(which: Case) -> str:
        together.wait()
        try:
            case.engine.execute(DeliverEvent(which.id, "transition.ed_visit", {}), actor=DANA, key=KEY)
        except KeyReused as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(act, (case, other))) == ["done", "key-reused"]
    assert sum("call_after_ed" in which.elements() for which in (case, other)) == 1
