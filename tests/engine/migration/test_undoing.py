"""Moving back: by workers that come late, over a newer batch, and for tasks that only the move had opened."""

from __future__ import annotations

from threading import Thread

import pytest

from engine.commands import MigrateProcess
from engine.errors import Refused
from engine.migration.batches import begin, finish, progress, undo
from engine.migration.reasons import MoveSettled
from engine.proof.verification import Trust, verify_everything
from engine.store import migrations as store
from tests.engine.bpmn import diagrams as d
from tests.engine.builders import DANA, LEE, Case, nothing_written, on_sqlite
from tests.engine.migration.builders import Pathway, migrate, process_of


def asking(title: str, *between: str) -> tuple[str, ...]:
    """A pathway whose first task has this title; a parallel version of it has another."""
    names = " ".join(["start", "ask", *(["wait"] if between else []), "review", "end"])
    return (d.start(), d.user("ask", title=title), *between, d.user("review"), d.end(), d.flow(names))


def broken() -> tuple[str, ...]:
    """No answer leads behind "ask"."""
    return asking("two", d.catch("wait", d.timer("date", "date(answer.note)")))


@pytest.mark.parametrize("proof_fails", [True, False])
def test_a_worker_that_comes_late_moves_nobody_who_is_back(pathway: Pathway, proof_fails: bool) -> None:
    """It has read whom to move before the batch was refused or undone: nothing is written, and it is told."""
    engine = pathway.engine
    old = pathway.version(*asking("one"))
    case = pathway.case()
    new = pathway.version(*(broken() if proof_fails else asking("two")))
    batch = begin(engine, new, actor=DANA, note="")
    late = MigrateProcess(case.id, process_of(case)["id"], new, batch=batch)
    finish(engine, batch, actor=DANA)
    if not proof_fails:
        finish(engine, undo(engine, batch, actor=LEE, note=""), actor=LEE)
    assert process_of(case)["version"] == old
    with nothing_written(engine), pytest.raises(MoveSettled, match="does not wait for 'p1-bh-1-p1' any more"):
        engine.execute(late, actor=DANA)
    assert process_of(case)["version"] == old


def test_three_workers_leave_nobody_on_a_refused_version(pathway: Pathway) -> None:
    """Each case moves once and back once, whoever of them does it."""
    engine = pathway.engine
    old = pathway.version(*asking("one"))
    cases = [pathway.case() for _ in range(20)]
    batch = begin(engine, pathway.version(*broken()), actor=DANA, note="")
    workers = [Thread(target=finish, args=(engine, batch), kwargs={"actor": DANA}) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    ended = progress(engine, batch)
    assert (ended.status, ended.there, ended.back) == ("refused", 0, 20)
    assert {process_of(case)["version"] for case in cases} == {old}
    assert {len(case.history("process.migrated")) for case in cases} == {2}
    with engine.db.reading() as connection:
        assert len(store.batches_of(connection, "behavioral")) == 2  # one proof failed, one way back was opened
        assert verify_everything(connection, Trust.of(engine.settings)).faults == ()


def test_a_task_that_only_the_move_had_opened_is_cancelled_on_the_way_back(pathway: Pathway) -> None:
    """A join of two became one of one, so what comes after it began; back again it waits as before, with an entry."""
    engine = pathway.engine
    both = (d.start(), d.parallel("f"), d.user("a"), d.user("b"), d.parallel("j"), d.user("next"), d.end())
    pathway.version(*both, d.flow("start f a j"), d.flow("f b j next end"))
    case = pathway.case()
    case.answer("a")
    state = process_of(case)["state"]
    batch = begin(
        engine,
        pathway.version(*both, d.end("end2"), d.flow("start f a j next end"), d.flow("f b end2")),
        actor=DANA,
        note="",
    )
    finish(engine, batch, actor=DANA)
    assert case.elements() == ["b", "next"]
    back = finish(engine, undo(engine, batch, actor=LEE, note=""), actor=LEE)
    assert (back.moved, back.cannot, progress(engine, batch).status) == (1, 0, "undone")
    assert (process_of(case)["state"], case.elements()) == (state, ["b"])
    (cancelled,) = case.history("task.cancelled")
    assert cancelled["element_id"] == "next"
    case.answer("b")
    assert case.elements() == ["next"]
    assert case.faults() == []


@on_sqlite
def test_an_older_batch_does_not_jump_over_a_newer_one(pathway: Pathway) -> None:
    """The newer one is undone first; then the older one may be."""
    engine = pathway.engine
    one = pathway.version(*asking("one"))
    case = pathway.case()
    first = begin(engine, pathway.version(*asking("two")), actor=DANA, note="")
    finish(engine, first, actor=DANA)
    second = begin(engine, pathway.version(*asking("three")), actor=DANA, note="")
    finish(engine, second, actor=DANA)
    with pytest.raises(Refused, match="have moved on since, to version 4; undo what moved them there first"):
        undo(engine, first, actor=LEE, note="")
    for batch in (second, first):
        finish(engine, undo(engine, batch, actor=LEE, note=""), actor=LEE)
    assert (process_of(case)["version"], case.task("ask")["title"]) == (one, "one")


@on_sqlite
def test_who_has_moved_on_alone_is_passed_over(pathway: Pathway) -> None:
    """The others go back; of the one the batch says where they are."""
    engine = pathway.engine
    one = pathway.version(*asking("one"))
    cases: list[Case] = [pathway.case() for _ in range(2)]
    batch = begin(engine, pathway.version(*asking("two")), actor=DANA, note="")
    finish(engine, batch, actor=DANA)
    three = pathway.version(*asking("three"))
    migrate(cases[1], three)
    back = finish(engine, undo(engine, batch, actor=LEE, note=""), actor=LEE)
    assert (back.moved, back.passed) == (1, 1)
    assert [process_of(case)["version"] for case in cases] == [one, three]
    with engine.db.reading() as connection:
        (passed,) = store.people_in(connection, back.batch, ["passed"])
    assert passed["reason"] == "it has moved on to version 4 since"
    assert progress(engine, batch).status == "done"
