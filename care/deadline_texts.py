"""What is said of each deadline: its title, what happens when it is missed, and how early we want it done."""

from __future__ import annotations

from dataclasses import dataclass

from care.documents import Entry
from care.windows import not_negative

DEADLINES = (
    "care_update_initiation",
    "care_update_escalation",
    "care_update_setting_change",
    "baseline",
    "quarterly",
    "lock_in",
    "end_of_period",
    "follow_on",
    "care_update_completion",
)


@dataclass(frozen=True, slots=True)
class DeadlineText:
    """A deadline's title, the days before its last day on which we want it done, and the consequence of missing it."""

    title: str
    due_before: int
    consequence: str
    source: str
    notice: str | None


def deadline_texts_in(entry: Entry) -> dict[str, DeadlineText]:
    """Reads the section `deadlines`, one entry for each of DEADLINES; raises ConfigurationError naming the field."""
    entry.only(*DEADLINES)
    return {name: _text(entry.entry(name)) for name in DEADLINES}


def _text(entry: Entry) -> DeadlineText:
    entry.only("title", "due_before", "consequence", "source", "notice")
    return DeadlineText(
        entry.text("title"),
        not_negative(entry, "due_before"),
        entry.text("consequence"),
        entry.text("source"),
        entry.optional_text("notice"),
    )
