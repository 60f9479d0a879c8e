"""After a batch has moved its cases, what is open in them is rehearsed: what is proven, and what is held against it."""

from __future__ import annotations

import pytest

from engine.commands import CompleteTask
from engine.migration import batches
from engine.migration.batches import Progress, begin, finish, progress, run_chunk
from engine.store import migrations as store
from tests.engine.bpmn import diagrams as d
from tests.engine.builders import DANA, on_sqlite
from tests.engine.migration.builders import Pathway, process_of

pytestmark = on_sqlite
ONE = (d.start(), d.user("ask"), d.user("review"), d.end(), d.flow("start ask review end"))
_NEVER = d.timer("date", "date(answer.note)")  # a day that nobody can tell


def only_after(condition: str) -> tuple[str, ...]:
    """A diagram in which one answer leads on, and every other to a day that nobody can tell."""
    return (
        *(d.start(), d.user("ask"), d.exclusive("way", "wait"), d.catch("wait", _NEVER)),
        *(d.user("review"), d.end(), d.flow("start ask way wait review end"), d.flow("way review", condition)),
    )


def moved_to(pathway: Pathway, *parts: str) -> Progress:
    batch = begin(pathway.engine, pathway.version(*parts), actor=DANA, note="")
    return finish(pathway.engine, batch, actor=DANA)


@pytest.mark.parametrize("answer", [1, 5, 9], ids=["the first", "the one between", "the last"])
def test_one_way_of_answering_that_leads_on_is_enough(
    pathway: Pathway, answer: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a form's answers the first, one between and the last are tried; when none leads on, all are moved back."""
    number = "{name: n, fact: answer.n, title: N, type: integer, minimum: 1, maximum: 9, required: true, record: true}"
    monkeypatch.setattr(d, "FORM", f"id: answer\ntitle: Answer\nfields:\n  - {number}\n")
    pathway.version(*ONE)
    pathway.case()
    assert moved_to(pathway, *only_after("answer.n = 3")).status == "refused"
    assert moved_to(pathway, *only_after(f"answer.n = {answer}")).status == "done"


def test_what_is_due_next_is_proven(pathway: Pathway) -> None:
    """The task could be completed, but the reminder beside it leads to a day that nobody can tell."""
    pathway.version(*ONE)
    case = pathway.case()
    reminded = (d.on("ask", "remind", d.timer("duration", "P3D"), interrupting=False), d.catch("wait", _NEVER))
    ended = moved_to(pathway, *ONE, *reminded, d.end("end2"), d.flow("remind wait end2"))
    assert ended.status == "refused"
    assert ended.problem is not None
    assert f"what is due on {case.on(3):%a %-d %b %Y} could not happen: " in ended.problem


def test_who_was_stuck_before_is_not_held_against_the_version(pathway: Pathway) -> None:
    """They move with the others and are named, and nobody is moved back; a version that mends it frees them."""

    def version(title: str) -> tuple[str, ...]:
        return (
            *(d.start(), d.user("ask", title=title), d.exclusive("way", "review"), d.user("dead")),
            *(d.catch("wait", _NEVER), d.user("review"), d.end()),
            *(d.flow("start ask way review end"), d.flow("way dead wait review", 'answer.note = "bad"')),
        )

    engine = pathway.engine
    pathway.version(*version("one"))
    stuck, *others = (pathway.case() for _ in range(4))
    engine.execute(CompleteTask(stuck.task("ask")["id"], {"note": "bad"}), actor=DANA)
    assert stuck.elements() == ["dead"]
    ended = moved_to(pathway, *version("two"))
    assert (ended.status, ended.proven, ended.stuck) == ("done", 3, 1)
    with engine.db.reading() as connection:
        (named,) = store.people_in(connection, ended.batch, ["stuck"])
    assert named["case_id"] == stuck.id
    assert named["reason"].startswith("“dead” could not be completed: ")
    assert {process_of(case)["version"] for case in (stuck, *others)} == {process_of(others[0])["version"]}
    wait, mended = (d.catch("wait", timer) for timer in (_NEVER, d.timer("duration", "P1D")))
    ended = moved_to(pathway, *(mended if part == wait else part for part in version("three")))
    assert (ended.status, ended.proven, ended.stuck) == ("done", 4, 0)


def test_of_two_proofs_that_fail_one_moves_everybody_back(pathway: Pathway) -> None:
    """A worker whose proof fails when another's has failed already opens no second way back."""
    engine = pathway.engine
    pathway.version(*ONE)
    pathway.case()
    new = pathway.version(*only_after('answer.note = "never"'))
    batch = begin(engine, new, actor=DANA, note="")
    run_chunk(engine, batch, actor=DANA)
    with engine.db.reading() as connection:
        row = dict(store.batch(connection, batch))
        (move,) = store.moves_in(connection, batch, "moved")
    assert row["status"] == "proving"
    finish(engine, batch, actor=DANA)
    batches._refuse(engine, row, dict(move), "late", DANA)
    with engine.db.reading() as connection:
        assert len(store.batches_of(connection, "behavioral")) == 2
    assert progress(engine, batch).problem != "late"
