"""What an instrument is (its items, how it is scored, what its score means) and what a score is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Better = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer a person can choose: the number recorded, the words shown, its LOINC answer code."""

    value: int
    label: str
    loinc: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One question: either options, or whole numbers from `minimum` to `maximum` with a label at each end.

    `introduction` is what the questionnaire prints before it, where it does.
    """

    field: str
    label: str
    loinc: str | None
    options: tuple[Option, ...]
    minimum: int
    maximum: int
    minimum_label: str | None = None
    maximum_label: str | None = None
    introduction: str | None = None

    def allows(self, answer: object) -> bool:
        """Whether an answer is one of the item's numbers."""
        if isinstance(answer, bool) or not isinstance(answer, int):
            return False
        if self.options:
            return any(option.value == answer for option in self.options)
        return self.minimum <= answer <= self.maximum

    @property
    def allowed(self) -> str:
        """The allowed answers in words, for a message."""
        if self.options:
            return "one of " + ", ".join(f"{option.value} ({option.label})" for option in self.options)
        return f"a whole number from {self.minimum} to {self.maximum}"


@dataclass(frozen=True, slots=True)
class Band:
    """A named range of scores: from `lowest` up to the next band's lowest."""

    lowest: Decimal
    label: str


@dataclass(frozen=True, slots=True)
class Change:
    """The change of a score that matters to a patient, and in `note` where that comes from.

    In points (`up_to` where sources give a range), in percent of the first score, or either of both.
    """

    points: Decimal | None
    up_to: Decimal | None
    percent: Decimal | None
    note: str


@dataclass(frozen=True, slots=True)
class Domain:
    """One domain of a needs screen: a need is one of the `answers` by item number, or a sum of `at_least`."""

    name: str
    title: str
    answers: Mapping[int, tuple[int, ...]]
    summed: tuple[int, ...] = ()
    at_least: int | None = None


@dataclass(frozen=True, slots=True)
class Scoring:
    """How answers become a score: the rule's name, what it needs, and how many items may be unanswered."""

    rule: str
    missing_allowed: int
    missing_note: str
    decimals: int
    table: Mapping[int, Decimal] = field(default_factory=dict)
    domains: tuple[Domain, ...] = ()


@dataclass(frozen=True, slots=True)
class Codes:
    """LOINC codes of the instrument as a whole, its score and its raw sum, where it has them."""

    panel: str | None = None
    score: str | None = None
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class Instrument:
    """A questionnaire with its items in order; answer fields are `<id>_<n>` from 1."""

    id: str
    title: str
    short_title: str
    owner: str
    terms: str
    source: str
    wording: Literal["shipped", "owner"]
    licensed_text: str | None
    recall: str
    instruction: str
    better: Better
    unit: str
    items: tuple[Item, ...]
    scoring: Scoring
    bands: tuple[Band, ...]
    change_that_matters: Change | None
    loinc: Codes

    def band(self, score: Decimal) -> str | None:
        """The name of the band a score falls in, or None when the instrument has none."""
        reached = [band for band in self.bands if band.lowest <= score]
        return reached[-1].label if reached else None


@dataclass(frozen=True, slots=True)
class Points:
    """What a scoring rule makes of valid answers: raw, score, and for a needs screen the needs by domain."""

    raw: Decimal
    score: Decimal
    domains: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Score:
    """A scored instrument: raw sum, score in `unit`, its band, how many items were missing, rule and source.

    `domains` holds the domains of a needs screen that the answers decide; one with too few answers is absent.
    """

    raw: Decimal
    score: Decimal
    band: str | None
    missing: int
    rule: str
    unit: str
    source: str
    domains: Mapping[str, bool] = field(default_factory=dict)

    @property
    def needs(self) -> tuple[str, ...]:
        """The domains in which a need was found, in the instrument's order."""
        return tuple(name for name, need in self.domains.items() if need)
