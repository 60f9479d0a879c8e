"""Reporting what happened to a patient, with a form that needs no script."""

from __future__ import annotations

import pytest

from engine.application import Engine
from engine.store.cases import case
from engine.store.history import latest_entries
from tests.webui.builders import Answer, Patient, Visit, a_patient, days_pass


def report_page(visit: Visit, patient: Patient) -> Answer:
    return visit.get(f"/patients/{patient.id}/cases/{patient.case_id}/report")


def status(engine: Engine, patient: Patient) -> str:
    with engine.db.reading() as connection:
        return str(case(connection, patient.case_id)["status"])


def kinds(engine: Engine, patient: Patient) -> list[str]:
    with engine.db.reading() as connection:
        return [row["kind"] for row in latest_entries(connection, patient.case_id)]


def test_a_discharge_is_reported_and_says_what_it_led_to(dana: Visit, engine: Engine) -> None:
    """The day and time stand at now; afterwards the patient's page says which tasks there are, and when due."""
    ada = a_patient(engine).enrolled()
    page = report_page(dana, ada)
    assert dict(page.form("/report").form_values()).items() >= {"on": "2026-01-13", "at": "09:00"}.items()
    told = dana.send(
        page, "/report", type="transition.discharged", facility="St. Mary's", reason="a fall", complexity="high"
    )
    assert told.path.startswith(f"/patients/{ada.id}")
    (toast,) = told.texts(".toast")
    assert "Recorded: Discharged from hospital." in toast
    assert "Call Ada after discharge (due Thu 15 Jan)" in toast
    assert "Visit within 7 days of discharge (due Tue 20 Jan)" in toast


def test_what_happened_yesterday_counts_from_yesterday(dana: Visit, engine: Engine) -> None:
    """Two business days are counted from the discharge, not from the report."""
    ada = a_patient(engine).enrolled()
    told = dana.send(report_page(dana, ada), "/report", type="transition.discharged", on="2026-01-12", at="16:30")
    assert "Call Ada after discharge (due Wed 14 Jan)" in told.text(".toast")


def test_a_field_that_is_wrong_says_so_beside_it(dana: Visit, engine: Engine) -> None:
    """Nothing is recorded; what was written stays, and each error leads to its field."""
    ada = a_patient(engine).enrolled()
    before = kinds(engine, ada)
    page = dana.send(report_page(dana, ada), "/report", type="transition.admitted", on="2026-02-30", facility="Here")
    assert page.status == 422
    assert page.texts("#on-wrong") == ["“2026-02-30” is not a date; write it as 2026-03-01."]
    assert page.all(".summary a")[0].get("href") == "#on"
    assert dict(page.form("/report").form_values())["facility"] == "Here"
    assert kinds(engine, ada) == before


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"type": ""}, "type", "Choose what happened."),
        ({"type": "measure.recorded"}, "type", "Choose what happened."),
        ({"on": "2026-01-14"}, "on", "That is in the future; today is Tue 13 Jan."),
        ({"at": "09:01"}, "at", "That is in the future; it is 09:00 now."),
        ({"at": "noon"}, "at", "“noon” is not a time; write it as 14:30."),
        ({"complexity": "low"}, "complexity", "Choose one of high, moderate."),
    ],
)
def test_each_field_has_its_own_words(
    dana: Visit, engine: Engine, given: dict[str, str], field: str, words: str
) -> None:
    """An error names what to do, under the field it is about."""
    ada = a_patient(engine).enrolled()
    page = dana.send(report_page(dana, ada), "/report", **({"type": "transition.discharged"} | given))
    assert (page.status, page.texts(f"#{field}-wrong")) == (422, [words])


@pytest.mark.parametrize(
    ("type_", "ends"),
    [("patient.died", "deceased"), ("patient.withdrew", "withdrawn"), ("access.unaligned", "unaligned")],
)
def test_what_ends_the_programme_is_asked_once_more(dana: Visit, engine: Engine, type_: str, ends: str) -> None:
    """The first sending changes nothing and names the tasks that would end; the second one does it."""
    ada = a_patient(engine).enrolled()
    sure = dana.send(report_page(dana, ada), "/report", type=type_, reason="told by the family", facility="nowhere")
    assert "is that right?" in sure.text("h1")
    assert "Screen for social needs" in sure.texts(".bullets li")
    assert status(engine, ada) == "active"
    told = dana.send(sure, "/report", sure="yes")
    assert status(engine, ada) == ends
    assert "open tasks ended." in told.text(".toast")


def test_a_pause_and_a_resumption_change_the_case(dana: Visit, engine: Engine) -> None:
    """The programme stops and goes on, and the page says which it is."""
    ada = a_patient(engine).enrolled()
    told = dana.send(report_page(dana, ada), "/report", type="case.paused", reason="travels")
    assert "The case is now: paused." in told.text(".toast")
    assert status(engine, ada) == "paused"
    dana.send(report_page(dana, ada), "/report", type="case.resumed")
    assert status(engine, ada) == "active"


def test_a_form_sent_twice_happens_once(dana: Visit, engine: Engine) -> None:
    """A double click makes one transition; the same form with another answer is not taken silently."""
    ada = a_patient(engine).enrolled()
    page = report_page(dana, ada)
    for _ in range(2):
        dana.send(page, "/report", type="transition.ed_visit")
    assert kinds(engine, ada).count("event.received") == 1
    other = dana.send(page, "/report", type="transition.admitted")
    assert other.status == 409
    assert "sent before with other answers" in other.text("#type-wrong")
    assert kinds(engine, ada).count("event.received") == 1


def test_nothing_is_reported_of_a_closed_case(dana: Visit, engine: Engine) -> None:
    """The page says that the case is closed instead of offering a form."""
    ada = a_patient(engine).enrolled()
    sure = dana.send(report_page(dana, ada), "/report", type="patient.died")
    dana.send(sure, "/report", sure="yes")
    ada.answer("bereavement")
    assert report_page(dana, ada).status == 409


def test_an_auditor_reports_nothing(visit: Visit, engine: Engine) -> None:
    """Reading is open to the auditor, changing is not."""
    ada = a_patient(engine).enrolled()
    assert report_page(visit.signed_in("iris"), ada).status == 403


def test_a_switch_within_the_lock_in_ends_nothing_and_says_so_before(dana: Visit, engine: Engine) -> None:
    """To whom and into which track are asked; the page says what the lock-in makes of it."""
    ada = a_patient(engine).enrolled()
    given = {"type": "patient.switched", "to": "Prairie Health", "track": "msk", "reason": "moved"}
    sure = dana.send(report_page(dana, ada), "/report", **given)
    assert "Within the lock-in this asks you to explain it to Ada Long" in sure.text("main")
    told = dana.send(sure, "/report", sure="yes")
    assert "Explain what is possible (due" in told.text(".toast")
    assert status(engine, ada) == "active"


def test_a_switch_after_the_lock_in_ends_the_case(dana: Visit, engine: Engine) -> None:
    """What is left is to hand over to the one who takes over."""
    ada = a_patient(engine).enrolled()
    days_pass(engine, 91)
    sure = dana.send(report_page(dana, ada), "/report", type="patient.switched", to="Prairie Health")
    told = dana.send(sure, "/report", sure="yes")
    assert "Hand over to the new participant" in told.text(".toast")
    assert status(engine, ada) == "switched"
