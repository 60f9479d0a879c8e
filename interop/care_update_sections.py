"""An update to the PCP as sections of plain words: what the page, the PDF and the FHIR narrative all say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from care.care_update import CareUpdate, Measure, Measured, left_out_in_words

NOT_ON_RECORD = "Not on record."
_UNITS = {"mm[Hg]": "mmHg", "kg/m2": "kg/m²", "mL/min/{1.73_m2}": "mL/min/1.73 m²", "code": ""}


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of as many cells as there are headings; the first cell names the row."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the update. ``key`` is the part's name in `care.care_update`, or one of this module's own."""

    key: str
    title: str
    lines: tuple[str, ...] = ()
    table: Table | None = None
    is_empty: bool = False  # asked for, and nothing is on record


def sections(update: CareUpdate) -> tuple[Section, ...]:
    """All sections, in the order in which a PCP reads them: what is new, then the numbers, then the rest."""
    return tuple(_sections(update))


def identity(update: CareUpdate) -> Table:
    """Who it is about, from whom, to whom: rows of a name and its value."""
    patient, organisation = update.patient, update.organisation
    manager = update.case_manager
    rows = [
        ("Patient", patient.name),
        ("Born", day(patient.birth_date)),
        ("Medicare number (MBI)", patient.mbi or NOT_ON_RECORD),
        ("Patient's phone", patient.phone),
        ("Primary care provider", update.pcp or NOT_ON_RECORD),
        ("Sent to", update.recipient),
        ("From", organisation.name),
        ("NPI", organisation.npi),
        ("Phone", organisation.phone),
        ("Email", organisation.email),
        ("Address", organisation.address),
        ("Case manager", None if manager is None else f"{manager.name}, {manager.email}"),
        ("Programme", f"{update.programme}, period {update.period}"),
        ("Aligned", f"{day(update.aligned_on)}; the period ends on {day(update.ends_on)}"),
    ]
    return Table(("", ""), tuple((name, value) for name, value in rows if value))


def _sections(update: CareUpdate) -> Iterator[Section]:
    if update.review.note:
        yield Section("note", "What you should know", _paragraphs(update.review.note))
    if update.review.request:
        yield Section("request", "What we ask of you", _paragraphs(update.review.request))
    if update.happened:
        yield Section("happened", "What happened", update.happened)
    if update.holds("measures"):
        yield _measures(update)
    if update.holds("goal"):
        yield _one("goal", "What the patient wants to be able to do again", update.goal)
    if update.holds("diagnoses"):
        words = tuple(each.code if each.title is None else f"{each.code} {each.title}" for each in update.diagnoses)
        yield Section("diagnoses", "Diagnoses (ICD-10-CM)", words or (NOT_ON_RECORD,), is_empty=not words)
    if update.holds("medicines"):
        yield _medicines(update)
    if update.billing is not None:
        words = f"For reviewing this update you may bill {update.billing.code}: {update.billing.conditions}."
        yield Section("billing", "Co-management", (words,))
    if update.review.left_out:
        said = f"Left out by the sender: {left_out_in_words(update.review.left_out)}."
        yield Section("left_out", "Not in this update", (said,))


def _measures(update: CareUpdate) -> Section:
    title = "Measures"
    if not update.measures:
        return Section("measures", title, (NOT_ON_RECORD,), is_empty=True)
    headings = ("Measure", "Baseline", "Latest", "Target", "Met")
    return Section("measures", title, table=Table(headings, tuple(map(_row, update.measures))))


def _row(each: Measure) -> tuple[str, ...]:
    reached = "–" if each.met is None else "yes" if each.met else "not yet"
    return (
        each.title,
        f"{measured(each.baseline, each.unit)} ({day(each.baseline.on)})",
        "–" if each.latest.on == each.baseline.on else f"{measured(each.latest, each.unit)} ({day(each.latest.on)})",
        each.target or "reported only",
        reached,
    )


def _medicines(update: CareUpdate) -> Section:
    if update.medicines is None:
        return Section("medicines", "Active medicines", (NOT_ON_RECORD,), is_empty=True)
    title = f"Active medicines, as of {day(update.medicines.on)}"
    return Section("medicines", title, update.medicines.entries)


def _one(key: str, title: str, words: str | None) -> Section:
    return Section(key, title, _paragraphs(words) if words else (NOT_ON_RECORD,), is_empty=not words)


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def day(on: date) -> str:
    """ "13 Jan 2026"."""
    return f"{on.day} {on:%b %Y}"


def measured(value: Measured, unit: str) -> str:
    """A value with one decimal at most and its unit."""
    word = _UNITS.get(unit, unit)
    return number(value.value) + ("%" if word == "%" else f" {word}" if word else "")


def number(value: Decimal) -> str:
    return f"{round(value, 1):f}".removesuffix(".0")
