"""A task opened beside the list: its form, its errors, what is kept, and what comes after it."""

from __future__ import annotations

from datetime import timedelta

from engine.application import Engine
from engine.commands import CompleteTask
from tests.webui.builders import Visit, a_patient, actor, chosen, days_pass, email, fields


def test_a_task_opens_beside_the_list_from_which_it_was_chosen(dana: Visit, engine: Engine) -> None:
    """Its link holds the filter, and the row is marked as the current one."""
    task = a_patient(engine).task("intake")
    page = dana.get(f"/tasks/{task['id']}?view=team")
    assert page.text("#pane h1") == task["title"]
    assert page.all(".row-title[aria-current]")[0].get("data-task") == task["id"]
    (current,) = page.all(".chips [aria-current]")
    assert "Team" in current.text_content()


def test_the_form_is_drawn_from_its_schema(dana: Visit, engine: Engine) -> None:
    """Sections, choices, texts; a question with a condition says which, and stands there without JavaScript."""
    task = a_patient(engine).task("intake")
    page = dana.get(f"/tasks/{task['id']}")
    assert page.texts("#answers .section > header h2")[:2] == ["Consent", "The pain"]
    conditional = page.all("[data-when]")
    assert [each.get("data-when") for each in conditional] == ["answer-consent"]
    assert conditional[0].get("data-equals") == "given"


def test_a_scale_has_its_ends_in_words(dana: Visit, engine: Engine) -> None:
    """The numbers alone say nothing; the ends are part of the question for a reader too."""
    patient = a_patient(engine).enrolled()
    days_pass(engine, 7)
    page = dana.get(f"/tasks/{patient.task('pain_checkin')['id']}")
    (ends,) = page.all(".ends")
    assert [each.text_content() for each in ends] == ["no pain", "worst pain imaginable"]
    (group,) = [f for f in page.all("fieldset") if f.get("aria-describedby") == ends.get("id")]
    assert [each.get("value") for each in chosen(group, "input")] == [str(n) for n in range(11)]


def test_completing_opens_the_next_task_and_says_what_it_led_to(dana: Visit, engine: Engine) -> None:
    """Without JavaScript by a redirect, with a message; the answers are facts."""
    ada = a_patient(engine)
    task = ada.task("intake")
    page = dana.get(f"/tasks/{task['id']}")
    after = dana.send(page, "complete", **fields(ada.answers(task, region="knee")))
    assert after.path.startswith(f"/tasks/{ada.task('baseline')['id']}")
    assert "It led to: Collect baseline measures (due Tue 20 Jan)" in after.text(".toast")


def test_with_htmx_the_row_leaves_and_the_next_task_comes(dana: Visit, engine: Engine) -> None:
    """One answer holds the next pane, the list without the row, and the message; the address follows."""
    ada, bea = a_patient(engine), a_patient(engine, "Bea Short")
    task = ada.task("intake")
    page = dana.get(f"/tasks/{task['id']}")
    after = dana.send(page, "complete", htmx=True, **fields(ada.answers(task, consent="declined", region="knee")))
    following = bea.task("intake")["id"]
    assert after.headers["HX-Push-Url"].startswith(f"/tasks/{following}")
    assert after.headers["HX-Trigger"] == "counts-changed"
    assert after.text("title").startswith(bea.task("intake")["title"])
    assert len(dana.get(f"/tasks/{following}").all("title")) == 1
    assert after.all("[data-focus]")[0].get("id") == "task-title"
    (listed,) = after.all("#list[hx-swap-oob]")
    assert task["id"] not in [each.get("data-task") for each in chosen(listed, ".row-title")]


def test_the_patients_other_tasks_come_first(dana: Visit, engine: Engine) -> None:
    """Though another patient's stands between them in the list: the same call will do."""
    ada = a_patient(engine).enrolled()
    days_pass(engine, 7)
    a_patient(engine, "Bea Short")
    task, other = ada.task("pain_checkin"), ada.task("care_update")
    page = dana.get(f"/tasks/{task['id']}")
    assert page.text(".offer h2") == "Also due for Ada Long"
    assert other["title"] in page.text(".offer ul")
    after = dana.send(page, "complete", **fields(ada.answers(task)))
    assert after.path.startswith(f"/tasks/{other['id']}")


def test_an_error_stands_beside_its_field_and_in_the_summary(dana: Visit, engine: Engine) -> None:
    """The summary leads to the field, the field says it is wrong, and what was written is still there."""
    ada = a_patient(engine)
    page = dana.get(f"/tasks/{ada.task('intake')['id']}")
    refused = dana.send(page, "complete", **fields({"region": "knee", "pain_months": "many"}))
    assert refused.status == 422
    links = {each.get("href"): " ".join(each.text_content().split()) for each in refused.all(".summary a")}
    assert links["#field-pain_months"] == "For how many months? Must be a whole number, not 'many'."
    assert "#field-consent-0" in links
    (months,) = refused.all("#field-pain_months")
    assert (months.get("aria-invalid"), months.get("value")) == ("true", "many")
    beside = refused.text(f"#{months.get('aria-describedby').split()[-1]}")
    assert beside == "Must be a whole number, not 'many'."
    assert refused.all("input[value=knee][checked]")


def test_late_work_asks_for_the_true_day_and_the_reason(dana: Visit, engine: Engine) -> None:
    """All errors come at once; with both, the task is done as of that day."""
    ada = a_patient(engine)
    task = ada.task("intake")
    days_pass(engine, 8)
    page = dana.get(f"/tasks/{task['id']}")
    given = fields(ada.answers(task, region="knee"))
    refused = dana.send(page, "complete", **given)
    assert "It was due Sun 18 Jan: say what held it up." in refused.text(".summary")
    true_day = engine.today() - timedelta(days=3)
    dana.send(page, "complete", **given, occurred_on=true_day.isoformat(), late_reason="The portal was down")
    done = dana.get(f"/tasks/{task['id']}").text(".notice")
    assert "It happened on Sun 18 Jan." in done
    assert "Why late: The portal was down" in done


def test_a_day_before_today_asks_why_it_is_recorded_later(dana: Visit, engine: Engine) -> None:
    """Though it is not past due."""
    ada = a_patient(engine)
    days_pass(engine, 2)
    task = ada.task("intake")
    page = dana.get(f"/tasks/{task['id']}")
    yesterday = (engine.today() - timedelta(days=1)).isoformat()
    refused = dana.send(page, "complete", **fields(ada.answers(task, region="knee")), occurred_on=yesterday)
    assert refused.texts(".summary a") == ["Say why it is recorded only today."]
    wrong = dana.send(page, "complete", **fields(ada.answers(task, region="knee")), occurred_on="soon")
    assert "“soon” is not a date" in wrong.text(".summary")


def test_a_question_that_was_not_to_be_asked_is_not_recorded(dana: Visit, engine: Engine) -> None:
    """Without JavaScript it can be filled in all the same."""
    ada = a_patient(engine)
    task = ada.task("intake")
    given = fields(ada.answers(task, consent="declined", region="knee") | {"channel": "phone"})
    dana.send(dana.get(f"/tasks/{task['id']}"), "complete", **given)
    with engine.db.reading() as connection:
        from engine.store.facts import facts

        names = {row["name"] for row in facts(connection, ada.case_id)}
    assert "intake.consent" in names
    assert "intake.preferred_channel" not in names


def test_a_lost_race_says_who_was_first_and_keeps_what_was_written(dana: Visit, engine: Engine) -> None:
    """Seconds ago, by name; the answers stand there to read, and the next task is one step away."""
    ada = a_patient(engine)
    a_patient(engine, "Bea Short")
    task = ada.task("intake")
    page = dana.get(f"/tasks/{task['id']}")
    engine.execute(CompleteTask(task["id"], ada.answers(task, region="knee")), actor=actor("lee"))
    engine.clock.instant += timedelta(seconds=4)  # type: ignore[attr-defined]
    given = fields(ada.answers(task, region="hip") | {"goal": "Climb the stairs again"})
    for htmx in (True, False):
        lost = dana.send(page, "complete", htmx=htmx, **given)
        assert lost.status == 409
        assert lost.text("h1[data-focus]") == "Lee Chen was first"
        assert "4 seconds ago" in lost.text(".notice > p:first-child")
        assert "Climb the stairs again" in lost.text("dl.kept")
        assert "Hip" in lost.text("dl.kept")
        assert lost.all(".notice .button.main")


def test_the_same_form_sent_twice_is_one_completion(dana: Visit, engine: Engine) -> None:
    """A double click is no race with oneself."""
    ada = a_patient(engine)
    task = ada.task("intake")
    page = dana.get(f"/tasks/{task['id']}")
    given = fields(ada.answers(task, region="knee"))
    assert dana.send(page, "complete", htmx=True, **given).status == 200
    again = dana.send(page, "complete", htmx=True, **given)
    assert again.status == 200
    assert "is completed" in again.text(".toast")


def test_a_draft_is_kept_and_fills_the_form_again(dana: Visit, engine: Engine) -> None:
    """Nothing is checked while one writes; once the task is done the draft is gone."""
    ada = a_patient(engine)
    task = ada.task("intake")
    page = dana.get(f"/tasks/{task['id']}")
    token = page.form("complete").fields["csrf_token"]
    data = {"csrf_token": token, "answer-goal": "Garden", "answer-pain_months": "x", "occurred_on": "2026-01-12"}
    kept = dana.client.post(f"/tasks/{task['id']}/draft", data=data, headers={"HX-Request": "true"})
    assert kept.text.strip() == "Draft kept"
    again = dana.get(f"/tasks/{task['id']}")
    assert again.text("#draft-note").startswith("Draft kept")
    assert again.all("#field-goal")[0].text == "Garden"
    assert again.all("#occurred_on")[0].get("value") == "2026-01-12"
    dana.send(page, "complete", **fields(ada.answers(task, region="knee")))
    late = dana.client.post(f"/tasks/{task['id']}/draft", data=data, headers={"HX-Request": "true"})
    assert "Already completed" in late.text


def test_an_attempt_is_noted_and_the_task_stays_open(dana: Visit, engine: Engine) -> None:
    """Channel, outcome and note stand with the task."""
    task = a_patient(engine).task("intake")
    page = dana.get(f"/tasks/{task['id']}")
    after = dana.send(page, "attempt", channel="phone", outcome="left_message", note="Called her daughter")
    assert after.path.startswith(f"/tasks/{task['id']}")
    assert "Phone: left a message. Called her daughter" in after.text("#act-attempt ul")
    refused = dana.send(page, "attempt", channel="pigeon")
    assert refused.status == 422
    assert refused.all("#act-attempt[open] [aria-invalid]")


def test_a_snoozed_task_leaves_the_list_and_stays_due(dana: Visit, engine: Engine) -> None:
    """With a reason; without one it is asked for."""
    task = a_patient(engine).task("intake")
    page = dana.get(f"/tasks/{task['id']}")
    refused = dana.send(page, "snooze", reason="")
    assert "Say why it can wait." in refused.text("#act-snooze .wrong")
    after = dana.send(page, "snooze", reason="On holiday")
    assert "out of sight until Wed 14 Jan. It stays due Sun 18 Jan." in after.text(".toast")
    assert after.all(".empty")
    assert "Snoozed until Wed 14 Jan" in dana.get("/day?view=snoozed").text(".row")


def test_a_task_that_nobody_has_is_taken_with_one_click(dana: Visit, engine: Engine) -> None:
    """And may be given to a colleague."""
    task = a_patient(engine, assignee=None).task("intake")
    page = dana.get(f"/tasks/{task['id']}?view=unassigned")
    token = page.form("complete").fields["csrf_token"]
    after = dana.client.post(
        f"/tasks/{task['id']}/assign?view=unassigned",
        data={"csrf_token": token, "assignee": "me"},
        headers={"HX-Request": "true"},
    )
    assert "The task is yours." in after.text
    given = dana.send(dana.get(f"/tasks/{task['id']}"), "assign", assignee=email("lee"))
    assert "The task is with Lee Chen now." in given.text(".toast")


def test_key_facts_frame_the_numbers(dana: Visit, engine: Engine) -> None:
    """From baseline to now, beside the target."""
    patient = a_patient(engine).enrolled()
    days_pass(engine, 7)
    patient.answer("pain_checkin", nrs_1=4)
    days_pass(engine, 7)
    pane = dana.get(f"/tasks/{patient.task('pain_checkin')['id']}").text(".facts")
    assert "Pain (NRS) 6 → 4 limit ≤ 8 ✓" in pane
    assert "target ≥" in pane
