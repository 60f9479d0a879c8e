"""A process that is pruned, saved and loaded at every step does what one that is kept whole in memory does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bundle import PathwayFiles
from engine.definitions import Definition, compile_definition
from engine.errors import ThroughlineError
from engine.events import EVENTS, INTERNAL
from engine.settings import SHIPPED_PATHWAYS
from tests.engine.bpmn import random_diagrams as drawn
from tests.engine.bpmn.running import ALIGNED, Walk

FILES = PathwayFiles(SHIPPED_PATHWAYS)
MOST_LIVE_TOKENS = 5_000  # a walk that multiplies tokens without end is cut short, in both alike


class Twins:
    """The same process twice, of which only one is ever saved and loaded."""

    def __init__(
        self, definition: Definition, message: str | None = None, event: Any = None, track: str = "msk"
    ) -> None:
        self.stopped = False
        self.pruned = Walk(definition, message, event=event, track=track)
        self.whole = Walk(definition, message, event=event, kept=True, track=track)
        self.compare()

    def take(self, step: tuple[Any, ...]) -> None:
        """One step of both; then all that can be seen of them is the same."""
        if self.stopped or self.pruned.ended:
            return
        problems = [self._problem(case, step) for case in (self.pruned, self.whole)]
        assert problems[0] == problems[1]
        self.stopped = problems[0] is not None or len(self.pruned.state) > MOST_LIVE_TOKENS * 20
        if problems[0] is None:
            self.compare()

    def _problem(self, case: Walk, step: tuple[Any, ...]) -> str | None:
        try:
            act(case, *step)
        except ThroughlineError as error:
            return error.message
        return None

    def compare(self) -> None:
        assert seen(self.pruned) == seen(self.whole)


def act(case: Walk, kind: str, *arguments: Any) -> None:
    if kind == "do" and case.tasks:
        tasks = case.tasks
        case.do_token(tasks[arguments[0] % len(tasks)].token)
    elif kind == "send":
        case.send(arguments[0])
    elif kind == "time":
        case.pass_days(arguments[0])
    elif kind == "flag":
        case.know(**{arguments[0]: arguments[1]})
    elif kind == "learn":
        for name, value in arguments[0].items():
            case.case.facts.record(name, value, None, case.case.as_of, "form")


def seen(case: Walk) -> dict[str, Any]:
    """All that the outside can see of a process."""
    process = case.process
    return {
        "ended": case.ended,
        "tasks": [(t.process, t.element_id, t.counter) for t in case.tasks],
        "due": process.next_due(),
        "elements": set(process.active_elements()),
        "messages": [name for name in (*EVENTS, *INTERNAL) if process.waits_for(name)],
        "facts": case.case.facts.learnt,
        "history": [(kind, element) for kind, element, _ in case.case.notes],
        "asked": case.case.asked,
    }


def follow(twins: Twins, steps: Iterable[tuple[Any, ...]]) -> None:
    for step in steps:
        twins.take(step)


@settings(max_examples=200, derandomize=True)
@given(drawn.blocks, drawn.steps)
def test_a_random_diagram_does_the_same_pruned_and_whole(
    block: drawn.Block, steps: list[tuple[Any, ...]]
) -> None:
    """Same tasks, ends, due times, facts and history after every completion, message and passage of time."""
    follow(Twins(drawn.Drawing().definition(block)), steps)


@settings(max_examples=60, derandomize=True)
@given(drawn.and_blocks, st.randoms(use_true_random=False))
def test_parallel_blocks_neither_lose_nor_double_a_token(block: drawn.Block, order: Any) -> None:
    """Every task of a block comes up exactly once, in whatever order they are completed, and then the process ends."""
    drawing = drawn.Drawing()
    case = Walk(drawing.definition(block))
    done: list[str] = []
    while not case.ended:
        element = order.choice(case.waiting)
        case.do(element)
        done.append(element)
    assert sorted(done) == sorted(set(done))
    assert len(done) == _tasks(block)


def _tasks(block: drawn.Block) -> int:
    return 1 if block[0] == "user" else sum(_tasks(inner) for inner in block[1])


# -- the shipped diagrams -----------------------------------------------------------------------------------------
@cache
def shipped(path: str) -> Definition:
    return compile_definition(FILES.bundle(path), path)


_yes = st.sampled_from([True, False])
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "intake.consent": st.sampled_from(["given", "declined"]),
        "baseline.red_flag": st.sampled_from(["yes", "no"]),
        "hrsn.needs": st.lists(st.sampled_from(["housing", "food", "transport"]), max_size=3),
        "hrsn.safety": _yes,
        "sdoh.need_met": st.sampled_from(["met", "refer_again", "declined"]),
        "contact.unanswered_count": st.integers(0, 4),
        "contact.first_unanswered_on": st.integers(0, 200).map(lambda n: ALIGNED + timedelta(days=n)),
        "contact.decision": st.sampled_from(["unalign", "go_on"]),
        "surgery.awaited": _yes,
        "surgery.outcome": st.sampled_from(["done", "cancelled"]),
        "plateau.status": st.sampled_from(["plateau", "worse", "improving"]),
        "pf6b.score": st.integers(20, 60),
        "pi6a.score": st.integers(40, 75),
        "nrs.score": st.integers(0, 10),
        "end_of_period.step": st.sampled_from(["early", "collect"]),
    },
)
# What ends or diverts a case is rare, as it is in life: most walks get far into the year.
_common = st.one_of(
    st.tuples(st.just("do"), st.integers(0, 9)),
    st.tuples(st.just("do"), st.integers(0, 9)),
    st.tuples(st.just("learn"), FACTS),
    st.tuples(st.just("time"), st.integers(1, 25)),
)
_rare = st.tuples(st.just("send"), st.sampled_from([*EVENTS, *INTERNAL]))
_shipped_steps = st.lists(
    st.integers(0, 19).flatmap(lambda n: _common if n else _rare), min_size=40, max_size=80
)


@pytest.mark.parametrize("path", FILES.diagrams())
@settings(max_examples=12, derandomize=True)
@given(st.data())
def test_a_shipped_diagram_does_the_same_pruned_and_whole(path: str, data: st.DataObject) -> None:
    """Whatever is answered, in whatever order, and however long it takes."""
    definition = shipped(path)
    message = data.draw(st.sampled_from(definition.messages)) if definition.messages else None
    event = message and {
        "type": message,
        "complexity": data.draw(st.sampled_from(["high", "moderate"])),
        "on": "2026-01-13",
        "reason": "food",
    }
    track = "ckm" if "follow_on" in path else "msk"  # MSK has no follow-on period
    follow(Twins(definition, message, event, track), data.draw(_shipped_steps))
