"""A walk stands where its steps have led, and before the first one that the draft does not allow."""

from __future__ import annotations

from datetime import date

import pytest

from engine.store.database import Database
from engine.store.versions import all_versions
from engine.tryout import CannotBegin, Start, Theatre, Tryout
from engine.tryout.passing import PERIODS, until_after, until_day, until_next
from tests.engine.tryout.walks import START, a_walk, answered, until


def test_each_step_tells_what_it_led_to(theatre: Theatre, sources: dict[str, str]) -> None:
    """The walk's own record says it: the task that opened, the one that ended, the timer whose time came."""
    played = theatre.play(sources, a_walk(answered("ask", well="no"), until("day 2, 09:00")))
    answer, waited = played.steps
    assert played.fault is None
    assert [each.kind for each in played.begun.led_to] == ["case.started", "process.started", "task.created"]
    assert answer.title == "Answered: How are you?"
    assert [each.kind for each in answer.led_to] == ["task.completed", "task.created"]
    assert waited.day == 2
    assert {"timer.fired", "task.cancelled", "task.created"} <= {each.kind for each in waited.led_to}
    assert [task.row["element_id"] for task in played.tasks] == ["talk_again"]


def test_the_picture_shows_where_the_token_is_and_by_which_flows_it_came(
    theatre: Theatre, sources: dict[str, str]
) -> None:
    """The diagram in focus comes first, then the track's; a called one is there once a token has been in it."""
    walk = a_walk(answered("ask", well="no"))
    track, called = theatre.play(sources, walk).pictures
    assert (track.file, called.file) == ("msk.bpmn", "shared/talking.bpmn")
    assert {"ask", "well", "start_ask", "ask_well", "well_talked"} <= set(track.walked)
    assert "well_next" not in track.walked
    assert set(track.active) == {"talked"}
    assert "talk" in called.active
    assert theatre.play(sources, walk, "shared/talking.bpmn").pictures[0].file == "shared/talking.bpmn"


def test_a_step_at_which_an_expression_fails_is_not_taken(theatre: Theatre, sources: dict[str, str]) -> None:
    """The fault names element and file in words; what the step had begun is gone, the rest waits to fit again."""
    wrong = sources | {"msk.bpmn": sources["msk.bpmn"].replace("P7D", "=duration(answer.note)")}
    played = theatre.play(wrong, a_walk(answered("ask", well="yes", note="soon"), until("day 8")))
    assert played.fault is not None
    assert (played.fault.file, played.fault.element) == ("msk.bpmn", "wait")
    assert "a timer's duration is needed" in played.fault.words
    assert (len(played.steps), played.left) == (0, 2)
    assert [task.row["element_id"] for task in played.tasks] == ["ask"]


def test_a_step_that_no_longer_fits_the_changed_draft_says_so(theatre: Theatre, sources: dict[str, str]) -> None:
    """A task that the draft has lost: the steps before it stand, it and those after it are left out."""
    lost = sources["msk.bpmn"].replace('id="ask"', 'id="question"').replace('Ref="ask"', 'Ref="question"')
    changed = sources | {"msk.bpmn": lost.replace('name="ask"', 'name="question"')}
    walk = a_walk(until("day 1"), answered("ask", well="yes"), until("day 9"))
    assert theatre.play(sources, walk).fault is None
    played = theatre.play(changed, walk)
    assert (len(played.steps), played.left) == (1, 2)
    assert played.fault is not None
    assert "no diagram has a task 'ask'" in played.fault.words


def test_going_back_is_playing_fewer_steps(theatre: Theatre, sources: dict[str, str]) -> None:
    """After the last step is taken back everything is as it was before it, task ids aside."""
    walk = a_walk(answered("ask", well="yes"), until("day 9"))
    there = theatre.play(sources, walk)
    back = theatre.play(sources, walk.up_to(1))
    again = theatre.play(sources, back.tryout.and_then(walk.steps[1]))
    assert (back.day, back.tasks) == (0, ())
    assert (again.day, again.steps, again.facts, again.pictures) == (
        there.day,
        there.steps,
        there.facts,
        there.pictures,
    )


def test_time_passes_to_what_is_due_next_and_no_further(theatre: Theatre, sources: dict[str, str]) -> None:
    """The next thing due of a week that waits is its end; a day, a week and a month are mornings."""
    played = theatre.play(sources, a_walk(answered("ask", well="yes")))
    assert until_next(played) == "day 7"
    assert [until_after(played, PERIODS[each]) for each in ("day", "week", "month")] == ["day 1", "day 7", "day 31"]
    assert until_day(played, "2026-07-20") == "day 14"
    assert theatre.play(sources, played.tryout.and_then(until(until_next(played)))).today == date(2026, 7, 13)


def test_a_draft_that_cannot_be_published_cannot_be_walked(theatre: Theatre, sources: dict[str, str]) -> None:
    """The fault is what publishing would say, with file and element; so is a patient who cannot be."""
    wrong = sources | {"msk.bpmn": sources["msk.bpmn"].replace("case.day &gt; 20", "case.day &gt;")}
    with pytest.raises(CannotBegin) as raised:
        theatre.play(wrong, a_walk())
    assert raised.value.fault.file == "msk.bpmn"
    assert raised.value.fault.element == "over_done"
    with pytest.raises(CannotBegin, match="must be 0 to 130 years"):
        theatre.play(sources, Tryout(Start("msk", {"patient": {"age": 300}}, {})))


def test_a_timer_that_never_rests_stops_the_walk(theatre: Theatre, sources: dict[str, str]) -> None:
    """A loop of one minute for a year would keep the server busy: the step is refused, and names where it went."""
    around = sources["msk.bpmn"].replace('sourceRef="over" targetRef="ask"', 'sourceRef="over" targetRef="next"')
    busy = sources | {"msk.bpmn": around.replace("P7D", "PT1M").replace("case.day &gt; 20", "false")}
    played = theatre.play(busy, a_walk(answered("ask", well="yes"), until("week 52")))
    assert played.fault is not None
    assert "5,000 elements" in played.fault.words
    assert (len(played.steps), played.left) == (1, 1)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_walk_leaves_the_real_database_alone(theatre: Theatre, sources: dict[str, str], db: Database) -> None:
    """Nothing is published and no commit happens there: a walk has databases of its own."""
    before = db.commits
    theatre.play(sources, Tryout(START, (until("day 30", "everything is done"),)))
    with db.reading() as connection:
        assert list(all_versions(connection)) == []
    assert db.commits == before
