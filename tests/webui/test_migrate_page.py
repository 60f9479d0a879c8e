"""Moving running cases in the browser: the dry run, the batch, the proof and the way back; for directors."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.application import Engine
from engine.commands import CompleteTask
from engine.store import migrations as store
from tests.engine.bpmn import diagrams as d
from tests.engine.builders import DANA, Case
from tests.engine.migration.builders import Pathway
from tests.webui.builders import Visit

OLD = (d.start(), d.user("ask"), d.user("falls"), d.user("review"), d.end(), d.flow("start ask falls review end"))
NEW = (
    d.start(),
    d.user("ask", title="Ask again"),
    d.user("balance"),
    d.user("review"),
    d.end(),
    d.flow("start ask balance review end"),
)


@pytest.fixture
def pathway(engine: Engine, tmp_path: Path) -> Pathway:
    folder = tmp_path / "small"
    folder.mkdir()
    return Pathway(engine, folder)


@pytest.fixture
def changed(pathway: Pathway) -> str:
    """Three patients at "ask" and one at "falls", which the new version does not have; its address."""
    pathway.version(*OLD)
    cases = [pathway.case() for _ in range(4)]
    cases[3].answer("ask")
    return f"/pathways/{pathway.version(*NEW)}/migrate"


@pytest.fixture
def omar(visit: Visit) -> Visit:
    """A clinical director's browser."""
    return visit.signed_in("omar")


def test_the_dry_run_says_who_moves_who_cannot_and_why(omar: Visit, changed: str) -> None:
    """Groups in sentences with their patients, what changes, and the element that is gone with a choice for it."""
    page = omar.get(changed)
    assert page.status == 200
    text = page.text("main")
    assert "3 patients can move, 1 cannot" in text
    assert "3 patients stand at “ask” and stay there." in text
    assert "The task “ask” will be called “Ask again”." in text
    assert "1 patient stands at “falls” and cannot move." in text
    assert "“falls” (falls) is not in the new version; say which user task takes its place" in text
    assert "Ada Long" in text
    assert [each.get("value") for each in page.all("select option")] == ["", "falls:balance"]


def test_what_takes_a_place_is_chosen_and_looked_at_again(omar: Visit, changed: str) -> None:
    """With the choice nobody is left behind; one that names nothing is told, and the page stands."""
    page = omar.get(f"{changed}?move=falls:balance")
    assert "4 patients can move" in page.text("main")
    assert "“falls” becomes “balance”." in page.text("main")
    wrong = omar.get(f"{changed}?move=falls:balanse")
    assert wrong.status == 422
    assert "The new version has no element 'balanse'; did you mean 'balance'?" in wrong.text("main")


def test_a_batch_moves_is_proven_and_moved_back_without_a_script(omar: Visit, changed: str) -> None:
    """Each step is a button; in the end the page says who stayed and why, and the way back is one more batch."""
    batch = omar.send(omar.get(changed), "/migrate", note="no falls any more")
    assert "0 of 3 patients moved" in batch.text("h1")
    proving = omar.send(batch, "/run")
    assert "All have moved; 0 of 3 proven" in proving.text("h1")
    done = omar.send(proving, "/run")
    assert done.text("h1") == "3 patients moved to version 3"
    assert "Every open task of 3 moved patients was rehearsed" in done.text("main")
    assert "1 patient stayed where they were" in done.text("main")
    back = omar.send(omar.send(done, "/undo", note="too early"), "/run")
    assert back.text("h1") == "3 patients moved back"
    earlier = omar.get(changed).text("main")
    assert "undone since" in earlier
    assert "moved 3 patients of batch 1 back" in earlier


def test_htmx_goes_on_by_itself(omar: Visit, changed: str) -> None:
    """The first answer has moved the first and asks for the next; the last one asks for nothing more."""
    begun = omar.send(omar.get(changed), "/migrate", htmx=True)
    assert begun.headers["HX-Push-Url"].endswith("/batches/1")
    assert begun.form("/run").get("hx-trigger") == "load, submit"
    assert "All have moved" in begun.text("h1")
    done = omar.send(begun, "/run", htmx=True)
    assert done.text("h1") == "3 patients moved to version 3"
    assert [form.action for form in done.tree.forms if "/run" in (form.action or "")] == []


def test_a_second_director_is_told(omar: Visit, changed: str) -> None:
    """The same form sent twice: nothing is doubled, and the page names who is moving them."""
    page = omar.get(changed)
    omar.send(page, "/migrate")
    again = omar.send(page, "/migrate")
    assert "Omar Reyes is moving patients of this pathway since 09:00 (batch 1); let it finish first." in again.text()


def test_only_directors_move_others_may_look(visit: Visit, changed: str, omar: Visit) -> None:
    """A case manager has neither the page nor the buttons; the batch can be read."""
    batch = omar.send(omar.get(changed), "/migrate")
    dana = Visit(visit.client.application.test_client()).signed_in("dana")
    assert dana.get(changed).status == 403
    seen = dana.get(batch.path)
    assert seen.status == 200
    assert [form.action for form in seen.tree.forms if "/batches/" in (form.action or "")] == []


def test_a_failed_proof_is_told_with_the_case_and_the_reason(omar: Visit, pathway: Pathway) -> None:
    """Everybody is moved back, the page says what the proof found, and there is nothing left to do."""
    pathway.version(*OLD)
    pathway.case()
    wait = d.catch("wait", d.timer("date", "date(answer.note)"))
    broken = (d.start(), d.user("ask"), wait, d.end(), d.flow("start ask wait end"))
    page = omar.send(omar.get(f"/pathways/{pathway.version(*broken)}/migrate"), "/migrate")
    page = omar.send(omar.send(page, "/run"), "/run")
    assert page.text("h1") == "The proof failed: everybody is moved back"
    page = omar.send(page, "/run")
    assert page.text("h1") == "The proof failed: everybody was moved back"
    assert "“ask” could not be completed" in page.text("main")
    assert [form.action for form in page.tree.forms if "/batches/" in (form.action or "")] == []


def test_who_was_stuck_before_is_told_with_the_reason(omar: Visit, pathway: Pathway) -> None:
    """The rehearsal finds a task that led nowhere on the old version, too: named apart, and nobody is moved back."""
    dead_end = (
        *(d.start(), d.user("ask"), d.exclusive("way", "review"), d.user("dead"), d.user("review"), d.end()),
        d.catch("wait", d.timer("date", "date(answer.note)")),
        *(d.flow("start ask way review end"), d.flow("way dead wait review", 'answer.note = "bad"')),
    )
    pathway.version(*dead_end)
    stuck, _ = pathway.case(), pathway.case()
    pathway.engine.execute(CompleteTask(stuck.task("ask")["id"], {"note": "bad"}), actor=DANA)
    renamed = (part.replace('name="ask"', 'name="Ask again"') for part in dead_end)
    page = omar.send(omar.get(f"/pathways/{pathway.version(*renamed)}/migrate"), "/migrate")
    done = omar.send(omar.send(page, "/run"), "/run")
    assert done.text("h1") == "2 patients moved to version 3"
    told = done.text("section[aria-labelledby=stuck-title]")
    assert "1 patient cannot go on, as before the move" in told
    assert "it is not held against version 3" in told
    assert "“dead” could not be completed: " in told
    assert "'date(answer.note)' gives null; a date is needed" in told
    assert "Ada Long" in told
    assert "Every open task of 1 moved patient was rehearsed" in done.text("section[aria-labelledby=moved-title]")


def test_who_could_not_go_back_is_counted_and_may_be_tried_again(omar: Visit, pathway: Pathway, changed: str) -> None:
    """One of three stands where the old version has no place: the heading says so, and the batch offers the rest."""
    page = omar.send(omar.get(changed), "/migrate")
    done = omar.send(omar.send(page, "/run"), "/run")
    with pathway.engine.db.reading() as connection:
        (mover, *_) = store.people_in(connection, 1, ["proven"])
    Case(pathway.engine, mover["case_id"], pathway.engine.today()).answer("ask")
    back = omar.send(omar.send(done, "/undo", note="too early"), "/run")
    assert back.text("h1") == "2 of 3 patients moved back"
    assert "“balance” (balance) is not in the new version" in back.text("main")
    assert "batch 1 had moved; 1 patient is still there." in back.text("main")
    earlier = omar.get(changed).text("main")
    assert "2 moved back since" in earlier
    assert "moved 2 patients of batch 1 back; 1 could not go back" in earlier
    first = omar.get(done.path)
    assert "Try the rest again?" in first.text("main")
    assert "Who could not go back" in first.text("main")
