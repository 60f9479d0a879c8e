"""What an update to the PCP holds: facts of one case on one day, as a value, and as the document that is kept.

Identifiers, contacts, baseline, goals, active medicines and measures (AAFP and secondary sources on care updates).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, cast

Occasion = Literal["start", "escalation", "change_of_setting", "completion"]

OCCASIONS: Mapping[str, str] = {
    "start": "Care has started",
    "escalation": "Care was escalated",
    "change_of_setting": "The care setting has changed",
    "completion": "The period of care is complete",
}
# What the person who reviews an update may leave out of it; identifiers and contacts always stand in it.
PARTS: Mapping[str, str] = {
    "diagnoses": "diagnoses",
    "measures": "measures",
    "goal": "the patient's goal",
    "medicines": "medicines",
    "happened": "what happened",
}


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who sends the update; what is not known is None."""

    name: str
    npi: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the update is about."""

    id: str
    name: str
    birth_date: date
    sex: str | None = None
    mbi: str | None = None
    phone: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody of the organisation whom the PCP may ask."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """An ICD-10-CM code, its words where an import brought them."""

    code: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A value and the local day it was true."""

    on: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure from baseline to latest. ``met`` is None where there is nothing to reach, or nothing later yet."""

    name: str
    title: str
    unit: str
    loinc: str | None
    baseline: Measured
    latest: Measured
    target: str | None
    met: bool | None


@dataclass(frozen=True, slots=True)
class Medicines:
    """Active medicines as somebody wrote them down, and the day they did."""

    entries: tuple[str, ...]
    on: date


@dataclass(frozen=True, slots=True)
class Billing:
    """The code under which the PCP may bill the review of this update, and the conditions."""

    code: str
    conditions: str


@dataclass(frozen=True, slots=True)
class Review:
    """What the person who sends it added and left out."""

    note: str | None = None
    request: str | None = None
    left_out: tuple[str, ...] = ()
    by: str | None = None


@dataclass(frozen=True, slots=True)
class CareUpdate:
    """An update. ``medicines`` None: not on record, which is not the same as none.

    ``happened`` are sentences, ``ends_on`` is the last day of the period, ``recipient`` an address where one is known.
    """

    occasion: str
    composed_at: datetime
    on: date
    case_id: str
    track: str
    programme: str
    period: int
    aligned_on: date
    ends_on: date
    day: int
    organisation: Organisation
    patient: Person
    case_manager: Contact | None
    pcp: str | None
    recipient: str | None
    document_type: str
    diagnoses: tuple[Diagnosis, ...] = ()
    measures: tuple[Measure, ...] = ()
    goal: str | None = None
    medicines: Medicines | None = None
    happened: tuple[str, ...] = ()
    billing: Billing | None = None
    review: Review = Review()

    @property
    def title(self) -> str:
        """What the update is, in one line."""
        return f"{OCCASIONS[self.occasion]}: {self.programme}"

    def holds(self, part: str) -> bool:
        """Whether a part stands in the update, rather than having been left out."""
        return part not in self.review.left_out


def reviewed(update: CareUpdate, review: Review) -> CareUpdate:
    """The update as its reviewer wants it: with their words, without what they left out."""
    return replace(
        update,
        review=review,
        diagnoses=() if "diagnoses" in review.left_out else update.diagnoses,
        measures=() if "measures" in review.left_out else update.measures,
        goal=None if "goal" in review.left_out else update.goal,
        medicines=None if "medicines" in review.left_out else update.medicines,
        happened=() if "happened" in review.left_out else update.happened,
    )


def medicines_in(text: str | None, on: date) -> Medicines | None:
    """The medicines that somebody wrote down, one a line; None where nothing was."""
    entries = tuple(line.strip() for line in (text or "").splitlines() if line.strip())
    return Medicines(entries, on) if entries else None


def as_document(update: CareUpdate) -> dict[str, Any]:
    """The update as JSON: dates and instants as ISO 8601, numbers as text so that nothing is rounded."""
    return cast(dict[str, Any], _plain(update))


def update_from(document: Mapping[str, Any]) -> CareUpdate:
    """The update that a document holds; reads what `as_document` wrote."""
    kept = dict(document)
    for name in ("on", "aligned_on", "ends_on"):
        kept[name] = date.fromisoformat(kept[name])
    medicines = kept["medicines"]
    patient = kept["patient"]
    kept |= {
        "composed_at": datetime.fromisoformat(kept["composed_at"]),
        "organisation": Organisation(**kept["organisation"]),
        "patient": Person(**{**patient, "birth_date": date.fromisoformat(patient["birth_date"])}),
        "case_manager": Contact(**kept["case_manager"]) if kept["case_manager"] else None,
        "diagnoses": tuple(Diagnosis(**each) for each in kept["diagnoses"]),
        "measures": tuple(map(_measure, kept["measures"])),
        "medicines": Medicines(tuple(medicines["entries"]), date.fromisoformat(medicines["on"])) if medicines else None,
        "happened": tuple(kept["happened"]),
        "billing": Billing(**kept["billing"]) if kept["billing"] else None,
        "review": Review(**{**kept["review"], "left_out": tuple(kept["review"]["left_out"])}),
    }
    return CareUpdate(**kept)


def _measure(kept: Mapping[str, Any]) -> Measure:
    return Measure(**{**kept, "baseline": _measured(kept["baseline"]), "latest": _measured(kept["latest"])})


def _measured(kept: Mapping[str, Any]) -> Measured:
    return Measured(date.fromisoformat(kept["on"]), Decimal(kept["value"]))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def left_out_in_words(parts: Iterable[str]) -> str:
    """The parts that were left out, as a list for people; empty when none was."""
    return ", ".join(PARTS.get(each, each) for each in parts)
