"""A case manager works the list: with the keyboard alone, without a page load, and with what can go wrong."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from engine.application import Engine
from engine.commands import CompleteTask
from tests.browser.conftest import Open
from tests.webui.builders import a_patient, actor, days_pass

FOCUSED = "document.activeElement"


def stays_loaded(page: Page) -> None:
    """Marks the document: a page load would lose the mark."""
    page.evaluate("window.sameDocument = true")


def is_same_document(page: Page) -> bool:
    return bool(page.evaluate("window.sameDocument === true"))


def test_a_task_is_completed_with_the_keyboard_alone_and_the_next_one_has_the_focus(
    open_window: Open, engine: Engine
) -> None:
    """j, Enter, c, digits, Ctrl+Enter: no page load, the row leaves, the next task opens with its heading focused."""
    ada, bea = a_patient(engine).enrolled(), a_patient(engine, "Bea Short")
    days_pass(engine, 7)
    page = open_window().sign_in()
    stays_loaded(page)
    task = ada.task("pain_checkin")
    rows = page.locator(".row-title")
    expect(rows).to_have_count(len(ada.tasks()) + 1)
    for _ in range(rows.count()):
        page.keyboard.press("j")
        if page.evaluate(f"{FOCUSED}.dataset.task") == task["id"]:
            break
    page.keyboard.press("Enter")
    expect(page.locator("#pane h1")).to_be_focused()
    expect(page.locator("#pane h1")).to_have_text(task["title"])
    page.keyboard.press("c")
    page.keyboard.press("4")
    assert page.locator("input[name=answer-nrs_1]:checked").get_attribute("value") == "4"
    expect(page.get_by_label("On how many of the last 7 days")).to_be_focused()
    page.keyboard.type("3")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text(f"{task['title']} is completed.")
    expect(page.locator(f"[data-task='{task['id']}']")).to_have_count(0)
    following = page.locator("#pane h1")
    expect(following).to_be_focused()
    expect(following).to_have_text(ada.tasks()[0]["title"])
    expect(page.locator(".row-title[aria-current]")).to_have_count(1)
    assert is_same_document(page)
    assert bea.tasks()


def test_the_first_error_has_the_focus_and_the_summary_leads_there(open_window: Open, engine: Engine) -> None:
    """Nothing that was chosen is lost."""
    task = a_patient(engine).task("intake")
    page = open_window().sign_in(path=f"/tasks/{task['id']}")
    stays_loaded(page)
    page.get_by_text("Knee").click()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("1 answer needs another look")
    expect(page.locator("#field-consent-0")).to_be_focused()
    expect(page.locator("input[value=knee]")).to_be_checked()
    assert is_same_document(page)


def test_a_lost_race_is_told_beside_the_list(open_window: Open, engine: Engine) -> None:
    """Who, how long ago, and what had been written; the next task is one key away."""
    ada = a_patient(engine)
    a_patient(engine, "Bea Short")
    task = ada.task("intake")
    page = open_window().sign_in(path=f"/tasks/{task['id']}")
    page.get_by_label("What does the patient want to be able to do again?").fill("Climb the stairs")
    engine.execute(CompleteTask(task["id"], ada.answers(task, region="knee")), actor=actor("lee"))
    engine.clock.instant += timedelta(seconds=3)  # type: ignore[attr-defined]
    page.get_by_role("button", name="Complete").click()
    expect(page.locator("#pane h1")).to_have_text("Lee Chen was first")
    expect(page.locator("#pane h1")).to_be_focused()
    expect(page.locator("#pane")).to_contain_text("3 seconds ago")
    expect(page.locator("dl.kept")).to_contain_text("Climb the stairs")
    page.get_by_role("link", name="To the next task").press("Enter")
    expect(page.locator("#pane h1")).not_to_have_text("Lee Chen was first")


def test_a_draft_is_kept_while_one_writes(open_window: Open, engine: Engine) -> None:
    """Leaving and coming back loses nothing."""
    task = a_patient(engine).task("intake")
    page = open_window().sign_in(path=f"/tasks/{task['id']}")
    page.get_by_label("What does the patient want to be able to do again?").press_sequentially("Garden")
    expect(page.locator("#draft-note")).to_have_text("Draft kept")
    expect(page.get_by_label("What does the patient want to be able to do again?")).to_be_focused()
    page.goto(page.url)
    expect(page.get_by_label("What does the patient want to be able to do again?")).to_have_value("Garden")


def test_a_question_shows_when_its_condition_holds(open_window: Open, engine: Engine) -> None:
    """And the reason for a late record when its day is not today."""
    task = a_patient(engine).task("intake")
    days_pass(engine, 1)
    page = open_window().sign_in(path=f"/tasks/{task['id']}")
    channel = page.get_by_role("group", name="How does the patient like to be reached?")
    expect(channel).to_be_hidden()
    page.get_by_text("Yes, consent given").click()
    expect(channel).to_be_visible()
    reason = page.get_by_label("Why recorded later?")
    expect(reason).to_be_hidden()
    page.get_by_label("Day", exact=True).fill("2026-01-13")
    expect(reason).to_be_visible()


def test_no_key_acts_while_somebody_writes(open_window: Open, engine: Engine) -> None:
    """Letters that are keys elsewhere are letters in a field."""
    task = a_patient(engine).task("intake")
    page = open_window().sign_in(path=f"/tasks/{task['id']}")
    goal = page.get_by_label("What does the patient want to be able to do again?")
    goal.click()
    page.keyboard.type("jk/asc?gd1")
    expect(goal).to_have_value("jk/asc?gd1")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_keys_lead_everywhere_and_are_shown(open_window: Open, engine: Engine) -> None:
    """?, /, a, s, g p: and the single keys can be turned off."""
    task = a_patient(engine).task("intake")
    page = open_window().sign_in(path=f"/tasks/{task['id']}")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#task-title").focus()
    page.keyboard.press("a")
    expect(page.get_by_label("How", exact=True)).to_be_focused()
    page.locator("#task-title").focus()
    page.keyboard.press("s")
    expect(page.get_by_label("Until")).to_be_focused()
    page.locator("#task-title").focus()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.locator("#task-title").focus()
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/patients")


def test_searching_keeps_the_cursor_where_it_is(open_window: Open, engine: Engine) -> None:
    """The list changes under the search, the search itself does not."""
    a_patient(engine)
    a_patient(engine, "Bea Short")
    page = open_window().sign_in()
    page.keyboard.press("/")
    page.keyboard.type("be")
    expect(page.locator(".who h3")).to_have_text(["Bea Short"])
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("a")
    expect(page.get_by_role("searchbox")).to_have_value("bea")


def test_the_way_back_leads_to_the_list(open_window: Open, engine: Engine) -> None:
    """The address is the task's while it is open."""
    task = a_patient(engine).task("intake")
    page = open_window().sign_in()
    page.locator(".row-title").click()
    page.wait_for_url(f"**/tasks/{task['id']}**")
    page.go_back()
    page.wait_for_url("**/day")
    expect(page.locator("#pane h1")).to_have_count(0)
    expect(page.locator(".row-title")).to_have_count(1)


def test_on_a_phone_the_task_opens_in_the_lists_place(open_window: Open, engine: Engine) -> None:
    """And nothing is wider than the window."""
    a_patient(engine)
    page = open_window(width=390, height=844).sign_in()
    expect(page.locator("#list")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".row-title").click()
    expect(page.locator("#pane h1")).to_be_visible()
    expect(page.locator("#list")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="Close the task").click()
    expect(page.locator("#list")).to_be_visible()


def test_counts_arrive_after_the_page_and_follow_the_work(open_window: Open, engine: Engine) -> None:
    """They are never a zero that is not one."""
    a_patient(engine)
    task = a_patient(engine, "Bea Short").task("intake")
    page = open_window().sign_in(path=f"/tasks/{task['id']}")
    expect(page.locator("#count-day")).to_have_text("2")
    page.get_by_text("No, consent declined").click()
    page.get_by_text("Knee").click()
    page.get_by_role("button", name="Complete").click()
    expect(page.locator("#count-day")).not_to_have_text("2")


def test_a_server_that_cannot_be_reached_is_told(open_window: Open, engine: Engine) -> None:
    """What was written still stands in the form."""
    task = a_patient(engine).task("intake")
    window = open_window()
    page = window.sign_in(path=f"/tasks/{task['id']}")
    page.get_by_text("Knee").click()
    window.context.set_offline(True)
    page.get_by_role("button", name="Complete").click()
    expect(page.get_by_role("status")).to_contain_text("The server cannot be reached")
    expect(page.locator("input[value=knee]")).to_be_checked()
    window.complaints.clear()  # chromium notes that it is offline, rightly
