"""A slip in a scenario is refused with file, step and what was probably meant, before anything is played."""

from __future__ import annotations

import pytest

from engine.scenarios import ScenarioError
from tests.engine.scenarios.theatre import HEAD, Theatre

STEP = "steps:\n  - at: day 3\n    "


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("stesp: []", "stesp: is not a known field; did you mean 'steps'?"),
        ("steps: []", "steps: a scenario has at least one step"),
        ("given: {patient: {nmae: Ada}}\nsteps: [{at: day 1}]", "given.patient.nmae: is not a known field"),
        ("steps: [{at: dya 3}]", "step 1 (dya 3).at: 'dya 3' is not a moment; write 'day 20'"),
        (STEP + "then: [{task: aks}]", "step 1 (day 3): then 1.task: no diagram has a task 'aks'; did you mean 'ask'?"),
        (STEP + "then: [{no task: aks}]", "then 1.no task: no diagram has a task 'aks'"),
        (STEP + "then: [{never: {kind: safty}}]", "no kind of task 'safty'; did you mean 'safety'?"),
        (STEP + "then: [{task: ask, dew: day 4}]", "then 1.dew: is not a known field; did you mean 'due'?"),
        (STEP + "then: [{task: ask, priority: high, due: soon}]", "due: 'soon' is not a moment"),
        (
            STEP + "then: [{facts: {answer.wel: yes}}]",
            "nothing writes a fact 'answer.wel'; did you mean 'answer.well'?",
        ),
        (STEP + "then: [{case: complete}]", "case: 'complete' is not allowed; did you mean 'completed'?"),
        (STEP + "then: [{taks: ask}]", "'taks' is not one thing to do or to look for; did you mean 'tasks'?"),
        (STEP + "then: [{task: ask, done: ask}]", "'task and done' is not one thing to do or to look for"),
        (
            STEP + "when: [{answer: ask, with: {wel: yes}}]",
            "with.wel: form 'answer' asks no 'wel'; did you mean 'well'?",
        ),
        (STEP + "when: [{event: patient.dide}]", "no event type 'patient.dide'; did you mean 'patient.died'?"),
        (STEP + "when: [{event: patient.died, with: {why: x}}]", "payload.why: not known for patient.died"),
        (STEP + "when: [everything is don]", "did you mean 'everything is done'?"),
        (STEP + "when: [{event: patient.died, in: bh}]", "in: there is no case 'bh' yet"),
        (STEP + "when: [{start: bh}]", "start: no diagram is there for track 'bh'"),
        ("answers: {wel: yes}\nsteps: [{at: day 1}]", "answers.wel: no form asks 'wel'; did you mean 'well'?"),
        ("meanwhile: all is done\nsteps: [{at: day 1}]", "meanwhile: 'all is done' is not known; did you mean"),
        ("steps: [{at: day 1, at: day 2}]", "'at' is said twice; keep one"),
        ("steps: [", "is not YAML"),
    ],
)
def test_a_slip_is_named_with_what_was_meant(theatre: Theatre, body: str, message: str) -> None:
    """No misspelt name is taken for something that is not there."""
    with pytest.raises(ScenarioError) as error:
        theatre.read(body)
    assert error.value.message.startswith("read.yaml: ")
    assert message in error.value.message


def test_yes_and_no_are_words_and_a_task_may_be_called_by_its_name(theatre: Theatre) -> None:
    """YAML 1.1 would make true and false of them."""
    scenario = theatre.read(STEP + "when: [{answer: Ask, with: {well: no}}]")
    (clause,) = scenario.steps[0].when
    assert (clause.element, clause.data) == ("ask", {"well": "no"})  # type: ignore[attr-defined]


def test_a_file_that_cannot_be_read_is_a_scenario_that_failed(theatre: Theatre) -> None:
    """The others are played all the same."""
    theatre.write("good.yaml", "steps: [{at: day 1}]\n")
    (theatre.folder / "scenarios" / "bad.yaml").write_text(HEAD + "steps: 3\n")
    bad, good = theatre.all().reports
    assert (bad.file, bad.passed, good.passed) == ("bad.yaml", False, True)
    assert "steps: must be a list" in bad.failures[0].found
