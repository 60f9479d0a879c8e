"""Exclusive gateways: one way on, the first that holds."""

from __future__ import annotations

import re

import pytest

from engine.definitions import compile_definition
from engine.errors import ExpressionFailed
from tests.engine.bpmn.diagrams import MAIN, bundle, diagram, end, exclusive, flow, start, sub, user
from tests.engine.bpmn.running import walk

CHOICE = (
    start(), exclusive("x", default="c"), user("a"), user("b"), user("c"), end(),
    flow("start x"), flow("x a end", "n > 1"), flow("x b end", "n > 0"), flow("x c end"),
)  # fmt: skip


@pytest.mark.parametrize(("n", "way"), [(2, "a"), (1, "b"), (0, "c"), (None, "c")])
def test_the_first_flow_whose_condition_holds_is_taken(n: int | None, way: str) -> None:
    """In the order of the diagram's flows; the default when none holds (BPMN 2.0.2, 13.4.2)."""
    assert walk(diagram(*CHOICE), n=n).waiting == [way]


def test_where_a_box_is_drawn_does_not_change_which_way_is_taken() -> None:
    """The order of conditions is the file's, not the picture's from top to bottom."""
    shapes = "".join(
        f'<di:BPMNShape bpmnElement="{node}"><dc:Bounds x="0" y="{y}" width="1" height="1"/></di:BPMNShape>'
        for node, y in (("a", 300), ("b", 10))
    )
    drawn = (
        '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" '
        f'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC">{shapes}</di:BPMNDiagram></bpmn:definitions>'
    )
    sources = bundle(*CHOICE)
    sources[MAIN] = sources[MAIN].replace("</bpmn:definitions>", drawn)
    assert walk(compile_definition(sources, MAIN), n=2).waiting == ["a"]


def test_a_condition_that_is_not_true_is_not_taken() -> None:
    """A text or a number is no yes."""
    parts = (
        start(), exclusive("x", default="b"), user("a"), user("b"), end(),
        flow("start x"), flow("x a end", "answer"), flow("x b end"),
    )  # fmt: skip
    for answer in ("no", 1, None, False):
        assert walk(diagram(*parts), answer=answer).waiting == ["b"]
    assert walk(diagram(*parts), answer=True).waiting == ["a"]


def test_a_gateway_without_a_way_on_is_named() -> None:
    """The error says file and element when no condition holds and there is no default."""
    parts = (start(), exclusive("x"), end(), flow("start x"), flow("x end", "n > 1"))
    with pytest.raises(ExpressionFailed, match=r"no condition .* holds") as caught:
        walk(diagram(*parts), n=0)
    assert (caught.value.file, caught.value.element) == (MAIN, "x")


def test_an_error_inside_a_called_process_names_its_own_file() -> None:
    """Also when the gateway stands in a subprocess of the called process."""
    inside = sub("box", start("s"), exclusive("x"), end("e"), flow("s x"), flow("x e", "false"))
    called = {"other": (start(), inside, end(), flow("start box end"))}
    main = '<bpmn:callActivity id="c" calledElement="other"/>'
    with pytest.raises(ExpressionFailed, match=re.escape("other.bpmn: x:")):
        walk(diagram(start(), main, end(), flow("start c end"), called=called))


def test_an_exclusive_merge_lets_each_token_through() -> None:
    """It does not wait: two tokens in, two tokens out (BPMN 2.0.2, 13.4.2)."""
    from tests.engine.bpmn.diagrams import parallel

    parts = (
        start(), parallel("split"), user("a"), user("b"), exclusive("merge"), user("c"), end(),
        flow("start split a merge c end"), flow("split b merge"),
    )  # fmt: skip
    case = walk(diagram(*parts)).do("a")
    assert case.waiting == ["b", "c"]
    assert case.do("b").waiting == ["c", "c"]
    assert case.do("c", "c").ended
