"""Which of our dates each of CMS's notices is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from care.documents import Entry
from care.errors import did_you_mean

CONTROL_GROUP_ENDS_ON = "control_group_ends_on"  # of a patient who waits, so of no case


@dataclass(frozen=True, slots=True)
class Notice:
    """One event type of CMS (ACCESSEventTypeCS) and the name of the date of ours that it announces, if any."""

    event: str
    about: str | None
    source: str

    def day(self, dates: Mapping[str, date | None]) -> date | None:
        """The day that the notice is about, from the dates of a case (or of a patient who waits) by their names."""
        return None if self.about is None else dates.get(self.about)


def notices_in(entry: Entry, names: tuple[str, ...]) -> dict[str, Notice]:
    """Reads the section `notices`, whose dates must be among `names`; raises ConfigurationError naming the field."""
    return {event: _notice(event, entry.entry(event), names) for event in entry.values}


def _notice(event: str, entry: Entry, names: tuple[str, ...]) -> Notice:
    entry.only("about", "source")
    about = entry.optional_text("about")
    if about is not None and about not in names:
        raise entry.fail("about", f"'{about}' is no date of ours; {did_you_mean(about, names)}")
    return Notice(event, about, entry.text("source"))
