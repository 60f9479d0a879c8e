"""A slip in a scenario is refused with file, step and what was probably meant, before anything is played."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.scenarios import Footprints, ScenarioError, Stage, run_file, stage
from engine.scenarios.actions import ACTIONS
from engine.scenarios.checks import CHECKS
from tests.engine.scenarios.theatre import HEAD, Theatre

STEP = "steps:\n  - at: day 3\n    "


class _Written(yaml.SafeDumper):
    """Writes a value twice where it stands twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage of the small diagrams."""
    with stage(Theatre.built(tmp_path_factory.mktemp("read") / "pathways").folder) as made:
        yield made


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
        ("steps: [{}]", "step 1: says nothing"),
        (
            "given: {patient: {age: 99999}}\nsteps: [{at: day 1}]",
            "given.patient.age: must be 0 to 130 years, not 99999",
        ),
        ("given: {patient: {born: 2030-01-01}}\nsteps: [{at: day 1}]", "given.patient.born: must be a day in the 130"),
        ("given: {begins: 0001-01-01}\nsteps: [{at: day 1}]", "given.begins: give a day from 2000 to 2150"),
        ("given: {begins: 9999-12-31}\nsteps: [{at: day 1}]", "given.begins: give a day from 2000 to 2150"),
        ("given: {aligned: 0001-01-01}\nsteps: [{at: day 1}]", "given.aligned: give a day from 2000 to 2150"),
        ("given: {period: -5}\nsteps: [{at: day 1}]", "given.period: must be 1, or up to 50 for a follow-on period"),
        (
            "given: {patient: {equity: {rural: 2020-01-01}}}\nsteps: [{at: day 1}]",
            "given.patient.equity.rural: must be",
        ),
        (
            "given: {patient: {time_zone: America/New_Yrok}}\nsteps: [{at: day 1}]",
            "no time zone 'America/New_Yrok'; did you mean 'America/New_York'?",
        ),
        (STEP + "when: [{pause: x, in: [a]}]", "step 1 (day 3): when 1.in: must be a text, not ['a']"),
        (STEP + "when: [[a]]", "step 1 (day 3): when 1: is a list within the list"),
        (STEP + "when: [{response: [a]}]", "step 1 (day 3): when 1.response: must be a text, not ['a']"),
        (
            STEP + "when: [{measure: {bp.systolic: []}}]",
            "when 1.measure: name at least one measure, each with at least",
        ),
        (STEP + "when: [{measure: {}}]", "when 1.measure: name at least one measure"),
        (STEP + "then: [{facts: {}}]", "then 1.facts: name at least one fact"),
        (STEP + "then: [{no task: []}]", "then 1.no task: name at least one task"),
        (STEP + "then: [{task: ask, title: []}]", "then 1.title: write a text or a list of texts"),
        ("steps:\n  - ? [a, b]\n    : c", "line 5: a name is a word, not a sequence"),
        ("? {a: b}\n: c\nsteps: []", "line 4: a name is a word, not a mapping"),
        ("steps: &a [*a]", "line 4: the alias '*a' is not read; write out what it stands for"),
        ("steps: " + "[" * 5000 + "]" * 5000, "line 4: is nested deeper than 30 levels"),
        ("steps: [!!timestamp x]", "line 4: the tag 'tag:yaml.org,2002:timestamp' is not read"),
        ('given: {patient: {name: "a\\0b"}}\nsteps: [{at: day 1}]', "line 4: holds a NUL character"),
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


def test_a_number_with_zeros_in_front_is_that_number(theatre: Theatre) -> None:
    """YAML 1.1 would read it as octal: 80 of 0120, and nothing of 088."""
    (clause,) = theatre.read(STEP + "when: [{measure: {bp.systolic: [0120, 088]}}]").steps[0].when
    assert [each["components"][0]["value"] for each in clause.payloads] == [120, 88]  # type: ignore[attr-defined]


_WORDS = st.sampled_from(["msk", "ask", "day 1", "2 days ago", "everything is done", "yes", "phq9", "9999 years later"])
_LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), _WORDS, st.text(max_size=4))
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(_LEAVES, st.text(max_size=4)), inner, max_size=2)
    ),
    max_leaves=5,
)
_VERBS = st.sampled_from([*ACTIONS, *CHECKS, "in", "with", "on", "due", "happened", "answers", "kind", "count"])
_LINES = st.lists(st.one_of(_VALUES, st.dictionaries(_VERBS, _VALUES, min_size=1, max_size=2)), max_size=2)
_PARTS = {"at": st.one_of(_WORDS, _VALUES), "when": _LINES, "then": _LINES, "answers": _VALUES, "meanwhile": _VALUES}
_STEPS = st.one_of(_VALUES, st.lists(st.fixed_dictionaries({}, optional=_PARTS), min_size=1, max_size=2))
_PATIENTS = st.dictionaries(st.sampled_from(["age", "born", "time_zone", "equity", "conditions"]), _VALUES, max_size=2)
_GIVEN = st.fixed_dictionaries({}, optional={"patient": _PATIENTS, "begins": _VALUES, "period": _VALUES})


@given(body=st.fixed_dictionaries({"steps": _STEPS}, optional={"given": st.one_of(_VALUES, _GIVEN)}))
def test_whatever_stands_in_a_file_there_is_a_report(place: Stage, body: dict[str, Any]) -> None:
    """Read and played, or told why not: no value of any kind at any place ends the run of the others."""
    path = place.workspace / "any.yaml"
    path.write_text(HEAD + yaml.dump(body, Dumper=_Written, allow_unicode=True), encoding="utf-8")
    report = run_file(path, place, Footprints())
    assert report.passed or report.failures[0].found


def test_a_file_that_cannot_be_read_is_a_scenario_that_failed(theatre: Theatre) -> None:
    """The others are played all the same."""
    theatre.write("good.yaml", "steps: [{at: day 1}]\n")
    (theatre.folder / "scenarios" / "bad.yaml").write_text(HEAD + "steps: 3\n")
    bad, good = theatre.all().reports
    assert (bad.file, bad.passed, good.passed) == ("bad.yaml", False, True)
    assert "steps: must be a list" in bad.failures[0].found
