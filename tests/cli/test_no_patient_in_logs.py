"""Nothing about a patient stands in logs, metrics or traces: everything is walked, with everything told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import select, text, update

from cli.installation import Installation
from engine.application import Engine
from engine.outgoing.delivery import deliver_outgoing
from engine.outgoing.outgoing import NotDelivered
from engine.settings import Settings
from engine.store.database import Database
from engine.store.tables import cases, facts, patients, processes
from engine.telemetry import tracing
from tests.cli.conftest import Throughline
from tests.interop.synthea import a_condition
from tests.interop.synthea import a_patient as a_fhir_patient
from tests.logged import Logged, logged
from tests.webui.builders import Patient, with_people
from tests.webui.everybody import Address, Walker, addresses, with_everybody
from webui.access import PUBLIC, allowed
from webui.app import create_app

NAME, BORN, MBI, PHONE = "Ottilie Quimby", "1949-02-27", "9AA9AA9AA99", "(555) 0177-903"
NOTE = "Sleeps badly since her sister moved to Tuscaloosa"
ENTERED: Mapping[str, str] = {
    "name": NAME, "birth_date": BORN, "mbi": MBI, "phone": PHONE, "note": NOTE, "reason": NOTE, "q": NAME,
    "email": NAME, "answer-note": NOTE, "type": "patient.withdrew", "channel": NOTE, "outcome": NOTE,
    "until": BORN, "status": NAME, "patient_id": NAME, "track": NAME, "path": NAME, "title": NAME,
}  # fmt: skip


@dataclass
class Told:
    """All that left the program where somebody who runs it reads."""

    log: Logged
    spans: InMemorySpanExporter
    printed: list[str] = field(default_factory=list)
    metrics: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        spans = [each.to_json() for each in self.spans.get_finished_spans()]
        return "\n".join((self.log.text, *self.printed, *self.metrics, *spans))


class Receiver:
    """The other side of a channel, which tells what it was sent when it fails."""

    name = "receiver"

    def __init__(self) -> None:
        self.asked = 0

    def send(self, letter: Any) -> Mapping[str, Any]:
        self.asked += 1
        words = f"cannot take the letter about {NAME}, born {BORN}: {NOTE}"
        raise NotDelivered(words) if self.asked % 2 else ValueError(words)


@contextmanager
def everything_told() -> Iterator[Told]:
    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    tracing.use(provider)
    with logged("DEBUG") as log:
        yield Told(log, spans)
    tracing.use(None)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_nothing_about_a_patient_is_told(throughline: Throughline, db: Database, tmp_path: Path) -> None:
    """Demo patients through pages, API, import, months of timers and failures of every kind."""
    with everything_told() as told:
        private = _walk(throughline, db, tmp_path, told)
        text_of_all = told.text
    lines = [json.loads(line) for line in text_of_all.splitlines() if line.startswith('{"timestamp"')]
    assert {"request", "command", "delivery", "parked"} <= {line["event"] for line in lines}
    assert len([line for line in lines if "exception" in line]) >= 4
    assert set(re.findall(rf"\b(?:{'|'.join(map(re.escape, private))})\b", text_of_all)) == set()


def _walk(throughline: Throughline, db: Database, tmp_path: Path, told: Told) -> set[str]:
    """Let everything happen; returns what nobody may find in what was told."""
    throughline.env["THROUGHLINE_LOG_LEVEL"] = "DEBUG"
    _load(throughline, tmp_path, told)
    engine = Installation(Settings.from_environment(throughline.env), db).engine()
    app = create_app(engine)
    _add_failing_page(app)
    walker, patient = _walker(engine, app)
    walked = addresses(app, patient)
    _walk_everything(app, walker, walked)
    _fail_deliveries(engine)
    _break_a_case(db)
    told.printed.append(throughline("clock", "advance", "P60D").stderr)
    told.printed.append(throughline("tick", code=1).stderr)
    private = _private(db)
    _break_the_database(db, walker, walked)
    told.metrics.append(app.test_client().get("/metrics").text)
    return private


def _load(throughline: Throughline, folder: Path, told: Told) -> None:
    bundle = [a_fhir_patient(birthDate=BORN, telecom=[{"system": "phone", "value": PHONE}])]
    nobody = a_fhir_patient("p-2", name=[{"family": "Quimby", "given": ["Ottilie"]}], birthDate="27 February")
    wrong = [nobody, a_condition("c", NOTE)]
    for name, resources in (("bundle.json", bundle), ("wrong.json", wrong)):
        entries = [{"resource": each} for each in resources]
        (folder / name).write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
    commands = (
        ("db", "init", "--sandbox", "--now", "2027-01-06T14:30:00Z"),
        ("demo", "load", "--patients", "2", "--months", "2"),
        ("patients", "import", str(folder / "bundle.json")),
    )
    told.printed += [throughline(*each).stderr for each in commands]
    # what is wrong with a file is the answer to whoever imports it; the log beside it says nothing of it
    answer = throughline("patients", "import", str(folder / "wrong.json"), code=1).stderr
    told.printed += [line for line in answer.splitlines() if line.startswith("{")]


def _add_failing_page(app: Flask) -> None:
    @app.get("/falls-over")
    @allowed(PUBLIC)
    def falls_over() -> str:
        raise LookupError(f"{NAME}, born {BORN}, {MBI}: {NOTE}")


def _walker(engine: Engine, app: Flask) -> tuple[Walker, Patient]:
    with_people(engine)
    with_everybody(engine)
    with engine.db.reading() as connection:
        case = connection.execute(select(cases).where(cases.c.status == "active")).mappings().first()
    assert case is not None
    return Walker.of(app, "adam"), Patient(engine, case["patient_id"], case["id"], NAME)


def _walk_everything(app: Flask, walker: Walker, walked: list[Address]) -> None:
    """Every address as an administrator, what is private in its query, its body and its headers."""
    for each in walked:
        about: dict[str, Any] = {"query_string": {"q": NAME, "search": MBI}}
        if each.method != "GET":
            about |= {"json": dict(ENTERED)} if each.is_api else {"data": {**ENTERED, "csrf_token": walker.csrf}}
        walker.call(each, **about)
    http = app.test_client()
    http.get(f"/patients/{NAME}?born={BORN}")
    http.get("/falls-over")
    http.post("/sign-in", data=ENTERED)


def _fail_deliveries(engine: Engine) -> None:
    """An update that somebody sent, and that the other side does not take."""
    receiver = Receiver()
    with engine.db.writing() as connection:
        connection.execute(text("UPDATE outbox SET status = 'waiting', next_attempt_at = NULL, result = NULL"))
    deliver_outgoing(engine, {"care_update.send": receiver}, engine.clock.now())
    assert receiver.asked > 1


def _break_a_case(db: Database) -> None:
    """States that cannot be read, with a name in them."""
    with db.writing() as connection:
        broken = update(processes).where(processes.c.status == "active")
        connection.execute(broken.values(state=f'{{"name": "{NAME}", {NOTE}'))


def _break_the_database(db: Database, walker: Walker, walked: list[Address]) -> None:
    """Every statement about facts fails, with what it was asked."""
    with db.writing() as connection:
        connection.execute(text("ALTER TABLE fact_values RENAME TO fact_values_away"))
    for each in walked:
        if each.method == "GET" and each.names_a_patient:
            walker.call(each)
    with db.writing() as connection:
        connection.execute(text("ALTER TABLE fact_values_away RENAME TO fact_values"))


def _private(db: Database) -> set[str]:
    """What nobody may read there: of every patient name, birth date, MBI and phone, and every text that was entered."""
    found = {*NAME.split(), BORN, MBI, PHONE, NOTE, "Tuscaloosa"}
    with db.reading() as connection:
        for row in connection.execute(select(patients)).mappings():
            found |= {part for part in row["name"].split() if len(part) > 3}
            found |= {row["birth_date"].isoformat(), f"{row['birth_date']:%m/%d/%Y}"}
            found |= {row["mbi"] or MBI, row["phone"] or PHONE}
        texts = connection.execute(select(facts.c.value).where(facts.c.type == "string")).scalars()
        found |= {each for each in texts if isinstance(each, str) and " " in each}
    return found
