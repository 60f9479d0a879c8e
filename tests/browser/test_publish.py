"""A director publishes in the browser: what is asked before is readable, ticked, and accessible."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from engine.application import Engine
from tests.browser.axe import findings
from tests.browser.conftest import Open
from tests.engine.bpmn.diagrams import FORM
from tests.engine.studio.small_pathways import CONVERSATION, SCENARIO, talk
from tests.webui.test_studio_confirmed import FEBRUARY, MSK, SCENARIO_OF_MSK, a_draft, newest, publish
from tests.webui.test_studio_publish import engine as small_engine

__all__ = ["small_engine"]


@pytest.fixture
def engine(small_engine: Engine) -> Engine:
    """The engine with two small pathways, in place of the shipped ones."""
    return small_engine


@pytest.fixture
def draft_id(engine: Engine) -> int:
    """A draft that would pass over a version, take back its changes and a scenario, and leave a file out."""
    base, text = newest(engine, "msk"), SCENARIO.format(track="msk")
    mine = {CONVERSATION: talk("first_talk", "c"), "forms/new.yaml": FORM, SCENARIO_OF_MSK: f"{text}# mine\n"}
    draft_id = a_draft(engine, base, mine)
    theirs = {CONVERSATION: talk("first_talk", "b"), SCENARIO_OF_MSK: f"{text}# theirs\n"}
    publish(engine, a_draft(engine, base, theirs), MSK, FEBRUARY)
    return draft_id


def test_what_is_confirmed_before_publishing_is_accessible(open_window: Open, engine: Engine, draft_id: int) -> None:
    """axe finds nothing on the questions, on the refusal without a tick, and on what the draft became."""
    window = open_window()
    page = window.sign_in("omar", f"/studio/drafts/{draft_id}/publish")
    assert findings(page) == []
    page.get_by_label("What changes, and why?").fill("A talk more, sooner.")
    button = page.get_by_role("button", name="Play the scenarios and publish")
    button.click()
    summary = page.get_by_role("alert")
    for words in ("was published after this draft began", "was saved by somebody", "would take effect", "No pathway"):
        expect(summary).to_contain_text(words)
    assert findings(page) == []
    for box in page.locator(".publish-taken input").all():
        box.check()
    button.click()
    expect(page.get_by_role("heading", name="What it became")).to_be_visible()
    assert findings(page) == []


def test_the_questions_fit_a_phone(open_window: Open, engine: Engine, draft_id: int) -> None:
    """Nothing is cut off or scrolls sideways."""
    page = open_window(width=390, height=844).sign_in("omar", f"/studio/drafts/{draft_id}/publish")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_file_is_taken_back_in_the_editor(open_window: Open, engine: Engine, draft_id: int) -> None:
    """Below the findings, after a sentence of what it does; offered once something is changed, and then no more."""
    page = open_window().sign_in("omar", f"/studio/drafts/{draft_id}?file={SCENARIO_OF_MSK}")
    text, offer = page.get_by_role("textbox", name="Text of"), page.get_by_text("Take back this file’s changes")
    expect(text).to_have_value(re.compile("# mine"))
    offer.click()
    assert findings(page) == []
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("is again as it is published")).to_be_visible()
    expect(text).to_have_value(re.compile("# theirs"))
    expect(offer).to_be_hidden()
    text.press("Control+End")
    text.type("# mine after all")
    expect(page.locator("[data-saved]")).to_have_text(re.compile("^Saved"))
    expect(offer).to_be_visible()
