"""When the ACCESS model expects each report, and the other day counts of a performance year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, TypeVar

from care.diagnoses import Diagnoses, diagnoses_from
from care.documents import Entry, document_entry
from care.errors import ConfigurationError, UnknownName

_T = TypeVar("_T")

BaselineStanding = Literal["reported", "open", "missed"]


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which something may be done, first and last included, and the rule's source."""

    opens_on: date
    closes_on: date
    source: str

    def __contains__(self, day: date) -> bool:
        return self.opens_on <= day <= self.closes_on

    def days_left(self, today: date) -> int:
        """Days until the window closes: 0 on its last day, negative afterwards."""
        return (self.closes_on - today).days


@dataclass(frozen=True, slots=True)
class Days:
    """A number of days with the source of the rule."""

    days: int
    source: str


@dataclass(frozen=True, slots=True)
class Span:
    """The first and last day of a window, counted from the day the rule names, with its source."""

    opens: int
    closes: int
    source: str

    def from_day(self, day: date) -> Window:
        """The window that this span gives from a day."""
        return Window(day + timedelta(days=self.opens), day + timedelta(days=self.closes), self.source)


@dataclass(frozen=True, slots=True)
class LossOfContact:
    """How many unanswered attempts over how many days count as loss of contact."""

    attempts: int
    days: int
    source: str


@dataclass(frozen=True, slots=True)
class AccessRules:
    """The day counts of one performance year; days are counted from alignment, which is day 0."""

    performance_year: int
    period: Days
    baseline: Span
    quarterly: Span
    end_of_period: Mapping[str, Span]
    lock_in: Days
    freshness: Mapping[str, Days]
    care_updates: Mapping[str, Days]
    loss_of_contact: LossOfContact
    diagnoses: Mapping[str, Diagnoses]

    def baseline_window(self, aligned_on: date) -> Window:
        """When the baseline may be reported; a patient without one when it closes is unaligned."""
        return self.baseline.from_day(aligned_on)

    def baseline_standing(self, aligned_on: date, reported_on: date | None, today: date) -> BaselineStanding:
        """Whether the baseline is reported, still open, or missed, in which case the patient is unaligned."""
        window = self.baseline_window(aligned_on)
        if reported_on is not None and reported_on in window:
            return "reported"
        return "missed" if window.days_left(today) < 0 else "open"

    def quarterly_window(self, prior_submission: date) -> Window:
        """When the next quarterly report may be made, counted from the one before."""
        return self.quarterly.from_day(prior_submission)

    def end_of_period_window(self, aligned_on: date, track: str) -> Window:
        """When the end-of-period report of a track may be made; raises UnknownName for another track."""
        return _named(self.end_of_period, "track", track).from_day(aligned_on)

    def period_ends(self, aligned_on: date) -> date:
        """The last day of the care period: day 365."""
        return aligned_on + timedelta(days=self.period.days)

    def lock_in_ends(self, aligned_on: date) -> date:
        """The day until which the patient cannot switch or leave."""
        return aligned_on + timedelta(days=self.lock_in.days)

    def is_fresh(self, kind: str, measured_on: date, submitted_on: date) -> bool:
        """Whether a `prom`, `blood_pressure`, `weight` or `laboratory` measure is recent enough to report.

        One taken after the submission is not. Raises UnknownName for another kind.
        """
        age = (submitted_on - measured_on).days
        return 0 <= age <= _named(self.freshness, "kind of measure", kind).days

    def fresh_from(self, kind: str, submitted_on: date) -> date:
        """The earliest day a measure of a kind may have been taken to be reported on a day."""
        return submitted_on - timedelta(days=_named(self.freshness, "kind of measure", kind).days)

    def care_update_due(self, occasion: str, happened_on: date) -> date:
        """The last day of a PCP update on `initiation`, `escalation`, `setting_change` or `completion`."""
        return happened_on + timedelta(days=_named(self.care_updates, "occasion", occasion).days)

    def qualifies(self, track: str, codes: Iterable[str]) -> tuple[str, ...]:
        """The ICD-10-CM codes that qualify for a track; raises UnknownName for a track without a value set.

        The eCKM track also asks for hypertension or two other conditions; CMS's eligibility answer decides
        that.
        """
        return _named(self.diagnoses, "track", track).qualifying(codes)


def access_rules_from(
    document: Mapping[str, Any], diagnoses: Iterable[Mapping[str, Any]] = ()
) -> AccessRules:
    """Reads a year's rules and its tracks' diagnoses; raises ConfigurationError naming the field."""
    root = document_entry(document, "configuration", ConfigurationError)
    root.only(
        "id", "performance_year", "period", "baseline", "quarterly", "end_of_period", "lock_in", "freshness",
        "care_updates", "loss_of_contact",
    )  # fmt: skip
    contact = root.entry("loss_of_contact")
    sets = [diagnoses_from(each) for each in diagnoses]
    return AccessRules(
        performance_year=root.integer("performance_year"),
        period=_days(root.entry("period")),
        baseline=_span(root.entry("baseline")),
        quarterly=_span(root.entry("quarterly")),
        end_of_period={track: _span(each) for track, each in _children(root, "end_of_period")},
        lock_in=_days(root.entry("lock_in")),
        freshness={kind: _days(each) for kind, each in _children(root, "freshness")},
        care_updates={occasion: _days(each) for occasion, each in _children(root, "care_updates")},
        loss_of_contact=LossOfContact(
            contact.integer("attempts"), contact.integer("days"), contact.text("source")
        ),
        diagnoses={each.track: each for each in sets},
    )


def _children(root: Entry, field: str) -> list[tuple[str, Entry]]:
    parent = root.entry(field)
    return [(name, parent.entry(name)) for name in parent.values]


def _days(entry: Entry) -> Days:
    entry.only("days", "source")
    if entry.integer("days") < 0:
        raise entry.fail("days", "must be 0 or more")
    return Days(entry.integer("days"), entry.text("source"))


def _span(entry: Entry) -> Span:
    entry.only("opens", "closes", "source")
    if not 0 <= entry.integer("opens") <= entry.integer("closes"):
        raise entry.fail("", "must open at 0 or more, and close on or after the day it opens")
    return Span(entry.integer("opens"), entry.integer("closes"), entry.text("source"))


def _named(values: Mapping[str, _T], kind: str, name: str) -> _T:
    if name not in values:
        raise UnknownName(kind, name, values)
    return values[name]
