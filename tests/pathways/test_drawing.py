"""The diagrams read from left to right, on one screen, with nothing on top of anything else."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from tests.pathways.bpmn_files import FILES, Box, Diagram, Point, diagram

EVERY_FILE = pytest.mark.parametrize("file", FILES)
LOOP = "loop_"  # a flow that goes back says so in its id
WIDEST, HIGHEST = 1700, 960  # pixels: one screen, a little reduced


@EVERY_FILE
def test_everything_is_drawn(file: str) -> None:
    """Each element and each flow has its place, so that every BPMN tool shows the diagram as it is meant."""
    shown = diagram(file)
    assert set(shown.nodes) <= set(shown.boxes)
    assert set(shown.flows) <= set(shown.lines)


@EVERY_FILE
def test_a_diagram_fits_one_screen(file: str) -> None:
    """Nobody scrolls through a process."""
    boxes = diagram(file).boxes.values()
    assert max(b.right for b in boxes) - min(b.left for b in boxes) <= WIDEST
    assert max(b.bottom for b in boxes) - min(b.top for b in boxes) <= HIGHEST


@EVERY_FILE
def test_no_shape_lies_on_another(file: str) -> None:
    """Only a subprocess holds others, wholly, and a boundary event sits on its activity."""
    shown = diagram(file)
    for one, other in combinations(shown.nodes.values(), 2):
        inner, outer = (one, other) if other.id in one.ancestors else (other, one)
        if outer.id in inner.ancestors:
            assert shown.boxes[outer.id].holds(shown.boxes[inner.id]) or inner.host, (inner.id, outer.id)
        elif one.id not in (other.host,) and other.id not in (one.host,):
            assert not shown.boxes[one.id].overlaps(shown.boxes[other.id]), (one.id, other.id)


@EVERY_FILE
def test_no_label_lies_on_a_shape_or_on_another_label(file: str) -> None:
    """Every name can be read."""
    shown = diagram(file)
    solid = {
        id_: box for id_, box in shown.boxes.items() if id_ in shown.nodes and shown.nodes[id_].tag != "subProcess"
    }
    for id_, label in shown.labels.items():
        assert [other for other, box in solid.items() if other != id_ and label.overlaps(box)] == [], id_
    assert [pair for pair in combinations(shown.labels, 2) if _on_each_other(shown, *pair)] == []


@EVERY_FILE
def test_flows_go_from_left_to_right(file: str) -> None:
    """Time runs to the right; only flows that are named loops come back."""
    shown = diagram(file)
    backwards = [
        id_
        for id_ in shown.flows
        if not id_.startswith(LOOP) and any(b[0] < a[0] for a, b in pairwise(shown.lines[id_]))
    ]
    assert backwards == []


@EVERY_FILE
def test_flows_run_straight_and_do_not_cross(file: str) -> None:
    """Lines are horizontal or vertical, and no two cross."""
    shown = diagram(file)
    parts = [(id_, part) for id_ in shown.flows for part in pairwise(shown.lines[id_])]
    assert [id_ for id_, ((x1, y1), (x2, y2)) in parts if x1 != x2 and y1 != y2] == []
    crossing = [(a, b) for (a, one), (b, other) in combinations(parts, 2) if a != b and _cross(one, other)]
    assert crossing == []


@EVERY_FILE
def test_no_flow_runs_through_a_shape(file: str) -> None:
    """A line touches only what it joins."""
    shown = diagram(file)
    through = []
    for flow in shown.flows.values():
        ends = {flow.source, flow.target}
        for node in shown.nodes.values():
            solid = node.tag != "subProcess" and node.id not in ends and node.host not in ends
            # A boundary event's own line starts on the edge of its activity.
            solid = solid and shown.nodes[flow.source].host != node.id
            if solid and any(_touches(part, shown.boxes[node.id]) for part in pairwise(shown.lines[flow.id])):
                through.append((flow.id, node.id))
    assert through == []


@EVERY_FILE
def test_flows_begin_and_end_on_their_shapes(file: str) -> None:
    """No line hangs in the air."""
    shown = diagram(file)
    for flow in shown.flows.values():
        line = shown.lines[flow.id]
        assert _on_edge(line[0], shown.boxes[flow.source]), flow.id
        assert _on_edge(line[-1], shown.boxes[flow.target]), flow.id


def _on_each_other(shown: Diagram, one: str, other: str) -> bool:
    return shown.labels[one].overlaps(shown.labels[other])


def _cross(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether a horizontal and a vertical line meet away from the ends of both."""
    (a, b), (c, d) = one, other
    if a[1] == b[1] and c[0] == d[0]:
        return min(a[0], b[0]) < c[0] < max(a[0], b[0]) and min(c[1], d[1]) < a[1] < max(c[1], d[1])
    if a[0] == b[0] and c[1] == d[1]:
        return _cross(other, one)
    return False


def _touches(part: tuple[Point, Point], box: Box) -> bool:
    (x1, y1), (x2, y2) = part
    return Box(min(x1, x2) - 1, min(y1, y2) - 1, max(x1, x2) + 1, max(y1, y2) + 1).overlaps(box)


def _on_edge(point: Point, box: Box) -> bool:
    x, y = point
    inside = box.left - 1 <= x <= box.right + 1 and box.top - 1 <= y <= box.bottom + 1
    return inside and (
        min(abs(x - box.left), abs(x - box.right)) <= 1 or min(abs(y - box.top), abs(y - box.bottom)) <= 1
    )
