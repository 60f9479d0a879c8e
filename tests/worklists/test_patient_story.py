"""What happened to a patient, in sentences."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from care.calendars import local_date
from engine.application import Engine
from engine.clock import SetClock
from engine.commands import DeliverEvent
from engine.settings import SHIPPED_PATHWAYS
from engine.store.cases import case
from engine.years import targets_in
from tests.pathways.patient_year import MANAGER, PatientYear
from tests.worklists.a_year import a_year, on_sqlite
from worklists.patient_story import Story, StoryItem, lines_of, story
from worklists.story_sentences import TELLERS, UNTOLD

ENGINE = Path(__file__).resolve().parents[2] / "engine"


def story_of(engine: Engine, year: PatientYear, *, before: int | None = None, size: int = 500) -> Story:
    with engine.db.reading() as connection:
        row = case(connection, year.case)
        targets = targets_in(SHIPPED_PATHWAYS)
        return story(connection, row, targets, engine.library, engine.zone, before=before, size=size)


def items(found: Story) -> list[StoryItem]:
    return [item for day in found.days for item in day.items]


def test_each_kind_of_entry_is_either_told_or_left_out_on_purpose() -> None:
    """No entry of the history can appear, or go missing, by accident: every kind that the engine notes is decided."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in ENGINE.rglob("*.py"))
    noted = {kind for first in re.findall(r"note\(\s*([^,]+),", text) for kind in re.findall(r'"([a-z.]+)"', first)}
    assert len(noted) > 10
    assert noted <= set(TELLERS) | UNTOLD
    assert not set(TELLERS) & UNTOLD


@on_sqlite
def test_a_discharge_is_told_with_all_that_it_led_to(engine: Engine, clock: SetClock) -> None:
    """One event is one thing that happened: its sentence, who told it, and the tasks with their days."""
    year = a_year(engine, clock)
    year.until(10)
    year.event("transition.discharged", facility="St. Mary's", reason="a fall")
    last = items(story_of(engine, year))[0]
    assert (last.about, last.words, last.by) == ("Discharged", "at St. Mary's: a fall.", "manager@example.org")
    assert last.led_to == (
        "Transition of care began",
        "Update the PCP: change of care setting (due Mon 2 Feb)",
        "Call Ada after discharge (due Tue 27 Jan)",
        "Visit within 14 days of discharge (due Fri 6 Feb)",
    )


@on_sqlite
def test_measures_are_told_by_name_and_value(engine: Engine, clock: SetClock) -> None:
    """A completed task that scored instruments says the scores, and the rule that looked at them."""
    year = a_year(engine, clock)
    year.until(28)
    told = next(i for i in items(story_of(engine, year)) if i.about == "Week 4 milestone: collect measures")
    assert "Function (PF 6b) 37.6" in told.words
    assert "Pain (NRS) 6" in told.words
    assert any(words.startswith("Plateau rule: ") for words in told.led_to)


@on_sqlite
def test_a_weekly_check_in_is_told_only_when_it_was_missed(engine: Engine, clock: SetClock) -> None:
    """What is asked every week is a line of scores; that nobody answered is worth a sentence."""
    year = a_year(engine, clock, unanswered=lambda task: "Week 2:" in task["title"])
    year.until(22)
    about = {item.about: item.words for item in items(story_of(engine, year)) if "pain check-in" in item.about}
    assert list(about) == ["Week 2: pain check-in"]
    assert "not needed any more" in about["Week 2: pain check-in"]


@on_sqlite
def test_a_task_that_came_up_is_told_while_it_is_open(engine: Engine, clock: SetClock) -> None:
    """ "That a milestone came up stands until it is done; then its completion stands instead."""
    year = a_year(engine, clock, unanswered=lambda task: task["element_id"] == "collect_milestone")
    year.until(28)
    milestone = "Week 4 milestone: collect measures"
    assert [i.words for i in items(story_of(engine, year)) if i.about == milestone] == ["came up, due Tue 17 Feb."]
    year.unanswered = lambda task: False
    year.answer_all()
    assert [i.kind for i in items(story_of(engine, year)) if i.about == milestone] == ["task.completed"]


@on_sqlite
def test_an_attempt_is_told_once_with_its_outcome(engine: Engine, clock: SetClock) -> None:
    """The engine's own event behind an unanswered attempt is no second sentence."""
    year = a_year(engine, clock)
    year.attempt(year.tasks()[0], "left_message")
    told = items(story_of(engine, year))[0]
    assert told.about == "Tried to reach the patient by phone"
    assert told.words.endswith("left a message.")
    assert told.led_to == (), "the contact count began and ended in the same moment"
    assert not any("not answered" in item.about for item in items(story_of(engine, year)))


@on_sqlite
def test_an_event_that_nothing_waits_for_says_so(engine: Engine, clock: SetClock) -> None:
    """Nothing that was reported is swallowed, also after the case has ended."""
    year = a_year(engine, clock)
    year.until(3)
    year.event("patient.withdrew", reason="moves away")
    year.event("patient.died")
    death, withdrawal = items(story_of(engine, year))[:2]
    assert (death.about, death.words) == ("The patient died", "Nothing in the pathway waited for it.")
    assert (withdrawal.about, withdrawal.words) == ("The patient withdrew:", "moves away.")
    assert "Honour the withdrawal (due Wed 21 Jan)" in withdrawal.led_to


@on_sqlite
def test_a_measure_from_outside_is_told_by_its_name(engine: Engine, clock: SetClock) -> None:
    """A code that has a target is said by the target's name; that no step waits for a measure is no news."""
    year = a_year(engine, clock)
    payload = {"code": "72514-3", "value": 4, "source": "device"}
    engine.execute(DeliverEvent(year.case, "measure.recorded", payload), actor=MANAGER)
    assert items(story_of(engine, year))[0].words == "Pain (NRS) 4."


@on_sqlite
def test_a_missed_deadline_is_told_with_what_it_leads_to(engine: Engine, clock: SetClock) -> None:
    """A day of ACCESS that passed is no step of the diagram that goes unseen."""
    year = a_year(engine, clock, unanswered=lambda task: task["element_id"] == "compose_first_update")
    year.until(11)
    told = items(story_of(engine, year))[0]
    assert told.about == "Missed: Update to the PCP on the start of care."
    assert told.words.startswith("A duty of the model is not met")


@on_sqlite
def test_needs_are_told_by_name_with_the_screen_that_found_them(engine: Engine, clock: SetClock) -> None:
    """Each once, before the task that it led to; that a diagram began for it is no second sentence."""
    year = a_year(engine, clock, unanswered=lambda task: task["form"] == "sdoh_referral")
    year.answer_all()
    told = next(item for item in items(story_of(engine, year)) if item.about == "Screen for social needs")
    assert told.led_to == (
        "A social need was identified: Food",
        "Referral: food (due Sun 18 Jan)",
        "A social need was identified: Transportation",
        "Referral: transport (due Sun 18 Jan)",
    )


@on_sqlite
def test_a_blood_pressure_is_told_as_one_value(engine: Engine, clock: SetClock) -> None:
    """Of a form and of a cuff alike: both numbers, by name, with their unit."""
    year = a_year(engine, clock, track="ckm")
    year.until(2)
    parts = [{"code": "8480-6", "value": 152}, {"code": "8462-4", "value": 91}]
    sent = {"components": parts, "unit": "mm[Hg]", "source": "device"}
    engine.execute(DeliverEvent(year.case, "measure.recorded", sent), actor=MANAGER)
    found = {item.about: item.words for item in items(story_of(engine, year))}
    assert found["A measure was recorded"] == "Blood pressure 152/91 mmHg."
    assert found["Collect baseline measures"].startswith("is done. Blood pressure 146/88 mmHg, Body weight 96 kg")


@on_sqlite
def test_a_switch_says_to_whom(engine: Engine, clock: SetClock) -> None:
    """The other participant's name and the reason."""
    year = a_year(engine, clock)
    year.until(100)
    year.event("patient.switched", to="Prairie Health Partners", reason="moved closer")
    told = items(story_of(engine, year))[0]
    assert told.about == "The patient switches to another participant"
    assert told.words == "(Prairie Health Partners): moved closer."


@on_sqlite
def test_an_event_told_later_says_when_it_happened(engine: Engine, clock: SetClock) -> None:
    """What is reported days afterwards stands where it was learnt, with its true day."""
    year = a_year(engine, clock)
    year.to(5)
    happened = clock.now() - timedelta(days=3)
    engine.execute(DeliverEvent(year.case, "transition.ed_visit", {}, happened), actor=MANAGER)
    assert items(story_of(engine, year))[0].words == "on Thu 15 Jan."


def cuff(engine: Engine, year: PatientYear, clock: SetClock, systolic: int, hour: int) -> None:
    clock.instant = clock.now().replace(hour=hour)
    parts = [{"code": "8480-6", "value": systolic}, {"code": "8462-4", "value": 88}]
    payload = {"components": parts, "unit": "mm[Hg]", "source": "device"}
    engine.execute(DeliverEvent(year.case, "measure.recorded", payload), actor=MANAGER)


@on_sqlite
def test_the_readings_of_a_cuff_that_led_to_nothing_are_one_line_a_day(engine: Engine, clock: SetClock) -> None:
    """In the order of the day, where the last of them stands; one that led to something stands for itself."""
    year = a_year(engine, clock, track="ckm")
    year.to(3)
    for hour, systolic in ((15, 141), (16, 139), (17, 190), (18, 143)):
        cuff(engine, year, clock, systolic, hour)
    year.to(4)
    cuff(engine, year, clock, 138, 15)
    told = [item for item in items(story_of(engine, year)) if "recorded" in item.about]
    assert [(item.about, item.words) for item in told] == [
        ("A measure was recorded", "Blood pressure 138/88 mmHg."),
        (
            "3 measures were recorded",
            "Blood pressure 141/88 mmHg; Blood pressure 139/88 mmHg; Blood pressure 143/88 mmHg.",
        ),
        ("A measure was recorded", "Blood pressure 190/88 mmHg."),
    ]
    assert [bool(item.led_to) for item in told] == [False, False, True]


@st.composite
def a_story(draw: st.DrawFn) -> list[StoryItem]:
    """Things that happened, newest first, some of them quiet readings."""
    hours = sorted(draw(st.lists(st.integers(0, 96), max_size=30)), reverse=True)
    begin = datetime(2026, 7, 6, tzinfo=UTC)
    return [
        StoryItem(seq, begin + timedelta(hours=hour), "event.received", "x", f"{seq}.", "Dana", (), draw(st.booleans()))
        for seq, hour in zip(range(len(hours), 0, -1), hours, strict=True)
    ]


@given(told=a_story(), size=st.integers(1, 6))
def test_no_page_drops_or_repeats_a_thing(told: list[StoryItem], size: int) -> None:
    """However readings are joined and pages are cut: all that is not quiet stands on its own line, in order, once."""
    zone = ZoneInfo("America/New_York")
    lines: list[StoryItem] = []
    rest = told
    while rest:
        page, earlier = lines_of(rest, size, zone)
        assert len(page) <= size
        days = [local_date(line.at, zone) for line in page if line.is_quiet]
        assert len(days) == len(set(days))
        lines += page
        rest = [] if earlier is None else [item for item in rest if item.seq < earlier]
    assert [line.seq for line in lines if not line.is_quiet] == [item.seq for item in told if not item.is_quiet]
    counted = [int(line.about.partition(" ")[0]) if "measures" in line.about else 1 for line in lines if line.is_quiet]
    assert sum(counted) == sum(item.is_quiet for item in told)


@on_sqlite
def test_pages_join_without_a_gap(engine: Engine, clock: SetClock) -> None:
    """Page after page tells the same things in the same order as the whole story at once, each once."""
    year = a_year(engine, clock)
    year.until(60)
    whole = [item.seq for item in items(story_of(engine, year))]
    pages, before = [], None
    while True:
        page = story_of(engine, year, before=before, size=4)
        pages += [item.seq for item in items(page)]
        if (before := page.earlier) is None:
            break
    assert pages == whole
    assert len(whole) == len(set(whole)) > 3 * 4
    assert items(story_of(engine, year))[-1].about.startswith("Enrolled in Chronic musculoskeletal pain")
