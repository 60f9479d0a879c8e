"""Called processes: they begin with the call activity and end before it does."""

from __future__ import annotations

from tests.engine.bpmn.diagrams import call, diagram, end, flow, parallel, record, start, user
from tests.engine.bpmn.running import walk

ASK = (start(), user("ask"), end(), flow("start ask end"))
NOTE = (start(), record("note", "said", "count(series.said) + 1"), end(), flow("start note end"))


def test_a_call_activity_waits_for_the_called_process() -> None:
    """The caller goes on when the called process has ended."""
    case = walk(
        diagram(start(), call("c", "asking"), user("b"), end(), flow("start c b end"), called={"asking": ASK})
    )
    assert [(t.process, t.element_id) for t in case.tasks] == [("asking", "ask")]
    assert case.do("ask").waiting == ["b"]


def test_calls_nest() -> None:
    """Three levels end from the inside outwards in one step."""
    middle = (start(), call("inner", "asking"), end(), flow("start inner end"))
    case = walk(
        diagram(
            start(),
            call("outer", "middle"),
            end(),
            flow("start outer end"),
            called={"middle": middle, "asking": ASK},
        )
    )
    assert case.waiting == ["ask"]
    assert case.do("ask").ended


def test_the_second_call_begins_in_the_step_in_which_the_first_ends() -> None:
    """Nothing is left ready between two calls in a row."""
    case = walk(
        diagram(
            start(), call("one", "asking"), call("two", "asking"), end(), flow("start one two end"),
            called={"asking": ASK},
        )
    )  # fmt: skip
    first = case.tasks[0].token
    assert case.do("ask").waiting == ["ask"]
    assert case.tasks[0].token != first
    assert case.do("ask").ended


def test_calls_that_do_not_wait_run_one_after_the_other_at_once() -> None:
    """A sequence of called processes without tasks ends in the step that begins it."""
    parts = [call(f"c{n}", "noting") for n in range(5)]
    case = walk(diagram(start(), *parts, end(), flow("start c0 c1 c2 c3 c4 end"), called={"noting": NOTE}))
    assert case.ended
    assert case.learnt("said") == [1, 2, 3, 4, 5]


def test_one_process_may_be_called_twice_at_once() -> None:
    """Each call runs its own tokens of the shared process."""
    case = walk(
        diagram(
            start(), parallel("split"), call("one", "asking"), call("two", "asking"), parallel("join"), end(),
            flow("start split one join end"), flow("split two join"), called={"asking": ASK},
        )
    )  # fmt: skip
    assert case.waiting == ["ask", "ask"]
    assert case.do("ask").waiting == ["ask"]
    assert case.do("ask").ended


def test_where_a_token_stands_is_told_for_caller_and_called() -> None:
    """The diagram marks the call activity and, inside, the task."""
    case = walk(diagram(start(), call("c", "asking"), end(), flow("start c end"), called={"asking": ASK}))
    found = {(e.process, e.element_id) for e in case.process.active_elements()}
    assert found == {("main", "c"), ("asking", "ask")}
