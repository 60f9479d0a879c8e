"""An update to the PCP: read before it is sent, and found again with what shows that it arrived."""

from __future__ import annotations

import pytest

from engine.application import Engine
from engine.outgoing.delivery import deliver_outgoing
from engine.outgoing.outgoing import Undeliverable
from tests.engine.updates import Postbox
from tests.webui.builders import Patient, Visit, a_patient, days_pass


@pytest.fixture
def ada(engine: Engine) -> Patient:
    """A patient whose first update waits for its reviewer."""
    return a_patient(engine, conditions=["M17.11"]).enrolled()


def sent(engine: Engine, ada: Patient, channel: Postbox) -> str:
    """Complete the update and have it delivered; the address of its page."""
    ada.answer("care_update", summary="Doing well", left_out=["goal"])
    deliver_outgoing(engine, {"care_update.send": channel}, engine.clock.now())
    return f"/cases/{ada.case_id}/care-updates/1"


def test_the_task_leads_to_what_the_pcp_will_get(dana: Visit, ada: Patient) -> None:
    """Folded away beside the answers; a link without JavaScript; the same part for htmx."""
    task = ada.task("care_update")
    page = dana.get(f"/tasks/{task['id']}")
    (link,) = page.all(".preview a")
    shown = dana.get(link.get("href"))
    assert shown.text("h1") == "Preview of the update to the PCP"
    assert "Ada Long" in shown.text(".update")
    assert "M17.11" in shown.text(".update")
    assert "Not on record." in shown.text(".update")  # the medicines: nobody has listed them
    part = dana.get(link.get("href"), htmx=True)
    assert part.texts(".update h2") == shown.texts(".update h2")
    assert not part.all("main")


def test_the_preview_has_what_is_drafted(dana: Visit, ada: Patient) -> None:
    """Words, medicines and what is left out, before anything is sent."""
    task = ada.task("care_update")
    page = dana.get(f"/tasks/{task['id']}")
    drafted = {"answer-summary": "Knee is better", "answer-left_out": ["measures"], "answer-medicines": "Naproxen"}
    token = page.form("/complete").fields["csrf_token"]
    dana.client.post(f"/tasks/{task['id']}/draft", data={"csrf_token": token, **drafted})
    shown = dana.get(f"/tasks/{task['id']}/care-update")
    assert "Knee is better" in shown.text(".update")
    assert "Naproxen" in shown.text(".update")
    assert "Left out by the sender: measures." in shown.text(".update")
    assert "Measures" not in shown.texts(".update h2")
    drawn = dana.get(f"/tasks/{task['id']}/care-update.pdf")
    assert (drawn.status, drawn.headers["Content-Type"]) == (200, "application/pdf")
    assert drawn.response.data.startswith(b"%PDF-")


def test_the_patient_s_page_lists_updates_with_their_evidence(dana: Visit, ada: Patient, engine: Engine) -> None:
    """Each leads to what was sent: page, PDF and FHIR document."""
    postbox = Postbox()
    address = sent(engine, ada, postbox)
    (letter,) = postbox.letters.values()
    page = dana.get(f"/patients/{ada.id}")
    (card,) = [each for each in page.all("section") if each.get("aria-labelledby") == "updates-title"]
    words = " ".join(card.text_content().split())
    assert "Care has started, Tue 13 Jan · delivered" in words
    assert f"receipt {letter.key}" in words
    shown = dana.get(card.xpath(".//a")[0].get("href"))
    assert shown.path == address
    assert letter.sha256 in shown.text()
    assert "Doing well" in shown.text(".update")
    assert dana.get(f"{address}/pdf").response.data.startswith(b"%PDF-")
    document = dana.get(f"{address}/fhir")
    assert document.headers["Content-Type"].startswith("application/fhir+json")
    assert document.response.get_json(force=True)["identifier"]["value"] == f"urn:uuid:{letter.key}"


def test_what_did_not_arrive_says_why(dana: Visit, ada: Patient, engine: Engine) -> None:
    """On the patient's page and on its own."""
    address = sent(engine, ada, Postbox([Undeliverable("no Direct address is on record")]))
    assert "not delivered no Direct address is on record" in dana.get(f"/patients/{ada.id}").text("main")
    assert "no Direct address is on record" in dana.get(address).text("main")


@pytest.mark.parametrize("number", ["2", "x", "99999999999"])
def test_an_update_of_another_case_is_not_shown_under_this_one(
    dana: Visit, ada: Patient, engine: Engine, number: str
) -> None:
    """A number that is not this case's leads nowhere."""
    sent(engine, ada, Postbox())
    assert dana.get(f"/cases/{ada.case_id}/care-updates/{number}").status == 404


def test_a_task_after_which_nothing_is_sent_has_no_preview(dana: Visit, engine: Engine) -> None:
    """Neither a link nor a page."""
    task = a_patient(engine).task("intake")
    assert not dana.get(f"/tasks/{task['id']}").all(".preview")
    assert dana.get(f"/tasks/{task['id']}/care-update").status == 404


def test_an_auditor_reads_what_was_sent(visit: Visit, ada: Patient, engine: Engine) -> None:
    """And the story tells that it arrived."""
    address = sent(engine, ada, Postbox())
    days_pass(engine, 1)
    iris = visit.signed_in("iris")
    assert iris.get(address).status == 200
    story = iris.get(f"/patients/{ada.id}").text(".story")
    assert "The update to Dr. Bell was delivered (postbox)." in story


def test_a_draft_longer_than_its_field_is_previewed_as_far_as_the_field_takes_it(dana: Visit, ada: Patient) -> None:
    """It could not be sent, but it can be looked at: one line of nine thousand signs fits on no page."""
    task = ada.task("care_update")
    token = dana.get(f"/tasks/{task['id']}").form("/complete").fields["csrf_token"]
    drafted = {"answer-recipient": "x" * 9_000, "answer-summary": "w" * 20_000, "answer-medicines": "m\n" * 9_000}
    dana.client.post(f"/tasks/{task['id']}/draft", data={"csrf_token": token, **drafted})
    assert dana.get(f"/tasks/{task['id']}/care-update.pdf").response.data.startswith(b"%PDF-")
    shown = dana.get(f"/tasks/{task['id']}/care-update").text(".update")
    assert f"{'x' * 199}…" in shown
    assert "x" * 200 not in shown
