"""What a physiologic measure is: its codes and unit, which values can be, what counts for the report to CMS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from care.errors import MeasureError, UnknownName
from care.scoring.answers import rounded
from care.ucum import factor


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit by its UCUM code, as pages show it, and other spellings of it that are taken.

    `factor` and `offset` convert it into the measure's own unit where UCUM does not.
    """

    code: str
    shown: str
    spellings: tuple[str, ...] = ()
    factor: Decimal | None = None
    offset: Decimal = Decimal(0)

    def is_called(self, name: str) -> bool:
        """Whether a name, as a device or a person writes it, is this unit's."""
        return name in (self.code, self.shown, *self.spellings)


@dataclass(frozen=True, slots=True)
class Part:
    """One number of a measure: its fact, its LOINC code, and from where to where a value can be at all."""

    id: str
    title: str
    fact: str
    loinc: str
    lowest: Decimal
    highest: Decimal


@dataclass(frozen=True, slots=True)
class Reportable:
    """Which sources of a value count for the report to CMS; `takes` says so in words."""

    sources: tuple[str, ...]
    takes: str
    source: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of one part, or of several that belong together, in the first of its `units`.

    With `falling` each part is below the one before it; a form offers so many `readings` of one sitting.
    """

    id: str
    title: str
    panel: str | None
    parts: tuple[Part, ...]
    units: tuple[Unit, ...]
    decimals: int
    falling: bool
    readings: int
    freshness: str | None
    reportable: Reportable
    source: str

    @property
    def unit(self) -> Unit:
        """The canonical unit: the one that facts are kept in."""
        return self.units[0]

    @property
    def codes(self) -> tuple[str, ...]:
        """The LOINC codes of its panel and its parts."""
        return (*([self.panel] if self.panel else []), *(part.loinc for part in self.parts))


@dataclass(frozen=True, slots=True)
class Measures:
    """All configured measures by id."""

    by_id: Mapping[str, Measure]

    def measure(self, name: str) -> Measure:
        """The measure of an id; raises UnknownName with a hint."""
        if name not in self.by_id:
            raise UnknownName("measure", name, self.by_id)
        return self.by_id[name]

    def of_code(self, code: str) -> tuple[Measure, Part] | None:
        """The measure and its part that a LOINC code stands for; None for a panel and any other code."""
        return next(((m, part) for m in self.by_id.values() for part in m.parts if part.loinc == code), None)


def canonical(measure: Measure, part: Part, value: Decimal, unit: str | None = None) -> Decimal:
    """A value in the measure's own unit; none given is that unit already.

    A converted value is rounded to the measure's decimals. Raises MeasureError for a unit that is not accepted
    and for a value that cannot be, never for one that is merely alarming.
    """
    known = measure.unit if unit is None else _unit(measure, unit)
    converted = value if known is measure.unit else _converted(measure, value, known)
    if not part.lowest <= converted <= part.highest:
        shown = measure.unit.shown
        given = f"{value} {known.shown}" + (f" ({converted} {shown})" if known is not measure.unit else "")
        limits = f"from {part.lowest} to {part.highest} {shown}"
        raise MeasureError("value", f"{part.title} can be {limits}, not {given}; check the number and its unit")
    return converted


def highest_fact(part: Part) -> str:
    """The fact of the highest reading of a sitting, where there were several."""
    return f"{part.fact}_highest"


def mean(measure: Measure, values: Sequence[Decimal]) -> Decimal:
    """The mean of several readings of one sitting, rounded half up to the measure's decimals; one stays as it is."""
    return values[0] if len(values) == 1 else rounded(sum(values, Decimal(0)) / len(values), measure.decimals)


def mean_of_readings(measure: Measure, values: Sequence[Decimal], unit: str | None = None) -> dict[str, Decimal]:
    """The means by fact of readings whose parts come in turn: systolic, diastolic, systolic, diastolic.

    Raises MeasureError for a reading that is incomplete, upside down or impossible, and for an unknown unit.
    """
    count = len(measure.parts)
    if not values or len(values) % count:
        names = " and ".join(part.title.lower() for part in measure.parts)
        raise MeasureError("value", f"{measure.id} takes {names} in turn; got {len(values)} values")
    starts = range(0, len(values), count)
    rows = [[canonical(measure, p, values[at + n], unit) for n, p in enumerate(measure.parts)] for at in starts]
    for row in rows:
        wrong = out_of_order(measure, {part.id: value for part, value in zip(measure.parts, row, strict=True)})
        if wrong is not None:
            raise MeasureError("value", wrong[1])
    return {part.fact: mean(measure, [row[n] for row in rows]) for n, part in enumerate(measure.parts)}


def out_of_order(measure: Measure, values: Mapping[str, Decimal]) -> tuple[Part, str] | None:
    """The first part that is not below the one before it though it has to be, and a sentence; values by part's id."""
    known = [part for part in measure.parts if part.id in values] if measure.falling else []
    for upper, lower in pairwise(known):
        if values[lower.id] >= values[upper.id]:
            words = f"must be below {upper.title.lower()} ({values[upper.id]}), not {values[lower.id]}"
            return lower, f"{lower.title} {words}"
    return None


def reportable(measure: Measure, source: str) -> tuple[bool, str]:
    """Whether a value of a source (`device`, `lab`, `form`, ...) counts for the report to CMS, and a sentence."""
    counts = source in measure.reportable.sources
    if counts:
        return True, f"{measure.title} with the source '{source}' counts for the report to CMS."
    takes = f"not for the report to CMS, which takes {measure.reportable.takes}"
    return False, f"{_ORIGINS.get(source, 'Of another source')}: counts for care, {takes}."


_ORIGINS = {
    "form": "Typed in",
    "patient": "Told by the patient",
    "clinician": "Measured by a clinician",
    "device": "Sent by a device",
    "lab": "From the laboratory",
}


def body_mass_index(measures: Measures, weight: Decimal, height: Decimal) -> Decimal | None:
    """Weight in kilograms by the square of height in metres, of values in their canonical units.

    None where the file has no such measures, or where the result cannot be: then one of the two is wrong.
    """
    if not {"weight", "height", "bmi"} <= measures.by_id.keys():
        return None
    kilograms = weight * factor(measures.by_id["weight"].unit.code, "kg")
    centimetres = height * factor(measures.by_id["height"].unit.code, "cm")
    if centimetres <= 0:
        return None
    bmi = measures.by_id["bmi"]
    found = rounded(kilograms / (centimetres / 100) ** 2, bmi.decimals)
    return found if bmi.parts[0].lowest <= found <= bmi.parts[0].highest else None


def _unit(measure: Measure, name: str) -> Unit:
    found = next((unit for unit in measure.units if unit.is_called(name.strip())), None)
    if found is None:
        accepted = ", ".join(unit.code for unit in measure.units)
        raise MeasureError("unit", f"{measure.title} is not measured in '{name}'; accepted: {accepted}")
    return found


def _converted(measure: Measure, value: Decimal, unit: Unit) -> Decimal:
    ratio = unit.factor if unit.factor is not None else factor(unit.code, measure.unit.code)
    return rounded(value * ratio + unit.offset, measure.decimals)
