"""An event that a parked process may wait for, and that starts its diagram: which of both is known when it goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.bundle import PathwayFiles
from engine.commands import MigrateProcess, RetryIncident
from engine.publish import publish
from tests.engine.bpmn import diagrams as d
from tests.engine.builders import DANA, Case
from tests.engine.incidents.builders import DIRECTOR, TIMER_MENDED, incidents
from tests.engine.incidents.test_isolation import VISIT
from tests.engine.migration.builders import Pathway

CAME = "transition.ed_visit"
FAILS, MENDED = "answer.wait", "P1D"


def ends(wait: str) -> tuple[str, ...]:
    """A call that is over after three days and that another visit reminds of; beside it a timer."""
    return (
        d.start("came", d.message(CAME)), d.user("call"),
        d.on("call", "back", d.message(CAME), interrupting=False), d.user("again"),
        d.on("call", "over", d.timer("duration", "P3D")),
        d.on("call", "soon", d.timer("duration", "P1D"), interrupting=False),
        d.catch("rest", d.timer("duration", wait)),
        d.end(), d.flow("came call end"), d.flow("back again end"), d.flow("over end"), d.flow("soon rest end"),
    )  # fmt: skip


def comes_to_wait(wait: str) -> tuple[str, ...]:
    """Two timers, and only then the call that another visit reminds of."""
    return (
        d.start("came", d.message(CAME)), d.catch("rest", d.timer("duration", "P1D")),
        d.catch("more", d.timer("duration", wait)), d.user("call"),
        d.on("call", "back", d.message(CAME), interrupting=False), d.user("again"),
        d.end(), d.flow("came rest more call end"), d.flow("back again end"),
    )  # fmt: skip


def published(pathway: Pathway, *parts: str) -> str:
    pathway.count += 1
    folder = pathway.folder.parent / f"visit-{pathway.count}"
    folder.mkdir()
    for path, text in d.bundle(VISIT, *parts).items():
        file = folder / path.replace(d.MAIN, "visit.bpmn")
        file.parent.mkdir(exist_ok=True)
        file.write_text(text.replace('id="main" name="main"', 'id="visit" name="Visit"'), encoding="utf-8")
    with pathway.engine.db.writing() as connection:
        now = pathway.engine.clock.now()
        return publish(connection, PathwayFiles(folder), "visit.bpmn", note="test", by="test", now=now)[0].hash


def visited(pathway: Pathway, *days: int) -> Case:
    """A case whose patient was in the emergency department on some days, and that was looked at daily."""
    pathway.version(*TIMER_MENDED)
    case = pathway.case()
    for day in range(max(days) + 1):
        case.to_day(day)
        if day in days:
            assert case.event(CAME).matched
    return case


def settle(case: Case, version: str, day: int) -> None:
    """All that stands still is moved to the mended version and tried again, and days pass."""
    for row in reversed([row for row in incidents(case) if row["status"] == "open"]):
        case.engine.execute(MigrateProcess(case.id, row["process_id"], version), actor=DANA)
    for row in reversed([row for row in incidents(case) if row["status"] == "open"]):
        assert case.engine.execute(RetryIncident(case.id, row["id"]), actor=DIRECTOR).matched
    for each in range(case.day, day + 1):
        case.to_day(each)


@pytest.mark.parametrize("diagram", [ends, comes_to_wait])
@pytest.mark.parametrize("days", [(0, 5), (0, 5, 6)])
def test_events_come_out_as_if_it_had_never_failed(
    pathway: Pathway, diagram: Callable[[str], tuple[str, ...]], days: tuple[int, ...]
) -> None:
    """A visit after the call is over starts another one as of its day; one that the process comes to wait for, none."""
    published(pathway, *diagram(MENDED))
    healthy = visited(pathway, *days)
    for day in range(healthy.day, 12):
        healthy.to_day(day)
    published(pathway, *diagram(FAILS))
    case = visited(pathway, *days)
    mended = published(pathway, *diagram("PT24H"))  # what was published before would not be the newest
    settle(case, mended, 11)
    assert [case.days_of(name) for name in ("call", "again")] == [healthy.days_of(name) for name in ("call", "again")]
    assert len(case.days_of("call")) == (2 if diagram is ends else 1)
    assert case.faults() == []
