"""Many cases move in chunks: cut short anywhere, proven afterwards, and moved back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from engine.application import Engine
from engine.commands import CompleteTask
from engine.errors import Refused
from engine.migration.batches import begin, finish, interrupted, progress, run_chunk, undo
from engine.migration.plan import plan
from engine.proof.verification import Trust, verify_everything
from engine.store import migrations as store
from tests.engine.bpmn import diagrams as d
from tests.engine.builders import DANA, LEE, Case, nothing_written, on_sqlite
from tests.engine.migration.builders import Pathway, process_of

OLD = (d.start(), d.user("ask"), d.user("falls"), d.user("review"), d.end(), d.flow("start ask falls review end"))
NEW = (d.start(), d.user("ask", title="Ask again"), d.user("review"), d.end(), d.flow("start ask review end"))


def cases_of(pathway: Pathway, count: int, at_falls: int) -> list[Case]:
    """Cases that stand at "ask", the last ones at "falls"."""
    cases = [pathway.case() for _ in range(count)]
    for case in cases[count - at_falls :]:
        case.answer("ask")
    return cases


def versions_of(cases: list[Case]) -> list[str]:
    return [process_of(case)["version"] for case in cases]


@pytest.mark.parametrize(("db", "count"), [("sqlite", 200), ("postgresql", 40)], indirect=["db"])
def test_two_hundred_move_and_three_cannot(pathway: Pathway, count: int) -> None:
    """The dry run says so beforehand and writes nothing; the batch does so, and says who stayed and why."""
    engine = pathway.engine
    old = pathway.version(*OLD)
    cases = cases_of(pathway, count + 3, at_falls=3)
    new = pathway.version(*NEW)
    with nothing_written(engine), engine.db.reading() as connection:
        found = plan(engine, connection, new)
    assert (found.can_count, found.cannot_count, found.there) == (count, 3, 0)
    (can,), (cannot,) = found.can, found.cannot
    assert [place.name for place in can.stands] == ["ask"]
    assert can.examples[0].tasks[0].changed["title"] == ("ask", "Ask again")
    assert [reason.element for reason in cannot.reasons] == ["falls"]
    ended = finish(engine, begin(engine, new, actor=DANA, note="no falls"), actor=DANA)
    assert (ended.status, ended.proven, ended.cannot, ended.waiting) == ("done", count, 3, 0)
    assert versions_of(cases) == [new] * count + [old] * 3
    with engine.db.reading() as connection:
        (stayed, *_) = store.people_in(connection, ended.batch, ["cannot"])
        assert "“falls” (falls) is not in the new version" in stayed["reason"]
        assert verify_everything(connection, Trust.of(engine.settings)).faults == ()
    assert [len(case.history("process.migrated")) for case in cases] == [1] * count + [0] * 3
    assert cases[0].task("ask")["title"] == "Ask again"


class PowerCut(BaseException):
    """The machine stops."""


@contextmanager
def cut_at(engine: Engine, number: int) -> Iterator[None]:
    """Stop before the ``number``-th commit from here on."""
    left = [number]

    def commit(_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise PowerCut

    event.listen(engine.db._engine, "commit", commit)
    try:
        yield
    finally:
        event.remove(engine.db._engine, "commit", commit)


def test_a_batch_that_is_cut_short_goes_on_where_it_was(pathway: Pathway) -> None:
    """Cut before its third commit again and again: in the end each case has moved once, and none is lost."""
    engine = pathway.engine
    pathway.version(*OLD)
    cases = cases_of(pathway, 9, at_falls=0)
    new = pathway.version(*NEW)
    batch = begin(engine, new, actor=DANA, note="")
    assert interrupted(engine, "behavioral", to=new) == batch
    cuts = 0
    while progress(engine, batch).goes_on is not None:
        try:
            with cut_at(engine, 3):
                run_chunk(engine, batch, actor=DANA, size=4)
        except PowerCut:
            cuts += 1
    assert cuts > 3
    assert interrupted(engine, "behavioral", to=new) is None
    assert progress(engine, batch).proven == 9
    assert [len(case.history("process.migrated")) for case in cases] == [1] * 9
    assert all(case.faults() == [] for case in cases)


def test_who_has_gone_on_meanwhile_stays_with_the_reason_and_the_others_move(pathway: Pathway) -> None:
    """Between the dry run and the move a patient came to a step that the new version does not have; another ended."""
    engine = pathway.engine
    pathway.version(*OLD)
    stays, ends, moves = cases_of(pathway, 3, at_falls=0)
    batch = begin(engine, pathway.version(*NEW), actor=DANA, note="")
    stays.answer("ask")
    ends.answer_all()
    ended = finish(engine, batch, actor=DANA)
    assert (ended.status, ended.proven, ended.cannot, ended.passed) == ("done", 1, 1, 1)
    assert moves.task("ask")["title"] == "Ask again"
    assert stays.elements() == ["falls"]


def broken() -> tuple[str, ...]:
    """After the task the diagram waits for a day that nobody has told."""
    wait = d.catch("wait", d.timer("date", "date(answer.note)"))
    return (d.start(), d.user("ask"), wait, d.user("review"), d.end(), d.flow("start ask wait review end"))


def test_a_batch_whose_tasks_cannot_be_completed_is_moved_back(pathway: Pathway) -> None:
    """The proof rehearses each open task; one that would fail lets everybody stand exactly where they stood."""
    engine = pathway.engine
    old = pathway.version(*OLD)
    cases = cases_of(pathway, 4, at_falls=0)
    states = [process_of(case)["state"] for case in cases]
    ended = finish(engine, begin(engine, pathway.version(*broken()), actor=DANA, note=""), actor=DANA)
    assert ended.status == "refused"
    assert ended.problem is not None
    assert "“ask” could not be completed" in ended.problem
    assert versions_of(cases) == [old] * 4
    assert [process_of(case)["state"] for case in cases] == states
    assert all(case.faults() == [] for case in cases)
    for case in cases:
        case.answer_all()
        assert case.status == "completed"


def test_a_batch_is_undone_exactly_or_by_the_way_back(pathway: Pathway) -> None:
    """Who has stood still gets back the very state and the very words; who went on goes on in the old version; who has
    no place there stays and is named, and may be moved back when they have gone on: only then it is undone."""
    engine = pathway.engine
    old = pathway.version(d.start(), d.user("ask"), d.user("review"), d.end(), d.flow("start ask review end"))
    new = pathway.version(
        d.start(), d.user("ask", title="Ask again"), d.user("extra"), d.user("review"), d.end(),
        d.flow("start ask extra review end"),
    )  # fmt: skip
    still, on, stuck = (pathway.case() for _ in range(3))
    for case in (still, on, stuck):
        assert process_of(case)["version"] == new
    back = begin(engine, old, actor=DANA, note="to the first")
    finish(engine, back, actor=DANA)
    before = {case.id: (process_of(case)["state"], case.task("ask")["title"]) for case in (still, on, stuck)}
    batch = begin(engine, new, actor=DANA, note="")
    finish(engine, batch, actor=DANA)
    stuck.answer("ask")
    on.answer("ask")
    on.answer("extra")
    undone = finish(engine, undo(engine, batch, actor=LEE, note="not yet"), actor=LEE)
    assert (undone.status, undone.moved, undone.cannot) == ("done", 2, 1)
    assert (progress(engine, batch).status, progress(engine, batch).there) == ("done", 1)
    assert (process_of(still)["state"], still.task("ask")["title"]) == before[still.id]
    assert (process_of(on)["version"], on.elements()) == (old, ["review"])
    assert (process_of(stuck)["version"], stuck.elements()) == (new, ["extra"])
    stuck.answer("extra")
    rest = finish(engine, undo(engine, batch, actor=LEE, note="the rest"), actor=LEE)
    assert (rest.total, rest.moved, process_of(stuck)["version"]) == (1, 1, old)
    assert progress(engine, batch).status == "undone"
    with pytest.raises(Refused, match="it is undone already"):
        undo(engine, batch, actor=LEE, note="")


@on_sqlite
def test_a_second_director_is_told_who_was_first(pathway: Pathway) -> None:
    """One batch of a pathway at a time."""
    engine = pathway.engine
    pathway.version(*OLD)
    pathway.case()
    new = pathway.version(*NEW)
    batch = begin(engine, new, actor=DANA, note="")
    with pytest.raises(Refused, match=r"dana@example.org is moving patients of this pathway since 09:00 \(batch \d+\)"):
        begin(engine, new, actor=LEE, note="")
    finish(engine, batch, actor=LEE)
    with pytest.raises(Refused, match="nobody can move to version 3"):
        begin(engine, new, actor=LEE, note="")


@on_sqlite
def test_a_rehearsal_leaves_no_row(pathway: Pathway) -> None:
    """It tells what the command would do, and all tables are as they were."""
    pathway.version(*OLD)
    case = pathway.case()
    task = case.task("ask")
    with nothing_written(pathway.engine):
        told = pathway.engine.rehearse(CompleteTask(task["id"], {"note": "x"}), actor=DANA)
    assert len(told.tasks) == 1
    assert case.elements() == ["ask"]
