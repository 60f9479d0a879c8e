"""Two cases of one version never influence each other: the compiled specs are read, never written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.definitions import Definition
from engine.processes import RunningProcess
from tests.engine.bpmn.diagrams import (
    ADMITTED,
    DISCHARGED,
    call,
    catch,
    diagram,
    end,
    event_gateway,
    flow,
    message,
    on,
    parallel,
    receive,
    start,
    sub,
    timer,
    times,
    user,
)
from tests.engine.bpmn.running import Walk, walk


def everything() -> Definition:
    """A process with an element of each family."""
    asking = (start(), user("ask"), end(), flow("start ask end"))
    box = sub("box", start("s"), call("c", "asking", times("2")), end("e"), flow("s c e"))
    return diagram(
        start(), parallel("split"), box, on("box", "out", message(DISCHARGED)),
        on("box", "weekly", timer("cycle", "R/P7D"), interrupting=False), user("week"), user("gone"),
        event_gateway("race"), catch("late", timer("duration", "P20D")), receive("came", ADMITTED),
        parallel("join"), end(), end("e2"), end("e3"), end("e4"),
        flow("start split box join end"), flow("split race late join"), flow("race came e4"),
        flow("weekly week e2"), flow("out gone e3"), called={"asking": asking},
    )  # fmt: skip


def picture(definition: Definition) -> dict[str, Any]:
    """Everything that the specs hold, as plain values: names for the objects that refer to each other."""
    return {
        process: {
            "": _plain({name: value for name, value in vars(spec).items() if name != "task_specs"}),
            **{name: _plain(vars(element)) for name, element in spec.task_specs.items()},
        }
        for process, spec in definition.specs.items()
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if hasattr(value, "weak_subscribers"):  # an event of SpiffWorkflow: who listens
        return {name: repr(each) for name, each in vars(value).items()}
    return value if isinstance(value, str | int | None) else f"{type(value).__name__} {id(value)}"


def wander(case: Walk) -> Walk:
    """Some of everything: time, tasks, messages, an interruption."""
    case.pass_days(15).do("week", "ask")
    case.send(DISCHARGED)
    case.do("gone").pass_days(30)
    return case


def shown(case: Walk) -> tuple[Any, ...]:
    return (case.waiting, case.counters, case.due_in_days(), case.state, case.ended)


def test_a_case_that_has_been_walked_leaves_a_fresh_one_as_it_was() -> None:
    """A case begun after another has been walked is like the one begun before."""
    definition = everything()
    before = shown(walk(definition))
    wander(walk(definition))
    assert shown(walk(definition)) == before


def test_cases_walked_in_turns_are_like_cases_walked_alone() -> None:
    """Each step of one between two steps of the other."""
    definition = everything()
    alone = shown(wander(walk(definition)))
    one, two = walk(definition), walk(definition)
    two.pass_days(7)
    one.pass_days(15)
    two.send(ADMITTED)
    one.do("week", "ask")
    two.do("ask")
    one.send(DISCHARGED)
    two.process.cancel()
    one.do("gone").pass_days(30)
    assert shown(one) == alone


def test_the_specs_are_never_written_to() -> None:
    """A deep picture of the compiled version is the same after a whole walk, kept in memory or not."""
    definition = everything()
    before = picture(definition)
    wander(walk(definition))
    wander(Walk(definition, kept=True))
    assert picture(definition) == before
    assert len(str(before)) > 5_000


def test_a_process_that_is_cancelled_has_nothing_left() -> None:
    """No task, no timer, no event, nowhere a token."""
    case = walk(everything())
    case.process.cancel()
    assert case.ended
    assert (case.waiting, case.process.next_due(), case.process.active_elements()) == ([], None, [])
    assert (case.process.waits_for(ADMITTED), case.process.waits_for(DISCHARGED)) == (False, False)


def test_a_process_may_be_looked_at_without_being_changed() -> None:
    """Asking what it shows does not alter its state."""
    definition = everything()
    case = walk(definition)
    state = case.state
    looked = RunningProcess.load(definition, case.environment, state)
    list(looked.user_tasks()), looked.active_elements(), looked.next_due(), looked.waits_for(ADMITTED)
    assert looked.save() == state
