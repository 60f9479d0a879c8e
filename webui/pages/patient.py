"""The patient: how are they, what is due, what happened?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, RowMapping

from engine.errors import NotFound
from engine.store.cases import case as case_by_id
from engine.store.cases import cases_of_patient
from engine.store.patients import patient as patient_by_id
from engine.store.tables import tasks
from engine.views import CaseView
from webui.access import EVERYONE, allowed, visitor
from webui.case_diagrams import CaseDiagram, case_diagrams
from webui.charts import ScoreChart, YearChart, score_chart, year_chart
from webui.extension import engine
from webui.htmx import is_part
from webui.pages.blueprint import pages
from worklists.day import DayRow, day_row
from worklists.needs import Carer, Consent, Needs, care_team, consent, needs
from worklists.patient_story import Story, story
from worklists.queries import rows, task_row
from worklists.ranking import rank
from worklists.scores import Scores, scores, targets_in
from worklists.year_line import YearLine, rules_in, year_line


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """One measure: its values, its drawing, and its state in words with the class that colours them."""

    scores: Scores
    chart: ScoreChart
    state: str
    tone: str


@dataclass(frozen=True, slots=True)
class Seen:
    """All that the page shows of one case."""

    case: RowMapping
    view: CaseView
    year: YearLine
    year_chart: YearChart
    cards: Sequence[ScoreCard]
    story: Story
    todo: Sequence[DayRow]
    needs: Needs
    team: Sequence[Carer]
    consent: Consent
    diagrams: Sequence[CaseDiagram]
    may_report: bool


@pages.get("/patients/<patient_id>")
@allowed(EVERYONE)
def patient(patient_id: str) -> ResponseReturnValue:
    """The page of a patient, about the case that is asked for, else the one that runs, else the latest."""
    before = request.args.get("before", type=int)
    with engine().db.reading() as connection:
        who = patient_by_id(connection, patient_id)
        cases = cases_of_patient(connection, patient_id)
        chosen = _chosen(cases, patient_id, request.args.get("case"))
        if chosen is not None and before is not None and is_part():
            return render_template("partials/_story.html", patient=who, story=_story(connection, chosen, before))
        seen = None if chosen is None else _seen(connection, who, chosen, before)
    return render_template("pages/patient.html", patient=who, cases=cases, seen=seen, before=before)


@pages.get("/patients/<patient_id>/cases/<case_id>/diagram")
@allowed(EVERYONE)
def patient_diagram(patient_id: str, case_id: str) -> Response:
    """The case's diagrams as BPMN XML, each with the ids of its active elements, for the viewer."""
    with engine().db.reading() as connection:
        case_of(connection, patient_id, case_id)
        found = case_diagrams(engine(), connection, engine().case_view(connection, case_id))
    return jsonify({"diagrams": [{"name": each.name, "xml": each.xml, "active": each.active} for each in found]})


def case_of(connection: Connection, patient_id: str, case_id: str) -> RowMapping:
    """The case, which has to be this patient's; raises NotFound."""
    found = case_by_id(connection, case_id)
    if found["patient_id"] != patient_id:
        raise NotFound("case", case_id)
    return found


def _chosen(cases: Sequence[RowMapping], patient_id: str, asked: str | None) -> RowMapping | None:
    if asked is not None:
        found = next((each for each in cases if each["id"] == asked), None)
        if found is None:
            raise NotFound("case", asked)
        return found
    running = [each for each in cases if each["closed_at"] is None]
    return next(iter([*running, *cases]), None)


def _seen(connection: Connection, who: RowMapping, case: RowMapping, before: int | None) -> Seen:
    today, zone, pathways = engine().today(), engine().zone, engine().settings.pathways_dir
    view = engine().case_view(connection, case["id"])
    definition = engine().library.definition(connection, case["version"])
    year = year_line(connection, case, dict(who), rules_in(pathways), today=today, zone=zone)
    return Seen(
        case=case,
        view=view,
        year=year,
        year_chart=year_chart(year),
        cards=[_card(each) for each in scores(connection, case, targets_in(pathways), zone)],
        story=_story(connection, case, before),
        todo=_todo(connection, case["id"], today),
        needs=needs(connection, case, definition, zone),
        team=care_team(connection, case, dict(who)),
        consent=consent(connection, case, definition, zone),
        diagrams=case_diagrams(engine(), connection, view),
        may_report=visitor().may_work and case["closed_at"] is None,
    )


def _story(connection: Connection, case: RowMapping, before: int | None) -> Story:
    targets = targets_in(engine().settings.pathways_dir)
    return story(connection, case, targets, engine().zone, before=before)


def _todo(connection: Connection, case_id: str, today: date) -> list[DayRow]:
    """The open tasks of a case, the most urgent first, snoozed ones too. Index ix_tasks_open_case."""
    query = rows().where(tasks.c.case_id == case_id, tasks.c.status == "open")
    found = [task_row(row) for row in connection.execute(query).mappings()]
    found.sort(key=lambda task: rank(task.id, task.priority, task.due_on, today))
    return [day_row(task, today) for task in found]


_TONES = {"met": "good", "on course": "good", "not yet": "late", "worse": "urgent"}


def _card(each: Scores) -> ScoreCard:
    if each.is_guard:
        state, tone = ("within the limit", "good") if each.is_met else ("beyond the limit", "urgent")
    elif each.standing is not None:
        state, tone = each.standing.state, _TONES[each.standing.state]
    else:
        state, tone = ("baseline" if each.line is not None else "no target"), "muted"
    if each.is_guard and len(each.points) == 1:
        state, tone = "baseline", "muted"
    return ScoreCard(each, score_chart(each), state, tone)
