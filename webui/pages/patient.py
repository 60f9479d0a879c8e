"""The patient: how are they, what is due, what happened?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, RowMapping

from care.outcomes import MeasureOutcome
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
from webui.outcome_words import judgement
from webui.pages.blueprint import pages
from webui.parked import Parked, parked_in
from worklists.agreement import Carer, Consent, care_team, consent
from worklists.care_updates import SentUpdate, sent_updates
from worklists.day import DayRow, day_row
from worklists.deadlines import DaysToKeep, days_to_keep
from worklists.needs import Needs, needs
from worklists.outcomes import YearOutcome, outcomes_of_patient
from worklists.patient_story import Story, story
from worklists.queries import rows, task_row
from worklists.ranking import rank
from worklists.scores import Scores, scores
from worklists.year_line import YearLine, year_line


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """One measure: its values, its drawing, and how it stands to its target."""

    scores: Scores
    chart: ScoreChart
    outcome: MeasureOutcome


@dataclass(frozen=True, slots=True)
class Seen:
    """All that the page shows of one case."""

    case: RowMapping
    view: CaseView
    year: YearLine
    year_chart: YearChart
    cards: Sequence[ScoreCard]
    outcomes: Sequence[YearOutcome]
    story: Story
    todo: Sequence[DayRow]
    deadlines: DaysToKeep
    needs: Needs
    team: Sequence[Carer]
    consent: Consent
    diagrams: Sequence[CaseDiagram]
    updates: Sequence[SentUpdate]
    may_report: bool
    parked: Sequence[Parked]


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
    today, zone = engine().today(), engine().zone
    view = engine().case_view(connection, case["id"])
    definition = engine().library.definition(connection, case["version"])
    judged_by = judgement()
    rules = judged_by.rules(case["aligned_on"].year)
    year = year_line(connection, case, dict(who), rules, today=today, zone=zone)
    outcomes = outcomes_of_patient(connection, judged_by, who["id"])
    return Seen(
        case=case,
        view=view,
        year=year,
        year_chart=year_chart(year),
        cards=_cards(scores(connection, case, judged_by), outcomes, case["id"]),
        outcomes=sorted(outcomes, key=lambda each: each.case_id != case["id"]),
        story=_story(connection, case, before),
        todo=_todo(connection, case["id"], today),
        deadlines=days_to_keep(connection, case, rules, today=today, zone=zone),
        needs=needs(connection, engine().library, case, zone, today),
        team=care_team(connection, case, dict(who)),
        consent=consent(connection, case, definition, zone),
        diagrams=case_diagrams(engine(), connection, view),
        updates=sent_updates(connection, case["id"]),
        may_report=visitor().may_work and case["closed_at"] is None,
        parked=parked_in(connection, case["id"]),
    )


def _story(connection: Connection, case: RowMapping, before: int | None) -> Story:
    targets = judgement().targets(case["aligned_on"].year)
    return story(connection, case, targets, engine().library, engine().zone, before=before)


def _todo(connection: Connection, case_id: str, today: date) -> list[DayRow]:
    """The open tasks of a case, the most urgent first, snoozed ones too. Index ix_tasks_open_case."""
    query = rows().where(tasks.c.case_id == case_id, tasks.c.status == "open")
    found = [task_row(row) for row in connection.execute(query).mappings()]
    found.sort(key=lambda task: rank(task.id, task.priority, task.due_on, today))
    return [day_row(task, today) for task in found]


def _cards(found: Sequence[Scores], outcomes: Sequence[YearOutcome], case_id: str) -> list[ScoreCard]:
    """The measures that were drawn, each with how it stands; one whose year knows nothing of it is left out."""
    (outcome,) = [each.outcome for each in outcomes if each.case_id == case_id]
    by_measure = {each.measure: each for each in outcome.measures}
    return [
        ScoreCard(each, score_chart(each), by_measure[each.measure]) for each in found if each.measure in by_measure
    ]
