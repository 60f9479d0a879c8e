"""What a replay of recorded cases on another version tells: who would have gone the same way, and who would not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, text, update

from engine.application import Engine
from engine.bundle import content_hash
from engine.commands import CloseCase, MigrateProcess
from engine.replay import Replay, Target, cases_to_replay, replay_case, target_of_version
from engine.replay import told as told_once
from engine.store.organisations import add_organisation
from engine.store.tables import patients, versions
from tests.engine.builders import BETTER, DANA, Case, a_case, nothing_written, on_sqlite
from tests.engine.two_tracks import in_two_tracks


def a_version(engine: Engine, *changes: tuple[str, str, str], of: str = "msk") -> Target:
    """The shipped version with some of its text replaced: (file, what stands there once, what stands there then)."""
    query = select(versions).where(versions.c.process_id == of, versions.c.number == 1)
    with engine.db.reading() as connection:
        found = connection.execute(query).mappings().one()
    sources = dict(found["sources"])
    for file, before, after in changes:
        assert before in sources[file]
        sources[file] = sources[file].replace(before, after)
    if not changes:
        sources["msk.bpmn"] = sources["msk.bpmn"].replace("<bpmn:definitions", "<!-- the same --><bpmn:definitions")
    return Target({**found, "hash": content_hash(sources), "sources": sources})


def told(replay: Replay, kind: str) -> list[str]:
    return [each.sentence for each in replay.differences if each.kind == kind]


@given(walk=st.lists(st.sampled_from(["day", "week", "answers", "leaves", "attempt", "ed_visit", "late"]), max_size=12))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_case_would_have_gone_the_same_way_on_a_version_that_says_the_same(
    engine: Engine, walk: list[str]
) -> None:
    """Whatever happened: the record holds all that a replay needs, and nothing real is touched by it."""
    case = a_case(engine)
    for step in walk:
        _walk(case, step)
    with nothing_written(engine):
        replay = replay_case(engine, a_version(engine), case.id)
    assert (replay.verdict, replay.differences, replay.reason) == ("same", (), None)


def _walk(case: Case, step: str) -> None:
    if step in ("day", "week"):
        case.to_day(case.day + (1 if step == "day" else 7))
    elif step == "answers":
        case.answer_all()
    elif step == "ed_visit":
        case.event("transition.ed_visit", facility="St. Mary's")
    elif case.open() and step == "attempt":
        case.attempt(case.open()[0])
    elif case.open() and step == "late":
        task = next((each for each in case.open() if each["kind"] != "prom"), None)
        if task is not None:
            case.answer_late(task)


@on_sqlite
def test_a_whole_year_with_everything_in_it_is_replayed(engine: Engine) -> None:
    """A pause, surgery, a plateau and the last report: the same way again, by the thousand entries."""
    case = a_case(engine).at_week(9)
    case.event("case.paused", reason="away")
    case.to_day(case.day + 10)
    case.event("case.resumed")
    case.event("surgery.planned")
    case.at_week(54)
    assert case.row["closed_at"] is not None
    assert replay_case(engine, a_version(engine), case.id).verdict == "same"


def test_a_rule_that_changed_is_told_with_its_rows_and_the_other_path(engine: Engine) -> None:
    """Four weeks without change were a plateau; with the new row they are not, and nobody is asked to intervene."""
    case = a_case(engine).at_week(6)
    row = ("decisions/plateau.dmn", 'id="plateau_msk_flat_week">\n          <text>-</text>')
    replay = replay_case(engine, a_version(engine, (*row, row[1].replace("-</", "&gt; 40</"))), case.id)
    assert replay.verdict == "differs"
    (decision,) = told(replay, "decision")
    assert re.search("row .* matched; row .* would$", decision)
    assert any("; it would go to " in each for each in told(replay, "path"))
    assert any("; it would not be asked" in each for each in told(replay, "task"))
    assert told(replay, "stuck") == []


@on_sqlite
def test_a_timer_that_comes_later_and_one_that_never_comes_are_told(engine: Engine) -> None:
    """The milestone of week 4 in week 5: by the case's own days. A check-in that is not asked any more."""
    case = a_case(engine).at_week(5)
    later = replay_case(engine, a_version(engine, ("msk.bpmn", "[4, 8,", "[5, 8,")), case.id)
    day = case.on(28)
    assert any(f"fired on {day:%a %-d %b %Y}; it would fire on" in each for each in told(later, "timer"))
    assert told(later, "stuck") == []
    never = replay_case(engine, a_version(engine, ("msk.bpmn", ">R/P7D<", ">R2/P7D<")), case.id)
    assert len([each for each in told(never, "timer") if each.endswith("; it would not fire")]) >= 2


@on_sqlite
def test_a_new_question_is_answered_in_the_plainest_way_and_said_so(engine: Engine) -> None:
    """Nobody was asked it: what stands for the answer is no finding, but an assumption."""
    case = a_case(engine).at_week(2)
    asks = ("forms/pain_checkin.yaml", "    maximum: 7\n", "    maximum: 7\n    required: true\n")
    replay = replay_case(engine, a_version(engine, asks), case.id)
    assert replay.verdict == "same"
    assert any("active_days" in each for each in replay.assumed)


@on_sqlite
def test_a_new_step_is_taken_as_done(engine: Engine) -> None:
    """Who would have met it is told; that everybody would have waited there for ever is not."""
    case = a_case(engine).at_week(3)
    step = (
        '<bpmn:userTask id="ask_falls" name="Ask about falls"><bpmn:extensionElements><tl:task kind="review" '
        'role="case_manager" due="P2D" form="closure" why="Falls."/></bpmn:extensionElements></bpmn:userTask>'
        '<bpmn:sequenceFlow id="falls_on" sourceRef="ask_falls" targetRef="pain_checkin"/>'
        '<bpmn:userTask id="pain_checkin"'
    )
    flow = 'sourceRef="every_check_in" targetRef="pain_checkin"'
    led = ("msk.bpmn", flow, flow.replace("pain_checkin", "ask_falls"))
    target = a_version(engine, led, ("msk.bpmn", '<bpmn:userTask id="pain_checkin"', step))
    replay = replay_case(engine, target, case.id)
    assert (replay.verdict, told(replay, "stuck")) == ("differs", [])
    assert "“Ask about falls”" in told(replay, "path")[0]
    assert replay.assumed == ("“Ask about falls” is new: it is taken as answered at once, with the plainest answers",)


@on_sqlite
def test_a_diagram_that_cannot_go_on_is_stuck_with_the_element(engine: Engine) -> None:
    """An expression that has no value for this patient: found on real records before anybody is moved."""
    case = a_case(engine).at_week(2)
    broken = ("msk.bpmn", ">R/P7D<", ">today + case.day<")
    replay = replay_case(engine, a_version(engine, broken), case.id)
    assert replay.verdict == "stuck"
    assert replay.differences[0].kind == "stuck"
    assert replay.differences[0].element == "every_check_in"
    assert "every_check_in" in replay.differences[0].sentence


@on_sqlite
def test_an_answer_that_finds_no_task_is_told(engine: Engine) -> None:
    """Check-ins end after the second week: what patients said in the third would have found no task."""
    case = a_case(engine).at_week(4)
    replay = replay_case(engine, a_version(engine, ("msk.bpmn", ">R/P7D<", ">R2/P7D<")), case.id)
    assert told(replay, "answer") == ["The answer to “Weekly pain check-in” would have found no task"] * 2


@on_sqlite
def test_where_the_record_cannot_be_played_on_its_own_version_nothing_is_claimed(engine: Engine) -> None:
    """The patient's diagnoses have changed since, outside of any case: a difference would be blamed on the version."""
    case = a_case(engine).at_week(3)
    with engine.db.writing() as connection:
        connection.execute(update(patients).values(conditions=["F03.90"]))
    replay = replay_case(engine, a_version(engine, ("msk.bpmn", "[4, 8,", "[2, 8,")), case.id)
    assert (replay.verdict, replay.differences) == ("unsure", ())
    assert replay.reason is not None
    assert "does not come out as recorded" in replay.reason


def test_two_cases_of_one_patient_are_replayed_together(engine: Engine, tmp_path: Path) -> None:
    """What one track learns the other reads: a replay of one plays both, in the order in which things happened."""
    first, second = in_two_tracks(engine, tmp_path)
    second.answer("ask_pain")
    first.at_week(3)
    assert replay_case(engine, a_version(engine), first.id).verdict == "same"
    assert replay_case(engine, a_version(engine), second.id).verdict == "same"


@on_sqlite
def test_a_case_that_was_closed_by_hand_is_replayed_to_its_end(engine: Engine) -> None:
    """Its reason stands in the record, and so it can be done again."""
    case = a_case(engine).at_week(2)
    engine.execute(CloseCase(case.id, "lost", "moved abroad"), actor=DANA)
    assert replay_case(engine, a_version(engine), case.id).verdict == "same"
    later = replay_case(engine, a_version(engine, ("msk.bpmn", ">R/P7D<", ">R/P6D<")), case.id)
    assert (later.verdict, told(later, "ending")) == ("differs", [])


@on_sqlite
def test_better_patients_and_worse_ones_are_told_apart(engine: Engine) -> None:
    """The same change of a rule concerns one and not the other."""
    flat, better = a_case(engine), a_case(engine)
    better.scores = dict(BETTER)
    flat.at_week(6)
    better.set_clock(better.moment(0))
    better.engine.clock.instant += timedelta(days=42)  # type: ignore[attr-defined]
    engine.tick()
    row = ("decisions/plateau.dmn", 'id="plateau_msk_flat_week">\n          <text>-</text>')
    target = a_version(engine, (*row, row[1].replace("-</", "&gt; 40</")))
    assert replay_case(engine, target, flat.id).verdict == "differs"
    assert replay_case(engine, target, better.id).verdict == "same"


def test_the_cases_to_replay_are_those_on_another_version(engine: Engine) -> None:
    """Those with the longest record first; none of those that are there already, or closed."""
    long, short, closed = a_case(engine), a_case(engine), a_case(engine)
    long.answer_all()
    engine.execute(CloseCase(closed.id, "lost", "moved abroad"), actor=DANA)
    with engine.db.reading() as connection:
        own = target_of_version(connection, long.row["version"])
        assert cases_to_replay(connection, own, 10) == []
        assert cases_to_replay(connection, a_version(engine), 10) == [long.id, short.id]
        assert cases_to_replay(connection, a_version(engine), 1) == [long.id]
    with engine.db.writing() as connection:
        add_organisation(connection, "north", "North clinic")
        move = "UPDATE patients SET organisation = 'north' WHERE id = (SELECT patient_id FROM cases WHERE id = :case)"
        connection.execute(text(move), {"case": short.id})
    with engine.db.reading() as connection:  # the limit is one of those that an organisation's director sees
        assert cases_to_replay(connection, a_version(engine), 1, organisation="north") == [short.id]


@on_sqlite
def test_a_case_that_was_moved_is_compared_up_to_then(engine: Engine) -> None:
    """What came after happened on another version, and says nothing about the one it began with."""
    case = a_case(engine).at_week(2)
    same = a_version(engine)
    with engine.db.writing() as connection:
        connection.execute(insert(versions).values({**same.row, "number": 2, "effective_from": case.moment(300)}))
    engine.execute(MigrateProcess(case.id, f"{case.id}-p1", same.hash), actor=DANA)
    moved_at = engine.clock.now()
    case.at_week(4)
    replay = replay_case(engine, a_version(engine, ("msk.bpmn", "[4, 8,", "[5, 8,")), case.id)
    assert (replay.verdict, replay.moved) == ("same", True)
    assert replay.until < moved_at + timedelta(seconds=1)
    assert replay.inputs < len({entry["command"] for entry in case.history()})


@on_sqlite
def test_alike_differences_are_told_once(engine: Engine) -> None:
    """A check-in of each week that would come on another day is one line, and how many more there are."""
    case = a_case(engine).at_week(5)
    replay = replay_case(engine, a_version(engine, ("msk.bpmn", ">R/P7D<", ">R/P6D<")), case.id)
    lines = told_once(replay.differences)
    assert len(lines) < len(replay.differences)
    assert sum(line.more + 1 for line in lines) == len(replay.differences)


def _versions(engine: Engine) -> Mapping[str, Any]:
    with engine.db.reading() as connection:
        return {row.hash: row.process_id for row in connection.execute(select(versions))}


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_replay_publishes_nothing(engine: Engine) -> None:
    """A version that is still a draft can be tried on real records."""
    case = a_case(engine)
    before = _versions(engine)
    replay_case(engine, a_version(engine), case.id)
    assert _versions(engine) == before
