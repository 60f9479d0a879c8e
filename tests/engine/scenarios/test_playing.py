"""What a scenario says is done and looked for on the real engine; what does not hold is told so that one can act."""

from __future__ import annotations

import pytest

from tests.engine.scenarios.theatre import Theatre


def test_a_story_that_is_true_holds_to_its_end(theatre: Theatre) -> None:
    """Each line finds what it names: open tasks with their dates and words, facts, the case, the record."""
    report = theatre.play("""
given: {patient: {name: Eve Moss, age: 80}, begins: 2026-07-06}
steps:
  - at: day 0
    then:
      - tasks: ask
      - {task: ask, due: day 1, role: case_manager, kind: review, title: how are you, why: [Day 0, has come], count: 1}
      - never: [talk, {kind: safety}]
  - when:
      - {answer: ask, with: {well: no, note: a bad night}}
    then:
      - facts: {answer.well: no, answer.note: a bad night, contact.unanswered_count: null}
      - done: ask
      - tasks: [talk]
  - meanwhile: nothing is done
  - at: day 2, 10:00
    then:
      - cancelled: talk
      - tasks: talk_again
  - meanwhile: everything is done
  - at: day 30
    then:
      - {appeared: ask, on: [day 0, day 9, 2026-07-23]}
      - {case: completed, closed: true}
      - tasks: none
      - record: Closed
""")
    assert report.failures == ()
    assert report.passed


def test_a_failure_names_the_step_what_was_expected_and_what_was_open(theatre: Theatre) -> None:
    """All that is wrong in the first step that does not hold, and nothing of later ones."""
    report = theatre.play(
        """
steps:
  - at: day 7
    then:
      - {task: ask, due: day 12}
      - no task: ask
      - case: paused
  - at: day 9
    then:
      - case: withdrawn
"""
    )
    due, none, case = report.failures
    assert due.place == "step 1 (day 7): then 1"
    assert (due.expected, due.found) == (
        "task: ask, due day 12",
        "due day 8 (2026-07-14) instead of day 12 (2026-07-18)",
    )
    assert due.open_tasks == ("ask due 2026-07-14",)
    assert "('How are you?', open, since 2026-07-13)" in none.found
    assert case.found == "active, not closed"
    assert report.steps == 1


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("answer: visit", "no task 'visit' is open"),
        ("{answer: ask, with: {well: perhaps}}", "well: "),
        ("{answer: ask, done on: 2 days later}", "occurred_on: 2026-07-08 is in the future"),
        ("{close: lost, because: ''}", "because: must be a text"),
        ("{event: patient.died, happened: 1 day later}", "occurred_at"),
    ],
)
def test_what_cannot_be_done_is_told_and_ends_the_scenario(theatre: Theatre, line: str, found: str) -> None:
    """The engine's own words, by field."""
    report = theatre.play(f"meanwhile: nothing is done\nsteps:\n  - when:\n      - {line}\n")
    assert found in report.failures[0].found
    assert len(report.failures) == 1


def test_a_step_cannot_lie_before_the_one_it_follows(theatre: Theatre) -> None:
    """Time passes in one direction."""
    report = theatre.play("steps:\n  - at: day 9\n  - at: day 8\n")
    assert "is before 2026-07-15 09:00" in report.failures[0].found


def test_a_step_cannot_lie_further_ahead_than_a_story_goes(theatre: Theatre) -> None:
    """A slip of the pen would otherwise be played day by day for two hundred years."""
    report = theatre.play("steps:\n  - at: week 9999\n")
    assert "is more than 10 years after the scenario's beginning" in report.failures[0].found


def test_a_moment_outside_the_calendar_does_not_hold_and_ends_nothing_else(theatre: Theatre) -> None:
    """It is told like any other line; the lines beside it are judged."""
    report = theatre.play("steps:\n  - then:\n      - {task: ask, due: 0001-01-01}\n      - case: paused\n")
    assert [failure.expected for failure in report.failures] == ["task: ask, due 0001-01-01", "case: paused"]


def test_meanwhile_says_who_works_while_time_passes(theatre: Theatre) -> None:
    """Everything, nothing, or all but some; a step may change it from then on."""
    nothing = "steps:\n  - at: day 30\n    then:\n      - tasks: ask\n      - {appeared: ask, on: day 0}\n"
    assert theatre.play("meanwhile: nothing is done\n" + nothing).passed
    some = """
answers: {well: no}
meanwhile: {everything but: [talk]}
steps:
  - at: day 2
    then:
      - cancelled: talk
      - tasks: talk_again
"""
    assert theatre.play(some).failures == ()


def test_two_events_in_a_row_and_one_that_nothing_waits_for(theatre: Theatre) -> None:
    """A discharge starts its process as often as it comes; a planned operation finds nobody here."""
    report = theatre.play(
        """
meanwhile: nothing is done
steps:
  - at: 3 business days later
    when:
      - {event: transition.discharged, happened: 2 days ago}
      - event: transition.discharged
    then:
      - event: taken
      - {task: visit, count: 2}
      - {task: visit, due: day 2}
  - when: [{event: surgery.planned}]
    then:
      - event: not taken
  - when: [{attempt: no_answer, for: visit}, {pause: on holiday}]
    then:
      - facts: {contact.unanswered_count: 1, contact.first_unanswered_on: today}
      - case: paused
  - when: [{resume: back again}, {nothing but: visit}]
    then:
      - tasks: ask
"""
    )
    assert report.failures == ()


def test_a_list_of_measures_has_one_value_a_day(theatre: Theatre) -> None:
    """The last one is of now; the others are of the days before, and each measure has as many."""
    daily = "  - when: [{measure: {bp.systolic: [150, 148, 146], bp.diastolic: [90, 88, 86]}, happened: day 9}]\n"
    report = theatre.play("steps:\n  - at: day 9\n" + daily + "    then: [{facts: {bp.systolic: 146}}]\n")
    assert report.failures == ()
    uneven = theatre.play("steps:\n  - when: [{measure: {bp.systolic: [150, 148], bp.diastolic: 90}}]\n")
    assert "give as many values of each measure as of the others" in uneven.failures[0].found


def test_the_record_says_what_it_says_and_nothing_else(theatre: Theatre) -> None:
    """A sentence is looked for in all entries, or must be in none."""
    assert theatre.play("steps:\n  - then: [{record: Enrolled in Small}, {no record: withdrew}]\n").passed
    report = theatre.play("steps:\n  - then: [{no record: Enrolled in Small}]\n")
    assert report.failures[0].found.startswith("an entry says: Enrolled in Small")


def test_a_draft_that_cannot_be_published_fails_with_what_lint_says(theatre: Theatre) -> None:
    """The editor runs scenarios on what is being drawn."""
    diagram = theatre.folder / "msk.bpmn"
    diagram.write_text(diagram.read_text().replace('form="answer"', 'form="answers"'))
    report = theatre.play("steps: [{at: day 1}]\n")
    assert "msk.bpmn: ask: Form: no form 'answers'" in report.failures[0].found
