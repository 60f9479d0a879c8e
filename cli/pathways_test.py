"""`throughline pathways test`: play scenarios and say how much of the diagrams they went through."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from cli.answers import FAULT, Answer, AnsweringCommand, table
from cli.progress import progress
from engine.counted import counted
from engine.scenarios import Choice, Coverage, DiagramCoverage, Report, Result, choose, folder_of, run_all
from engine.scenarios.running import SCENARIOS
from engine.settings import SHIPPED_PATHWAYS

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("test", cls=AnsweringCommand)
@click.argument("what", required=False, metavar="[FILE or TRACK]")
@click.option(
    "--folder",
    envvar="THROUGHLINE_PATHWAYS_DIR",
    default=SHIPPED_PATHWAYS,
    type=_FOLDER,
    show_default="the shipped pathways",
    help="The folder of pathways; its scenarios stand in `scenarios/`. A FILE brings its own.",
)
@click.option(
    "--coverage",
    "wanted",
    type=click.FloatRange(0, 100),
    default=0,
    show_default=True,
    help="The percentage of nodes and flows that must be gone through; less is exit 1.",
)
def test_pathways(what: str | None, folder: Path, wanted: float) -> Answer:
    """Play scenarios on the real engine: all, those of a track or a diagram, or one; exit 1 when one does not hold."""
    choice = choose(folder_of(what, folder), what)
    result = run_all(choice, _with_bar)
    enough = result.coverage.percent >= wanted
    data = {
        "passed": result.passed and enough,
        "scenarios": [_scenario(report) for report in result.reports],
        "coverage": _coverage(result.coverage, wanted),
    }
    text = _text(result, wanted) if result.reports else _nothing(choice, what)
    return Answer(data, text, 0 if result.passed and enough else FAULT)


def _nothing(choice: Choice, what: str | None) -> str:
    told = "no scenario stands" if what is None else f"no scenario for '{what}' stands"
    return f"{told} in {choice.folder / SCENARIOS}: nothing is shown to hold; write one (docs/scenarios.md)"


def _with_bar(files: Sequence[Path]) -> Iterable[Path]:
    return progress(files, total=len(files), label="scenarios")


def _scenario(report: Report) -> dict[str, Any]:
    return {
        "file": report.file,
        "title": report.title,
        "track": report.track,
        "passed": report.passed,
        "steps": report.steps,
        "failures": [asdict(failure) for failure in report.failures],
    }


def _coverage(coverage: Coverage, wanted: float) -> dict[str, Any]:
    diagrams = [
        {
            "file": each.file,
            "percent": each.percent,
            "nodes": each.nodes,
            "flows": each.flows,
            "reached": each.reached,
            "missed": [asdict(element) for element in (*each.missed_nodes, *each.missed_flows)],
        }
        for each in coverage.diagrams
    ]
    return {"percent": coverage.percent, "wanted": wanted, "diagrams": diagrams}


def _text(result: Result, wanted: float) -> str:
    failed = [report for report in result.reports if not report.passed]
    told = [f"{report.file}: {report.title}\n  {_indented(report)}" for report in failed]
    rows = [_row(each) for each in result.coverage.diagrams]
    missed = [line for each in result.coverage.diagrams for line in _missed(each)]
    lines = [
        *told,
        *([table(("diagram", "nodes", "flows", "covered"), rows)] if rows else []),
        *(["not gone through:", *missed] if missed else []),
        f"{counted(len(result.reports), 'scenario')}, {len(failed)} failed{_covered(result.coverage)}",
    ]
    if result.coverage.percent < wanted:
        lines.append(f"{wanted:g}% was asked")
    return "\n".join(lines)


def _covered(coverage: Coverage) -> str:
    """How much was gone through; of a scenario that cannot be read no diagram is asked."""
    return f"; {coverage.percent:g}% covered" if coverage.diagrams else ""


def _indented(report: Report) -> str:
    return "\n  ".join("\n".join(map(str, report.failures)).split("\n"))


def _missed(each: DiagramCoverage) -> list[str]:
    """What to write scenarios for: the nodes, and the flows that nobody took between nodes that were reached."""
    if each.reached == 0:
        return [f"  {each.file}: not entered"]
    nodes = {node.id for node in each.missed_nodes}
    flows = [flow for flow in each.missed_flows if nodes.isdisjoint(flow.between)]
    return [f"  {each.file}: {one.name} ({one.kind} {one.id})" for one in (*each.missed_nodes, *flows)]


def _row(each: DiagramCoverage) -> tuple[str, str, str, str]:
    nodes, flows = each.nodes - len(each.missed_nodes), each.flows - len(each.missed_flows)
    return each.file, f"{nodes}/{each.nodes}", f"{flows}/{each.flows}", f"{each.percent:g}%"
