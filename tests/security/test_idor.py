"""Ids of others, in every place of every address: answered as if they were nobody's, and nothing changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from engine.application import Engine
from engine.store.tables import access_patients, accesses
from tests.engine.builders import all_rows
from tests.webui.builders import Patient, email
from tests.webui.everybody import BY_ROLE, NORTH, Address, Walker, addresses
from webui.organisations import NAMED_BY

# Every name that an address gives a part of itself, and whose what it names is. A route with a part of another name
# fails here until it stands in this table; a name under "patient" must be looked at before its view.
PATIENTS = frozenset(NAMED_BY)  # webui/organisations.py
WITHIN_A_CASE = frozenset({"seq"})  # looked up among those of the case before it in the address
ROWS = frozenset({"access_id", "outgoing_id"})  # looked at by their views: of an own patient, or of a case before it
SHARED = frozenset(  # of the pathways, which all organisations have in common; roles decide (organisations.md)
    {"batch_id", "digest", "draft_id", "filename", "process"}
)
# What walking about leaves behind by itself.
TRACES = frozenset({"accesses", "access_patients", "tokens", "sessions", "studio_editors", "studio_drafts",
                    "studio_files", "studio_walks", "migration_batches", "migration_moves"})  # fmt: skip


def kept(engine: Engine) -> dict[str, list[Any]]:
    return {name: rows for name, rows in all_rows(engine).items() if name not in TRACES}


def refusals(engine: Engine, patient: Patient, who: str) -> int:
    query = select(accesses.c.id).join(access_patients, access_patients.c.access_id == accesses.c.id)
    mine = query.where(access_patients.c.patient_id == patient.id, accesses.c.email == email(who))
    with engine.db.reading() as connection:
        return len(connection.execute(mine.where(accesses.c.act == "refused")).all())


def north_patient(engine: Engine) -> Patient:
    """A patient of the organisation in the north, with a case."""
    from engine.commands import StartCase
    from engine.store.patients import add_patient
    from tests.webui.builders import actor

    with engine.db.writing() as connection:
        born = engine.today().replace(year=1950)
        patient_id = add_patient(
            connection, name="Otto North", birth_date=born, now=engine.clock.now(), organisation=NORTH
        )
    case_id = engine.execute(StartCase(patient_id, "msk"), actor=actor("omar")).case_id
    return Patient(engine, patient_id, case_id, "Otto North")


def test_every_part_of_every_address_says_whose_it_is(app: Flask) -> None:
    """A new one is thought about before it is served."""
    names = {name for rule in app.url_map.iter_rules() for name in rule.arguments}
    assert sorted(names - PATIENTS - WITHIN_A_CASE - ROWS - SHARED) == []
    for rule in app.url_map.iter_rules():
        if rule.arguments & WITHIN_A_CASE:
            assert rule.arguments & PATIENTS, rule.rule


@pytest.mark.parametrize("name", ["ben", "nina", "noel", "nell"])
def test_another_organisation_s_patient_is_nowhere_and_the_attempt_is_written_down(
    engine: Engine, app: Flask, zora: Patient, walker_of: Callable[[str], Walker], name: str
) -> None:
    """Each address with each method, by a case manager, a lead, an auditor and a director of the north."""
    walked = [each for each in addresses(app, zora) if each.names_a_patient or "/incidents/" in each.path]
    walked, walker = [each for each in walked if "/incidents/retry" not in each.path], walker_of(name)
    before = kept(engine)
    for each in walked:
        attempts = refusals(engine, zora, name)
        status, answered = walker.call(each)
        assert status in (403, 404), each
        assert zora.name not in answered, each
        # Who may not do it to anybody is told so, before it is looked at whose the patient is.
        assert (refusals(engine, zora, name) > attempts) is (status == 404), each
    assert kept(engine) == before


@pytest.mark.parametrize("name", ["ben", "nell"])
def test_an_id_of_another_organisation_behind_one_s_own_is_refused_too(
    engine: Engine, app: Flask, zora: Patient, walker_of: Callable[[str], Walker], name: str
) -> None:
    """Where an address names two things, each of them is looked at, not only the first."""
    own, walker = north_patient(engine), walker_of(name)
    hers = {own.id: zora.id, own.case_id: zora.case_id, own.tasks()[0]["id"]: zora.tasks()[0]["id"]}
    walked = [each for each in addresses(app, own) if each.names_a_patient]
    before, mixed = kept(engine), 0
    for each in walked:
        parts = each.path.split("/")
        for place in [place for place, part in enumerate(parts) if part in hers]:
            mixed += 1
            other = "/".join([*parts[:place], hers[parts[place]], *parts[place + 1 :]])
            status, answered = walker.call(replace(each, path=other))
            assert status in (403, 404), other
            assert zora.name not in answered, other
    assert mixed > 20
    assert kept(engine) == before


def test_what_was_sent_of_another_case_is_not_found_through_one_s_own(
    engine: Engine, app: Flask, zora: Patient, walker_of: Callable[[str], Walker]
) -> None:
    """Nor through another patient's of the same organisation: the row has to be the case's."""
    own = north_patient(engine)
    sent = next(each for each in addresses(app, zora) if each.endpoint == "pages.care_update")
    outgoing = sent.path.rpartition("/")[2]
    for each in addresses(app, own, outgoing_id=outgoing):
        if f"/care-updates/{outgoing}" in each.path:
            assert walker_of("ben").call(each)[0] == 404, each
            assert walker_of("adam").call(each)[0] == 404, each


def test_a_seen_list_of_others_is_not_opened_by_its_number(
    engine: Engine, app: Flask, zora: Patient, walker_of: Callable[[str], Walker]
) -> None:
    """An auditor of the north counts up the numbers of accesses and finds nobody of the main organisation."""
    (each,) = [each for each in addresses(app, zora) if each.endpoint == "pages.one_access"]
    status, answered = walker_of("noel").call(each)
    assert zora.name not in answered
    nobody = Address(each.endpoint, each.method, "/record/access/999999", each.roles, False)
    assert status == walker_of("noel").call(nobody)[0] == 404


@pytest.mark.parametrize("name", ["ben", "nina", "noel", "nell"])
def test_background_work_about_others_is_not_there(
    engine: Engine, app: Flask, zora: Patient, walker_of: Callable[[str], Walker], name: str
) -> None:
    """Pages and API, reading, retrying and dropping: as a number that no work has."""
    walker = walker_of(name)
    found = [each for each in addresses(app, zora) if re.search(r"/(?:background|outbox)/\d+", each.path)]
    before = kept(engine)
    assert len(found) >= 6
    for each in found:
        given = {"json": {"reason": "it was mended by hand"}} if each.path.endswith("/drop") and each.is_api else {}
        status, answered = walker.call(each, **given)
        missing = replace(each, path=re.sub(r"/\d+", "/999999", each.path.removeprefix("/api/v1")))
        missing = replace(missing, path=("/api/v1" if each.is_api else "") + missing.path)
        assert status in (403, 404), each
        assert status == walker.call(missing, **given)[0], each
        assert zora.name not in answered, each
    assert kept(engine) == before


@pytest.mark.parametrize("role", sorted(BY_ROLE))
def test_a_role_that_may_not_changes_nothing_anywhere(
    engine: Engine, app: Flask, zora: Patient, walker_of: Callable[[str], Walker], role: str
) -> None:
    """Each form and call that is not for the role is 403, before anything of it is read."""
    walker = walker_of(BY_ROLE[role])
    shut = [each for each in addresses(app, zora) if each.method != "GET" and each.roles and role not in each.roles]
    before = kept(engine)
    assert {walker.call(each)[0] for each in shut} <= {403}
    assert kept(engine) == before
