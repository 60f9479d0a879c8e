"""Whether what a command has recorded is a drift worth a look: `trend.warned`, once a measure in its quiet time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from care.calendars import local_date
from care.early_warning import EarlyWarningRules, WarningRule, early_warning_from, warning
from care.plateau import Series, series_of
from engine.years import configuration_files, document

if TYPE_CHECKING:
    from engine.casework import Casework

WARNED = "trend.warned"


def warned_on_fact(measure: str) -> str:
    """The fact that keeps on which day a measure warned last."""
    return f"warning.{measure}_on"


@cache
def early_warning_rules_in(folder: Path) -> EarlyWarningRules:
    """The rules that a folder of pathways configures; raises ConfigurationError naming the field."""
    (path,) = configuration_files(folder, "early_warning.yaml")
    return early_warning_from(document(path))


def raise_for(work: Casework, new: Iterable[Mapping[str, Any]]) -> None:
    """Raise `trend.warned` for each measure of which a new fact was learnt and whose series drifts.

    Facts that rules wrote ask nothing, nor does a value that is older than the window: what is imported late is no
    news. A measure that warned is quiet for as long as its rule says.
    """
    rules = early_warning_rules_in(work.library.folder)
    today = local_date(work.as_of, work.zone)
    names = {row["name"] for row in new if row["source"] != "rule"}
    for rule in rules.by_measure.values():
        if rule.fact not in names or rule.is_quiet(_warned_on(work, rule), today):
            continue
        found = warning(rules, rule.measure, _window(work, rule, today), today)
        if found is not None:
            work.facts.record(warned_on_fact(rule.measure), today, None, work.as_of, "rule")
            work.raise_later(WARNED, {"reason": found.sentence, "measure": rule.measure})


def _warned_on(work: Casework, rule: WarningRule) -> date | None:
    found = work.facts.value(warned_on_fact(rule.measure))
    return found if isinstance(found, date) else None


def _window(work: Casework, rule: WarningRule, today: date) -> Series:
    opens = today - timedelta(days=rule.window_days)
    return series_of([each for each in work.facts.series(rule.fact) if opens < each["on"] <= today])
