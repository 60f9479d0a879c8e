"""Which recorded values start a safety review: the signals of `configuration/safety.yaml`, looked at in every command.

Whatever records a value (a form, an event, the API, an import) does it in a command, and every command looks at what it
has recorded: there is no path past this one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from care.calendars import local_date
from care.documents import Entry, document_entry
from care.errors import ConfigurationError
from engine.feel import FeelError, Template, UnaryTests, compile_unary_tests, template, to_feel
from engine.functions import FUNCTIONS
from engine.store.facts import decoded
from engine.years import configuration_files, document

if TYPE_CHECKING:
    from engine.casework import Casework

FLAGGED = "safety.flagged"


@dataclass(frozen=True, slots=True)
class Signal:
    """A value of a fact that asks for a safety review; `group` is what one review looks at."""

    group: str
    fact: str
    when: UnaryTests
    reason: Template
    source: str


@dataclass(frozen=True, slots=True)
class Signals:
    """All signals, by the fact whose new values they look at, and how old a value may be to count."""

    within_days: int
    by_fact: Mapping[str, tuple[Signal, ...]]


@cache
def signals_in(folder: Path) -> Signals:
    """The signals that a folder of pathways configures; raises ConfigurationError naming the entry."""
    (path,) = configuration_files(folder, "safety.yaml")
    root = document_entry(document(path), "configuration", ConfigurationError)
    root.only("id", "within_days", "signals")
    found: dict[str, tuple[Signal, ...]] = {}
    for entry in root.entries("signals"):
        signal = _signal(entry)
        found[signal.fact] = (*found.get(signal.fact, ()), signal)
    return Signals(root.integer("within_days"), found)


def raise_for(work: Casework, new: list[dict[str, Any]]) -> None:
    """Raise `safety.flagged` for new facts that are signals: once a group, unless its review of today is still open."""
    signals = signals_in(work.library.folder)
    oldest = work.as_of - timedelta(days=signals.within_days)
    raised: set[str] = set()
    for row in new:
        for signal in signals.by_fact.get(row["name"], ()):
            if signal.group in raised or row["effective_at"] < oldest or not _holds(signal, work, row):
                continue
            raised.add(signal.group)
            if not _is_under_review(work, signal.group, row):
                reason = signal.reason.render(work.scope())
                told = {"reason": reason, "signal": signal.group, "fact": row["name"], "value": row["value"]}
                work.raise_later(FLAGGED, told)


def _holds(signal: Signal, work: Casework, row: Mapping[str, Any]) -> bool:
    return signal.when.holds(to_feel(decoded(row)), work.scope())


def _is_under_review(work: Casework, group: str, row: Mapping[str, Any]) -> bool:
    """A cuff that sends five readings a day asks for one review of that day, not for five; a higher one asks anew."""
    today = local_date(work.as_of, work.zone).isoformat()
    events = [process.row["event"] or {} for process in work.processes()]
    events += [{"type": type_, "on": today, **payload} for type_, payload in work.raised]
    looked_at = [e for e in events if e.get("type") == FLAGGED and e.get("signal") == group and e.get("on") == today]
    return bool(looked_at) and not all(_is_higher(row, each) for each in looked_at)


def _is_higher(row: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Whether a value is above the one that a review is about, or says something else than that one did."""
    if event.get("fact") != row["name"]:
        return True
    before, now = event.get("value"), row["value"]
    return isinstance(before, int | float) and isinstance(now, int | float) and now > before


def _signal(entry: Entry) -> Signal:
    entry.only("group", "fact", "when", "reason", "source")
    try:
        when = compile_unary_tests(entry.text("when"), functions=FUNCTIONS)
        reason = template(entry.text("reason"), functions=FUNCTIONS)
    except FeelError as error:
        raise entry.fail("when", str(error)) from error
    return Signal(entry.text("group"), entry.text("fact"), when, reason, entry.text("source"))
