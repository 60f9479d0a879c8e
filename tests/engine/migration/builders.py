"""Small pathways in several versions, and cases that run on them: `pathway.version(...)`, `pathway.case()`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.application import Engine
from engine.bundle import PathwayFiles
from engine.commands import MigrateProcess, Outcome
from engine.definitions import Definition
from engine.publish import publish
from engine.store.cases import running_processes
from tests.engine.bpmn import diagrams as d
from tests.engine.builders import DANA, Case, a_case

HEAD = '<bpmn:extensionElements><tl:pathway track="bh" title="Small"/></bpmn:extensionElements>'


@dataclass
class Pathway:
    """A track of one small diagram, published as often as it changes."""

    engine: Engine
    folder: Path
    called: dict[str, tuple[str, ...]] = field(default_factory=dict)
    count: int = 0

    def version(self, *parts: str, called: dict[str, tuple[str, ...]] | None = None) -> str:
        """Publish the diagram of these parts; its hash. New cases take it."""
        return self.compiled(*parts, called=called).hash

    def compiled(self, *parts: str, called: dict[str, tuple[str, ...]] | None = None) -> Definition:
        self.count += 1
        for path, text in d.bundle(HEAD, *parts, called=called or self.called).items():
            file = self.folder / path.replace(d.MAIN, "behavioral.bpmn")
            file.parent.mkdir(exist_ok=True)
            file.write_text(text.replace('id="main" name="main"', 'id="behavioral" name="Small"'), encoding="utf-8")
        with self.engine.db.writing() as connection:
            now = self.engine.clock.now()
            files = PathwayFiles(self.folder)
            return publish(connection, files, "behavioral.bpmn", note=f"no {self.count}", by="test", now=now)[0]

    def case(self) -> Case:
        return a_case(self.engine, track="bh")


def process_of(case: Case) -> dict[str, Any]:
    """The row of a case's first process, which must run."""
    with case.engine.db.reading() as connection:
        return dict(running_processes(connection, case.id)[0])


def migrate(case: Case, to: str, **moves: str) -> Outcome:
    """Move a case's first process by itself."""
    return case.engine.execute(MigrateProcess(case.id, process_of(case)["id"], to, moves=moves), actor=DANA)


def due_of(case: Case) -> Any:
    """When the case's next timer is due, in local time."""
    due = case.row["next_due"]
    return None if due is None else due.astimezone(case.engine.zone)
