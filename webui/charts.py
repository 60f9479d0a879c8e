"""Where the marks and labels of a chart stand, in the units of its SVG; a label never lies on another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from webui.words import number
from worklists.scores import Point, Scores
from worklists.year_line import YearLine

Anchor = Literal["start", "middle", "end"]
LETTER, LINE = 6.1, 13.0  # an 11 px letter of Inter on average, and a line of them
GAP = 5.0


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the drawing that is taken."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a label may stand: ``y`` is its baseline."""

    x: float
    y: float
    anchor: Anchor = "middle"


@dataclass(frozen=True, slots=True)
class Label:
    """A label in its place."""

    x: float
    y: float
    anchor: Anchor
    words: str
    is_strong: bool = False


def box_of(words: str, spot: Spot) -> Box:
    """The room that a label takes at a spot, with the gap that keeps it apart from others."""
    width = len(words) * LETTER
    left = spot.x - {"start": 0.0, "middle": width / 2, "end": width}[spot.anchor]
    return Box(left - GAP, spot.y - LINE + 3, left + width + GAP, spot.y + 3)


def place(
    words: str,
    spots: Iterable[Spot],
    taken: list[Box],
    *,
    left: float,
    right: float,
    is_strong: bool = False,
) -> Label | None:
    """The label at the first spot that is free, moved inside the drawing if need be; None where no spot is.

    The room that it takes is added to ``taken``.
    """
    for spot in spots:
        box = box_of(words, spot)
        over = max(left - GAP - box.left, 0) or min(right + GAP - box.right, 0)
        moved = Spot(spot.x + over, spot.y, spot.anchor)
        box = box_of(words, moved)
        if not any(box.meets(other) for other in taken):
            taken.append(box)
            return Label(round(moved.x, 1), moved.y, moved.anchor, words, is_strong)
    return None


def present(labels: Iterable[Label | None]) -> tuple[Label, ...]:
    return tuple(label for label in labels if label is not None)


# -- the year ---------------------------------------------------------------------------------------------------------
YEAR_WIDTH, YEAR_LEFT, YEAR_RIGHT = 1140, 16, 1124
_BAND_TOP, _BAND = 65, 36
_ROWS = tuple(_BAND_TOP - 7 - row * LINE for row in range(3))  # of the windows' words, the nearest first
_MARK = {"done": "done", "due": "open", "late": "open", "missed": "missed", "ahead": "ahead"}
_SPAN = {"done": "window done", "open": "window open", "ahead": "window", "over": "window"}
_SUFFIX = {"due": " due", "late": " late", "missed": " missed"}


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on a day: its place, its class, and the sentence that a pointer resting on it shows."""

    x: float
    css: str
    words: str


@dataclass(frozen=True, slots=True)
class Span:
    x: float
    width: float
    css: str
    words: str


@dataclass(frozen=True, slots=True)
class YearChart:
    """The year as an SVG of ``width`` by ``height``: ``axis`` and ``band_top`` are heights, the rest stand in x."""

    width: int
    height: float
    band_top: int
    band: int
    axis: float
    today: float | None
    spans: tuple[Span, ...]
    milestones: tuple[Mark, ...]
    events: tuple[Mark, ...]
    event_y: float
    labels: tuple[Label, ...]


def year_chart(year: YearLine) -> YearChart:
    """Places a year: windows above the line, milestones below it, events below these."""
    last = max(year.last_day, year.today if year.ended_on is None else year.ended_on)

    def at(day: int) -> float:
        inside = min(max(day, 0), last)
        return round(YEAR_LEFT + inside / last * (YEAR_RIGHT - YEAR_LEFT), 1)

    now = year.today if year.ended_on is None else year.ended_on
    bottom = _BAND_TOP + _BAND
    taken = [Box(at(now) - 1, 20, at(now) + 1, bottom)]
    word = "today" if year.ended_on is None else "closed"
    labels = [_label(f"{word}, day {now}", [Spot(at(now), 16)], taken, is_strong=True)]
    for window in year.windows:
        labels.append(_label(window.words, _beside(at(window.opens), at(now), window.words), taken))
    taken = []
    for milestone in year.milestones:
        words = milestone.name + _SUFFIX.get(milestone.state, "")
        labels.append(_label(words, [Spot(at(milestone.day), bottom + 16)], taken))
    event_y = bottom + 26
    rows = [event_y + 22 + row * LINE for row in range(3)]
    taken = []
    for event in year.events:
        labels.append(_label(f"{event.words} d {event.day}", [Spot(at(event.day), y) for y in rows], taken))
    lowest = max((label.y for label in present(labels)), default=0)
    return YearChart(
        width=YEAR_WIDTH,
        height=lowest + 8,
        band_top=_BAND_TOP,
        band=_BAND,
        axis=_BAND_TOP + _BAND / 2,
        today=at(now),
        spans=tuple(
            Span(at(w.opens), round(at(w.closes) - at(w.opens), 1), _SPAN[w.state], w.words) for w in year.windows
        ),
        milestones=tuple(Mark(at(m.day), _MARK[m.state], f"{m.name}: {m.state}, day {m.day}") for m in year.milestones),
        events=tuple(Mark(at(e.day), "event", f"{e.summary}, day {e.day}") for e in year.events),
        event_y=event_y,
        labels=present(labels),
    )


def _label(words: str, spots: Iterable[Spot], taken: list[Box], *, is_strong: bool = False) -> Label | None:
    return place(words, spots, taken, left=YEAR_LEFT, right=YEAR_RIGHT, is_strong=is_strong)


def _beside(x: float, line: float, words: str) -> list[Spot]:
    """Over the window's beginning; on one side of today's line where that would cut the words; else a row higher."""
    width = len(words) * LETTER
    spots = [Spot(x, _ROWS[0], "start")]
    near = 2 * GAP + 2  # the words and today's line each keep their own distance
    if x - near < line < x + width + near:
        sides = [Spot(line + GAP + 2, _ROWS[0], "start"), Spot(line - GAP - 2, _ROWS[0], "end")]
        spots += sides if line - x < width / 2 else sides[::-1]
    return [Spot(spot.x, row, spot.anchor) for row in _ROWS for spot in spots]


# -- scores ---------------------------------------------------------------------------------------------------------
SCORE_WIDTH, SCORE_HEIGHT = 280, 136
_LEFT, _RIGHT, _TOP, _BOTTOM = 4.0, 276.0, 16.0, 108.0
_MOST_DOTS = 9


@dataclass(frozen=True, slots=True)
class ScoreChart:
    """One measure as an SVG: ``target`` is where (top, height) the target is met or, of a limit, where it is broken."""

    width: int
    height: int
    left: float
    band_width: float
    target: tuple[float, float] | None
    target_css: str
    line: str
    dots: tuple[tuple[float, float], ...]
    labels: tuple[Label, ...]


def score_chart(scores: Scores) -> ScoreChart:
    """Places a measure: time to the right, its values up, the target's band with its words on the line."""
    points = _points(scores)
    line_y = None if scores.line is None else _height(scores, scores.line.value)
    band = None if line_y is None else _band(scores, line_y)
    taken = [Box(x - 4, y - 4, x + 4, y + 4) for x, y in _along(points)]
    labels = [
        _value(number(scores.last.value), points[-1], taken, is_strong=True),
        _value(number(scores.first.value), points[0], taken) if len(points) > 1 else None,
    ]
    if scores.line is not None and line_y is not None:
        words = scores.line.text.replace(">=", "≥").replace("<=", "≤").replace("- ", "− ")
        labels.append(_inside(words, _on_line(line_y), taken))
    labels += _weeks(scores, points)
    dots = points if len(points) <= _MOST_DOTS else [points[-1]]
    return ScoreChart(
        width=SCORE_WIDTH,
        height=SCORE_HEIGHT,
        left=_LEFT,
        band_width=_RIGHT - _LEFT,
        target=band,
        target_css="guard" if scores.is_guard else "target",
        line=" ".join(f"{x},{y}" for x, y in points),
        dots=tuple(dots),
        labels=present(labels),
    )


def _points(scores: Scores) -> list[tuple[float, float]]:
    first, last = scores.first.on, scores.last.on
    days = max((last - first).days, 1)
    width = _RIGHT - _LEFT - 44  # room for the latest value
    return [
        (round(_LEFT + 12 + (p.on - first).days / days * width, 1), _height(scores, p.value)) for p in scores.points
    ]


def _height(scores: Scores, value: Decimal) -> float:
    """The y of a value; values and the target's line share the height, with a margin."""
    values = [p.value for p in scores.points] + ([] if scores.line is None else [scores.line.value])
    low, high = float(min(values)), float(max(values))
    # of a measure that hardly moves, two percent of it: an HbA1c of 7 has not the scale of a blood pressure
    margin = max((high - low) * 0.25, abs(high) * 0.02, 0.05)
    share = (float(value) - low + margin) / (high - low + 2 * margin)
    return round(_BOTTOM - share * (_BOTTOM - _TOP), 1)


def _band(scores: Scores, line_y: float) -> tuple[float, float]:
    """The side of the line on which the target is met; of a limit, the side on which it is broken."""
    assert scores.line is not None
    is_upper = scores.line.direction in (">=", ">")
    if is_upper != scores.is_guard:
        return _TOP, round(line_y - _TOP, 1)
    return line_y, round(_BOTTOM - line_y, 1)


def _along(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points with some more on the lines between them."""
    found = list(points[:1])
    for (x0, y0), (x1, y1) in pairwise(points):
        steps = max(int((x1 - x0) / 6), 1)
        found += [(x0 + (x1 - x0) * n / steps, y0 + (y1 - y0) * n / steps) for n in range(1, steps + 1)]
    return found


def _value(words: str, point: tuple[float, float], taken: list[Box], *, is_strong: bool = False) -> Label | None:
    x, y = point
    spots = [Spot(x + 8, y + 4, "start"), Spot(x, y - 9), Spot(x, y + 18), Spot(x + 8, y - 9, "start")]
    return _inside(words, spots if is_strong else spots[1:], taken, is_strong=is_strong)


def _on_line(y: float) -> list[Spot]:
    """On either side of the target's line, at an end or between; where values are in the way, above them all."""
    heights = [y - 5, y + 13, _TOP - 7]
    return [Spot(x, height, anchor) for height in heights for x, anchor in _ENDS]


_ENDS: tuple[tuple[float, Anchor], ...] = (
    (_LEFT + 4, "start"),
    (_RIGHT - 4, "end"),
    ((_LEFT + _RIGHT) / 2, "middle"),
)


def _weeks(scores: Scores, points: Sequence[tuple[float, float]]) -> list[Label | None]:
    """The first and the last week, then those between as there is room; each once, however often it was measured."""
    named: dict[str, float] = {}
    for point, (x, _) in zip(scores.points, points, strict=True):
        named.setdefault(_week(point), x)
    first, last = _week(scores.first), _week(scores.last)
    if last != first:
        named[last] = points[-1][0]
    order = [(words, named[words]) for words in dict.fromkeys((first, last, *named))]
    taken: list[Box] = []
    return [_inside(words, [Spot(x, SCORE_HEIGHT - 10)], taken) for words, x in order]


def _week(point: Point) -> str:
    return "before" if point.week < 0 else "start" if point.week == 0 else f"wk {point.week}"


def _inside(words: str, spots: Iterable[Spot], taken: list[Box], *, is_strong: bool = False) -> Label | None:
    return place(words, spots, taken, left=_LEFT, right=_RIGHT, is_strong=is_strong)
