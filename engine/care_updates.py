"""An update to the PCP, composed from the record of a case: inside the transaction that sends it, or to look at."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from care import care_update as care
from care.access import AccessRules
from care.calendars import day_number, local_date
from care.care_update import CareUpdate, Review
from care.form_documents import FormField
from care.outcome_words import target_words
from care.outcomes import CaseOutcome, MeasureOutcome
from engine.chain import canonical
from engine.computed import outcome_of
from engine.events import EVENTS, INTERNAL
from engine.statuses import RUNNING
from engine.store import facts as fact_store
from engine.store.outbox import outgoing
from engine.store.patients import observations_of
from engine.store.people import users
from engine.store.versions import version

if TYPE_CHECKING:
    from engine.casework import Casework

# What the form care_update asks; the facts of its fields.
NOTE, REQUEST, LEFT_OUT = "care_update.summary", "care_update.request", "care_update.left_out"
MEDICINES, RECIPIENT = "medicines.active", "care_update.recipient"
FAILED = "care_update.failed"  # the event of a delivery that was given up


def to_send(work: Casework, occasion: str, process_id: str, what: str | None = None) -> CareUpdate:
    """What is sent now: the record with its reviewer's words; after a failed delivery the very update that failed."""
    failed = failed_update(work, process_id)
    if failed is not None:
        return failed
    return care.reviewed(compose(work, occasion, process_id, what), review_of(work))


def failed_update(work: Casework, process_id: str) -> CareUpdate | None:
    """The update whose failed delivery started a process, to the address that is known now; None for another process.

    It was reviewed once and is sent as it was, whatever the record has learnt since.
    """
    event = _event(work, process_id)
    if event is None or event["type"] != FAILED or not event.get("outgoing"):
        return None
    document = outgoing(work.connection, int(event["outgoing"]))["payload"].get("document")
    return None if document is None else replace(care.update_from(document), recipient=_recipient(work))


def compose(work: Casework, occasion: str, process_id: str, what: str | None = None) -> CareUpdate:
    """The update as the record holds it now, nothing added or left out; `what` says in words what happened."""
    today = local_date(work.as_of, work.zone)
    case = work.case
    rules = work.rules
    outcome = outcome_of(work)
    return CareUpdate(
        occasion=occasion,
        composed_at=work.as_of,
        on=today,
        case_id=case["id"],
        track=case["track"],
        programme=version(work.connection, case["version"])["title"],
        period=case["period"],
        aligned_on=case["aligned_on"],
        ends_on=rules.period_ends(case["aligned_on"]),
        day=day_number(case["aligned_on"], today),
        organisation=work.sender.organisation,
        patient=_person(work.patient),
        case_manager=_case_manager(work),
        pcp=work.patient["pcp"],
        recipient=_recipient(work),
        document_type=work.sender.document_type,
        diagnoses=tuple(_diagnoses(work)),
        measures=tuple(_measure(each) for each in outcome.measures if each.baseline is not None),
        goal=work.facts.value("intake.goal"),
        medicines=_medicines(work),
        happened=tuple(_happened(work, occasion, process_id, what, outcome)),
        billing=_billing(rules, case["track"]),
    )


def review_of(work: Casework) -> Review:
    """What the person who completed the update's task added and left out.

    An answer that was not given this time does not fall back on that of an earlier update: only what came with the
    latest note counts.
    """
    note = _last(work, NOTE)
    if note is None:
        return Review()
    given = {name: _last(work, name) for name in (REQUEST, LEFT_OUT)}
    with_it = {name: row["value"] for name, row in given.items() if row and row["command"] == note["command"]}
    by = work.actor.name if note["command"] == work.case["command_count"] else None
    return Review(note["value"], with_it.get(REQUEST), tuple(with_it.get(LEFT_OUT) or ()), by)


def digest_of(document: Mapping[str, Any]) -> str:
    """SHA-256 of an update's document, whatever order its members are kept in."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def _last(work: Casework, name: str) -> Mapping[str, Any] | None:
    """The value of a fact that was recorded last, this command's own included."""
    own = [row for row in work.facts.written if row["name"] == name]
    kept = fact_store.facts(work.connection, work.case["id"], name)
    rows: list[Mapping[str, Any]] = [*map(dict, kept), *own]
    return rows[-1] if rows else None


def _recipient(work: Casework) -> str | None:
    return work.facts.value(RECIPIENT) or work.sender.to_address


def _event(work: Casework, process_id: str) -> Mapping[str, Any] | None:
    """The event that a process took last."""
    return next((p.row["event"] for p in work.processes() if p.row["id"] == process_id), None)


def _person(patient: Mapping[str, Any]) -> care.Person:
    return care.Person(
        **{name: patient[name] for name in ("id", "name", "birth_date", "sex", "mbi", "phone", "language")}
    )


def _case_manager(work: Casework) -> care.Contact | None:
    """The person the case is with, else the one who sends the update."""
    people = {row["email"]: row["name"] for row in users(work.connection)}
    for email in (work.case["assignee"], work.actor.id):
        if email in people:
            return care.Contact(people[email], email)
    return None


def _diagnoses(work: Casework) -> Iterator[care.Diagnosis]:
    """The patient's ICD-10-CM codes, with the words of an import where it brought the very code."""
    found = observations_of(work.connection, work.case["patient_id"])
    words = {row["code"]: row["display"] for row in found if row["kind"] == "condition"}
    for code in work.patient["conditions"]:
        yield care.Diagnosis(code, words.get(code))


def _medicines(work: Casework) -> care.Medicines | None:
    listed = work.facts.value(MEDICINES)
    days = [on for value, on, _ in work.facts.readings(MEDICINES) if value == listed]
    return care.medicines_in(listed, days[-1]) if days else None


def _measure(outcome: MeasureOutcome) -> care.Measure:
    assert outcome.baseline is not None
    assert outcome.latest is not None
    words = target_words(outcome.target, outcome.baseline.value)
    met = outcome.line is not None and outcome.line.is_met_by(outcome.latest.value)
    return care.Measure(
        name=outcome.measure,
        title=outcome.title,
        unit=outcome.unit,
        loinc=outcome.target.loinc[0] if outcome.target.loinc else None,
        baseline=care.Measured(outcome.baseline.on, outcome.baseline.value),
        latest=care.Measured(outcome.latest.on, outcome.latest.value),
        target=words if words is None or outcome.role != "guard" else f"limit: {words}",
        met=met if outcome.line is not None and outcome.is_repeated else None,
    )


def _billing(rules: AccessRules, track: str) -> care.Billing:
    paid = rules.co_management
    return care.Billing(
        paid.codes[track],
        f"{paid.amount} USD, at most {paid.times} times in {paid.within.months} months for this patient and track, "
        f"not more than once in {paid.spacing.months} months",
    )


# -- what happened ----------------------------------------------------------------------------------------------------
def _happened(
    work: Casework, occasion: str, process_id: str, what: str | None, outcome: CaseOutcome
) -> Iterator[str]:
    """The sentences of the occasion, most of them as facts and events have them already."""
    event = _event(work, process_id)
    if what:
        yield what
    elif event is not None:
        yield _of_event(event)
    if occasion == "start":
        yield f"Aligned on {_day(work.case['aligned_on'])}; the baseline measures are in and care has begun."
    elif occasion == "escalation" and event is None:
        yield from _of_plateau(work)
    elif occasion == "completion":
        yield from _of_completion(work, outcome)


def _of_event(event: Mapping[str, Any]) -> str:
    type_ = event["type"]
    sentence = EVENTS[type_].sentence if type_ in EVENTS else INTERNAL.get(type_, type_)
    place = f" at {event['facility']}" if event.get("facility") else ""
    reason = f": {event['reason']}" if event.get("reason") else ""
    return f"{sentence}{place} on {_day(date.fromisoformat(event['on']))}{reason}."


def _of_plateau(work: Casework) -> Iterator[str]:
    rule, agreed = work.facts.value("plateau.rule"), work.facts.value("plateau.agreed_plan")
    changes = work.facts.value("plateau.intervention") or []
    if rule:
        yield str(rule)
    if changes:
        yield f"The plan was changed: {', '.join(_label(work, 'plateau.intervention', each) for each in changes)}."
    if agreed:
        yield f"Agreed with the patient: {agreed}"


def _of_completion(work: Casework, outcome: CaseOutcome) -> Iterator[str]:
    status, reported = work.case["status"], work.facts.value("closure.reported")
    if status not in RUNNING:
        yield f"The case ended: {status}."
    if reported is not None:
        yield f"The end-of-period measures {'are in' if reported else 'did not come in'}."
    yield outcome.sentence


def _day(on: date) -> str:
    return f"{on.day} {on:%b %Y}"


def _label(work: Casework, fact: str, value: Any) -> str:
    """A choice's words in the form that asked it; the value itself where no form of the case knows it."""
    for digest in [work.case["version"], *(p.row["version"] for p in work.processes())]:
        for form in work.library.definition(work.connection, digest).forms.values():
            for field in form.fields:
                if isinstance(field, FormField) and field.fact == fact:
                    labels = {option.value: option.label for option in field.options}
                    return str(labels.get(value, value))
    return str(value)
