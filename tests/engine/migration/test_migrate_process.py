"""One running case goes on in another version: its tokens, its tasks, its timers, its record."""

from __future__ import annotations

import json

import pytest

from engine.commands import MigrateProcess
from engine.errors import CaseClosed, Refused
from engine.migration.reasons import CannotMigrate
from engine.store.versions import newest_versions
from tests.engine.bpmn import diagrams as d
from tests.engine.builders import DANA, nothing_written, on_sqlite, with_people
from tests.engine.migration.builders import Pathway, due_of, migrate, process_of

ONE = (d.start(), d.user("ask"), d.user("review"), d.end(), d.flow("start ask review end"))


def test_a_case_goes_on_where_it_stood(pathway: Pathway) -> None:
    """The open task keeps its id; what is new after it comes when the patient gets there; the record says so. All of it
    is one commit."""
    before = pathway.version(*ONE)
    case = pathway.case()
    (task,) = case.open()
    extra = (d.start(), d.user("ask"), d.user("falls"), d.user("review"), d.end(), d.flow("start ask falls review end"))
    after = pathway.version(*extra)
    commits = pathway.engine.db.commits
    migrate(case, after)
    assert pathway.engine.db.commits == commits + 1
    assert [each["id"] for each in case.open()] == [task["id"]]
    assert (case.row["version"], process_of(case)["version"], case.task("ask")["version"]) == (after, after, after)
    (entry,) = case.history("process.migrated")
    detail = json.loads(entry["detail"])
    assert (detail["from"], detail["to"], entry["version"]) == (before, after, after)
    assert detail["tokens"] == [["behavioral", "ask", "ask"]]
    case.answer("ask")
    case.answer("falls")
    case.answer("review")
    assert case.status == "completed"
    assert case.faults() == []


def test_a_task_follows_what_the_diagram_says_and_keeps_what_people_did(pathway: Pathway) -> None:
    """A new title is the day's on which the task opened; a due date that did not change stays; the assignee stays."""
    engine = pathway.engine
    with_people(engine)
    pathway.version(d.start(), d.user("ask", title="Week {case.week}: ask"), d.end(), d.flow("start ask end"))
    case = pathway.case()
    before = case.task("ask")
    case.to_day(15)
    after = pathway.version(
        d.start(), d.user("ask", title="Week {case.week}: talk", why="New."), d.end(), d.flow("start ask end")
    )
    migrate(case, after)
    task = case.task("ask")
    assert (task["title"], task["why"]) == ("Week 0: talk", "New.")
    assert (task["due_on"], task["assignee"], task["created_at"]) == (
        before["due_on"],
        before["assignee"],
        before["created_at"],
    )
    (changed,) = json.loads(case.history("process.migrated")[0]["detail"])["tasks"]
    assert changed["title"] == ["Week 0: ask", "Week 0: talk"]


@on_sqlite
@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (
            (d.start(), d.user("review"), d.end(), d.flow("start review end")),
            "“ask” (ask) is not in the new version; say which user task takes its place",
        ),
        (
            (d.start(), d.receive("ask", d.ADMITTED), d.user("review"), d.end(), d.flow("start ask review end")),
            "“ask” (ask) is a user task and in the new version a message receive task",
        ),
        (
            (
                *(d.start(), d.sub("within", d.start("s"), d.user("ask"), d.end("e"), d.flow("s ask e"))),
                *(d.user("review"), d.end(), d.flow("start within review end")),
            ),
            "“ask” (ask) stands in another process of the new version (“within”)",
        ),
        (
            (d.start(), d.user("ask", d.times("3")), d.user("review"), d.end(), d.flow("start ask review end")),
            "“ask” (ask) is a user task and in the new version a parallel multi-instance activity",
        ),
    ],
)
def test_what_has_no_place_is_refused_by_name(pathway: Pathway, parts: tuple[str, ...], told: str) -> None:
    """Nothing changes, and the sentence says which element, and what to do."""
    pathway.version(*ONE)
    case = pathway.case()
    after = pathway.version(*parts)
    with nothing_written(pathway.engine), pytest.raises(CannotMigrate) as refused:
        migrate(case, after)
    assert told in refused.value.message


@on_sqlite
def test_a_renamed_element_takes_the_place_that_is_named(pathway: Pathway) -> None:
    """The task keeps its id and is the new element's."""
    pathway.version(*ONE)
    case = pathway.case()
    before = case.task("ask")
    after = pathway.version(d.start(), d.user("talk"), d.user("review"), d.end(), d.flow("start talk review end"))
    migrate(case, after, ask="talk")
    assert case.task("talk")["id"] == before["id"]
    case.answer("talk")
    assert case.elements() == ["review"]


@on_sqlite
def test_a_branch_drawn_behind_the_patient_would_be_waited_for_in_vain(pathway: Pathway) -> None:
    """A join that needs a token from a branch that the patient has passed is named; before the fork all is well."""
    old = (d.start(), d.user("first"), d.parallel("fork"), d.user("a"), d.user("b"), d.parallel("join"), d.end())
    flows = (d.flow("start first fork a join end"), d.flow("fork b join"))
    pathway.version(*old, *flows)
    ahead, inside = pathway.case(), pathway.case()
    inside.answer("first")
    after = pathway.version(*old, *flows, d.user("c"), d.flow("fork c join"))
    migrate(ahead, after)
    with pytest.raises(CannotMigrate, match=r"“join” \(join\) would wait for ever for “c”"):
        migrate(inside, after)
    ahead.answer_all()
    assert ahead.status == "completed"


@on_sqlite
def test_a_token_that_waits_at_a_join_is_kept_with_where_it_came_from(pathway: Pathway) -> None:
    """The other branch completes it after the move."""
    old = (d.start(), d.parallel("fork"), d.user("a"), d.user("b"), d.parallel("join"), d.user("c"), d.end())
    flows = (d.flow("start fork a join c end"), d.flow("fork b join"))
    pathway.version(*old, *flows)
    case = pathway.case()
    case.answer("a")
    after = pathway.version(d.start(), d.parallel("fork"), d.user("a"), d.user("b"), d.parallel("join"),
                            d.user("c"), d.user("last"), d.end(), d.flow("start fork a join c last end"),
                            d.flow("fork b join"))  # fmt: skip
    migrate(case, after)
    assert case.elements() == ["b"]
    case.answer("b")
    assert case.elements() == ["c"]


def guarded(*events: str, **kinds: tuple[str, str]) -> tuple[str, ...]:
    """A task with timers that end at a task of their own."""
    parts = [d.start(), d.user("ask"), d.end(), d.flow("start ask end"), *events]
    for name, (kind, expression) in kinds.items():
        parts += [
            d.on("ask", name, d.timer(kind, expression), interrupting=False),
            d.user(f"after_{name}"),
            d.end(f"end_{name}"),
            d.flow(f"{name} after_{name} end_{name}"),
        ]
    return tuple(parts)


def test_a_new_reminder_counts_from_when_the_task_opened_or_else_from_now(pathway: Pathway) -> None:
    """Seven days from opening while that is ahead; for a task that is older, seven days from the move."""
    pathway.version(*guarded())
    young, old = pathway.case(), pathway.case()
    old.to_day(2)
    after = pathway.version(*guarded(remind=("duration", "P7D")))
    migrate(young, after)
    assert due_of(young).date() == young.on(7)
    old.to_day(20)
    assert due_of(old) is None
    migrate(old, after)
    assert due_of(old).date() == old.on(27)
    old.to_day(27, hour=10)
    assert old.elements() == ["after_remind", "ask"]


def test_a_changed_timer_counts_from_where_it_began(pathway: Pathway) -> None:
    """Shorter or longer, it is due when it would have been; one that would have been over gives the whole period again,
    but is never later than it was."""
    pathway.version(*guarded(remind=("duration", "P10D")))
    case, late = pathway.case(), pathway.case()
    late.to_day(3)
    five, two = (pathway.version(*guarded(remind=("duration", each))) for each in ("P5D", "P2D"))
    migrate(case, five)
    assert due_of(case).date() == case.on(5)
    (told,) = json.loads(case.history("process.migrated")[0]["detail"])["timers"]
    assert told["element"] == "remind"
    migrate(late, two)
    assert due_of(late).date() == late.on(5)  # two days from the move; it was day 10


def test_a_timer_that_has_fired_does_not_fire_again(pathway: Pathway) -> None:
    """It was single and is set later now: what it had started is there once, and nothing is due."""
    pathway.version(*guarded(remind=("duration", "P2D")))
    case = pathway.case()
    case.to_day(3)
    migrate(case, pathway.version(*guarded(remind=("duration", "P5D"))))
    assert due_of(case) is None
    case.to_day(20)
    assert case.days_of("after_remind") == [2]


def test_a_cycle_goes_on_in_its_new_rhythm(pathway: Pathway) -> None:
    """What would have fired already is counted and does not come again; the next is the next."""
    pathway.version(*guarded(weekly=("cycle", "R/P7D")))
    case = pathway.case()
    case.to_day(8)
    assert case.days_of("after_weekly") == [7]
    migrate(case, pathway.version(*guarded(weekly=("cycle", "R/P2D"))))
    assert case.days_of("after_weekly") == [7]
    assert due_of(case) == case.moment(10)
    case.to_day(12)
    assert case.days_of("after_weekly") == [7, 10, 12]


def test_an_event_that_is_gone_is_not_waited_for(pathway: Pathway) -> None:
    """The timer of the old version never fires, and a task that it had started goes on."""
    after_only = (d.user("after_weekly"), d.end("end_weekly"), d.flow("after_weekly end_weekly"))
    pathway.version(*guarded(weekly=("cycle", "R/P7D")))
    case = pathway.case()
    case.to_day(7)
    gone = pathway.version(
        *guarded(), *after_only, d.on("ask", "called", d.message(d.ADMITTED), interrupting=False),
        d.flow("called after_weekly"),
    )  # fmt: skip
    migrate(case, gone)
    assert case.row["next_due"] is None
    assert case.elements() == ["after_weekly", "ask"]
    case.event(d.ADMITTED)
    assert case.elements().count("after_weekly") == 2


def test_a_paused_case_stays_paused(pathway: Pathway) -> None:
    """Its timers are worked out and held; it can be resumed afterwards."""
    pathway.version(*guarded(remind=("duration", "P10D")))
    case = pathway.case()
    case.event("case.paused")
    migrate(case, pathway.version(*guarded(remind=("duration", "P5D"))))
    assert (case.status, case.row["next_due"], process_of(case)["paused"]) == ("paused", None, True)
    case.event("case.resumed")
    assert due_of(case).date() == case.on(5)


@on_sqlite
def test_what_is_on_the_version_or_closed_does_not_move(pathway: Pathway) -> None:
    """The same version is nothing to do and leaves no entry; a closed case is refused."""
    first = pathway.version(*ONE)
    case = pathway.case()
    assert migrate(case, first).matched is False
    assert case.history("process.migrated") == []
    process = process_of(case)
    case.answer_all()
    second = pathway.version(d.start(), d.user("ask"), d.end(), d.flow("start ask end"))
    with pytest.raises(CaseClosed):
        pathway.engine.execute(MigrateProcess(case.id, process["id"], second), actor=DANA)
    other = pathway.case()
    with pathway.engine.db.reading() as connection:
        msk = next(row["hash"] for row in newest_versions(connection) if row["process_id"] == "msk")
    with pytest.raises(Refused, match="choose a version of the same pathway"):
        migrate(other, msk)
