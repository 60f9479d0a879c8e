"""Together: one screen for a patient's tasks of all tracks, what they ask alike asked once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.application import Engine
from engine.commands import CompleteTask
from engine.store.facts import facts
from engine.store.history import entries_of_kinds
from engine.store.tables import tasks
from tests.webui.builders import Answer, Patient, Visit, a_patient, actor, days_pass
from tests.webui.two_tracks import in_two_tracks


@pytest.fixture
def both(engine: Engine, tmp_path: Path) -> tuple[Patient, Patient]:
    return in_two_tracks(engine, tmp_path)


def address(patient: Patient) -> str:
    return f"/patients/{patient.id}/together"


def name_of(page: Answer, field: str) -> str:
    """The name that the page gives to the one question of a field or a fact."""
    names = {each.get("name") for each in page.all("form#answers input, form#answers textarea")}
    (found,) = [name for name in names if name and name.startswith(f"answer-{field}-")]
    return str(found)


def given(page: Answer, **more: Any) -> dict[str, Any]:
    """Answers to the pain questions and the screen; updates stay for later."""
    left = [each.get("value") for each in page.all("[name=leave]")]
    titles = page.texts(".leave")
    answers = {
        name_of(page, "nrs_1"): 4,
        name_of(page, "pain_checkin-active_days"): 3,
        name_of(page, "sdoh-screen_outcome"): "declined",
        "leave": [task for task, title in zip(left, titles, strict=True) if "update" in title.lower()],
    }
    return answers | more


def done(*patients: Patient) -> list[set[str]]:
    """The forms that are still open, case by case."""
    return [{task["form"] for task in each.tasks()} for each in patients]


def test_the_day_shows_the_patient_once_and_offers_to_do_all_together(
    dana: Visit, both: tuple[Patient, Patient]
) -> None:
    """Both tracks on one card; the look at safety stands alone at the top."""
    page = dana.get("/day")
    assert page.texts(".band h2") == ["Now", "This week"]
    now, week = page.all(".band")
    assert "Look at safety" in now.text_content()
    assert not now.xpath(".//a[contains(@class, 'together')]")
    (card,) = week.xpath(".//article")
    tags = [" ".join(tag.text_content().split()) for tag in card.xpath(".//*[@class='tag']")]
    assert tags[:2] == ["MSK day 8", "BH day 0"]
    (link,) = card.xpath(".//a[contains(@class, 'together')]")
    assert " ".join(link.text_content().split()) == "Do 5 together for Ada Long"
    assert dana.get(link.get("href")).text("h1") == "5 tasks together for Ada Long"


def test_what_both_ask_is_asked_once_and_answers_both(
    dana: Visit, engine: Engine, both: tuple[Patient, Patient]
) -> None:
    """One pain score, one screen; four commands, each task with its own facts and its own record."""
    msk, bh = both
    page = dana.get(address(msk))
    assert len({each.get("name") for each in page.all("input[type=radio]") if "nrs_1" in each.get("name")}) == 1
    assert "Look at safety" not in " ".join(page.texts(".part h2"))
    assert any("asked above" in words for words in page.texts(".part header .good"))
    commits = engine.db.commits
    after = dana.send(page, "together", **given(page))
    assert after.path.startswith("/day")
    assert "are completed" in after.text(".toast")
    assert engine.db.commits - commits == 4 + 1 + 1  # one that forgets the drafts, one that notes who saw the next list
    assert done(msk, bh) == [{"care_update"}, {"pain_checkin"}]  # the look at safety asks with that form too
    with engine.db.reading() as connection:
        for case in (msk, bh):
            own = {row["name"]: row["value"] for row in facts(connection, case.case_id)}
            assert (own["nrs.score"], own["sdoh.screen_outcome"]) == (4, "declined")


def test_nothing_is_sent_until_nothing_is_wrong(dana: Visit, engine: Engine, both: tuple[Patient, Patient]) -> None:
    """Every fault stands beside its question and in the summary; what was written is still there."""
    msk, bh = both
    page = dana.get(address(msk))
    before = done(msk, bh)
    active = name_of(page, "pain_checkin-active_days")
    wrong = dana.send(page, "together", **given(page, **{name_of(page, "nrs_1"): None, active: "many"}))
    assert wrong.status == 422
    assert done(msk, bh) == before
    links = [each.get("href") for each in wrong.all(".summary a")]
    assert len(links) == 2
    assert all(wrong.all(link) for link in links)
    assert wrong.all(f"#field-{active.removeprefix('answer-')}")[0].get("value") == "many"
    mended = dana.send(wrong, "together", **given(wrong))
    assert mended.path.startswith("/day")
    assert done(msk, bh) != before


def test_the_same_form_sent_twice_does_nothing_twice(
    dana: Visit, engine: Engine, both: tuple[Patient, Patient]
) -> None:
    """A double click finds its own work done, not somebody else's."""
    msk, bh = both
    page = dana.get(address(msk))
    first, second = dana.send(page, "together", **given(page)), dana.send(page, "together", **given(page))
    assert first.path == second.path == "/day?view=mine"
    assert "completed" in second.text(".toast")
    with engine.db.reading() as connection:
        for case in (msk, bh):
            assert len(facts(connection, case.case_id, "sdoh.screen_outcome")) == 1


def test_answers_corrected_after_the_page_was_sent_are_told_as_not_recorded(
    dana: Visit, engine: Engine, both: tuple[Patient, Patient]
) -> None:
    """Back, another answer, sent again: the first one stands, and both are shown; nothing is silently dropped."""
    msk, bh = both
    page = dana.get(address(msk))
    dana.send(page, "together", **given(page))
    again = dana.send(page, "together", **given(page, **{name_of(page, "nrs_1"): 9}))
    assert (again.status, again.text("h1")) == (409, "The first answers stand")
    assert again.texts("dl.kept dd") == ["9 (on record: 4)"] * 2  # the check-in of either track
    with engine.db.reading() as connection:
        assert [row["value"] for row in facts(connection, bh.case_id, "nrs.score")] == [4]


def test_a_page_sent_again_tells_what_was_done_before_it_asks_for_more(
    dana: Visit, both: tuple[Patient, Patient]
) -> None:
    """Put off too late, a day changed, an update now chosen without its words: told, and only the rest is asked."""
    msk, bh = both
    page = dana.get(address(msk))
    dana.send(page, "together", **given(page))
    changed = {"leave": [screened(page)], "occurred_on": "2026-01-20", "late_reason": "Was away"}
    again = dana.send(page, "together", **given(page, **changed))
    assert again.status == 422
    told = dict(zip(again.texts("dl.kept dt"), again.texts("dl.kept dd"), strict=True))
    assert told["Not now"] == "left in the list (on record: completed)"
    assert told["Day"] == "Tue 20 Jan (on record: Wed 21 Jan)"
    assert done(msk, bh) == [{"care_update"}, {"pain_checkin"}]
    assert again.texts(".part h2") == ["Update the PCP: care has started MSK"]


def screened(page: Answer) -> str:
    """The task of the first screen for social needs."""
    titles = page.texts(".part h2")
    (place, *_) = [place for place, title in enumerate(titles) if "social needs" in title]
    return str(page.all("[name=task]")[place].get("value"))


@pytest.mark.parametrize("path", ["/patients/p999/together", "/patients/zzz/together"])
def test_nobody_has_nothing_together(dana: Visit, path: str) -> None:
    """A patient who is not there is not found, rather than shown with nothing to do."""
    token = dana.get("/patients").form("sign-out").fields["csrf_token"]
    assert dana.get(path).status == 404
    for address in (path, f"{path}/draft"):
        assert dana.client.post(address, data={"csrf_token": token}).status_code == 404


def test_what_a_colleague_did_meanwhile_is_told_and_the_rest_is_done(
    dana: Visit, engine: Engine, both: tuple[Patient, Patient]
) -> None:
    """Who, how long ago, and what had been written for it; nothing is doubled, nothing of the others is lost."""
    msk, bh = both
    page = dana.get(address(msk))
    task = msk.task("sdoh_screen")
    engine.execute(CompleteTask(task["id"], {"outcome": "declined"}), actor=actor("lee"))
    engine.clock.instant += timedelta(seconds=4)  # type: ignore[attr-defined]
    after = dana.send(page, "together", **given(page))
    assert after.status == 409
    told = " ".join(after.texts(".notice"))
    assert "Lee Chen was first, 4 seconds ago." in told
    assert "The patient declined the screen" in after.text("dl.kept")
    assert done(msk, bh) == [{"care_update"}, {"pain_checkin"}]


def test_what_presses_is_not_completed_in_a_bundle_whoever_asks(
    dana: Visit, engine: Engine, both: tuple[Patient, Patient]
) -> None:
    """A form made by hand that names the safety task completes nothing of it."""
    msk, bh = both
    (safety,) = [task for task in bh.tasks() if task["kind"] == "safety"]
    page = dana.get(address(msk))
    assert safety["id"] not in [each.get("value") for each in page.all("[name=task]")]
    ids = [each.get("value") for each in page.all("[name=task]")]
    dana.send(page, "together", **given(page, task=[*ids, safety["id"]]))
    assert safety["id"] in [task["id"] for task in bh.tasks()]


def test_an_update_goes_out_as_its_preview_stood_on_the_page(
    dana: Visit, engine: Engine, both: tuple[Patient, Patient]
) -> None:
    """It is completed before the answers beside it change the record."""
    msk, _ = both
    page = dana.get(address(msk))
    assert page.all("details.preview")
    summary = f"answer-{msk.task('care_update')['id']}-summary"
    dana.send(page, "together", **given(page, **{"leave": None, summary: "She is doing well."}))
    with engine.db.reading() as connection:
        done_here = entries_of_kinds(connection, msk.case_id, ("task.completed",))
    order = [each["summary"].partition(":")[0] for each in done_here]
    assert order[-3:] == ["Update the PCP", "Week 1", "Screen for social needs was completed, done on Wed 21 Jan 2026"]


def test_another_patients_task_is_no_part_of_it(dana: Visit, engine: Engine, both: tuple[Patient, Patient]) -> None:
    """A form made by hand reaches the tasks of its own patient alone."""
    other = a_patient(engine, "Bea Short")
    page = dana.get(address(both[0]))
    dana.send(page, "together", **given(page, task=[other.task("intake")["id"]]))
    assert done(other) == [{"intake"}]


def test_late_work_asks_why_once_for_all(dana: Visit, engine: Engine, both: tuple[Patient, Patient]) -> None:
    """The reason goes into the record of the tasks that are late, and of no other."""
    msk, bh = both
    days_pass(engine, 5)
    page = dana.get(address(msk))
    refused = dana.send(page, "together", **given(page))
    assert any("say what held it up" in words for words in refused.texts(".summary a"))
    dana.send(refused, "together", **given(refused), late_reason="The patient was away")
    with engine.db.reading() as connection:
        rows = connection.execute(select(tasks).where(tasks.c.status == "done")).mappings()
        reasons = {row["title"]: row["late_reason"] for row in rows if row["case_id"] == bh.case_id}
    assert reasons["Ask about pain"] == "The patient was away"
    assert reasons["Ask about social needs"] is None


def test_a_draft_stands_in_the_bundle_and_at_each_task(
    dana: Visit, engine: Engine, both: tuple[Patient, Patient]
) -> None:
    """Kept together, read apart: what was answered once is in the pane of every task that asks it."""
    msk, bh = both
    page = dana.get(address(msk))
    data = dict(page.form("together").form_values()) | {name_of(page, "nrs_1"): "7"}
    ids = [each.get("value") for each in page.all("[name=task]")]
    dana.client.post(f"{address(msk)}/draft", data={**data, "task": ids})
    again = dana.get(address(msk))
    assert [each.get("value") for each in again.all("input[checked]") if "nrs_1" in each.get("name")] == ["7"]
    (ask_pain,) = [task for task in bh.tasks() if task["title"] == "Ask about pain"]
    alone = dana.get(f"/tasks/{ask_pain['id']}")
    assert [each.get("value") for each in alone.all("input[name=answer-nrs_1][checked]")] == ["7"]


def test_a_colleagues_tasks_are_named_and_not_asked(dana: Visit, engine: Engine, tmp_path: Path) -> None:
    """Each does their own; the page says with whom the others are."""
    msk, bh = in_two_tracks(engine, tmp_path, second="lee")
    page = dana.get(address(msk))
    ids = {each.get("value") for each in page.all("[name=task]")}
    assert ids == {task["id"] for task in msk.tasks()}
    assert "with Lee Chen" in page.text("main .card .plain-list")
    assert bh.tasks()


def test_where_nothing_is_ones_own_there_is_nothing_together(visit: Visit, both: tuple[Patient, Patient]) -> None:
    """The page says so and leads on."""
    omar = visit.signed_in("omar")
    assert omar.get(address(both[0])).text("h1") == "Nothing to do together here"


def test_an_auditor_is_offered_nothing_to_do(visit: Visit, both: tuple[Patient, Patient]) -> None:
    """Reading is theirs, completing is not."""
    iris = visit.signed_in("iris")
    assert not iris.get("/day").all(".together")
    assert iris.get(address(both[0])).status == 403


def test_an_open_task_leads_to_the_others_of_its_patient(dana: Visit, both: tuple[Patient, Patient]) -> None:
    """From the box of what else is due; a task that presses is not led into a bundle."""
    msk, bh = both
    page = dana.get(f"/tasks/{msk.task('pain_checkin')['id']}")
    (link,) = [each for each in page.all(".offer a") if "together" in each.get("href")]
    assert dana.get(link.get("href")).text("h1") == "5 tasks together for Ada Long"
    (safety,) = [task for task in bh.tasks() if task["kind"] == "safety"]
    alone = dana.get(f"/tasks/{safety['id']}")
    assert not [each for each in alone.all(".offer a") if "together" in each.get("href")]
