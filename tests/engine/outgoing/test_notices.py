"""People are mailed that something waits for them, in the command's own transaction, without a word about whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.application import Engine
from engine.commands import DeliverEvent
from engine.errors import ProcessParked, SettingsError
from engine.notices import OPERATION
from engine.notifier import FROM, SITE, URL, Notifier
from engine.outgoing.delivery import deliver_outgoing
from engine.outgoing.outgoing import Evidence, Notice, Undeliverable
from engine.store.people import add_user
from engine.store.tables import cases, outbox
from tests.engine.builders import DANA, LEE, Case, a_case, on_sqlite, with_people
from tests.engine.incidents.builders import POISON
from tests.engine.migration.builders import Pathway
from tests.engine.updates import Postbox, a_case_with_an_update, deliver

SERVER = {URL: "smtp://localhost", FROM: "throughline@example.org", SITE: "https://care.example.org/"}


class Mails:
    """A mail server that keeps what it is given, but for an address that is gone."""

    def __init__(self, gone: str = "") -> None:
        self.kept: list[Notice] = []
        self.gone = gone

    def mail(self, notice: Notice) -> Evidence:
        if self.gone in notice.to:
            raise Undeliverable("550 no such mailbox")
        self.kept.append(notice)
        return {"receipt": notice.key}


@pytest.fixture
def mailing(engine: Engine) -> Engine:
    """An engine whose settings name a mail server, with a team lead and a clinical director."""
    with_people(engine)
    with engine.db.writing() as connection:
        for name, role in (("lena", "lead"), ("vera", "clinical_director")):
            add_user(connection, email=f"{name}@example.org", name=name.title(), role=role, password_hash="-",
                     one_time=False, now=engine.clock.now())  # fmt: skip
    settings = replace(engine.settings, notifier=Notifier.from_environment(SERVER))
    return Engine(engine.db, engine.clock, settings, engine.library)


def notices(engine: Engine) -> list[Mapping[str, Any]]:
    with engine.db.reading() as connection:
        query = select(outbox).where(outbox.c.operation == OPERATION).order_by(outbox.c.id)
        return list(connection.execute(query).mappings())


def test_what_was_given_up_is_told_to_who_looks_after_it(mailing: Engine) -> None:
    """By a link alone; the mail goes out like any other background work."""
    case, mails = a_case_with_an_update(mailing), Mails()
    before = len(notices(mailing))
    deliver(case, Postbox([Undeliverable("no such address")]))
    assert [row["payload"]["to"] for row in notices(mailing)[before:]] == [["lena@example.org"], ["vera@example.org"]]
    assert {row["case_id"] for row in notices(mailing)} == {None}
    deliver_outgoing(mailing, {OPERATION: mails}, case.clock())
    mails_of_it = [each for each in mails.kept if "given up" in each.subject]
    assert len({mail.key for mail in mails_of_it}) == 2
    for mail in mails_of_it:
        assert "https://care.example.org/background" in mail.text
        assert all(name not in mail.text for name in _words_about(case))


def test_an_address_that_is_gone_keeps_nobody_else_from_their_mail(mailing: Engine) -> None:
    """It is given up by itself."""
    case, mails = a_case_with_an_update(mailing), Mails(gone="lena@example.org")
    deliver(case, Postbox([Undeliverable("no such address")]))
    deliver_outgoing(mailing, {OPERATION: mails}, case.clock())
    assert [each.to for each in mails.kept if "given up" in each.subject] == [("vera@example.org",)]


def test_a_pathway_that_stands_still_is_told_to_the_directors(mailing: Engine, tmp_path: Path) -> None:
    """To them alone, once, and by a link to the page of incidents."""
    pathway = Pathway(mailing, tmp_path)
    pathway.version(*POISON)
    case, before = pathway.case(), len(notices(mailing))
    with pytest.raises(ProcessParked):
        case.answer("ask", note="well")
    (row,) = notices(mailing)[before:]
    assert row["payload"]["to"] == ["vera@example.org"]
    assert row["payload"]["link"] == "https://care.example.org/incidents"


def test_an_urgent_task_is_told_to_who_has_the_case_unless_they_opened_it(mailing: Engine) -> None:
    """Where nobody has it, to the team leads."""
    harm = {"instrument": "phq9", "answers": [1] * 9, "mode": "web"}
    for assignee, told in ((None, ["lena@example.org"]), (LEE.id, [LEE.id]), (DANA.id, [])):
        case = a_case(mailing).at_day(7)
        with mailing.db.writing() as connection:
            connection.execute(update(cases).where(cases.c.id == case.id).values(assignee=assignee))
        before = len(notices(mailing))
        mailing.execute(DeliverEvent(case.id, "response.received", harm), actor=DANA)
        rows = [row["payload"] for row in notices(mailing)[before:]]
        assert [row["to"] for row in rows] == [[each] for each in told]
        assert all(row["link"] == "https://care.example.org/day" for row in rows)


def test_a_command_that_is_rolled_back_mails_nobody(mailing: Engine) -> None:
    """A rehearsal of it leaves no row."""
    case = a_case_with_an_update(mailing)
    before = len(notices(mailing))
    mailing.rehearse(DeliverEvent(case.id, "transition.discharged", {}), actor=LEE)
    assert len(notices(mailing)) == before


@on_sqlite
def test_without_a_mail_server_no_row_is_written(engine: Engine) -> None:
    """It is the default."""
    case = a_case_with_an_update(engine)
    deliver(case, Postbox([Undeliverable("no such address")]))
    assert notices(engine) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {URL: "smtp://mail.example.org"},
        {URL: "ftp://localhost"},
        {FROM: "nobody"},
        {SITE: "care"},
        {URL: ""},
    ],
    ids=["in the clear", "no mail", "no address", "no site", "half"],
)
@on_sqlite
def test_half_a_setting_is_refused(wrong: Mapping[str, str], db: object) -> None:
    """At start, with the name of what is wrong."""
    with pytest.raises(SettingsError):
        Notifier.from_environment({**SERVER, **wrong})


def _words_about(case: Case) -> list[str]:
    with case.engine.db.reading() as connection:
        row = connection.exec_driver_sql("SELECT name FROM patients").first()
    assert row is not None
    return [case.id, *str(row[0]).split()]
