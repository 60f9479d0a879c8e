"""Every page: who may, and with which headers."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from engine.application import Engine
from tests.webui.builders import PEOPLE, Visit, a_patient
from tests.webui.everybody import BY_ROLE, Walker, addresses, with_everybody
from webui.access import PUBLIC, allowed_roles

# What auditors are there for: it is recorded, and changes no case.
AUDITORS_ACTS = frozenset(
    {"pages.verify_case", "pages.verify_all", "pages.verify_all_now", "pages.export_case", "pages.download_export"}
)


def test_every_route_names_who_may(app: Flask) -> None:
    """One that forgot fails here, and is open to nobody; the door and what probes ask are open to all."""
    names = {rule.endpoint for rule in app.url_map.iter_rules()} - {"static"}
    roles = {name: allowed_roles(app.view_functions[name]) for name in names}
    assert [name for name, allowed in sorted(roles.items()) if allowed is None] == []
    open_to_all = {name for name, allowed in roles.items() if allowed is PUBLIC}
    health = {"health.healthz", "health.readyz", "health.metrics"}
    assert open_to_all == {"pages.sign_in", "pages.sign_in_code", "api.openapi", *health}


def test_an_auditor_changes_nothing(app: Flask) -> None:
    """Every address that takes a form or a body is closed to auditors, but for what is theirs to do."""
    writing = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    open_to = {name for name in writing if "auditor" in (allowed_roles(app.view_functions[name]) or ())}
    own = {"pages.sign_out", "pages.password", "pages.enrol", "pages.remove_factor", "pages.sign_out_others"}
    assert open_to <= own | AUDITORS_ACTS


@pytest.mark.parametrize("role", sorted(BY_ROLE))
def test_every_route_is_open_to_the_roles_it_names_and_to_no_other(app: Flask, engine: Engine, role: str) -> None:
    """Pages and API: the others are told that it is not open to them."""
    with_everybody(engine)
    walked = addresses(app, a_patient(engine).enrolled())
    walker = Walker.of(app, BY_ROLE[role])
    wrong = []
    for each in walked:
        status, _ = walker.call(each)
        may = not each.roles or role in each.roles
        if (status == 403) is may or status == 401:
            wrong.append((each.method, each.path, status))
    assert wrong == []


def test_nothing_is_seen_before_signing_in(app: Flask, visit: Visit) -> None:
    """Every address leads to the door; a script that asks for data is told 401."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("pages.") and "GET" in (rule.methods or ()):
            path = re.sub(r"<[^>]+>", "x", re.sub(r"<int:[^>]+>", "1", rule.rule))
            answer = visit.get(path)
            assert answer.path.startswith("/sign-in") or answer.status == 401, path


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
