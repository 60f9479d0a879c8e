"""Background work of the API: what was given up, letting it be tried again or be, and asking for an import."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from engine.application import Engine
from engine.outgoing.delivery import deliver_outgoing
from engine.outgoing.outgoing import Undeliverable
from engine.store.people import add_token, add_user
from interop.import_work import FhirImporter
from tests.api.clients import Client
from tests.engine.builders import Case
from tests.engine.updates import Postbox, a_case_with_an_update, deliver
from tests.interop.synthea import a_whole_bundle
from webui.api.tokens import digest_of


@pytest.fixture
def case(engine: Engine) -> Case:
    """A case whose update was given up."""
    found = a_case_with_an_update(engine)
    deliver(found, Postbox([Undeliverable("no such address")]))
    return found


def test_it_is_read_tried_again_and_let_be(case: Case, client_of: Callable[[str], Client]) -> None:
    """Without what it says of the patient; each only once."""
    omar = client_of("omar")
    (item,) = omar.get("/outbox", status="failed").get_json()["items"]
    assert (item["kind"], item["error"], item["case_id"]) == ("Update to the PCP", "no such address", case.id)
    assert "document" not in json.dumps(item)
    assert omar.get("/outbox", status="waiting").get_json()["items"] == []
    again = omar.post(f"/outbox/{item['id']}/retry", {}).get_json()
    assert (again["status"], [each["error"] for each in again["tried"]]) == ("waiting", ["no such address"])
    assert omar.post(f"/outbox/{item['id']}/drop", {"reason": "told by phone"}).status_code == 409
    deliver(case, Postbox([Undeliverable("still none")]))
    dropped = omar.post(f"/outbox/{item['id']}/drop", {"reason": "told by phone"}).get_json()
    assert (dropped["status"], dropped["ended_by"]) == ("dropped", "omar@example.org")
    assert {omar.get(f"/outbox/{each}").status_code for each in ("99", "x", "9" * 12)} == {404}
    dana = Client(omar.http, "token of dana@example.org")
    assert {dana.get("/outbox").status_code, dana.post("/imports", {"files": []}).status_code} == {403}


def test_an_import_is_taken_and_asked_after(engine: Engine, client_of: Callable[[str], Client]) -> None:
    """The answer says where to ask; what came of it stands there once a worker has read the files."""
    omar, now = client_of("omar"), engine.clock.now()
    with engine.db.writing() as connection:
        about = {"password_hash": "-", "one_time": False, "now": now}
        add_user(connection, email="lena@example.org", name="Lena", role="lead", **about)
        add_token(connection, digest_of("token of lena@example.org"), "lena@example.org", now)
    lena = Client(omar.http, "token of lena@example.org")
    files = {"files": [{"name": "ada.json", "content": json.dumps(a_whole_bundle())}]}
    taken = lena.post("/imports", files, key="one")
    assert lena.post("/imports", files, key="one").get_json()["id"] == taken.get_json()["id"]
    assert (taken.status_code, taken.get_json()["status"]) == (202, "waiting")
    deliver_outgoing(engine, {"import.fhir": FhirImporter()}, engine.clock.now())
    done = lena.get(taken.headers["Location"]).get_json()
    assert (done["status"], done["evidence"]["imported"], done["requested_by"]) == ("done", 1, "lena@example.org")
    assert lena.post("/imports", {"files": [{"name": "a.exe", "content": "x"}]}).status_code == 422
