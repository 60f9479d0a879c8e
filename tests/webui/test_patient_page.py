"""The patient's page: how are they, what is due, what happened?"""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy import insert

from engine.application import Engine
from engine.commands import DeliverEvent
from engine.store.patients import add_patient
from engine.store.tables import cases, versions
from tests.webui.builders import Patient, Visit, a_patient, actor, days_pass

INLINE = re.compile(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)")


def address(patient: Patient) -> str:
    return f"/patients/{patient.id}"


def discharged(engine: Engine, patient: Patient, facility: str = "St. Mary's") -> None:
    event = DeliverEvent(patient.case_id, "transition.discharged", {"facility": facility, "reason": "a fall"})
    engine.execute(event, actor=actor("dana"))


def test_the_head_says_who_this_is_and_what_comes_next(dana: Visit, engine: Engine) -> None:
    """Age, sex, language, phone and the time where the patient lives; the next task is one click away."""
    ada = a_patient(engine, sex="female", language="es", time_zone="America/Denver")
    page = dana.get(address(ada))
    assert page.text("h1") == "Ada Long"
    assert "75 · female · Spanish · (555) 0142 · home time 07:00" in page.text(".top p")
    assert page.texts(".top .main") == ["Next task: Welcome the patient and ask for consent"]
    assert ada.task("intake")["id"] in page.all(".top .main")[0].get("href", "")


def test_the_year_stands_on_one_line_and_in_a_table(dana: Visit, engine: Engine) -> None:
    """The picture says the same to a reader of the screen as to the eye, and once more as a table."""
    ada = a_patient(engine).enrolled()
    days_pass(engine, 9)
    discharged(engine, ada)
    page = dana.get(address(ada))
    words = page.text("#year-line-words")
    assert words.startswith("Today is day 9.")
    assert "baseline, by day 60 ✓ day 0" in words
    assert "discharged on day 9" in words
    table = page.texts(".chart-table td")
    assert "Milestone: wk 52" in table
    assert "Discharged at St. Mary's: a fall" in table


def test_each_measure_has_its_target_its_state_and_a_table(dana: Visit, engine: Engine) -> None:
    """Baseline, target and state in words; nothing rests on the drawing alone."""
    ada = a_patient(engine).enrolled()
    page = dana.get(address(ada))
    assert page.texts(".scores h2") == ["Function (PF 6b)", "Pain interference (PI 6a)", "Knee (KOOS JR)", "Pain (NRS)"]
    assert page.texts(".scores .state") == [*["not yet measured"] * 3, "within the limit"]
    assert "target ≥ 39.6 (baseline + 2)" in page.texts(".scores text")
    assert page.texts("#score-pf6b-words") == [
        "Function (PF 6b) was 37.6 T at baseline, not measured since; target 2 more than at baseline (39.6)."
    ]


def test_the_outcome_of_each_case_is_told_measure_by_measure(dana: Visit, engine: Engine) -> None:
    """Baseline, latest, target, state and a sentence; of another case of the patient too."""
    ada = a_patient(engine).enrolled()
    with engine.db.writing() as connection:
        row = {"id": f"{ada.id}-bh-1", "patient_id": ada.id, "track": "bh", "status": "active", "version": "v1"}
        version = {"hash": "v1", "process_id": "rows", "number": 1, "title": "BH", "messages": [], "sources": {}}
        version |= {"note": "", "published_at": engine.clock.now(), "published_by": "system"}
        connection.execute(insert(versions).values(version))
        row |= {"aligned_on": engine.today(), "started_at": engine.clock.now()}
        connection.execute(insert(cases).values(row))
    page = dana.get(f"{address(ada)}?case={ada.case_id}")
    told = page.texts(".outcome summary")
    assert told[0].startswith(
        "MSK from Tue 13 Jan · not yet measured · 0 of 3 targets met; Function (PF 6b) not measured"
    )
    assert told[1] == "BH from Tue 13 Jan · not yet measured · No measure that has a target has a baseline."
    first = page.texts(".outcome tbody tr")[0]
    assert first.startswith(
        "Function (PF 6b) 37.6 T Tue 13 Jan – 2 more than at baseline (39.6) not yet measured Function"
    )
    assert len(page.all(".outcome[open]")) == 1


def test_the_story_tells_what_a_discharge_led_to(dana: Visit, engine: Engine) -> None:
    """In sentences, the latest first, with who told it."""
    ada = a_patient(engine).enrolled()
    discharged(engine, ada)
    page = dana.get(address(ada))
    first = page.texts(".story > li")[0]
    assert first.startswith("Tue 13 Jan Discharged at St. Mary's: a fall. Dana Reed, 09:00")
    assert "Call Ada after discharge (due Thu 15 Jan)" in first


def test_earlier_parts_of_the_story_are_a_link_without_script_and_a_part_with_it(dana: Visit, engine: Engine) -> None:
    """The same address gives the page or only the next entries."""
    ada = a_patient(engine).enrolled()
    for number in range(16):
        discharged(engine, ada, f"Hospital {number}")
    page = dana.get(address(ada))
    (earlier,) = page.all(".story .more a")
    following = dana.get(earlier.get("href", ""))
    assert "Hospital 0:" in following.text(".story")
    assert following.texts("h1") == ["Ada Long"]
    part = dana.get(earlier.get("hx-get", ""), htmx=True)
    assert part.texts("h1") == []
    assert "Enrolled in Chronic musculoskeletal pain" in part.text()


def test_what_is_due_stands_with_its_words_and_links(dana: Visit, engine: Engine) -> None:
    """Open tasks, the most urgent first, each a link to do it."""
    ada = a_patient(engine).enrolled()
    days_pass(engine, 12)
    page = dana.get(address(ada))
    assert page.texts(".todo .due")[0] == "3 days late"
    assert {a.get("href", "").rpartition("/")[2] for a in page.all(".todo a")} == {t["id"] for t in ada.tasks()}


def test_needs_care_team_and_consent_are_in_words(dana: Visit, engine: Engine) -> None:
    """What the screen found, who cares and what was agreed."""
    ada = a_patient(engine).enrolled()
    ada.answer("sdoh_screen", outcome="asked", hrsn_6=1)
    text = dana.get(address(ada)).text(".aside")
    assert "Transportation · identified, Tue 13 Jan Referral: transport" in text
    assert "Screen: 1 need found, Tue 13 Jan. It comes again on Mon 13 Jul." in text
    assert "Dr. Bell, PCP" in text
    assert "Dana Reed, case manager" in text
    assert "Given on Tue 13 Jan 2026." in text


def test_a_need_tells_its_way_from_found_to_delivered(dana: Visit, engine: Engine) -> None:
    """Its state with the day, to whom, what was before, the Z code, and the task that is open."""
    ada = a_patient(engine).enrolled()
    ada.answer("sdoh_screen", outcome="asked", hrsn_4=1)
    ada.answer("sdoh_referral", outcome="referred", referred_to="Food Bank", z_code_food="Z59.41")
    page = dana.get(address(ada))
    assert page.texts(".needs li") == [
        "Food · referred to Food Bank, Tue 13 Jan Asked about it on Thu 12 Feb. Z59.41 Food insecurity. "
        "Before: identified, Tue 13 Jan."
    ]
    days_pass(engine, 30)
    (link,) = dana.get(address(ada)).all(".needs a")
    assert link.get("href", "").endswith(ada.task("sdoh_follow_up")["id"])


def test_the_days_that_access_sets_are_told_with_what_missing_them_leads_to(dana: Visit, engine: Engine) -> None:
    """The last day, the days left, the consequence; what lies far ahead is folded away, what was missed is not."""
    ada = a_patient(engine)
    page = dana.get(address(ada))
    rows = page.texts("[aria-labelledby=deadlines-title] .todo")
    assert rows[0].startswith("Baseline report Sat 14 Mar, 60 days left If it passes: CMS unaligns the patient.")
    assert "CMS ACCESS IG 0.9.8: within 60 days of alignment" in rows[0]
    assert page.texts(".later summary")[0] == "3 later in the period"
    days_pass(engine, 61)
    page = dana.get(address(ada))
    assert page.texts("[aria-labelledby=deadlines-title] .due") == ["missed, noted Sun 15 Mar"]


def test_where_the_pathway_stands_is_listed_without_script(dana: Visit, engine: Engine) -> None:
    """Each diagram in force with its steps: two discharges are two of them, told apart by their days."""
    ada = a_patient(engine).enrolled()
    discharged(engine, ada)
    days_pass(engine, 2)
    discharged(engine, ada)
    page = dana.get(address(ada))
    names = page.texts(".steps h3")
    assert names[:3] == [
        "Chronic musculoskeletal pain",
        "Transition of care, discharged 13 Jan",
        "Transition of care, discharged 15 Jan",
    ]
    assert "Screen for social needs to do" in page.texts(".steps li")
    assert "Day 365 waits for its day" in page.texts(".steps li")


def test_two_needs_at_work_are_told_apart_by_what_they_are(dana: Visit, engine: Engine) -> None:
    """As the record's page calls their diagrams: by the event that began them."""
    ada = a_patient(engine).enrolled()
    ada.answer("sdoh_screen", outcome="asked", hrsn_4=1, hrsn_6=1)
    names = {name for name in dana.get(address(ada)).texts(".steps h3") if name.startswith("Social need,")}
    assert names == {"Social need, food", "Social need, transport"}


def test_the_viewer_gets_each_diagram_with_its_active_elements(dana: Visit, engine: Engine) -> None:
    """The track's diagram first, then the called ones where the case is; the buttons name them in that order."""
    ada = a_patient(engine).enrolled()
    page = dana.get(address(ada))
    (place,) = page.all("[data-diagram]")
    diagrams = dana.client.get(place.get("data-diagram", "")).get_json()["diagrams"]
    assert "sdoh_call" in diagrams[0]["active"]
    assert all(f'id="{element}"' in each["xml"] for each in diagrams for element in each["active"])
    assert [bool(each["active"]) for each in diagrams] == sorted((bool(d["active"]) for d in diagrams), reverse=True)
    buttons = {int(b.get("data-process", "")): " ".join(b.text_content().split()) for b in page.all("[data-process]")}
    assert buttons == {number: each["name"] for number, each in enumerate(diagrams)}


def test_a_case_of_somebody_else_is_not_found_under_a_patient(dana: Visit, engine: Engine) -> None:
    """An address cannot join one patient's name with another's case."""
    ada, bea = a_patient(engine), a_patient(engine, "Bea Short")
    assert dana.get(f"{address(ada)}?case={bea.case_id}").status == 404
    assert dana.get(f"{address(ada)}/cases/{bea.case_id}/diagram").status == 404


def test_a_patient_without_a_case_is_a_designed_state(dana: Visit, engine: Engine) -> None:
    """Nothing to show says so, and what will stand there."""
    with engine.db.writing() as connection:
        patient_id = add_patient(connection, name="Cy Young", birth_date=date(1950, 3, 1), now=engine.clock.now())
    assert "in no programme yet" in dana.get(f"/patients/{patient_id}").text(".empty")


def test_a_closed_case_says_how_it_ended(dana: Visit, engine: Engine) -> None:
    """Nothing is open, nothing can be reported, and the year says on which day it closed."""
    ada = a_patient(engine).enrolled()
    engine.execute(DeliverEvent(ada.case_id, "patient.died", {}), actor=actor("dana"))
    ada.answer("bereavement")
    page = dana.get(address(ada))
    assert page.texts(".card-head .state")[0] == "died"
    assert "The case closed on day 0." in page.text("#year-line-words")
    assert "The case is closed" in page.text(".aside .plain-list.lined")
    assert page.texts(".top .button") == ["Record"]


def test_an_auditor_reads_the_page_and_changes_nothing(visit: Visit, engine: Engine) -> None:
    """No button that would be refused."""
    ada = a_patient(engine).enrolled()
    page = visit.signed_in("iris").get(address(ada))
    assert page.texts(".top .button") == ["Record", "Who saw it"]


def test_nothing_on_the_page_is_inline(dana: Visit, engine: Engine) -> None:
    """The security policy has nothing to refuse: no style attribute, no handler, no script in the page."""
    ada = a_patient(engine).enrolled()
    discharged(engine, ada)
    assert not INLINE.search(dana.get(address(ada)).response.text)
