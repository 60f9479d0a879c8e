"""A director draws in the browser: it is saved, faults are shown where they are, and nobody is overwritten."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Locator, Page, Route, expect

from engine.application import Engine
from engine.store.people import add_user
from engine.store.versions import versions_in_force
from engine.studio.drafts import discard, draft_from_text, draft_from_version, opened_file
from tests.browser.axe import findings
from tests.browser.conftest import Open, Window
from tests.webui.builders import PASSWORD, email


@pytest.fixture(autouse=True)
def long_enough() -> Iterator[None]:
    """A save is answered with what lint finds in the whole folder: on a busy machine that takes some seconds."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


def a_draft(engine: Engine, path: str = "msk.bpmn") -> str:
    """The address of a new draft of the MSK pathway, with one of its files open."""
    now = engine.clock.now()
    with engine.db.writing() as connection:
        base = next(row["hash"] for row in versions_in_force(connection, now) if row["process_id"] == "msk")
        draft_id = draft_from_version(connection, base, path, by=email("omar"), now=now)
    return f"/studio/drafts/{draft_id}"


def kept_text(engine: Engine, address: str, path: str = "msk.bpmn") -> str:
    with engine.db.reading() as connection:
        return opened_file(connection, int(address.rpartition("/")[2]), path, engine.settings.pathways_dir).text


def opened(window: Window, address: str, name: str = "omar") -> Page:
    """The editor, once the diagram is drawn and its findings are known."""
    page = window.sign_in(name, address)
    expect(said(page)).to_contain_text(re.compile("found|error|warning"))
    return page


def said(page: Page) -> Locator:
    return page.locator("[data-findings-said]")


def shape(page: Page, element: str) -> Locator:
    return page.locator(f'.djs-element[data-element-id="{element}"]').first


def put_on_the_way_to(page: Page, element: str) -> None:
    """Draw a user task onto the flow that leads to an element, with the mouse: it is put in between."""
    page.get_by_role("button", name="Task for a person", exact=True).click()
    target = shape(page, element).bounding_box()
    assert target is not None
    page.mouse.move(target["x"] - 60, target["y"] + 90, steps=4)
    page.mouse.move(target["x"] - 40, target["y"] + target["height"] / 2, steps=8)
    page.mouse.down()
    page.mouse.up()


def test_a_task_is_drawn_found_wanting_filled_in_and_there_again(open_window: Open, engine: Engine) -> None:
    """Drawn with the mouse, marked until its form and reason are given, saved as one works, kept over a reload."""
    address = a_draft(engine)
    page = opened(open_window(), address)
    put_on_the_way_to(page, "pain_checkin")
    page.keyboard.type("Ask about sleep")
    page.keyboard.press("Enter")
    expect(said(page)).to_have_text("2 errors")
    mark = page.get_by_role("button", name=re.compile("^2 errors at Ask about sleep"))
    expect(mark).to_be_visible()
    expect(page.get_by_role("list", name="Findings at this element")).to_contain_text("tl:task has no why")
    expect(page.get_by_role("navigation", name="This draft").get_by_text("2 errors")).to_be_visible()
    page.get_by_label("Kind", exact=True).select_option("review")
    page.get_by_label("Role", exact=True).select_option("lead")
    page.get_by_label("Due", exact=True).fill("B2D")
    page.get_by_label("Form", exact=True).select_option("pain_checkin")
    page.get_by_label("Why", exact=True).fill("{patient.first_name} slept badly: a pain that wakes gets worse.")
    expect(said(page)).to_have_text("Nothing found.")
    expect(mark).to_have_count(0)
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"^Saved \d\d:\d\d$"))
    page.reload()
    page.locator(".djs-shape", has_text="Ask about").first.click()
    expect(page.get_by_label("Due", exact=True)).to_have_value("B2D")
    text = kept_text(engine, address)
    assert '<tl:task kind="review" role="lead" due="B2D" priority="normal" form="pain_checkin" why="{patient' in text


def test_a_task_gets_a_form_of_its_own(open_window: Open, engine: Engine) -> None:
    """A form that is not there yet begins in the draft under the task's name, is chosen, and opened."""
    address = a_draft(engine)
    page = opened(open_window(), address)
    shape(page, "pain_checkin").click()
    page.get_by_role("button", name="Write a new form").click()
    page.wait_for_url(re.compile("file=forms"))
    assert "id: weekly_pain_check_in" in kept_text(engine, address, "forms/weekly_pain_check_in.yaml")
    assert 'form="weekly_pain_check_in"' in kept_text(engine, address)
    expect(page.get_by_role("textbox", name="Text of forms/weekly_pain_check_in.yaml")).to_be_visible()


def test_a_finding_leads_to_its_element(open_window: Open, engine: Engine) -> None:
    """Choosing a line of the list selects the element, also where the fault lies in a part that is not drawn."""
    page = opened(open_window(), a_draft(engine))
    shape(page, "pain_checkin").click()
    page.get_by_label("Why", exact=True).fill("")
    shape(page, "closure_call").click()
    page.get_by_role("button", name="Weekly pain check-in", exact=True).click()
    expect(page.get_by_label("Id", exact=True)).to_have_value("pain_checkin")
    shape(page, "every_milestone").click()
    page.get_by_label("When", exact=True).click()
    page.keyboard.press("Control+a")
    page.keyboard.type('"soon"')
    shape(page, "closure_call").click()
    page.get_by_role("button", name="Weeks 4, 8, 12, 26, 39, 52", exact=True).click()
    expect(page.get_by_label("Id", exact=True)).to_have_value("every_milestone")


def test_what_is_undone_leaves_the_text_as_it_was(open_window: Open, engine: Engine) -> None:
    """Undo takes back what the panel changed, and the file is, letter by letter, what it was."""
    address = a_draft(engine)
    before = kept_text(engine, address)
    page = opened(open_window(), address)
    shape(page, "pain_checkin").click()
    page.get_by_label("Due", exact=True).fill("P5D")
    expect(page.locator("[data-saved]")).to_have_text(re.compile("^Saved"))
    assert 'due="P5D"' in kept_text(engine, address)
    with page.expect_response(lambda answer: answer.url.endswith("/file") and answer.request.method == "POST"):
        page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Due", exact=True)).to_have_value("P2D")
    assert kept_text(engine, address) == before


def test_a_server_that_is_away_loses_nothing(open_window: Open, engine: Engine) -> None:
    """What cannot be saved is said, kept in the window, and saved when the server is there again."""
    address = a_draft(engine)
    page = opened(open_window(), address)
    page.route("**/file", lambda route: route.fulfill(status=429, body="{}"))
    shape(page, "pain_checkin").click()
    page.get_by_label("Due", exact=True).fill("P5D")
    expect(page.locator("[data-saved]")).to_have_text("Not saved: the server answered 429; tries again in 2 seconds")
    page.unroute("**/file")
    expect(page.locator("[data-saved]")).to_have_text(re.compile("^Saved"))
    assert 'due="P5D"' in kept_text(engine, address)


def test_an_answer_that_is_lost_is_nobody_else_s_save(open_window: Open, engine: Engine) -> None:
    """The window goes on from its own text without asking; another one of the same person's is asked, and told so."""
    address = a_draft(engine)
    here, there = (opened(open_window(), address) for _ in range(2))

    def lose(route: Route) -> None:
        route.fetch()  # it is kept, and nobody hears of it
        route.fulfill(status=429, body="{}")

    here.route("**/file", lose, times=1)
    shape(here, "pain_checkin").click()
    here.get_by_label("Due", exact=True).fill("P5D")
    expect(here.locator("[data-saved]")).to_contain_text("the server answered 429")
    here.get_by_label("Due", exact=True).fill("P6D")
    expect(here.locator("[data-saved]")).to_have_text(re.compile("^Saved"))
    assert 'due="P6D"' in kept_text(engine, address)
    shape(there, "pain_checkin").click()
    there.get_by_label("Due", exact=True).fill("P7D")
    dialog = there.get_by_role("dialog", name="You changed this file in another window")
    expect(dialog).to_contain_text("You, in another window, saved it at")


def test_who_was_signed_out_signs_in_again_and_goes_on(open_window: Open, engine: Engine) -> None:
    """A session that is over costs no work: signed in anew in another tab, the editor saves what was drawn."""
    address = a_draft(engine)
    window = open_window()
    page = opened(window, address)
    window.context.clear_cookies()
    shape(page, "pain_checkin").click()
    page.get_by_label("Due", exact=True).fill("P5D")
    expect(page.locator("[data-saved]")).to_contain_text("Sign in again in another window")
    window.page = window.context.new_page()
    window.sign_in("omar")
    expect(page.locator("[data-saved]")).to_have_text(re.compile("^Saved"))
    assert 'due="P5D"' in kept_text(engine, address)


def test_a_draft_that_is_over_says_so(open_window: Open, engine: Engine) -> None:
    """What is drawn after somebody discarded the draft is not saved, and the line says why."""
    address = a_draft(engine)
    page = opened(open_window(), address)
    with engine.db.writing() as connection:
        discard(connection, int(address.rpartition("/")[2]), by=email("omar"), now=engine.clock.now())
    shape(page, "pain_checkin").click()
    page.get_by_label("Due", exact=True).fill("P5D")
    expect(page.locator("[data-saved]")).to_contain_text("Not saved: This draft was discarded")


def test_what_was_brought_along_and_does_not_run_is_named(open_window: Open, engine: Engine) -> None:
    """A script of a foreign diagram is marked with what to do, and can be changed into what runs."""
    text = (engine.settings.pathways_dir / "msk.bpmn").read_text(encoding="utf-8")
    script = re.search(r'<bpmn:serviceTask id="note_missed_checkin".*?</bpmn:serviceTask>', text, re.DOTALL)
    assert script is not None
    foreign = text.replace(
        script[0], re.sub("<bpmn:ext.*</bpmn:ext[^>]*>", "", script[0]).replace("serviceTask", "scriptTask")
    )
    with engine.db.writing() as connection:
        draft_id = draft_from_text(
            connection, "Foreign", None, "msk.bpmn", foreign, by=email("omar"), now=engine.clock.now()
        )
    page = opened(open_window(), f"/studio/drafts/{draft_id}")
    expect(page.locator("[data-findings-list]")).to_contain_text("bpmn:scriptTask “Note missed check-in” is not run")
    page.get_by_role("button", name="Note missed check-in", exact=True).first.click()
    page.get_by_role("button", name="Change element").click()
    page.locator(".djs-popup").get_by_text("Service task", exact=True).click()
    page.get_by_label("Operation", exact=True).select_option("case.pause")
    expect(said(page)).to_have_text("Nothing found.")


def test_two_who_draw_at_once_are_told_and_asked(open_window: Open, engine: Engine) -> None:
    """Each sees the other's name; who saves second chooses whose drawing stays."""
    with engine.db.writing() as connection:
        secret = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        add_user(
            connection,
            email=email("vera"),
            name="Vera Lind",
            role="clinical_director",
            password_hash=secret,
            one_time=False,
            now=engine.clock.now(),
        )
    address = a_draft(engine)
    omar, vera = opened(open_window(), address), opened(open_window(), address, "vera")
    expect(vera.get_by_text("Omar Reyes has this open, too")).to_be_visible()
    for page, due in ((omar, "P4D"), (vera, "P6D")):
        shape(page, "pain_checkin").click()
        page.get_by_label("Due", exact=True).fill(due)
        if page is omar:
            expect(page.locator("[data-saved]")).to_have_text(re.compile("^Saved"))
    dialog = vera.get_by_role("dialog", name="Two of you changed this file")
    expect(dialog).to_contain_text("Omar Reyes")
    assert 'due="P4D"' in kept_text(engine, address)
    dialog.get_by_role("button", name="Keep mine").click()
    expect(vera.locator("[data-saved]")).to_have_text(re.compile("^Saved"))
    assert 'due="P6D"' in kept_text(engine, address)
    omar.get_by_label("Due", exact=True).fill("P9D")
    omar.get_by_role("dialog").get_by_role("button", name="Load what was saved").click()
    shape(omar, "pain_checkin").click()
    expect(omar.get_by_label("Due", exact=True)).to_have_value("P6D")
    assert 'due="P6D"' in kept_text(engine, address)


def test_only_what_runs_can_be_drawn(open_window: Open, engine: Engine) -> None:
    """Neither the palette nor the menu of what an element can become offers a script, a pool or a signal."""
    page = opened(open_window(), a_draft(engine))
    offered = [each.get_attribute("aria-label") or "" for each in page.locator(".djs-palette .entry").all()]
    assert len(offered) == 17
    assert not [each for each in offered if re.search("script|pool|data", each, re.IGNORECASE)]
    shape(page, "pain_checkin").click()
    page.get_by_role("button", name="Change element").click()
    entries = page.locator(".djs-popup-results .entry .djs-popup-label").all_inner_texts()
    assert "Service task" in entries
    assert not {"Script task", "Send task", "Sub-process (collapsed)"} & set(entries)
    page.keyboard.press("Escape")
    shape(page, "milestone_done").click()
    page.get_by_role("button", name="Change element").click()
    ends = page.locator(".djs-popup-results .entry .djs-popup-label").all_inner_texts()
    assert {"Terminate end event", "Error end event"} <= set(ends)
    assert not [each for each in ends if re.search("signal|message|compensation|cancel", each, re.IGNORECASE)]


def test_the_keyboard_draws_too(open_window: Open, engine: Engine) -> None:
    """A tool that is reached with Tab and pressed puts its element behind the selected one; Ctrl+Z takes it back."""
    page = opened(open_window(), a_draft(engine))
    shape(page, "note_missed_checkin").click()
    before = page.locator(".djs-shape").count()
    page.get_by_role("button", name="Step of the system", exact=True).press("Enter")
    expect(page.locator(".djs-shape")).to_have_count(before + 1)
    page.keyboard.press("Escape")  # no name now
    page.keyboard.press("Control+z")
    expect(page.locator(".djs-shape")).to_have_count(before)


def test_an_expression_completes_the_names_of_facts(open_window: Open, engine: Engine) -> None:
    """A FEEL field knows the facts; what it holds is written as the engine reads it."""
    address = a_draft(engine)
    page = opened(open_window(), address)
    shape(page, "note_missed_checkin").click()
    page.get_by_label("value", exact=True).click()
    page.keyboard.press("Control+a")
    page.keyboard.type("case.align")
    page.get_by_role("option", name="aligned_on").click()
    expect(page.locator("[data-saved]")).to_have_text(re.compile("^Saved"))
    assert '<tl:parameter name="value" value="case.aligned_on" />' in kept_text(engine, address)


def test_a_reason_completes_names_in_its_braces(open_window: Open, engine: Engine) -> None:
    """Only there: by the keys or the mouse, one part of a name after the other."""
    address = a_draft(engine)
    page = opened(open_window(), address)
    shape(page, "pain_checkin").click()
    why, offered = page.get_by_label("Why", exact=True), page.get_by_role("listbox", name="Names")
    why.fill("")
    why.press_sequentially("In case {{case.week}} of {cas")
    expect(offered).to_be_visible()
    assert findings(page) == []
    why.press("Enter")
    expect(why).to_have_value("In case {{case.week}} of {case.")
    why.press_sequentially("align")
    page.get_by_role("option", name="aligned_on").click()
    # An earlier part may be saved already: what counts is the save that holds the end.
    with page.expect_response(lambda answer: "aligned_on}: ca" in (answer.request.post_data or "")):
        why.press_sequentially("}: ca")
    expect(offered).to_have_count(0)
    assert 'why="In case {{case.week}} of {case.aligned_on}: ca"' in kept_text(engine, address)


def test_the_editor_is_accessible(open_window: Open, engine: Engine) -> None:
    """axe finds nothing: at rest, with an element selected, a finding marked, a menu and the keys open."""
    page = opened(open_window(), a_draft(engine))
    assert findings(page) == []
    shape(page, "pain_checkin").click()
    page.get_by_label("Why", exact=True).fill("")
    page.locator(".diagram-mark").wait_for()
    assert findings(page) == []
    shape(page, "note_missed_checkin").click()
    assert findings(page) == []
    page.get_by_role("button", name="Change element").click()
    assert findings(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Keys ?").click()
    assert findings(page) == []


def test_who_may_only_look_edits_nothing(open_window: Open, engine: Engine) -> None:
    """An auditor sees the drawing and its findings, without tools, panel or saving."""
    page = open_window().sign_in("iris", a_draft(engine))
    expect(said(page)).to_have_text("Nothing found.")
    expect(page.get_by_text("You may look at this draft")).to_be_visible()
    assert page.locator(".djs-palette, .bio-properties-panel").count() == 0
