"""A user of every role, a second organisation with its own people, and every address filled in for a patient."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import Connection, select
from werkzeug.routing import Rule

from engine.application import Engine
from engine.store.accesses import LISTED, add_access
from engine.store.incidents import add_incident
from engine.store.migrations import add_batch, add_moves
from engine.store.organisations import add_organisation
from engine.store.people import add_token, add_user
from engine.store.tables import outbox
from engine.store.versions import versions_in_force
from engine.studio.drafts import draft_from_version
from tests.webui.builders import _QUICK, PEOPLE, Patient, Visit, email
from webui.access import allowed_roles
from webui.api.tokens import digest_of

NORTH = "north"
# Beside those of `builders`, who belong to the main organisation or see all; role, organisation.
OTHERS: dict[str, tuple[str, str, str | None]] = {
    "lena": ("Lena Park", "lead", None),
    "adam": ("Adam Stone", "admin", None),
    "ben": ("Ben North", "case_manager", NORTH),
    "nina": ("Nina North", "lead", NORTH),
    "noel": ("Noel North", "auditor", NORTH),
    "nell": ("Nell North", "clinical_director", NORTH),
}
BY_ROLE = {"case_manager": "dana", "lead": "lena", "clinical_director": "omar", "auditor": "iris", "admin": "adam"}
# Not walked: they end the session that walks, or are the front end's own files.
LEFT_OUT = frozenset({"static", "pages.sign_in", "pages.sign_out"})
# What an argument of an address is filled with when it names nothing that a patient's case has.
_ANY = {"int": "1", "default": "x", "path": "x"}


def with_everybody(engine: Engine) -> None:
    """Adds the other roles and the organisation in the north; everybody has an API token, too."""
    with engine.db.writing() as connection:
        add_organisation(connection, NORTH, "North clinic")
        for name, (full_name, role, organisation) in OTHERS.items():
            add_user(
                connection,
                email=email(name),
                name=full_name,
                role=role,
                password_hash=_QUICK,
                one_time=False,
                now=engine.clock.now(),
                organisation=organisation,
            )
        for name in (*PEOPLE, *OTHERS):
            add_token(connection, digest_of(f"token of {name}"), email(name), engine.clock.now())


@dataclass(frozen=True, slots=True)
class Address:
    """A route with a method and its arguments filled in; ``names_a_patient`` when one of them is a patient's."""

    endpoint: str
    method: str
    path: str
    roles: frozenset[str] | None
    names_a_patient: bool

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")


def addresses(app: Flask, patient: Patient, **given: str) -> list[Address]:
    """Every route of the application with every method it takes, about one patient; ``given`` arguments differ."""
    known = _known(patient) | given
    found = [each for rule in app.url_map.iter_rules() for each in _of_rule(app, rule, known)]
    return sorted(found, key=lambda each: (each.path, each.method))


def _of_rule(app: Flask, rule: Rule, known: dict[str, str]) -> Iterator[Address]:
    if rule.endpoint in LEFT_OUT:
        return
    path = re.sub(
        r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>",
        lambda match: known.get(match[2], _ANY.get(match[1] or "default", "x")),
        rule.rule,
    )
    about = bool(rule.arguments & {"patient_id", "case_id", "task_id"})
    roles = allowed_roles(app.view_functions[rule.endpoint])
    for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
        yield Address(rule.endpoint, method, path, roles, about)


def _known(patient: Patient) -> dict[str, str]:
    """The ids of a patient's world by the names that addresses give them."""
    engine = patient.engine
    now = engine.clock.now()
    with engine.db.reading() as connection:
        sent = connection.execute(select(outbox.c.id).where(outbox.c.case_id == patient.case_id)).scalars().first()
        version = next(row for row in versions_in_force(connection, now) if row["process_id"] == "msk")
    with engine.db.writing() as connection:
        batch_id = _batch(connection, patient, str(version["hash"]))
        incident_id = _incident(connection, patient, str(version["hash"]))
        seen = add_access(
            connection,
            at=now,
            email=email("dana"),
            role="case_manager",
            act=LISTED,
            page="pages.patients",
            address="/patients",
            patients=[patient.id],
        )
        draft_id = draft_from_version(connection, version["hash"], "msk.bpmn", by=email("omar"), now=now)
    return {
        "patient_id": patient.id,
        "case_id": patient.case_id,
        "task_id": patient.tasks()[0]["id"],
        "outgoing_id": str(sent or 1),
        "digest": str(version["hash"]),
        "process": "msk",
        "draft_id": str(draft_id),
        "batch_id": str(batch_id),
        "access_id": str(seen),
        "incident_id": incident_id,
    }


def _incident(connection: Connection, patient: Patient, digest: str) -> str:
    """An incident of the patient's pathway that was settled long ago."""
    now = patient.engine.clock.now()
    found = f"{patient.case_id}-p1-i1"
    about = {"case_id": patient.case_id, "process_id": f"{patient.case_id}-p1", "definition": "msk", "version": digest}
    told = {"code": "expression", "message": "no usable value", "as_of": now, "failures": 1, "last_failed_at": now}
    told |= {"first_version": digest, "failed_as_of": now}
    kept: dict[str, Any] = {"kept": [], "skips": [], "opened_at": now, "opened_by": email("dana")}
    settled = {"status": "resolved", "resolution": "retried", "resolved_at": now, "resolved_by": email("omar")}
    add_incident(connection, {"id": found, **about, **told, **kept, **settled})
    return found


def _batch(connection: Connection, patient: Patient, digest: str) -> int:
    """A migration that moved the patient's case."""
    now = patient.engine.clock.now()
    about = {"process_id": "msk", "to_version": digest, "status": "done", "moves": {}, "note": "as a test"}
    made = {"created_at": now, "created_by": email("omar"), "finished_at": now}
    batch_id = add_batch(connection, {**about, **made})
    move = {"batch_id": batch_id, "process": f"{patient.case_id}-p1", "case_id": patient.case_id, "status": "proven"}
    add_moves(connection, [{**move, "from_version": digest, "to_version": digest, "moved_at": now}])
    return batch_id


@dataclass
class Walker:
    """Somebody who calls addresses, by the session of a browser or by a token, whichever they take."""

    name: str
    visit: Visit
    csrf: str

    @classmethod
    def of(cls, app: Flask, name: str) -> Walker:
        visit = Visit(app.test_client()).signed_in(name)
        token = str(visit.get("/keys").form("/sign-out").fields["csrf_token"])
        return cls(name, visit, token)

    def call(self, each: Address, **given: Any) -> tuple[int, str]:
        """The status and the text of what answers, redirects not followed."""
        headers = {"Authorization": f"Bearer token of {self.name}"} if each.is_api else {"X-CSRFToken": self.csrf}
        if each.method == "POST" and not given:
            given = {"json": {}} if each.is_api else {"data": {"csrf_token": self.csrf}}
        with self.visit.client.open(each.path, method=each.method, headers=headers, **given) as answer:
            return answer.status_code, answer.get_data().decode(errors="replace")
