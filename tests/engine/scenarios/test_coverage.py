"""Coverage counts what a token went through, node by node and flow by flow, and names the rest."""

from __future__ import annotations

from tests.engine.scenarios.theatre import Theatre

WELL = "steps: [{at: day 30}]\n"
UNWELL = "answers: {well: no}\nsteps: [{at: day 30}]\n"
SLOW = "answers: {well: no}\nmeanwhile: {everything but: talk}\nsteps: [{at: day 30}]\n"
STAY = "steps: [{when: [{event: transition.discharged}]}, {at: day 1}]\n"


def missed(theatre: Theatre, what: str | None = None) -> dict[str, list[str]]:
    diagrams = theatre.all(what).coverage.diagrams
    return {each.file: [e.id for e in (*each.missed_nodes, *each.missed_flows)] for each in diagrams}


def test_a_path_that_was_not_taken_is_missed_with_its_flows(theatre: Theatre) -> None:
    """All is well: nobody talks, nothing of the called diagram is entered."""
    theatre.write("well.yaml", WELL)
    found = missed(theatre, "msk")
    assert found["msk.bpmn"] == ["talked", "well_talked", "talked_next"]
    assert len(found["shared/talking.bpmn"]) == 6 + 4
    assert theatre.all().coverage.diagrams[0].percent == 82.3  # 14 of 17, rounded down


def test_a_task_that_was_never_done_is_not_gone_through(theatre: Theatre) -> None:
    """Its boundary event is, once it has fired; the first call is open and is cancelled."""
    theatre.write("slow.yaml", SLOW)
    assert missed(theatre)["shared/talking.bpmn"] == ["talk", "talked_to", "talk_talked_to"]


def test_scenarios_together_cover_what_each_alone_does_not(theatre: Theatre) -> None:
    """Calls, boundary events behind their activity, loops, and a process that an event started."""
    for name, body in {"well": WELL, "unwell": UNWELL, "slow": SLOW, "stay": STAY}.items():
        theatre.write(f"{name}.yaml", body)
    result = theatre.all()
    assert result.passed
    assert result.coverage.percent == 100.0


def test_coverage_is_of_what_can_be_reached_from_what_is_run(theatre: Theatre) -> None:
    """A single diagram is covered by the scenarios of the tracks that reach it."""
    theatre.write("unwell.yaml", UNWELL)
    assert set(missed(theatre, str(theatre.folder / "shared" / "talking.bpmn"))) == {"shared/talking.bpmn"}
    assert set(missed(theatre, str(theatre.folder / "scenarios" / "unwell.yaml"))) == {
        "msk.bpmn", "shared/talking.bpmn", "shared/stay.bpmn",
    }  # fmt: skip
