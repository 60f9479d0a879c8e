"""Tokens of random diagrams, walked to random places, keep their meaning in another version."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from hypothesis import given, settings

from engine.bpmn.anatomy import anatomy_of
from engine.casework import Casework
from engine.definitions import Definition, compile_definition
from engine.errors import ThroughlineError
from engine.migration.mapping import Mapped, map_state
from engine.processes import RunningProcess
from tests.engine.bpmn import diagrams as d
from tests.engine.bpmn import random_diagrams as drawn
from tests.engine.bpmn.running import SmallEnvironment, Walk
from tests.engine.bpmn.test_pruning import act, seen

LONGEST_STATE = 5_000  # characters: a walk that multiplies tokens without end is cut short


def sources_of(block: drawn.Block) -> dict[str, str]:
    drawing = drawn.Drawing()
    parts = drawing.scope(block)
    return d.bundle(*parts, called=drawing.called)


def with_more(sources: Mapping[str, str]) -> dict[str, str]:
    """The same diagrams, with an event beside each user task that had been forgotten."""
    return {path: _TASK.sub(_watched, text) if path.endswith(".bpmn") else text for path, text in sources.items()}


_TASK = re.compile(r'<bpmn:userTask id="([^"]+)".*?</bpmn:userTask>', re.DOTALL)


def _watched(found: re.Match[str]) -> str:
    name = found[1]
    more = (
        d.on(name, f"called_{name}", d.message("surgery.done"), interrupting=False),
        d.on(name, f"late_{name}", d.timer("duration", "P900D"), interrupting=False),
        d.end(f"heard_{name}"),
        d.flow(f"called_{name} heard_{name}"),
        d.end(f"passed_{name}"),
        d.flow(f"late_{name} passed_{name}"),
    )
    return found[0] + "\n" + "\n".join(more)


def walked(definition: Definition, steps: list[tuple[Any, ...]]) -> Walk:
    """A process that has taken the steps that it can take."""
    case = Walk(definition)
    for step in steps:
        if not case.ended and not step_fails(case, step) and len(case.state) > LONGEST_STATE:
            break
    return case


def step_fails(case: Walk, step: tuple[Any, ...]) -> bool:
    try:
        act(case, *step)
    except ThroughlineError:
        return True
    return False


def move(case: Walk, to: Definition) -> Mapped:
    """Set a walk upon another version, as the command does."""
    found = map_state(case.state, "main", anatomy_of(case.definition.specs), anatomy_of(to.specs), {})
    assert found.reasons == ()
    case.definition = to
    case.environment = SmallEnvironment(cast("Casework", case.case), to, "p1", None)
    case.process = RunningProcess.load(to, case.environment, found.state)
    case.process.arm_anew(found.armings, {})
    case.process.go_on()
    case._rest()
    return found


@settings(max_examples=80, derandomize=True)
@given(drawn.blocks, drawn.steps)
def test_a_move_to_an_equal_diagram_changes_nothing(block: drawn.Block, steps: list[tuple[Any, ...]]) -> None:
    """Wherever a process stands, its state in an equal version is the same, letter by letter."""
    sources = sources_of(block)
    case = walked(compile_definition(sources, d.MAIN), steps)
    if case.ended:
        return
    before = case.state
    found = move(case, compile_definition({**sources, "forms/answer.yaml": d.FORM + "# a note\n"}, d.MAIN))
    assert (found.state, found.armings, found.disarmed) == (before, (), ())
    assert case.state == before


@settings(max_examples=60, derandomize=True)
@given(drawn.blocks, drawn.steps, drawn.steps)
def test_there_and_back_again_goes_on_as_if_it_had_never_moved(
    block: drawn.Block, before: list[tuple[Any, ...]], after: list[tuple[Any, ...]]
) -> None:
    """A version with more events beside the tasks, a step in it, and back: from then on all that can be seen is that of
    a twin that stayed."""
    sources = sources_of(block)
    plain, more = compile_definition(sources, d.MAIN), compile_definition(with_more(sources), d.MAIN)
    case, twin = walked(plain, before), walked(plain, before)
    if case.ended:
        return
    move(case, more)
    move(case, plain)
    assert seen(case) == seen(twin)
    for step in after:
        if case.ended or len(case.state) > LONGEST_STATE:
            break
        assert step_fails(case, step) == step_fails(twin, step)
        assert seen(case) == seen(twin)


def moved_from(before: Definition, after: Definition, *done: str, moves: Mapping[str, str] | None = None) -> Mapped:
    """Where a process would stand in ``after`` once these tasks of ``before`` are done."""
    state = Walk(before).do(*done).state
    return map_state(state, "main", anatomy_of(before.specs), anatomy_of(after.specs), moves or {})


def sentences(found: Mapped) -> list[str]:
    return [reason.sentence.partition(";")[0] for reason in found.reasons]


CALLED = (d.start("s"), d.user("inner"), d.end("e"), d.flow("s inner e"))


def calling(name: str, **called: tuple[str, ...]) -> Definition:
    return d.diagram(d.start(), d.call("talk", name), d.end(), d.flow("start talk end"), called=called)


def test_an_activity_that_calls_another_process_cannot_move() -> None:
    """What runs inside has no place there; inside a process that lost the task, the task is named."""
    before = calling("first", first=CALLED)
    assert sentences(moved_from(before, calling("second", second=CALLED))) == [
        "“talk” (talk) runs “first” and in the new version “second”"
    ]
    without = (d.start("s"), d.user("other"), d.end("e"), d.flow("s other e"))
    gone = moved_from(before, calling("first", first=without))
    assert sentences(gone) == ["“inner” (inner) is not in the new version"]
    assert (gone.reasons[0].process, gone.reasons[0].gone) == ("first", "inner")
    assert moved_from(before, calling("first", first=without), moves={"inner": "other"}).reasons == ()


def racing(*messages: str) -> Definition:
    """A gateway behind which the first of several messages leads on to a task of its own."""
    parts = [d.start(), d.event_gateway("race"), d.flow("start race")]
    for name in messages:
        short = name.partition(".")[2]
        parts += [d.catch(short, d.message(name)), d.user(f"after_{short}"), d.end(f"end_{short}")]
        parts.append(d.flow(f"race {short} after_{short} end_{short}"))
    return d.diagram(*parts)


def test_behind_an_event_based_gateway_the_new_diagram_says_what_is_waited_for() -> None:
    """An event that is gone is not waited for, a new one is, and the first to come still ends the others."""
    case = Walk(racing(d.ADMITTED, d.DISCHARGED))
    found = move(case, racing(d.DISCHARGED, d.WITHDREW))
    assert [place.element for place in found.disarmed] == ["admitted"]
    assert case.send(d.ADMITTED) == 0
    assert case.send(d.WITHDREW) == 1
    assert case.waiting == ["after_withdrew"]
    assert case.send(d.DISCHARGED) == 0


def test_all_events_behind_a_gateway_may_be_others() -> None:
    """Nothing of the old ones is left, and what the new diagram waits for leads on."""
    case = Walk(racing(d.ADMITTED, "surgery.done"))
    move(case, racing(d.WITHDREW, d.DISCHARGED))
    assert case.send(d.DISCHARGED) == 1
    assert case.waiting == ["after_discharged"]


def test_a_loop_keeps_how_many_it_began_with() -> None:
    """Three were asked for when it began; that the new version asks for five holds for whoever comes later."""
    before, after = (
        d.diagram(d.start(), d.user("ask", d.times(many, sequential=True)), d.end(), d.flow("start ask end"))
        for many in ("3", "5")
    )
    case = Walk(before).do("ask")
    move(case, after)
    assert case.counters == [2]
    assert case.do("ask").do("ask").ended


def test_a_join_whose_flow_was_taken_away_is_named() -> None:
    """A token has come by a flow that the new version does not have: nobody could say what it stands for."""
    nodes = (d.start(), d.parallel("fork"), d.user("a"), d.user("b"), d.parallel("join"), d.end())
    before = d.diagram(*nodes, d.flow("start fork a join end"), d.flow("fork b join"))
    after = d.diagram(*nodes, d.user("c"), d.flow("start fork a c join end"), d.flow("fork b join"))
    assert moved_from(before, after).reasons == ()
    (told,) = sentences(moved_from(before, after, "a"))
    assert told.startswith("“join” (join) waits for its other flows, and a token has come by the flow from “a”, which")
