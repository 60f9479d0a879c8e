"""What lint finds in a small bundle, and what every finding must say."""

from __future__ import annotations

from engine.lint import Finding, lint_sources
from tests.engine.bpmn.diagrams import MAIN, bundle, end, flow, start, user


def simple(*more: str) -> dict[str, str]:
    """A clean bundle with a user task "a", and more parts in its process."""
    return bundle(start(), user("a"), end(), flow("start a end"), *more)


def replaced(sources: dict[str, str], old: str, new: str, path: str = MAIN) -> dict[str, str]:
    """The bundle with one text replaced; it must be there."""
    assert old in sources[path], f"{old!r} is not in {path}:\n{sources[path]}"
    return {**sources, path: sources[path].replace(old, new)}


def found(sources: dict[str, str], rule: str) -> list[tuple[str | None, str]]:
    """(element, message) of what one rule finds; every finding is checked for what it must say."""
    findings = lint_sources(sources)
    for each in findings:
        complete(each)
    return [(each.element, each.message) for each in findings if each.rule == rule]


def complete(finding: Finding) -> None:
    """A finding says file, rule, severity, message, hint and line."""
    assert finding.file.endswith((".bpmn", ".dmn"))
    assert finding.severity in ("error", "warning")
    assert finding.rule
    assert finding.message
    assert finding.hint
    assert finding.line is None or finding.line > 0
