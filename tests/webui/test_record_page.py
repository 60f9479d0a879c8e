"""The record: found by whatever an auditor has in hand, read entry by entry, and where the case stood at each."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import text

from engine.application import Engine
from engine.commands import LogAttempt
from tests.webui.builders import Patient, Visit, a_patient, actor, days_pass


def a_year_begun(engine: Engine) -> Patient:
    """Enrolled, checked in on each week, past the first milestone's decision."""
    ada = a_patient(engine, mbi="1EG4TE5MK73").enrolled()
    for _ in range(4):
        days_pass(engine, 7)
        for task in ada.tasks():
            if task["form"] in ("pain_checkin", "prom_milestone"):
                ada.answer(task["form"])
    return ada


def seq_of(ada: Patient, kind: str, element: str | None = None) -> int:
    """The number of the last entry of a kind, about an element where one is named."""
    with ada.engine.db.reading() as connection:
        found = connection.execute(
            text(
                "SELECT max(seq) FROM history WHERE case_id = :case AND kind = :kind"
                " AND (:element IS NULL OR element_id = :element)"
            ),
            {"case": ada.case_id, "kind": kind, "element": element},
        ).scalar_one()
    return int(found)


def test_a_record_is_found_by_name_mbi_case_or_task(dana: Visit, engine: Engine) -> None:
    """A list says status and version; an id leads straight there, a task's to where it came up."""
    ada = a_patient(engine, mbi="1EG4TE5MK73")
    for q in ("ada", "1EG4-TE5-MK73"):
        cells = dana.get(f"/record?q={q}").texts("tbody td")
        assert cells[:4] == ["Ada Long", f"MSK {ada.case_id}", "active", "version 1"]
    assert dana.get(f"/record?q={ada.case_id}").path == f"/cases/{ada.case_id}/record"
    (task,) = ada.tasks()
    assert dana.get(f"/record?q={task['id']}").path == f"/cases/{ada.case_id}/record?seq=4"
    assert "No case fits “zz”" in dana.get("/record?q=zz").text("main")


def test_a_moment_is_said_in_words_and_reached_by_links(dana: Visit, engine: Engine) -> None:
    """Without a script: an entry's number or a day moves through time, one link back and one forth."""
    ada = a_year_begun(engine)
    page = dana.get(f"/cases/{ada.case_id}/record?seq=1")
    said = page.text(".trace-said")
    assert said.startswith("Day 0, Tue 13 Jan, 09:00 To do: Welcome the patient and ask for consent.")
    (after,) = [link.get("href") for link in page.all("[data-step=after]")]
    assert "Collect baseline measures" in dana.get(after).text("[data-sentence]")
    on_the_day = dana.get(f"/cases/{ada.case_id}/record?on=2026-01-13").text("[data-sentence]")
    assert "Screen for social needs" in on_the_day
    days_pass(engine, 1)
    quiet = dana.get(f"/cases/{ada.case_id}/record?on={engine.today()}").texts("[data-quiet]")
    assert quiet == [f"Nothing more happened until the end of {engine.today():%a %-d %b}."]
    assert dana.get(f"/cases/{ada.case_id}/record?on=2031-01-01").texts("[data-quiet]") == quiet
    latest = dana.get(f"/cases/{ada.case_id}/record").text("[data-instant]")
    assert dana.get(f"/cases/{ada.case_id}/record?on=nonsense&seq=nonsense").text("[data-instant]") == latest


def test_the_diagram_of_a_moment_comes_with_what_to_mark(dana: Visit, engine: Engine) -> None:
    """Active steps, elements and flows with their counts; the XML stands at an address that may be kept."""
    ada = a_year_begun(engine)
    fired = seq_of(ada, "timer.fired", "every_check_in")
    at = dana.client.get(f"/cases/{ada.case_id}/record/at?seq={fired}").get_json()
    (own,) = [each for each in at["diagrams"] if each["name"] == "Chronic musculoskeletal pain"]
    assert "pain_checkin" in own["active"]
    assert (own["walked"]["every_check_in"], own["walked"]["pain_checkin"]) == (4, 3)
    assert ["every_check_in", "pain_checkin", 4] in own["flows"]
    assert at["element"] == "every_check_in"
    answer = dana.client.get(own["address"])
    assert "immutable" in answer.headers["Cache-Control"]
    assert b"every_check_in" in answer.data
    moments = dana.client.get(f"/cases/{ada.case_id}/record/moments").get_json()["moments"]
    assert at["seq"] in [last for last, _, _ in moments]


def test_a_decision_is_read_as_its_table(dana: Visit, engine: Engine) -> None:
    """The row that answered is marked, above it what the table read; as a part and as a page."""
    ada = a_year_begun(engine)
    address = f"/cases/{ada.case_id}/record/entries/{seq_of(ada, 'rule.matched', 'plateau_rule')}"
    page = dana.get(address)
    rows = page.texts(".answered-row")
    assert rows[0].startswith("1 ✓ this row answered")
    assert any("this row answered" in row and "T" in row for row in rows[1:])
    assert page.texts(".read")[0].startswith("Readmsk")
    part = dana.get(address, htmx=True)
    assert part.texts(".answered-row") == rows
    assert not part.all("h1")


def test_a_form_is_read_as_it_was_answered(dana: Visit, engine: Engine) -> None:
    """Questions and labels; codes, hashes and JSON only behind a further disclosure."""
    ada = a_year_begun(engine)
    page = dana.get(f"/cases/{ada.case_id}/record/entries/{seq_of(ada, 'task.completed', 'welcome_and_consent')}")
    answered = page.text(".answered-form")
    assert "Knee" in answered
    assert "msk.region" not in answered
    assert "hash" in page.text("details.small")


def test_a_task_is_told_as_it_was_asked(dana: Visit, engine: Engine) -> None:
    """Whatever a migration has made of its form and window since."""
    ada = a_patient(engine)
    task = ada.task("intake")
    address = f"/cases/{ada.case_id}/record/entries/{seq_of(ada, 'task.created', task['element_id'])}"
    before = dana.get(address).texts(".pairs dd")
    with engine.db.writing() as connection:
        changed = "UPDATE tasks SET form = 'pain_checkin', closes_on = '2026-12-31' WHERE id = :task"
        connection.execute(text(changed), {"task": task["id"]})
    assert before
    assert dana.get(address).texts(".pairs dd") == before


def test_every_kind_of_entry_has_a_page(dana: Visit, engine: Engine) -> None:
    """None fails, whatever it is about; one that is not there is said not to be."""
    ada = a_year_begun(engine)
    length = len(dana.client.get(f"/cases/{ada.case_id}/record/moments").get_json()["moments"])
    assert length > 10
    for seq in range(1, seq_of(ada, "task.completed") + 1):
        assert dana.get(f"/cases/{ada.case_id}/record/entries/{seq}").status == 200, seq
    assert dana.get(f"/cases/{ada.case_id}/record/entries/9999").status == 404


def test_the_timeline_is_whole_in_either_order(dana: Visit, engine: Engine) -> None:
    """What a person did, and what followed from it; routine is folded, yet there."""
    ada = a_year_begun(engine)
    page = dana.get(f"/cases/{ada.case_id}/record?order=oldest")
    numbers = [int(each.get("id").removeprefix("entry-")) for each in page.all(".line")]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert numbers[0] == 1
    assert "Enrolled in Chronic musculoskeletal pain" in page.texts(".moment")[0]
    assert any("check-ins, all answered" in words for words in page.texts(".fold > details > summary"))
    newest = dana.get(f"/cases/{ada.case_id}/record")
    assert len(newest.all(".line")) == len(numbers)


def test_an_element_has_its_entries_and_a_way_back(dana: Visit, engine: Engine) -> None:
    """The same part that the diagram asks for; an element through which tokens only pass says so."""
    ada = a_year_begun(engine)
    part = dana.get(f"/cases/{ada.case_id}/record?element=pain_checkin", htmx=True)
    assert "8 things happened at Weekly pain check-in" in part.text(".trace-filter")
    assert not part.all("h1")
    page = dana.get(f"/cases/{ada.case_id}/record?element=care_starts")
    assert "Nothing is recorded at Care starts itself" in page.text(".trace-filter")
    (back,) = [link.get("href") for link in page.all(".trace-filter a")]
    assert not dana.get(back).all(".trace-filter")


def test_years_of_history_page_by_moments(dana: Visit, engine: Engine) -> None:
    """The rest is one link away: a page of its own, or rows that htmx puts in the link's place."""
    ada = a_patient(engine).enrolled()
    for _ in range(8):
        days_pass(engine, 7)
        for _ in range(6):
            attempt = LogAttempt(ada.task("sdoh_screen")["id"], "phone", "reached")
            engine.execute(attempt, actor=actor("dana"))
    page = dana.get(f"/cases/{ada.case_id}/record?order=oldest")
    (more,) = page.all(".more a")
    rows = dana.get(more.get("hx-get"), htmx=True)
    assert rows.all("li")
    assert not rows.all("h2")
    first = {each.get("id") for each in page.all(".moment")}
    assert first.isdisjoint(each.get("id") for each in dana.get(more.get("href")).all(".moment"))


def test_only_auditors_are_led_to_who_saw_it(app: Flask, engine: Engine) -> None:
    """Everybody who may see the case may read its record."""
    ada = a_patient(engine)
    for name, is_led in (("dana", False), ("iris", True)):
        page = Visit(app.test_client()).signed_in(name).get(f"/cases/{ada.case_id}/record")
        assert page.status == 200
        assert ("Who saw it" in page.text(".trace-acts")) is is_led
        assert "Verify" in page.text(".trace-acts")


def test_a_record_is_verified_from_its_page(dana: Visit, engine: Engine) -> None:
    """Whole as it was written; an entry that somebody changed behind the program's back is named."""
    ada = a_patient(engine)
    page = dana.get(f"/cases/{ada.case_id}/record")
    assert "The record is whole" in dana.send(page, "/verify", htmx=True).text(".notice")
    with engine.db.writing() as connection:
        for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("UPDATE history SET summary = 'nothing happened' WHERE seq = 2"))
    assert "ntry 2 was changed after it was written" in dana.send(page, "/verify", htmx=True).text(".notice")
