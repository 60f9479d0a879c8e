"""Where marks and labels stand: no label on another, all inside the drawing."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

from hypothesis import example, given
from hypothesis import strategies as st

from care.targets import TargetLine
from webui.charts import (
    GAP,
    SCORE_HEIGHT,
    YEAR_LEFT,
    YEAR_RIGHT,
    Box,
    Label,
    Spot,
    box_of,
    place,
    score_chart,
    year_chart,
)
from worklists.scores import Point, Scores
from worklists.year_line import Milestone, YearEvent, YearLine, YearWindow

START = date(2026, 1, 13)


def room(label: Label) -> Box:
    """The room of a label's letters, without the gap around it."""
    box = box_of(label.words, Spot(label.x, label.y, label.anchor))
    return Box(box.left + GAP, box.top, box.right - GAP, box.bottom)


def test_a_label_takes_the_next_spot_when_the_first_is_taken() -> None:
    """Two labels of one day stand one below the other."""
    taken: list[Box] = []
    spots = [Spot(100, 20), Spot(100, 40)]
    rows = [place(words, spots, taken, left=0, right=300) for words in ("admitted", "discharged", "no room")]
    assert [label and label.y for label in rows] == [20, 40, None]


def test_a_label_at_the_edge_is_moved_inside() -> None:
    """No word is cut off by the end of the drawing."""
    label = place("today, day 0", [Spot(0, 20)], [], left=0, right=300)
    assert label is not None
    assert room(label).left >= 0


@st.composite
def years(draw: st.DrawFn) -> YearLine:
    today = draw(st.integers(0, 430))
    events = draw(st.lists(st.integers(0, today), max_size=12))
    done = draw(st.integers(0, 60))
    opens = draw(st.sampled_from([185, 275]))
    return YearLine(
        START,
        today,
        425,
        None,
        (
            YearWindow("baseline", 0, 60, "done", done, f"baseline, by day 60 ✓ day {done}"),
            YearWindow(
                "quarterly", done + 70, done + 110, "open", None, f"quarterly, day {done + 70}–{done + 110}: open"
            ),
            YearWindow("quarterly", done + 160, done + 200, "ahead", None, f"quarterly, day {done + 160}–{done + 200}"),
            YearWindow("quarterly", done + 250, done + 290, "ahead", None, f"quarterly, day {done + 250}–{done + 290}"),
            YearWindow("end of period", opens, 425, "ahead", None, f"end of period, day {opens}–425"),
        ),
        tuple(Milestone(f"wk {week}", week * 7, "late") for week in (4, 8, 12, 26, 39, 52)),
        tuple(YearEvent(day, "ED visit", "Emergency department visit") for day in sorted(events)),
    )


def _at_day(today: int) -> YearLine:
    """A year whose baseline came in at once, seen on the eve of its end-of-period window or near it."""
    windows = (
        YearWindow("baseline", 0, 60, "done", 0, "baseline, by day 60 ✓ day 0"),
        YearWindow("quarterly", 70, 110, "open", None, "quarterly, day 70–110: open"),
        YearWindow("end of period", 185, 425, "ahead", None, "end of period, day 185–425"),
    )
    return YearLine(START, today, 425, None, windows, (), ())


@given(years())
@example(_at_day(183))
@example(_at_day(182))
@example(_at_day(181))
def test_no_label_of_a_year_lies_on_another_or_on_todays_line(year: YearLine) -> None:
    """Whatever happened and whenever: each word can be read, and the words of windows and of today never go missing."""
    chart = year_chart(year)
    rooms = [room(label) for label in chart.labels]
    assert not any(one.meets(other) for one, other in combinations(rooms, 2))
    assert all(each.left >= YEAR_LEFT - 0.1 and each.right <= YEAR_RIGHT + 0.1 for each in rooms)
    assert all(label.y < chart.height for label in chart.labels)
    words = {label.words for label in chart.labels}
    assert {window.words for window in year.windows} <= words
    line = Box((chart.today or 0) - 1, 20, (chart.today or 0) + 1, chart.band_top)
    assert not any(each.meets(line) for each in rooms)


@given(
    values=st.lists(st.integers(0, 1000).map(lambda n: Decimal(n) / 10), min_size=1, max_size=60),
    change=st.integers(-20, 20),
    is_guard=st.booleans(),
)
def test_a_score_is_drawn_inside_with_its_latest_value(values: list[Decimal], change: int, is_guard: bool) -> None:
    """Any course of values, up, down or flat, stays in the drawing, and the band is as high as it is there."""
    points = tuple(Point(START + timedelta(days=7 * week), value, week) for week, value in enumerate(values))
    line = TargetLine(values[0] + change, ">=" if change >= 0 else "<=", "target")
    chart = score_chart(Scores("pf6b", "Function", "T", points, line, is_guard))
    heights = [float(pair.split(",")[1]) for pair in chart.line.split()]
    assert all(0 <= y <= SCORE_HEIGHT for y in heights)
    assert chart.target is not None
    assert chart.target[1] >= 0
    assert [label.words for label in chart.labels if label.is_strong] == [str(values[-1])]
    assert not any(one.meets(other) for one, other in combinations(map(room, chart.labels), 2))


@given(
    values=st.lists(st.integers(200, 700).map(lambda n: Decimal(n) / 10), min_size=1, max_size=60),
    is_higher=st.booleans(),
    is_guard=st.booleans(),
)
def test_a_target_is_always_named_on_its_chart(values: list[Decimal], is_higher: bool, is_guard: bool) -> None:
    """A band without words would have to be guessed."""
    points = tuple(Point(START + timedelta(days=7 * week), value, week) for week, value in enumerate(values))
    words = f"target {'>=' if is_higher else '<='} {values[0]} (baseline {'+' if is_higher else '-'} 2)"
    line = TargetLine(values[0] + (2 if is_higher else -2), ">=" if is_higher else "<=", words)
    chart = score_chart(Scores("pf6b", "Function", "T", points, line, is_guard))
    assert any(label.words.startswith("target") for label in chart.labels)


@given(
    per_week=st.integers(1, 7),
    weeks=st.integers(1, 40),
    base=st.sampled_from([Decimal("6.8"), Decimal("0.9"), Decimal(140), Decimal(2000)]),
)
def test_a_measure_of_any_scale_and_any_number_of_values_is_drawn(per_week: int, weeks: int, base: Decimal) -> None:
    """A cuff sends a value a day, an HbA1c moves by tenths: the change can be seen, and each week is named once."""
    days = range(0, weeks * 7, 8 - per_week)
    points = tuple(Point(START + timedelta(days=day), base + base * (day % 3) / 20, day // 7) for day in days)
    line = TargetLine(base * Decimal("0.9"), "<", "target < 1 (control)")
    chart = score_chart(Scores("hba1c", "HbA1c", "%", points, line, is_guard=False))
    heights = [float(pair.split(",")[1]) for pair in chart.line.split()]
    if len({point.value for point in points}) == 3:
        assert max(heights) - min(heights) > 20
    words = [label.words for label in chart.labels if label.words.startswith("wk")]
    assert len(words) == len(set(words))
