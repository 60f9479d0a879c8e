"""Inclusive gateways: every flow whose condition holds; the join waits only for tokens that can still come."""

from __future__ import annotations

from itertools import combinations, permutations

import pytest

from tests.engine.bpmn.diagrams import (
    ADMITTED,
    call,
    catch,
    diagram,
    end,
    exclusive,
    flow,
    inclusive,
    message,
    on,
    parallel,
    record,
    start,
    sub,
    timer,
    times,
    user,
)
from tests.engine.bpmn.running import walk

THREE = (
    start(), inclusive("split", default="d"), user("a"), user("b"), user("c"), user("d"), inclusive("join"),
    user("after"), end(),
    flow("start split"), flow("split a join after end", "a = true"), flow("split b join", "b = true"),
    flow("split c join", "c = true"), flow("split d join"),
)  # fmt: skip
SUBSETS = [subset for size in range(4) for subset in combinations("abc", size)]


@pytest.mark.parametrize("subset", SUBSETS, ids=lambda subset: "".join(subset) or "none")
def test_every_subset_of_branches_is_taken_and_joined(subset: tuple[str, ...]) -> None:
    """Each flow whose condition holds, or the default alone; joined in any order (BPMN 2.0.2, 13.4.3)."""
    expected = list(subset) or ["d"]
    for order in permutations(expected):
        case = walk(diagram(*THREE), None, **dict.fromkeys(subset, True))
        assert case.waiting == expected
        for number, element in enumerate(order):
            case.do(element)
            assert case.waiting == sorted(order[number + 1 :]) or case.waiting == ["after"]
        assert case.waiting == ["after"]
        assert case.do("after").ended


def test_inclusive_blocks_nest() -> None:
    """The inner join does not wait for the outer branches, the outer one waits for the inner block."""
    parts = (
        start(), inclusive("s1", default="z"), inclusive("s2", default="y"), user("x"), user("y"), user("z"),
        inclusive("j2"), user("mid"), inclusive("j1"), end(),
        flow("start s1"), flow("s1 s2", "true"), flow("s1 z j1"), flow("s2 x j2 mid j1 end", "true"),
        flow("s2 y j2"),
    )  # fmt: skip
    case = walk(diagram(*parts))
    assert case.waiting == ["x"]
    assert case.do("x").waiting == ["mid"]
    assert case.do("mid").ended


def test_the_join_waits_for_a_user_task_upstream() -> None:
    """However long the person takes, and wherever on the branch the token is."""
    parts = (
        start(), inclusive("split", default="c"), user("a"), user("b"), user("b2"), user("c"), inclusive("join"),
        end(), flow("start split"), flow("split a join end", "true"), flow("split b b2 join", "true"),
        flow("split c join"),
    )  # fmt: skip
    case = walk(diagram(*parts)).do("a")
    assert case.waiting == ["b"]
    assert case.do("b").waiting == ["b2"]
    assert not case.ended
    assert case.do("b2").ended


def test_the_join_waits_for_a_timer_branch_and_a_called_process() -> None:
    """A token that waits for time or inside a call can still come."""
    asking = (start(), user("ask"), end(), flow("start ask end"))
    parts = (
        start(), parallel("split"), user("a"), catch("later", timer("duration", "P3D")), call("c", "asking"),
        inclusive("join"), end(),
        flow("start split a join end"), flow("split later join"), flow("split c join"),
    )  # fmt: skip
    case = walk(diagram(*parts, called={"asking": asking})).do("a", "ask")
    assert not case.ended
    assert case.pass_days(3).ended


def test_a_join_reached_again_by_a_loop_does_not_wait_for_itself() -> None:
    """A token behind the join that could come back on a filled flow is not waited for (BPMN 2.0.2, 13.4.3)."""
    parts = (
        start(), exclusive("in"), inclusive("split", default="b"), user("a"), user("b"), inclusive("join"),
        user("check"), exclusive("x", default="in"), end(),
        flow("start in split"), flow("split a join check x in", "true"), flow("split b join"),
        flow("x end", "done = true"),
    )  # fmt: skip
    case = walk(diagram(*parts))
    assert case.do("a").waiting == ["check"]
    assert case.do("check").waiting == ["a"]
    assert case.do("a").know(done=True).do("check").ended


def test_the_join_goes_on_when_the_last_other_token_ends_elsewhere() -> None:
    """A branch that ends by itself is not waited for any longer."""
    parts = (
        start(), parallel("split"), user("a"), user("b"), exclusive("x", default="join"), end("aside"),
        inclusive("join"), user("after"), end(),
        flow("start split a join after end"), flow("split b x join"), flow("x aside", "leave = true"),
    )  # fmt: skip
    case = walk(diagram(*parts), leave=True).do("a")
    assert case.waiting == ["b"]
    assert case.do("b").waiting == ["after"]


def test_the_join_waits_for_what_a_boundary_event_may_still_bring() -> None:
    """While the activity runs its event can fire; once it has completed nothing can come from there."""
    parts = (
        start(), parallel("split"), user("a"), user("b"), on("b", "late", message(ADMITTED)), user("c"),
        end("done"), inclusive("join"), user("after"), end(),
        flow("start split a join after end"), flow("split b done"), flow("late c join"),
    )  # fmt: skip
    case = walk(diagram(*parts)).do("a")
    assert case.waiting == ["b"]
    assert case.do("b").waiting == ["after"]
    case = walk(diagram(*parts)).do("a")
    assert case.send(ADMITTED) == 1
    assert case.waiting == ["c"]
    assert case.do("c").waiting == ["after"]


def test_an_inclusive_join_in_a_subprocess_looks_at_its_own_scope() -> None:
    """Tokens outside cannot come in."""
    inside = (
        start("s"), inclusive("split", default="b"), user("a"), user("b"), inclusive("join"), end("e"),
        flow("s split"), flow("split a join e", "true"), flow("split b join"),
    )  # fmt: skip
    parts = (
        start(), parallel("fork"), sub("box", *inside), user("other"), user("after"), end("e1"), end("e2"),
        flow("start fork box after e1"), flow("fork other e2"),
    )  # fmt: skip
    assert walk(diagram(*parts)).do("a").waiting == ["after", "other"]


def test_a_token_that_could_also_come_on_a_filled_flow_is_not_waited_for() -> None:
    """It will find the join again, whichever way it takes (BPMN 2.0.2, 13.4.3)."""
    parts = (
        start(), parallel("split"), exclusive("again"), user("a"), user("b"), user("c"),
        exclusive("x", default="b"), inclusive("join"), user("after"), end(),
        flow("start split again a join after end"), flow("split c x b join"), flow("x again", "back = true"),
    )  # fmt: skip
    case = walk(diagram(*parts)).do("a")
    assert case.waiting == ["after", "c"]
    assert case.do("c", "b").waiting == ["after", "after"]


def test_a_token_that_waits_at_a_join_keeps_its_counter() -> None:
    """Also when it is set free by a token that ends elsewhere, after it was saved and loaded."""
    inside = (
        start("s"), parallel("split"), user("a"), user("b"), exclusive("x", default="join"), end("aside"),
        inclusive("join"), record("r", "seen", "counter"), end("e"),
        flow("s split a join r e"), flow("split b x join"), flow("x aside", "true"),
    )  # fmt: skip
    case = walk(diagram(start(), sub("box", *inside, times("2")), end(), flow("start box end")))
    assert case.do("a", "a", "b", "b").ended
    assert case.learnt("seen") == [1, 2]
