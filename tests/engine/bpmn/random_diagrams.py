"""Random well-formed diagrams, built of blocks with one way in and one way out, and random ways to walk them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from engine.definitions import Definition, compile_definition
from tests.engine.bpmn import diagrams as d

MESSAGES = (d.ADMITTED, d.DISCHARGED, d.WITHDREW)
FLAGS = ("f0", "f1", "f2")
Block = tuple[Any, ...]

_flags = st.sampled_from(FLAGS)
_days = st.integers(1, 9)
_events = st.one_of(
    st.tuples(st.just("message"), st.sampled_from(MESSAGES)),
    st.tuples(st.just("duration"), _days.map(lambda n: f"P{n}D")),
    st.tuples(st.just("escalation"), st.sampled_from([None, "C1", "C2"])),
    st.tuples(st.just("error"), st.sampled_from([None, "E1"])),
    st.tuples(st.just("cycle"), st.sampled_from(["R3/P2D", "R/P3D"])),
)
_guards = st.lists(st.tuples(_events, st.booleans(), st.sampled_from(["user", "call"])), max_size=2)
_many = st.none() | st.tuples(st.integers(0, 3), st.booleans(), st.sampled_from([None, *FLAGS]))
_leaves = st.one_of(
    st.tuples(st.just("user"), _many, _guards),
    st.tuples(st.just("user"), st.none(), st.just([])),
    st.just(("record",)),
    st.tuples(st.just("wait"), _days),
    st.tuples(st.just("receive"), st.sampled_from(MESSAGES)),
    st.tuples(st.just("race"), st.sampled_from(MESSAGES), _days),
    st.tuples(st.just("throw"), st.sampled_from(["C1", "C2"])),
    st.tuples(st.just("fail"), _flags),
    st.tuples(st.just("stop"), _flags),
)


def _around(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    few = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        st.tuples(st.just("seq"), few),
        st.tuples(st.just("and"), few),
        st.tuples(st.just("xor"), few, _flags),
        st.tuples(st.just("or"), few),
        st.tuples(st.just("loop"), inner, _flags),
        st.tuples(st.just("sub"), inner, _many, _guards),
        st.tuples(st.just("call"), inner, _many, _guards),
    )


blocks: st.SearchStrategy[Block] = st.tuples(
    st.sampled_from(["seq", "and", "or"]),
    st.lists(st.recursive(_leaves, _around, max_leaves=6), min_size=2, max_size=4),
)
and_blocks: st.SearchStrategy[Block] = st.recursive(
    st.just(("user", None, [])),
    lambda inner: st.tuples(st.sampled_from(["seq", "and"]), st.lists(inner, min_size=2, max_size=3)),
    max_leaves=10,
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("do"), st.integers(0, 9)),
        st.tuples(st.just("do"), st.integers(0, 9)),
        st.tuples(st.just("send"), st.sampled_from(MESSAGES)),
        st.tuples(st.just("time"), st.integers(1, 12)),
        st.tuples(st.just("flag"), _flags, st.booleans()),
    ),
    min_size=12,
    max_size=40,
)


@dataclass
class Drawing:
    """Draws blocks: each method adds nodes and gives the ids of its way in and its way out."""

    count: int = 0
    parts: list[str] = field(default_factory=list)
    called: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def definition(self, block: Block) -> Definition:
        parts = self.scope(block)
        return compile_definition(d.bundle(*parts, called=self.called), d.MAIN)

    def _name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def scope(self, block: Block) -> tuple[str, ...]:
        """The parts of a process or subprocess around a block."""
        outside, self.parts = self.parts, []
        first, last, into, out = self._name("start"), self._name("end"), *self._block(block)
        self.parts += [d.start(first), d.end(last), d.flow(f"{first} {into}"), d.flow(f"{out} {last}")]
        parts, self.parts = tuple(self.parts), outside
        return parts

    def _block(self, block: Block) -> tuple[str, str]:
        draw: Callable[..., tuple[str, str]] = getattr(self, f"_{block[0]}")
        return draw(*block[1:])

    # -- leaves -------------------------------------------------------------------------------------------------------
    def _node(self, kind: str, draw: Callable[..., str], *arguments: Any) -> tuple[str, str]:
        name = self._name(kind)
        self.parts.append(draw(name, *arguments))
        return name, name

    def _record(self) -> tuple[str, str]:
        return self._node("record", d.record, "seen", "counter")

    def _wait(self, days: int) -> tuple[str, str]:
        return self._node("wait", d.catch, d.timer("duration", f"P{days}D"))

    def _receive(self, message: str) -> tuple[str, str]:
        return self._node("receive", d.receive, message)

    def _throw(self, code: str) -> tuple[str, str]:
        return self._node("throw", d.throw, d.escalation(code))

    def _fail(self, flag: str) -> tuple[str, str]:
        return self._leave(flag, d.error("E1"))

    def _stop(self, flag: str) -> tuple[str, str]:
        return self._leave(flag, d.TERMINATE)

    def _leave(self, flag: str, definition: str) -> tuple[str, str]:
        """An end of its own when the flag is set."""
        gate, on, out = self._name("gate"), self._name("on"), self._name("left")
        self.parts += [d.exclusive(gate, default=on), d.task(on), d.end(out, definition)]
        self.parts += [d.flow(f"{gate} {on}"), d.flow(f"{gate} {out}", f"{flag} = true")]
        return gate, on

    def _race(self, message: str, days: int) -> tuple[str, str]:
        gate, came, late, merge = (self._name(kind) for kind in ("race", "came", "late", "merge"))
        self.parts += [d.event_gateway(gate), d.catch(came, d.message(message)), d.exclusive(merge)]
        self.parts += [d.catch(late, d.timer("duration", f"P{days}D")), d.flow(f"{gate} {came} {merge}")]
        self.parts += [d.flow(f"{gate} {late} {merge}")]
        return gate, merge

    # -- activities ---------------------------------------------------------------------------------------------------
    def _user(self, many: Any, guards: list[Any]) -> tuple[str, str]:
        return self._guarded(self._node("user", d.user, _times(many)), guards)

    def _sub(self, inner: Block, many: Any, guards: list[Any]) -> tuple[str, str]:
        parts = self.scope(inner)
        return self._guarded(self._node("sub", d.sub, *parts, _times(many)), guards)

    def _call(self, inner: Block, many: Any, guards: list[Any]) -> tuple[str, str]:
        process = self._name("process")
        self.called[process] = self.scope(inner)
        return self._guarded(self._node("call", d.call, process, _times(many)), guards)

    def _guarded(self, place: tuple[str, str], guards: list[Any]) -> tuple[str, str]:
        for (kind, value), interrupting, then in guards:
            event, last = self._name("event"), self._name("end")
            interrupting = kind == "error" or (interrupting and kind != "cycle")
            self.parts += [
                d.on(place[0], event, _definition(kind, value), interrupting=interrupting),
                d.end(last),
            ]
            follow: Block = ("user", None, [])
            into, out = self._block(follow if then == "user" else ("call", follow, None, []))
            self.parts += [d.flow(f"{event} {into}"), d.flow(f"{out} {last}")]
        return place

    # -- gateways -----------------------------------------------------------------------------------------------------
    def _seq(self, inner: list[Block]) -> tuple[str, str]:
        places = [self._block(block) for block in inner]
        for (_, out), (into, _) in pairwise(places):
            self.parts.append(d.flow(f"{out} {into}"))
        return places[0][0], places[-1][1]

    def _and(self, inner: list[Block]) -> tuple[str, str]:
        return self._branches(inner, d.parallel, d.parallel, [None] * len(inner))

    def _xor(self, inner: list[Block], flag: str) -> tuple[str, str]:
        whens = [f"{name} = true" for name in (flag, *FLAGS)][: len(inner) - 1]
        return self._branches(inner, d.exclusive, d.exclusive, [*whens, None])

    def _or(self, inner: list[Block]) -> tuple[str, str]:
        whens = [f"{name} = true" for name in FLAGS][: len(inner) - 1]
        return self._branches(inner, d.inclusive, d.inclusive, [*whens, None])

    def _branches(
        self, inner: list[Block], split: Any, join: Any, whens: list[str | None]
    ) -> tuple[str, str]:
        first, last = self._name("split"), self._name("join")
        places = [self._block(block) for block in inner]
        chooses = split is not d.parallel
        self.parts += [split(first, places[-1][0]) if chooses else split(first), join(last)]
        for (into, out), when in zip(places, whens, strict=True):
            self.parts += [d.flow(f"{first} {into}", when), d.flow(f"{out} {last}")]
        return first, last

    def _loop(self, inner: Block, flag: str) -> tuple[str, str]:
        """Round again while the flag is set; a person decides each time, so that no round is endless."""
        again, gate, on = self._name("again"), self._name("gate"), self._name("on")
        into, out = self._seq([("user", None, []), inner])
        self.parts += [d.exclusive(again), d.exclusive(gate, default=on), d.task(on)]
        self.parts += [
            d.flow(f"{again} {into}"),
            d.flow(f"{out} {gate} {on}"),
            d.flow(f"{gate} {again}", f"{flag} = true"),
        ]
        return again, on


def _times(many: Any) -> str:
    if many is None:
        return ""
    cardinality, sequential, until = many
    return d.times(
        str(cardinality), sequential=sequential, until=None if until is None else f"{until} = true"
    )


def _definition(kind: str, value: Any) -> str:
    if kind == "message":
        return d.message(value)
    if kind in ("duration", "cycle"):
        return d.timer(kind, value)
    return d.error(value) if kind == "error" else d.escalation(value)
