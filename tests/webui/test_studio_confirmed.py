"""What a draft would lose or pass over is published only with the tick that says so, on the page that people see."""

from __future__ import annotations

from datetime import date, datetime

from engine.application import Engine
from engine.store.versions import all_versions, version, versions_in_force
from engine.studio.drafts import draft, draft_from_version, save
from engine.studio.publishing import Order, publish_draft
from tests.engine.bpmn.diagrams import FORM
from tests.engine.studio.small_pathways import CONVERSATION, SCENARIO, talk, track_diagram
from tests.webui.builders import Answer, Visit, email
from tests.webui.test_studio_publish import engine, omar

__all__ = ["engine", "omar"]  # fixtures
MSK, CKM = frozenset({"msk"}), frozenset({"ckm"})
FEBRUARY = date(2026, 2, 1)
SCENARIO_OF_MSK = "scenarios/msk-talk.yaml"


def newest(engine: Engine, process: str) -> str:
    with engine.db.reading() as connection:
        return next(str(row["hash"]) for row in all_versions(connection) if row["process_id"] == process)


def a_draft(engine: Engine, base: str, texts: dict[str, str]) -> int:
    """A draft of a version, of whichever pathway, in which these files have other texts."""
    now, by = engine.clock.now(), email("omar")
    with engine.db.writing() as connection:
        draft_id = draft_from_version(connection, base, CONVERSATION, by=by, now=now)
        for path, text in texts.items():
            save(connection, draft_id, path, text, 0, by=by, now=now)
    return draft_id


def publish(engine: Engine, draft_id: int, pathways: frozenset[str], effective_on: date | None = None) -> None:
    """Published by another director, without a page."""
    order = Order("By another.", email("vera"), pathways, effective_on)
    shipped, now = engine.settings.pathways_dir, engine.clock.now()
    publish_draft(engine.db, draft_id, order, shipped=shipped, now=now, zone=engine.zone)


def plan_page(omar: Visit, draft_id: int) -> Answer:
    return omar.get(f"/studio/drafts/{draft_id}/publish")


def ticks(page: Answer, name: str) -> list[tuple[str | None, bool]]:
    """The boxes of this name: what each would confirm, and whether it is ticked."""
    return [(each.get("value"), each.get("checked") is not None) for each in page.all(f"[name={name}]")]


def numbers(engine: Engine, at: datetime | None = None) -> dict[str, int]:
    """The number of the version of each process that a new case takes."""
    with engine.db.reading() as connection:
        rows = versions_in_force(connection, at or engine.clock.now())
        return {row["process_id"]: row["number"] for row in rows}


def is_open(engine: Engine, draft_id: int) -> bool:
    with engine.db.reading() as connection:
        return draft(connection, draft_id).is_open


def test_a_planned_version_is_passed_over_with_its_tick(omar: Visit, engine: Engine) -> None:
    """Refused without; with it the new one is taken at once, and every page calls the other never in force."""
    publish(engine, a_draft(engine, newest(engine, "msk"), {CONVERSATION: talk("first_talk", "b")}), MSK, FEBRUARY)
    planned = newest(engine, "msk")
    draft_id = a_draft(engine, planned, {CONVERSATION: talk("first_talk", "c")})
    page = plan_page(omar, draft_id)
    assert ticks(page, "instead_of") == [("msk", False)]
    refused = omar.send(page, "/publish", note="Sooner.")
    assert refused.status == 422
    assert "Version 2 of Muscles and joints would take effect on 01 February 2026" in refused.text(".summary")
    assert (numbers(engine)["msk"], is_open(engine, draft_id)) == (1, True)
    told = omar.send(refused, "/publish", instead_of="msk")
    assert "Muscles and joints, version 3 New cases take it." in told.text("section[aria-labelledby=became-title]")
    assert numbers(engine)["msk"] == numbers(engine, datetime(2026, 2, 2, tzinfo=engine.zone))["msk"] == 3
    assert "never in force" in omar.get("/pathways").text("section[aria-labelledby=tracks-title]")
    assert "passed over: version 3 takes its place" in omar.get(f"/pathways/{planned}/migrate").text(".notice")


def test_a_newer_version_is_taken_back_with_its_tick(omar: Visit, engine: Engine) -> None:
    """Refused without, with the file by name; with it the version holds the draft's text."""
    mine = track_diagram("ckm") + "<!-- mine -->"
    draft_id = a_draft(engine, newest(engine, "msk"), {"ckm.bpmn": mine})
    publish(engine, a_draft(engine, newest(engine, "ckm"), {"ckm.bpmn": track_diagram("ckm") + "<!-- x -->"}), CKM)
    page = plan_page(omar, draft_id)
    assert ticks(page, "takes_back") == [("ckm", False)]
    refused = omar.send(page, "/publish", note="As I drew it.")
    assert refused.status == 422
    assert "would be taken back in ckm.bpmn" in refused.text("#takes_back-wrong")
    assert numbers(engine)["ckm"] == 2
    told = omar.send(refused, "/publish", takes_back="ckm")
    assert told.texts("h3") == ["Heart and kidneys, version 3"]
    with engine.db.reading() as connection:
        assert version(connection, newest(engine, "ckm"))["sources"]["ckm.bpmn"] == mine


def test_a_scenario_that_another_saved_is_taken_back_with_its_tick(omar: Visit, engine: Engine) -> None:
    """The page names it by its title; there is no version, and the scenario is the draft's."""
    text, base = SCENARIO.format(track="msk"), newest(engine, "msk")
    mine, theirs = (a_draft(engine, base, {SCENARIO_OF_MSK: f"{text}# {who}\n"}) for who in ("mine", "theirs"))
    publish(engine, theirs, frozenset())
    page = plan_page(omar, mine)
    assert ticks(page, "takes_back") == [(SCENARIO_OF_MSK, False)]
    refused = omar.send(page, "/publish", note="Mine.")
    assert "“The conversation is had” was saved by somebody" in refused.text("#takes_back-wrong")
    told = omar.send(refused, "/publish", takes_back=SCENARIO_OF_MSK)
    assert "Its scenarios are kept" in told.text("section[aria-labelledby=became-title]")
    kept = omar.client.get(f"/studio/drafts/{a_draft(engine, base, {})}/file?path={SCENARIO_OF_MSK}").json
    assert kept["text"].endswith("# mine\n")


def test_everything_that_would_be_taken_back_is_told_at_once(omar: Visit, engine: Engine) -> None:
    """A version and a scenario, each in its sentence: no second refusal after the first tick."""
    base, text = newest(engine, "msk"), SCENARIO.format(track="msk")
    mine, theirs = (
        a_draft(engine, base, {CONVERSATION: talk("first_talk", who), SCENARIO_OF_MSK: f"{text}# {who}\n"})
        for who in ("mine", "theirs")
    )
    publish(engine, theirs, MSK)
    page = plan_page(omar, mine)
    assert ticks(page, "takes_back") == [("msk", False), (SCENARIO_OF_MSK, False)]
    words = omar.send(page, "/publish", note="Mine.").text("#takes_back-wrong")
    assert "would be taken back in shared/talk.bpmn" in words
    assert "was saved by somebody" in words


def test_a_file_that_nothing_uses_is_left_out_with_its_tick(omar: Visit, engine: Engine) -> None:
    """Refused without; with it the version does not hold the file, and the draft is over."""
    texts = {CONVERSATION: talk("first_talk", "b"), "forms/new.yaml": FORM}
    draft_id = a_draft(engine, newest(engine, "msk"), texts)
    page = plan_page(omar, draft_id)
    assert ticks(page, "leaves_out") == [("forms/new.yaml", False)]
    refused = omar.send(page, "/publish", note="One talk more.")
    assert (refused.status, is_open(engine, draft_id)) == (422, True)
    assert "No pathway uses forms/new.yaml" in refused.text("#leaves_out-wrong")
    told = omar.send(refused, "/publish", leaves_out="forms/new.yaml")
    assert told.texts("h3") == ["Muscles and joints, version 2", "Heart and kidneys, version 2"]
    with engine.db.reading() as connection:
        assert "forms/new.yaml" not in version(connection, newest(engine, "msk"))["sources"]


def test_a_tick_stays_when_the_page_comes_again(omar: Visit, engine: Engine) -> None:
    """What was confirmed need not be confirmed twice because the note was forgotten."""
    texts = {CONVERSATION: talk("first_talk", "b"), "forms/new.yaml": FORM}
    page = plan_page(omar, a_draft(engine, newest(engine, "msk"), texts))
    again = omar.send(page, "/publish", note="", leaves_out="forms/new.yaml")
    assert ticks(again, "leaves_out") == [("forms/new.yaml", True)]


def test_what_was_published_while_a_file_was_open_is_not_overwritten_unseen(omar: Visit, engine: Engine) -> None:
    """The editor says which text it was opened from: a publication before the first save is told as one after it."""
    draft_id = a_draft(engine, newest(engine, "msk"), {})
    address = f"/studio/drafts/{draft_id}/file"
    opened = omar.client.get(f"{address}?path=ckm.bpmn").json
    theirs = track_diagram("ckm") + "<!-- theirs -->"
    publish(engine, a_draft(engine, newest(engine, "ckm"), {"ckm.bpmn": theirs}), CKM)
    page = plan_page(omar, draft_id)
    token = str(page.all("[name=csrf_token]")[0].get("value"))
    sent = {"path": "ckm.bpmn", "text": opened["text"] + "<!-- mine -->", "revision": 0, "origin": opened["origin"]}
    assert omar.client.post(address, json=sent, headers={"X-CSRFToken": token}).status_code == 200
    refused = omar.send(plan_page(omar, draft_id), "/publish", note="As I opened it.")
    assert "Version 2 of Heart and kidneys was published after this draft began" in refused.text("#takes_back-wrong")
    assert ticks(refused, "takes_back") == [("ckm", False)]
    bad = omar.client.post(address, json={**sent, "origin": "first"}, headers={"X-CSRFToken": token})
    assert (bad.status_code, "as it was given" in bad.json["detail"]) == (422, True)
