"""A folder of pathways small enough to see whole, and scenarios that are played on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.scenarios import Report, Result, Scenario, choose, read_scenario, run_all, run_file, stage
from tests.engine.bpmn.diagrams import call, end, exclusive, file, flow, message, on, process, start, timer, user

# Asked every week until day 20 whether all is well; "no" is talked about, and after two days by somebody else.
TRACK = file(
    process(
        "msk",
        '<bpmn:extensionElements><tl:pathway track="msk" title="Small"/></bpmn:extensionElements>',
        start(),
        user("ask", title="How are you?", why="Day {case.day} has come."),
        exclusive("well", default="next"),
        call("talked", "talking"),
        exclusive("next"),
        '<bpmn:intermediateCatchEvent id="wait" name="wait">'
        + timer("duration", "P7D")
        + "</bpmn:intermediateCatchEvent>",
        exclusive("over", default="ask"),
        end("done"),
        flow("start ask well"),
        flow("well talked", 'answer.well = "no"'),
        flow("well next"),
        flow("talked next wait over"),
        flow("over done", "case.day > 20"),
        flow("over ask"),
    )
)
TALKING = file(
    process(
        "talking",
        start("call_begins"),
        user("talk"),
        on("talk", "slow", timer("duration", "P2D")),
        user("talk_again"),
        end("talked_to"),
        end("talked_again"),
        flow("call_begins talk talked_to"),
        flow("slow talk_again talked_again"),
    )
)
STAY = file(
    process(
        "stay",
        '<bpmn:extensionElements><tl:pathway tracks="msk" title="Stay"/></bpmn:extensionElements>',
        start("left_hospital", message("transition.discharged")),
        user("visit"),
        end("visited"),
        flow("left_hospital visit visited"),
    )
)
FORM = """id: answer
title: Answer
fields:
  - name: well
    fact: answer.well
    title: Is all well?
    type: choice
    required: true
    options: [{value: "yes", label: "Yes"}, {value: "no", label: "No"}]
  - {name: note, fact: answer.note, title: Note, type: text, max_length: 100, record: true}
"""
HEAD = "title: A test\nshows: That it works.\ntrack: msk\n"


@dataclass(frozen=True)
class Theatre:
    """A folder with the small pathways; ``play`` runs one scenario of it."""

    folder: Path

    @classmethod
    def built(cls, folder: Path) -> Theatre:
        texts = {"msk.bpmn": TRACK, "shared/talking.bpmn": TALKING, "shared/stay.bpmn": STAY, "forms/answer.yaml": FORM}
        for path, text in texts.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        (folder / "scenarios").mkdir()
        (folder / "instruments").mkdir()
        return cls(folder)

    def write(self, name: str, body: str) -> Path:
        """A scenario's file with all but its title, sentence and track."""
        path = self.folder / "scenarios" / name
        path.write_text(HEAD + body, encoding="utf-8")
        return path

    def read(self, body: str) -> Scenario:
        path = self.write("read.yaml", body)
        with stage(self.folder) as place:
            return read_scenario(path, place.names)

    def play(self, body: str) -> Report:
        path = self.write("played.yaml", body)
        with stage(self.folder) as place:
            return run_file(path, place)

    def all(self, what: str | None = None) -> Result:
        return run_all(choose(self.folder, what))
