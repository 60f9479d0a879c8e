"""The forms that a diagram asks, and the instruments and measures they ask, can be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from engine.lint.diagram import TL, Diagram, Sources
from engine.lint.finding import Finding
from engine.lint.rules.rule import Rule

NAME = "documents"


def check(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    if sources.catalogue is None:  # a bundle is compiled, which reads them
        return
    asked = {task.get("form") for task in diagram.root.iter(TL + "task")}
    for path, reason in sources.catalogue.unread.items():
        file = PurePosixPath(path)
        if file.parent.name in ("instruments", "configuration") or file.stem in asked:
            hint = "mend the file; what it writes is not known until then"
            yield Finding(path, None, NAME, "error", reason, hint)


RULE = Rule(NAME, "Forms, instruments and measures can be read.", check)
