"""A walk that is saved as a scenario is the same story: it reads back, and it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import InvalidInput
from engine.scenarios.document import document_of
from engine.settings import SHIPPED_PATHWAYS
from engine.studio.workspace import shipped_texts
from engine.tryout import Happens, Step, Theatre, Tryout, scenario_text, usual_start
from engine.tryout.saving import proven
from engine.tryout.writing import document_text, line_text
from tests.engine.scenarios.theatre import Theatre as Small
from tests.engine.tryout.walks import a_walk, answered, until

_POLICIES = ("nothing is done", "everything is done", "the patient answers nothing")
_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40).filter(str.strip)
_MOVES = st.one_of(
    st.tuples(st.just("answer"), st.sampled_from(["yes", "no"]), _TEXTS | st.none()),
    st.tuples(st.just("usual")),
    st.tuples(st.just("all")),
    st.tuples(st.just("pass"), st.integers(1, 12), st.sampled_from(_POLICIES)),
    st.tuples(st.just("next"), st.sampled_from(_POLICIES)),
    st.tuples(st.just("event"), st.sampled_from(["transition.discharged", "case.paused", "case.resumed"]), _TEXTS),
    st.tuples(st.just("attempt"), st.sampled_from(["no_answer", "reached"])),
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return shipped_texts(Small.built(tmp_path_factory.mktemp("small") / "pathways").folder)


@pytest.fixture(scope="module")
def shared_theatre() -> Iterator[Theatre]:
    found = Theatre()
    yield found
    found.close()


def _walked(theatre: Theatre, sources: dict[str, str], moves: list[Any]) -> Tryout:
    """The walk that a director makes of these moves; what cannot be done then is not done."""
    walk = a_walk()
    for move in moves:
        played = theatre.play(sources, walk)
        step = _step(played, move)
        if step is not None and theatre.play(sources, walk.and_then(step)).fault is None:
            walk = walk.and_then(step)
    return walk


def _step(played: Any, move: tuple[Any, ...]) -> Step | None:
    from engine.tryout.passing import until_next

    if move[0] == "pass":
        return until(f"day {played.day + move[1]}", move[2])
    if move[0] == "next":
        return until(until_next(played), move[1]) if played.next_at else None
    if move[0] == "event":
        return Happens({"event": move[1], "with": {"reason": move[2]}})
    if move[0] == "all":
        return Happens("everything is done")
    if not played.tasks:
        return None
    element = played.tasks[0].row["element_id"]
    if move[0] == "answer":
        return answered(element, well=move[1], note=move[2])
    return answered(element) if move[0] == "usual" else Happens({"attempt": move[1], "for": element})


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(moves=st.lists(_MOVES, max_size=12), title=_TEXTS)
def test_any_walk_saved_as_a_scenario_holds(
    shared_theatre: Theatre, small: dict[str, str], moves: list[Any], title: str
) -> None:
    """Whatever was done, answered and waited for: written, read and played, all that was there at its end is there."""
    walk = _walked(shared_theatre, small, moves)
    then = shared_theatre.play(small, walk).endings
    text = scenario_text(walk, title=title, shows="That it holds.", then=then)
    with shared_theatre.stage(small) as place:
        saved = proven(place, text, "walk.yaml")
    assert saved.failures == (), text
    assert {"tasks", "case"} <= {key for line in then for key in line}


@pytest.mark.parametrize("track", ["msk", "ckm"])
def test_half_a_year_of_a_shipped_track_is_a_scenario_that_holds(shared_theatre: Theatre, track: str) -> None:
    """With people who work, rest, and a value that is measured; what the rules found is among what must be there."""
    sources = shipped_texts(SHIPPED_PATHWAYS)
    with shared_theatre.stage(sources) as place:
        start = usual_start(track, place.names)
    steps: list[Step] = [
        answered("welcome_and_consent", consent="given", **({"region": "knee"} if track == "msk" else {})),
        until("week 4", "everything is done"),
        Happens({"measure": {"weight.value": [92, 93.5]}, "source": "device"}),
        Happens("everything is done"),
        until("week 8", "the patient answers nothing"),
        Happens({"event": "transition.discharged", "with": {"complexity": "high"}}),
        until("week 26", "everything is done"),
    ]
    walk = Tryout(start, tuple(steps))
    played = shared_theatre.play(sources, walk)
    assert played.fault is None
    assert any("facts" in line for line in played.endings)
    text = scenario_text(walk, title="Half a year", shows="That it holds.", then=played.endings)
    with shared_theatre.stage(sources) as place:
        assert proven(place, text, "half.yaml").failures == ()


def test_an_ending_that_is_not_so_is_told_with_what_is_there(theatre: Theatre, sources: dict[str, str]) -> None:
    """What the director changed in a line is looked for as it stands; a line that cannot be read is refused."""
    text = scenario_text(a_walk(answered("ask", well="yes")), title="T", shows="S", then=[{"tasks": ["talk"]}])
    with theatre.stage(sources) as place:
        (failure,) = proven(place, text, "walk.yaml").failures
        assert (failure.expected, failure.place) == ("tasks: talk", "step 1: then 1")
        with pytest.raises(InvalidInput, match="no diagram has a task 'tlak'"):
            proven(place, text.replace("tasks: [talk]", "tasks: [tlak]"), "walk.yaml")


def test_the_steps_of_one_moment_stand_together(tmp_path: Path) -> None:
    """A scenario reads as a person would write it: a moment, what happens at it, and who works until the next.

    A stop on the way at which nobody does anything is not told.
    """
    walk = a_walk(
        answered("ask", well="no", note="a bad night"),
        answered("talk"),
        until("day 2, 14:30"),
        until("day 9"),
        until("day 20", "everything is done"),
    )
    text = scenario_text(walk, title="A bad night", shows="It is talked about.", then=[{"tasks": "none"}])
    assert text == (
        "title: A bad night\n\nshows: It is talked about.\n\ntrack: msk\n\n"
        "given:\n  patient: {name: Eve Moss, age: 80}\n  begins: 2026-07-06\n  aligned: 2026-07-06\n\n"
        "meanwhile: nothing is done\n\n"
        "steps:\n  - when:\n      - answer: ask\n        with: {well: 'no', note: a bad night}\n      - answer: talk\n"
        "  - at: day 9\n    meanwhile: everything is done\n  - at: day 20\n    then:\n      - tasks: none\n"
    ).replace("'no'", "no")


_NAMES = _TEXTS.filter(lambda name: len(name.splitlines()) == 1 and not re.search("[\n\r\x85\u2028\u2029]", name))
_PLAIN = st.one_of(st.none(), st.booleans(), st.integers(-(10**12), 10**12), st.dates(), _TEXTS) | st.floats(
    allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9
)
_VALUES = st.recursive(
    _PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3), max_leaves=8
)


@given(
    given_=st.dictionaries(_NAMES, _VALUES, min_size=1, max_size=3),
    line=st.dictionaries(_NAMES, _VALUES, min_size=1, max_size=2),
)
def test_what_is_written_reads_back_as_it_was(given_: dict[str, Any], line: dict[str, Any]) -> None:
    """Words that look like numbers, days or yes; line breaks, colons and dashes: the reader gets what was meant."""
    document = {"title": "12", "given": given_, "steps": [{"at": "day 3", "when": [line, "everything is done"]}]}
    assert document_of(document_text(document), "w.yaml").values == document
    assert document_of(f"then:\n  - {line_text(line)}", "w.yaml").values["then"] == [line]
