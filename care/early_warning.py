"""When a daily series says that a patient is getting worse, early and rarely without cause: one sentence, or nothing.

A warning needs all of this at once: enough days in the window, a slope that matters, a strength that noise alone
reaches only as often as the file allows, the same answer without the last day, and last days that stand beyond the
first ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import NormalDist, median
from typing import Any, Literal, cast

from care.documents import Entry, document_entry
from care.errors import ConfigurationError, UnknownName
from care.plateau import Series
from care.trend import Trend, daily, trend

#: Days of one window repeat most of the days of the one before: that many looks at a window count as independent.
LOOKS_PER_WINDOW = 4
#: A bad day is followed by a bad day: noise that remembers about half of yesterday's widens chance trends by this.
MEMORY_WIDENS = 1.35
_FIELDS = (
    "measure", "fact", "title", "unit", "worse", "window_days", "least_days", "matters_per_week",
    "matters_percent_per_week", "false_alarms_per_month", "quiet_days", "round_to", "fast", "source",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FastGain:
    """A rise of `gain` within `within_days`, confirmed by a second day, warns without a trend."""

    gain: float
    within_days: int
    source: str


@dataclass(frozen=True, slots=True)
class WarningRule:
    """When one measure warns; `matters` is a slope per week, in percent of the level where `in_percent`."""

    measure: str
    fact: str
    title: str
    unit: str
    worse: Literal["higher", "lower"]
    window_days: int
    least_days: int
    matters: float
    in_percent: bool
    false_alarms_per_month: float
    quiet_days: int
    round_to: Decimal
    fast: FastGain | None
    source: str

    @property
    def sign(self) -> int:
        """1 where more is worse, -1 where less is."""
        return 1 if self.worse == "higher" else -1

    @property
    def strength(self) -> float:
        """The strength that a stable patient's noise reaches about `false_alarms_per_month` times in 30 days.

        An estimate: what it comes to, and both constants, are measured by bench/early_warning.py.
        """
        looks = LOOKS_PER_WINDOW * 30 / self.window_days
        return MEMORY_WIDENS * NormalDist().inv_cdf(1 - self.false_alarms_per_month / looks)

    def is_quiet(self, warned_on: date | None, today: date) -> bool:
        """Whether the last warning is too recent for another one."""
        return warned_on is not None and (today - warned_on).days < self.quiet_days


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """A warning: the measure, the day it is of, and the sentence that a case manager reads."""

    measure: str
    on: date
    sentence: str


@dataclass(frozen=True, slots=True)
class EarlyWarningRules:
    """The rules by measure."""

    by_measure: Mapping[str, WarningRule]

    def rule(self, measure: str) -> WarningRule:
        """The rule of a measure; raises UnknownName with a hint."""
        if measure not in self.by_measure:
            raise UnknownName("measure", measure, self.by_measure)
        return self.by_measure[measure]


def warning(rules: EarlyWarningRules, measure: str, series: Series, today: date) -> EarlyWarning | None:
    """What a measure's series says on a day; None when it says nothing. Values after that day are not looked at.

    Whether somebody was warned a short while ago is not asked here: `WarningRule.is_quiet`.
    """
    rule = rules.rule(measure)
    opens = today - timedelta(days=rule.window_days)
    values = daily([each for each in series if opens < each.on <= today])
    sentence = _fast(rule, values, today) or _trending(rule, values)
    return None if sentence is None else EarlyWarning(measure, today, sentence)


def _trending(rule: WarningRule, values: Mapping[date, float]) -> str | None:
    found = trend(values)
    if found is None or not _matters(rule, found):
        return None
    before = trend(dict(list(values.items())[:-1]))
    if before is None or not _matters(rule, before):
        return None
    # The line's own ends may lie where no value ever was; a reader compares the sentence with the values.
    edge = max(3, len(values) // 4)
    measured = list(values.values())
    first, last = _rounded(rule, median(measured[:edge])), _rounded(rule, median(measured[-edge:]))
    if rule.sign * (last - first) <= 0:
        return None
    way = "risen" if rule.sign > 0 else "fallen"
    return f"{rule.title} has {way} from about {first:,} to about {last:,}{_unit(rule)} over {found.days} days."


def _matters(rule: WarningRule, found: Trend) -> bool:
    weekly = rule.sign * found.slope * 7
    if rule.in_percent:
        weekly = weekly * 100 / found.first if found.first > 0 else 0.0
    # a third of the window may be empty at its ends, no more: a slope over few days is drawn too far
    spans = found.days * 3 >= (rule.window_days - 1) * 2
    return (
        found.count >= rule.least_days
        and spans
        and weekly >= rule.matters
        and rule.sign * found.strength >= rule.strength
    )


def _fast(rule: WarningRule, values: Mapping[date, float], today: date) -> str | None:
    """The lower of the last two days stands for now, so that a second person on the scales does not warn.

    It is compared with the usual level, and with the days shortly before: after a gap nobody knows how fast it rose.
    """
    if rule.fast is None:
        return None
    within = timedelta(days=rule.fast.within_days)
    recent = [day for day in values if day > today - within][-2:]
    before = {day: value for day, value in values.items() if day <= today - within}
    if len(recent) < 2 or len(before) < 3:
        return None
    near = [value for day, value in before.items() if day >= recent[0] - within]
    if not near:
        return None
    level, now = max(median(before.values()), min(near)), min(values[day] for day in recent)
    if now - level < rule.fast.gain:
        return None
    levels = f"from about {_rounded(rule, level):,} to about {_rounded(rule, now):,}{_unit(rule)}"
    return f"{rule.title} has risen {levels} within {rule.fast.within_days} days."


def _rounded(rule: WarningRule, value: float) -> Decimal:
    return (Decimal(str(value)) / rule.round_to).quantize(Decimal(1)) * rule.round_to


def _unit(rule: WarningRule) -> str:
    return f" {rule.unit}" if rule.unit else ""


def early_warning_from(document: Mapping[str, Any]) -> EarlyWarningRules:
    """Reads the rules; raises ConfigurationError naming the field."""
    root = document_entry(document, "configuration", ConfigurationError)
    root.only("id", "measures")
    return EarlyWarningRules({rule.measure: rule for rule in _rules(root)})


def _rules(root: Entry) -> Iterator[WarningRule]:
    for entry in root.entries("measures"):
        entry.only(*_FIELDS)
        absolute, percent = (entry.optional_number(f"matters_{kind}") for kind in ("per_week", "percent_per_week"))
        matters = absolute if percent is None else percent
        if matters is None or matters <= 0 or (absolute is not None and percent is not None):
            raise entry.fail("matters_per_week", "give this or matters_percent_per_week, above 0, and not both")
        yield WarningRule(
            measure=entry.text("measure"),
            fact=entry.text("fact"),
            title=entry.text("title"),
            unit=entry.text("unit", ""),
            worse=cast(Literal["higher", "lower"], entry.choice("worse", ("higher", "lower"))),
            window_days=_at_least(entry, "window_days", 7),
            least_days=_at_least(entry, "least_days", 4),
            matters=float(matters),
            in_percent=percent is not None,
            false_alarms_per_month=_aim(entry),
            quiet_days=_at_least(entry, "quiet_days", 1),
            round_to=_above_zero(entry, "round_to"),
            fast=_fast_gain(entry.optional_entry("fast")),
            source=entry.text("source"),
        )


def _fast_gain(entry: Entry | None) -> FastGain | None:
    if entry is None:
        return None
    entry.only("gain", "within_days", "source")
    return FastGain(float(_above_zero(entry, "gain")), _at_least(entry, "within_days", 2), entry.text("source"))


def _aim(entry: Entry) -> float:
    aim = float(entry.number("false_alarms_per_month"))
    if not 0 < aim <= 1:
        raise entry.fail("false_alarms_per_month", f"must be above 0 and at most 1, not {aim:g}")
    return aim


def _at_least(entry: Entry, field: str, least: int) -> int:
    value = entry.integer(field)
    if value < least:
        raise entry.fail(field, f"must be {least} or more, not {value}")
    return value


def _above_zero(entry: Entry, field: str) -> Decimal:
    value = entry.number(field)
    if value <= 0:
        raise entry.fail(field, f"must be above 0, not {value}")
    return value
