"""A record traced: where a case stood at a moment is what the engine said then, and each entry opens to its inputs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import delete, text

from engine.application import Engine
from engine.settings import SHIPPED_PATHWAYS
from engine.store.cases import case as case_by_id
from engine.store.history import entry
from engine.store.tables import history
from engine.years import targets_in
from tests.engine.bpmn import diagrams as d
from tests.engine.builders import Case, a_case, on_sqlite
from tests.engine.migration.builders import Pathway, migrate
from worklists.trace import PAGE, Timeline, Trace
from worklists.trace_entries import Opened, Source, opened
from worklists.trace_folds import Fold, Idle
from worklists.trace_lines import Told
from worklists.trace_words import where


@dataclass
class Watch:
    """Counts the tokens that went through each element, as the engine tells of them."""

    passed_by: Counter[str] = field(default_factory=Counter)

    def passed(self, file: str, element: str, successors: Sequence[str]) -> None:
        self.passed_by[element] += 1


@contextmanager
def traced(case: Case) -> Iterator[Trace]:
    """The case's record, with a connection that is open inside."""
    engine = case.engine
    with engine.db.reading() as connection:
        row = case_by_id(connection, case.id)
        yield Trace(connection, row, engine.library, targets_in(SHIPPED_PATHWAYS), engine.zone)


def told_by_the_engine(case: Case) -> set[tuple[str, str, str]]:
    """Where the engine says that the case stands now."""
    with case.engine.db.reading() as connection:
        view = case.engine.case_view(connection, case.id)
    return {(each["process_id"], each["process"], each["element_id"]) for each in view.active_elements}


def told_by_the_record(trace: Trace, seq: int) -> set[tuple[str, str | None, str]]:
    found = trace.positions(trace.moment(seq))
    return {(each.process_id, process, element) for each in found for process, element in each.active}


def an_eventful_course(case: Case) -> Iterator[None]:
    """Ten weeks with a discharge, unanswered calls, a pause and a death; pauses after each thing that happens."""
    yield
    for day in range(1, 70):
        if day == 20:
            case.event("transition.discharged", facility="Mercy", reason="a fall")
            yield
        if day == 30:
            case.event("case.paused", reason="travels")
            yield
        if day == 40:
            case.event("case.resumed")
            yield
        case.to_day(day)
        yield
        while case.open() and day % 9:  # on some days nobody works
            case.answer(case.open()[0])
            yield
    case.event("patient.died")
    yield


def test_where_a_case_stood_is_what_the_engine_said_at_that_time(engine: Engine) -> None:
    """At every step of an eventful course, and with as many tokens through each element as an observer counted."""
    watch = engine.observer = Watch()
    case = a_case(engine)
    said = {}
    for _ in an_eventful_course(case):
        said[case.row["history_length"]] = told_by_the_engine(case)
    with traced(case) as trace:
        assert {seq: told_by_the_record(trace, seq) for seq in said} == said
        walked: Counter[str] = Counter()
        for each in trace.positions(trace.moment(None)):
            for (_, element), count in each.walked.items():
                walked[element] += count
    assert walked == watch.passed_by
    assert len(said) > 30


@on_sqlite
def test_every_active_element_has_its_diagram(engine: Engine) -> None:
    """Those of subprocesses stand on the diagram that embeds them; nothing that was walked is left out."""
    case = a_case(engine).at_week(5)
    with traced(case) as trace:
        (standing,) = [each for each in trace.positions(trace.moment(None)) if each.process_id.endswith("-p1")]
        found = where(trace, trace.moment(None), engine.zone)
    drawn = [each for each in found.diagrams if each.key.startswith(f"{case.id}-p1.")]
    assert {element for each in drawn for element in each.active} == {element for _, element in standing.active}
    assert sum(sum(each.walked.values()) for each in drawn) == sum(standing.walked.values())
    assert found.sentence.startswith("Waits at: ")
    assert "Day 365" in found.sentence
    assert (drawn[0].process, drawn[0].version_number) == ("msk", 1)
    assert drawn[0].flows["every_check_in", "pain_checkin"] == 5


@on_sqlite
def test_instants_that_one_late_tick_runs_are_moments_of_their_own(engine: Engine) -> None:
    """A worker that slept for weeks hides none of what the clock did."""
    case = a_case(engine).at_day(1)
    case.to_day(16)
    with traced(case) as trace:
        late = [each for each in trace.moments if each.actor == "system:worker"]
        lines = [told for told in trace.page(None, oldest_first=True).rows if isinstance(told, Told)]
    assert len(late) >= 2
    assert all(each.first <= each.last for each in late)
    assert any(told.lead.words == "its time came 2 days before it was run." for told in lines)


@on_sqlite
def test_a_record_that_kept_no_moves_is_told_from_tasks_and_says_so(engine: Engine) -> None:
    """Open tasks are where it stood; what is drawn is named as derived."""
    case = a_case(engine).at_day(8)
    case.to_day(15)
    with engine.db.writing() as connection:
        for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(delete(history).where(history.c.kind == "process.moved"))
    with traced(case) as trace:
        found = where(trace, trace.moment(None), engine.zone)
        assert {element for _, _, element in told_by_the_record(trace, 9999)} == {"pain_checkin"}
    assert "does not say where tokens went" in " ".join(found.notes)
    assert "To do: Weekly pain check-in." in found.sentence


@on_sqlite
def test_a_case_that_was_moved_is_drawn_on_the_version_then_in_force(engine: Engine, tmp_path: Path) -> None:
    """Before, on the old one; from then on, on the new one, with what was walked on either; a line says so."""
    pathway = Pathway(engine, tmp_path)
    before = pathway.version(d.start(), d.user("ask"), d.user("review"), d.end(), d.flow("start ask review end"))
    case = pathway.case()
    case.answer("ask")
    last = case.row["history_length"]
    after = pathway.version(
        *(d.start(), d.user("ask"), d.user("look"), d.user("falls"), d.end()),
        d.flow("start ask look falls end"),
    )
    migrate(case, after, review="look")
    with traced(case) as trace:
        then, now = (where(trace, trace.moment(seq), engine.zone) for seq in (last, None))
    assert then.first is not None
    assert now.first is not None
    assert (then.first.digest, then.first.active, then.notes) == (before, ("review",), ())
    assert (now.first.digest, now.first.active, now.first.walked) == (after, ("look",), {"start": 1, "ask": 1})
    (note,) = now.notes
    assert "was moved from version" in note
    opened_move = dict(opened_entry(case, "process.migrated").pairs)
    assert (opened_move["Token went from"], opened_move["To"]) == (
        "review to look",
        f"version {now.first.version_number} of Small",
    )


# -- the timeline -----------------------------------------------------------------------------------------------------
def every_line(rows: Sequence[Any]) -> Iterator[int]:
    for row in rows:
        if isinstance(row, Fold):
            yield from every_line(row.items)
        elif isinstance(row, Told):
            yield from (line.seq for line in row.lines)


def pages(trace: Trace, *, oldest_first: bool) -> Iterator[Timeline]:
    page = trace.page(None, oldest_first=oldest_first)
    yield page
    while (around := page.later if oldest_first else page.earlier) is not None:
        page = trace.page(around, oldest_first=oldest_first)
        yield page


@on_sqlite
def test_every_entry_can_be_reached_in_either_order(engine: Engine) -> None:
    """Fifty moments a page; none is lost between two pages or in a fold."""
    case = a_case(engine).at_week(26)
    with traced(case) as trace:
        forth = [seq for page in pages(trace, oldest_first=True) for seq in every_line(page.rows)]
        back = [seq for page in pages(trace, oldest_first=False) for seq in every_line(page.rows)]
        assert max(page.shown for page in pages(trace, oldest_first=True)) == PAGE
        assert any(row.shown < PAGE for row in pages(trace, oldest_first=True))
    assert forth == list(range(1, case.row["history_length"] + 1))
    assert sorted(back) == forth


@on_sqlite
def test_routine_folds_and_idle_months_collapse(engine: Engine) -> None:
    """Check-ins that led to nothing are one line; the one that is pointed at stays open; silence has its days."""
    case = a_case(engine)
    case.at_day(26)
    case.event("case.paused", reason="travels")
    case.to_day(80)
    case.event("case.resumed")
    with traced(case) as trace:
        page = trace.page(None, oldest_first=True)
        kept = next(each for each in trace.moments if "pain_checkin" in each.elements)
        pointed = trace.page(None, oldest_first=True, keep=kept.last)
    folds = [row.words for row in page.rows if isinstance(row, Fold)]
    assert "check-ins, all answered" in folds[0]
    idle = [row.days for row in page.rows if isinstance(row, Idle)]
    assert idle
    assert max(idle) >= 21
    assert kept in [row.moment for row in pointed.rows if isinstance(row, Told)]
    assert kept not in [row.moment for row in page.rows if isinstance(row, Told)]


@on_sqlite
def test_the_entries_about_an_element_are_found_together(engine: Engine) -> None:
    """Asked and answered each time, and called as the diagram calls it."""
    case = a_case(engine).at_week(3)
    with traced(case) as trace:
        found = trace.about("pain_checkin", oldest_first=True)
        assert trace.name_of("pain_checkin") == "Weekly pain check-in"
    kinds = [line.kind for row in found.rows for line in getattr(row, "lines", ()) if line.element_id == "pain_checkin"]
    assert kinds == ["task.created", "task.completed"] * 3


# -- an entry, opened -------------------------------------------------------------------------------------------------
def opened_entry(case: Case, kind: str, **about: Any) -> Opened:
    """The last entry of a kind, opened."""
    seqs = [e["seq"] for e in case.history(kind) if all(e[name] == value for name, value in about.items())]
    with traced(case) as trace:
        source = Source(trace, case.engine.library, case.engine.zone)
        return opened(source, dict(entry(trace.connection, case.id, seqs[-1])))


@on_sqlite
def test_a_decision_opens_to_its_table_with_what_it_read_and_the_row_that_answered(engine: Engine) -> None:
    """The decisions that it required open as well, with their own rows and what these read."""
    case = a_case(engine).at_week(5)
    found = opened_entry(case, "rule.matched", element_id="plateau_rule")
    assert found.ruling is not None
    detail = json.loads(found.entry["detail"])
    own = found.ruling.own
    assert [(column.label, column.read) for column in own.inputs] == [("Track", "msk")]
    assert [(row.index, row.annotation) for row in own.answered] == [(1, detail["matched"][0]["annotation"])]
    (msk,) = found.ruling.required
    (row,) = msk.answered
    assert (msk.name, row.annotation) == ("Plateau: MSK", detail["required"][0]["annotation"])
    assert ("Week", "4") in [(column.label, column.read) for column in msk.inputs]
    assert len(row.tests) == len(msk.inputs)
    assert not msk.is_without_inputs
    assert dict(found.ruling.outputs)["status"] == detail["outputs"]["status"]


@on_sqlite
def test_a_task_opens_to_its_form_as_it_was_answered(engine: Engine) -> None:
    """Questions and labels in the words of the version's form; the facts learnt; the true day and the reason."""
    case = a_case(engine).at_day(0)
    case.to_day(7)
    case.to_day(9)
    case.answer_late(case.task("pain_checkin"))
    found = opened_entry(case, "task.completed", element_id="pain_checkin")
    assert found.form is not None
    answers: Mapping[str, str] = {each.question: each.answer for s in found.form.sections for each in s.answers}
    assert "6" in answers.values()
    assert found.form.unknown == ()
    assert not any(name.startswith("nrs_") for name in answers)
    pairs = dict(found.pairs)
    assert pairs["Why it was recorded later"] == "recorded late"
    assert pairs["Truly done on"] == "Wed 21 Jan 2026"
    assert dict(found.facts)["nrs.raw"] == "6"


@on_sqlite
def test_an_event_and_a_timer_open_in_words(engine: Engine) -> None:
    """What came with the event; when the timer was due and when it was run."""
    case = a_case(engine).at_day(1)
    case.event("transition.discharged", facility="Mercy", reason="a fall")
    discharge = dict(opened_entry(case, "event.received").pairs)
    assert (discharge["Where"], discharge["Reason"]) == ("Mercy", "a fall")
    case.to_day(9)
    timer = dict(opened_entry(case, "timer.fired").pairs)
    assert timer["Due"] != timer["Run"]


@on_sqlite
def test_each_kind_of_entry_opens(engine: Engine) -> None:
    """Nothing that the engine writes is closed to a reader, whatever is added to it later."""
    case = a_case(engine)
    for _ in an_eventful_course(case):
        pass
    with traced(case) as trace:
        source = Source(trace, engine.library, engine.zone)
        found = [opened(source, row) for row in case.history()]
    assert all(each.line.about and each.raw for each in found)
