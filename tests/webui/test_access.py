"""Every page: who may, and with which headers."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.webui.builders import PEOPLE, Visit, a_patient
from webui.access import PUBLIC, WORKERS, allowed_roles


def pages_of(app: Flask) -> dict[str, frozenset[str] | None]:
    names = [name for name in app.view_functions if name.startswith("pages.")]
    return {name: allowed_roles(app.view_functions[name]) for name in names}


def test_every_page_names_who_may(app: Flask) -> None:
    """A route that forgot is open to nobody; only the door is open to all."""
    roles = pages_of(app)
    assert None not in roles.values()
    assert [name for name, allowed in roles.items() if allowed is PUBLIC] == ["pages.sign_in"]


def test_what_changes_something_is_for_those_who_work(app: Flask) -> None:
    """Every address that takes a form is closed to auditors, but for their own session and password."""
    writing = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    own = {"pages.sign_in", "pages.sign_out", "pages.password"}
    open_to = {name: allowed for name, allowed in pages_of(app).items() if name in writing - own}
    assert open_to
    assert all(allowed == WORKERS for allowed in open_to.values()), open_to


def test_nothing_is_seen_before_signing_in(app: Flask, visit: Visit) -> None:
    """Every address leads to the door."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("pages.") and "GET" in (rule.methods or ()):
            path = re.sub(r"<[^>]+>", "x", rule.rule)
            assert visit.get(path).path.startswith("/sign-in"), path


def test_an_auditor_reads_a_task_and_cannot_complete_it(visit: Visit, engine: object) -> None:
    """The pane says so, and the address refuses."""
    task = a_patient(engine).task("intake")  # type: ignore[arg-type]
    iris = visit.signed_in("iris")
    page = iris.get(f"/tasks/{task['id']}")
    assert "completing it is for the care team" in page.text("#pane")
    assert not [form for form in page.tree.forms if "complete" in (form.action or "")]
    token = page.form("/sign-out").fields["csrf_token"]
    refused = iris.client.post(f"/tasks/{task['id']}/complete", data={"csrf_token": token})
    assert refused.status_code == 403
    assert "not open to the role of auditor" in refused.text


@pytest.mark.parametrize("name", sorted(PEOPLE))
def test_every_link_of_the_rail_opens_for_every_role(visit: Visit, name: str) -> None:
    """Never a dead link."""
    day = visit.signed_in(name).get("/day")
    for link in day.all(".rail a"):
        assert visit.get(link.get("href")).status == 200, link.get("href")


def test_every_page_forbids_inline_script_and_style_and_framing(dana: Visit) -> None:
    """The policy names this site's own files and nothing else, and pages are kept nowhere."""
    headers = dana.get("/day").headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert {"script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"} <= set(policy.split("; "))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_no_template_has_inline_script_or_style(dana: Visit, engine: object) -> None:
    """What the policy would block is not there to be blocked."""
    patient = a_patient(engine)  # type: ignore[arg-type]
    task = patient.task("intake")
    for path in ("/day", f"/tasks/{task['id']}", "/team", "/patients", "/pathways", f"/cases/{patient.case_id}/record"):
        page = dana.get(path)
        assert not page.all("[style], style"), path
        assert all(script.get("src") for script in page.all("script")), path
        assert not [each for each in page.tree.iter() if any(name.startswith("on") for name in each.attrib)], path


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/nowhere", 404, "leads nowhere"),
        ("/tasks/p9-msk-1-t1", 404, "no task"),
        ("/sandbox/advance", 405, "not a visit"),
    ],
)
def test_a_failure_is_a_page_in_words(dana: Visit, path: str, status: int, words: str) -> None:
    """With the rail around it and a way on."""
    page = dana.get(path)
    assert page.status == status
    assert words in page.text("main")
    assert page.all(".rail")


def test_a_failure_that_htmx_meets_stands_where_the_task_does(dana: Visit) -> None:
    """The list beside it stays."""
    answer = dana.get("/tasks/p9-msk-1-t1", htmx=True)
    assert (answer.status, answer.headers["HX-Retarget"]) == (404, "#pane")
    assert not answer.all(".rail")


def test_an_ended_session_sends_htmx_to_the_door(visit: Visit) -> None:
    """Not a door inside a pane."""
    answer = visit.get("/day", htmx=True)
    assert answer.headers["HX-Redirect"].startswith("/sign-in")
