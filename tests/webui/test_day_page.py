"""My day: what next?"""

from __future__ import annotations

from engine.application import Engine
from engine.store.clocks import SandboxClock
from tests.apps import an_app
from tests.webui.builders import Visit, a_patient, as_sandbox, days_pass


def test_the_day_says_who_needs_what_and_why(dana: Visit, engine: Engine) -> None:
    """Patient, day of the year, task, when in words, and the reason."""
    a_patient(engine, language="es")
    page = dana.get("/day")
    assert page.text("h1") == "Tuesday 13 January"
    who = page.text(".who")
    assert "Ada Long" in who
    assert "75" in who
    assert "MSK day 0" in who
    assert "Spanish" in who
    row = page.text(".row")
    assert "5 days left" in row
    assert "the baseline must be in by Sat 14 Mar 2026" in row


def test_what_is_late_stands_in_its_own_band_until_it_is_done(dana: Visit, engine: Engine) -> None:
    """An overdue task never leaves the sight by itself."""
    a_patient(engine)
    days_pass(engine, 8)
    page = dana.get("/day")
    assert page.texts(".band h2")[0] == "Overdue"
    assert page.texts(".due.late") == ["3 days late"]
    assert "1 overdue" in page.text(".top .muted")


def test_the_chips_count_and_lead_to_what_they_count(dana: Visit, engine: Engine) -> None:
    """What nobody has is one click away."""
    a_patient(engine)
    a_patient(engine, "Bea Short", assignee=None)
    page = dana.get("/day")
    (chip,) = [each for each in page.all(".chip") if "Unassigned" in each.text_content()]
    assert "Unassigned 1" in " ".join(chip.text_content().split())
    assert dana.get(chip.get("href")).texts(".who h3") == ["Bea Short"]


def test_a_search_without_javascript_keeps_what_was_chosen(dana: Visit, engine: Engine) -> None:
    """The form carries the filter along."""
    a_patient(engine)
    a_patient(engine, "Bea Short", assignee=None)
    form = dana.get("/day?view=team").form("/day")
    assert dict(form.form_values())["view"] == "team"
    assert dana.get("/day?view=team&q=bea").texts(".who h3") == ["Bea Short"]
    assert "Nothing here fits “zz”" in dana.get("/day?view=team&q=zz").text(".empty")


def test_htmx_receives_the_very_list_that_the_page_holds(dana: Visit, engine: Engine) -> None:
    """One template, two ways to it."""
    a_patient(engine)
    part, page = dana.get("/day", htmx=True), dana.get("/day")
    assert not part.all(".rail")
    assert part.text("#list") == page.text("#list")


def test_a_director_sees_what_waits_for_the_director(visit: Visit, engine: Engine) -> None:
    """A safety review that nobody has taken stands in the director's day, urgent and first."""
    patient = a_patient(engine)
    patient.answer("intake", region="knee")
    patient.answer("baseline", red_flag="yes", red_flag_detail="recent serious injury")
    page = visit.signed_in("omar").get("/day")
    assert page.texts(".band h2")[0] == "Now"
    assert "by 17:00 · same day" in page.texts(".row.is-urgent")[0]


def test_a_case_manager_is_told_what_waits_for_a_director(dana: Visit, engine: Engine) -> None:
    """It can be opened by all, and says whose decision it is."""
    patient = a_patient(engine)
    patient.answer("intake", region="knee")
    patient.answer("baseline", red_flag="yes", red_flag_detail="recent serious injury")
    task = patient.task("safety_review")
    assert "waits for a clinical director to decide" in dana.get(f"/tasks/{task['id']}").text("#pane")


def test_an_auditor_sees_the_teams_day(visit: Visit, engine: Engine) -> None:
    """They have no tasks of their own."""
    a_patient(engine)
    assert visit.signed_in("iris").get("/day").texts(".who h3") == ["Ada Long"]


def test_a_count_that_is_being_computed_is_not_a_zero(dana: Visit, engine: Engine) -> None:
    """The rail shows that it counts; the counts come after the page."""
    a_patient(engine)
    waiting = dana.get("/day").all(".rail .count")
    assert [each.get("aria-busy") for each in waiting] == ["true", "true"]
    assert all("0" not in each.text_content() for each in waiting)
    counts = dana.get("/counts", htmx=True)
    assert counts.texts(".count") == ["1", "1"]


def test_a_sandbox_lets_a_day_pass(engine: Engine) -> None:
    """The clock moves, what became due has happened, and the page says so; a live database has no such box."""
    visit = Visit(an_app(engine).test_client()).signed_in("dana")
    assert not visit.get("/day").all(".clock")
    as_sandbox(engine)
    engine.clock = SandboxClock(engine.db)
    a_patient(engine)
    day = visit.get("/day")
    assert "Tue 13 Jan" in day.text(".clock")
    after = visit.send(day, "/sandbox/advance")
    assert after.text("h1") == "Wednesday 14 January"
    assert "It is Wed 14 Jan." in after.text(".toast")
