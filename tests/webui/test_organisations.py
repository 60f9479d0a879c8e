"""A case manager sees the patients of her own organisation; those of another are not there, for her."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from engine.application import Engine
from engine.store import tables
from engine.store.accesses import accesses_of_patient
from engine.store.patients import add_patient
from tests.engine.builders import all_rows
from tests.webui.builders import Patient, Visit, a_patient, actor, email
from tests.webui.everybody import NORTH, Address, Walker, addresses, with_everybody

NAME = "Zora Quillfeather"
# What walking about leaves behind by itself: who was refused, which token was used, a draft of the one who draws.
_TRACES = ("accesses", "access_patients", "tokens", "studio_editors", "studio_drafts", "studio_files", "studio_walks")
# A batch is of a pathway, which all organisations share: any director may open one. No case moves by that.
_SHARED = ("migration_batches", "migration_moves")


@pytest.fixture
def zora(engine: Engine) -> Patient:
    """A patient of the main organisation, past her intake; there is another organisation beside it."""
    with_everybody(engine)
    return a_patient(engine, NAME, mbi="1EG4TE5MK73").enrolled()


@pytest.fixture
def walker_of(app: Flask) -> Callable[[str], Walker]:
    return lambda name: Walker.of(app, name)


def kept(engine: Engine) -> dict[str, list[Any]]:
    return {name: rows for name, rows in all_rows(engine).items() if name not in (*_TRACES, *_SHARED)}


@pytest.mark.parametrize("name", ["ben", "nina", "noel", "nell"])
def test_nothing_of_another_organisation_is_found_on_any_route(
    app: Flask, engine: Engine, zora: Patient, walker_of: Callable[[str], Walker], name: str
) -> None:
    """By pages and by the API, reading and writing: 404 (403 by role) with her ids, her name on no list."""
    walked, walker = addresses(app, zora), walker_of(name)
    before = kept(engine)
    told = [(each, *walker.call(each)) for each in walked if each.endpoint != "pages.password"]
    assert [(each.path, status) for each, status, _ in told if each.names_a_patient and status not in (403, 404)] == []
    assert [each.path for each, _, answered in told if NAME in answered or "1EG4TE5MK73" in answered] == []
    assert {status for _, status, _ in told if status >= 500} <= {503}
    assert kept(engine) == before


def test_a_patient_elsewhere_and_one_who_is_not_there_answer_alike(
    app: Flask, zora: Patient, walker_of: Callable[[str], Walker]
) -> None:
    """Nothing in the answer tells that she exists."""
    walker = walker_of("ben")
    for each in [each for each in addresses(app, zora) if each.names_a_patient]:
        nobody = each.path.replace(f"{zora.case_id}-t", "p999-msk-1-t")
        nobody = nobody.replace(zora.case_id, "p999-msk-1").replace(f"/{zora.id}", "/p999")
        unknown = Address(each.endpoint, each.method, nobody, each.roles, True)
        status, answered = walker.call(each)
        expected, words = walker.call(unknown)
        task_id = zora.tasks()[0]["id"]
        plain = answered.replace(task_id, "ID").replace(zora.case_id, "ID").replace(f"“{zora.id}”", "“ID”")
        plain = plain.replace(f"'{zora.id}'", "'ID'").replace(each.path, "PATH")
        other = words.replace(task_id.replace(zora.case_id, "p999-msk-1"), "ID").replace("p999-msk-1", "ID")
        other = other.replace("“p999”", "“ID”").replace("'p999'", "'ID'").replace(nobody, "PATH")
        assert status == expected, each.path
        assert _without_tokens(plain) == _without_tokens(other), each.path


def _without_tokens(answered: str) -> list[str]:
    """The lines of an answer but for those that hold a token of a form, which is new each time."""
    return [line for line in answered.splitlines() if "csrf" not in line]


def test_a_refused_attempt_stands_in_the_access_record(
    engine: Engine, zora: Patient, walker_of: Callable[[str], Walker]
) -> None:
    """Who asked for whom, though nothing was shown."""
    walker_of("ben").visit.get(f"/patients/{zora.id}")
    with engine.db.reading() as connection:
        row = accesses_of_patient(connection, zora.id, None, 1)[0]
    assert (row["email"], row["act"], row["page"]) == (email("ben"), "refused", "pages.patient")


def test_ids_in_a_body_are_looked_at_too(
    app: Flask, engine: Engine, zora: Patient, walker_of: Callable[[str], Walker]
) -> None:
    """A case for a patient elsewhere, a task of hers on one's own patient's form, a search for her case."""
    with engine.db.writing() as connection:
        own = add_patient(
            connection,
            name="Otto North",
            birth_date=engine.today().replace(year=1950),
            now=engine.clock.now(),
            organisation=NORTH,
        )
    ben = walker_of("ben")
    start = Address("api.start_case", "POST", "/api/v1/cases", None, False)
    assert ben.call(start, json={"patient_id": zora.id, "track": "ckm"})[0] == 404
    assert ben.call(start, json={"patient_id": own, "track": "ckm", "assignee": email("dana")})[0] == 422
    assert ben.call(start, json={"patient_id": own, "track": "ckm", "assignee": email("ben")})[0] == 201
    together = Address("pages.do_together", "POST", f"/patients/{own}/together", None, True)
    form = {"csrf_token": ben.csrf, "task": zora.tasks()[0]["id"]}
    assert ben.call(together, data=form)[0] == 404
    assert ben.visit.get(f"/record?q={zora.case_id}").path.startswith("/record?")


def test_a_task_is_given_only_to_those_who_see_its_patient(
    engine: Engine, zora: Patient, walker_of: Callable[[str], Walker]
) -> None:
    """Who works elsewhere is not offered, and is refused as somebody who does not exist."""
    dana = walker_of("dana")
    task = zora.tasks()[0]
    offered = dana.visit.get(f"/tasks/{task['id']}").text("select[name=assignee]")
    assert "Lee Chen" in offered
    assert "Ben North" not in offered
    assign = Address("api.assign_task", "POST", f"/api/v1/tasks/{task['id']}/assign", None, True)
    status, answered = dana.call(assign, json={"assignee": email("ben")})
    assert (status, "no user" in answered) == (422, True)


def test_a_new_patient_belongs_to_who_adds_them(
    engine: Engine, zora: Patient, walker_of: Callable[[str], Walker]
) -> None:
    """Who sees all may name the organisation; who has one may name no other."""
    add = Address("api.add_patient", "POST", "/api/v1/patients", None, False)
    body = {"name": "Otto North", "birth_date": "1950-03-01"}
    assert walker_of("ben").call(add, json=body)[0] == 201
    assert walker_of("ben").call(add, json=body | {"organisation": "main"})[0] == 422
    assert walker_of("adam").call(add, json=body | {"organisation": NORTH})[0] == 201
    assert walker_of("adam").call(add, json=body | {"organisation": "south"})[0] == 422
    with engine.db.reading() as connection:
        query = select(tables.patients.c.organisation).order_by(tables.patients.c.number)
        assert list(connection.execute(query).scalars()) == ["main", NORTH, NORTH]


def test_a_taken_mbi_names_nobody_of_another_organisation(
    zora: Patient, walker_of: Callable[[str], Walker]
) -> None:
    """That it is taken is all that is said; her own people are told whose it is."""
    add = Address("api.add_patient", "POST", "/api/v1/patients", None, False)
    body = {"name": "Otto North", "birth_date": "1950-03-01", "mbi": "1EG4TE5MK73"}
    status, answered = walker_of("ben").call(add, json=body)
    assert (status, f"'{zora.id}'" in answered) == (409, False)
    assert f"'{zora.id}'" in walker_of("dana").call(add, json=body)[1]


def test_who_sees_all_sees_all(zora: Patient, walker_of: Callable[[str], Walker]) -> None:
    """Director, auditor and administrator, unless an organisation is set for them."""
    for name in ("omar", "iris", "adam"):
        assert NAME in walker_of(name).visit.get("/patients").text("#patients")


def test_a_colleague_of_the_organisation_sees_the_patient(zora: Patient, visit: Visit) -> None:
    """What is shut to the north is open to the main organisation's other case manager."""
    assert actor("lee").id == email("lee")
    assert visit.signed_in("lee").get(f"/patients/{zora.id}").status == 200
