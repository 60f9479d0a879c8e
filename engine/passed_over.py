"""Whether a version that was planned is never in force: a later number takes effect before its own day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import RowMapping


def passed_over_by(version: RowMapping, others: Iterable[RowMapping]) -> int | None:
    """The number of the version of its process that took its place for good, None where none did.

    Of the versions that have begun the highest number is taken, so one that was planned never has its turn when a
    higher number begins no later than it. One that was taken at once has had its turn.
    """
    starts = _starts(version)
    if starts <= version["published_at"]:
        return None
    own = [each for each in others if each["process_id"] == version["process_id"]]
    higher = [each for each in own if each["number"] > version["number"] and _starts(each) <= starts]
    return min((int(each["number"]) for each in higher), default=None)


def _starts(version: RowMapping) -> datetime:
    starts: datetime = version["effective_from"] or version["published_at"]
    return starts
