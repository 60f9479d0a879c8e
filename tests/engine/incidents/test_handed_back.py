"""An answer that was kept and can no longer be carried out stays with its incident, with what stood against it."""

from __future__ import annotations

from typing import Any

import pytest

from engine import casework
from engine.commands import CloseCase, RetryIncident
from engine.errors import ProcessParked
from engine.incidents.bulk import settle
from tests.engine.bpmn import diagrams as d
from tests.engine.builders import DANA
from tests.engine.incidents.builders import DIRECTOR, MENDED, POISON, incident, incidents, retry
from tests.engine.migration.builders import Pathway, migrate

ASKS_MORE = """id: answer
title: Answer
fields:
  - {name: note, fact: answer.note, title: Note, type: text}
  - {name: pain, fact: answer.pain, title: Pain, type: integer, minimum: 0, maximum: 10, required: true}
"""


def not_taken(kept: dict[str, Any]) -> tuple[str, list[str]]:
    return kept["not_taken"]["why"], kept["not_taken"]["fields"]


def test_an_answer_that_its_form_does_not_take_any_more_waits_for_whoever_opens_the_task(
    pathway: Pathway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process goes on with the task open; the fields that are missing are named, and what was typed is there."""
    pathway.version(*POISON)
    case = pathway.case()
    with pytest.raises(ProcessParked):
        case.answer("ask", note="left")
    monkeypatch.setattr(d, "FORM", ASKS_MORE)
    migrate(case, pathway.version(*MENDED))
    assert retry(case).matched
    (kept,) = incidents(case)[0]["kept"]
    assert (case.elements(), kept["data"], kept["actor"]) == (["ask"], {"note": "left"}, DANA.id)
    assert not_taken(kept) == ("its form does not take it as it is", ["pain"])
    case.answer("ask", note="left", pain=3)
    assert case.elements() == ["left"]
    assert case.faults() == []


def test_a_retry_in_several_transactions_loses_no_answer(
    pathway: Pathway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is refused in the first of them, and the incident is settled in the last."""
    def version(wait: str) -> str:
        return pathway.version(
            d.start(),
            d.user("ask"),
            d.on("ask", "over", d.timer("duration", "P2D"), interrupting=wait == "P1D"),
            d.user("missed"),
            d.on("missed", "daily", d.timer("cycle", "R/P1D"), interrupting=False),
            d.task("noop"),
            d.on("ask", "soon", d.timer("duration", "P1D"), interrupting=False),
            d.catch("more", d.timer("duration", wait)),
            d.end(),
            d.flow("start ask end"),
            d.flow("over missed end"),
            d.flow("daily noop end"),
            d.flow("soon more end"),
        )

    version("answer.wait")
    case = pathway.case()
    case.set_clock(case.moment(3))
    with pytest.raises(ProcessParked, match="what you entered is kept"):
        case.answer("ask", note="too late")
    case.to_day(25)
    migrate(case, version("P1D"))
    monkeypatch.setattr(casework, "MOST_INSTANTS", 7)
    command = RetryIncident(case.id, incident(case)["id"])
    assert settle(pathway.engine, command, actor=DIRECTOR).matched
    assert len(case.history("incident.retried")) > 1
    (kept,) = incidents(case)[0]["kept"]
    assert (kept["data"], not_taken(kept)) == ({"note": "too late"}, ("the task had ended before", []))
    assert case.faults() == []


def test_an_answer_to_a_case_that_is_closed_instead_says_so(pathway: Pathway) -> None:
    """It was never carried out, and reads so."""
    pathway.version(*POISON)
    case = pathway.case()
    with pytest.raises(ProcessParked):
        case.answer("ask", note="left")
    case.engine.execute(CloseCase(case.id, "lost", "moved away"), actor=DANA)
    (kept,) = incidents(case)[0]["kept"]
    assert (kept["data"], not_taken(kept)) == ({"note": "left"}, ("the case is concluded (lost)", []))
