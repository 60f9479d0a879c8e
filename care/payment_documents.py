"""How a performance year's payment rules are read from their file."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from care.documents import Entry, document_entry
from care.errors import ConfigurationError
from care.payment import Counted, Payments, Penalty, RuralAddOn, Share, TrackAmounts


def payments_from(document: Mapping[str, Any]) -> Payments:
    """Reads the payment rules of a performance year; raises ConfigurationError naming the field."""
    root = document_entry(document, "configuration", ConfigurationError)
    root.only(
        "id", "performance_year", "tracks", "rural_add_on", "medicare", "withhold", "clinical", "spend",
        "second_track", "months", "denominator",
    )  # fmt: skip
    tracks, months, denominator = root.entry("tracks"), root.entry("months"), root.entry("denominator")
    months.only("counted", "of_year", "source")
    denominator.only("leaves_out", "source")
    if months.integer("of_year") < 1:
        raise months.fail("of_year", "must be 1 or more")
    return Payments(
        performance_year=root.integer("performance_year"),
        tracks={name: _amounts(tracks.entry(name)) for name in tracks.values},
        rural=_rural(root.entry("rural_add_on"), tracks),
        medicare=_share(root.entry("medicare"), "share"),
        withhold=_share(root.entry("withhold"), "share"),
        clinical=_penalty(root.entry("clinical")),
        spend=_penalty(root.entry("spend")),
        second_track=_share(root.entry("second_track"), "discount"),
        months_counted=cast(Counted, months.choice("counted", ("begun", "completed"))),
        months_of_year=months.integer("of_year"),
        months_source=months.text("source"),
        left_out=frozenset(denominator.texts("leaves_out")),
        denominator_source=denominator.text("source"),
    )


def _amounts(entry: Entry) -> TrackAmounts:
    entry.only("initial", "follow_on", "source")
    amounts = TrackAmounts(entry.number("initial"), entry.optional_number("follow_on"), entry.text("source"))
    if amounts.initial < 0 or (amounts.follow_on or 0) < 0:
        raise entry.fail("", "amounts are USD, 0 or more")
    return amounts


def _rural(entry: Entry, tracks: Entry) -> RuralAddOn:
    entry.only("amount", "tracks", "source")
    names = entry.texts("tracks")
    for name in names:
        if name not in tracks.values:
            raise entry.fail("tracks", f"'{name}' is not a track of this file")
    return RuralAddOn(entry.number("amount"), frozenset(names), entry.text("source"))


def _share(entry: Entry, field: str) -> Share:
    entry.only(field, "source")
    return Share(_between(entry, field), entry.text("source"))


def _penalty(entry: Entry) -> Penalty:
    entry.only("threshold", "most", "source")
    if not _between(entry, "threshold"):
        raise entry.fail("threshold", "must be above 0")
    return Penalty(entry.number("threshold"), _between(entry, "most"), entry.text("source"))


def _between(entry: Entry, field: str) -> Decimal:
    if not 0 <= entry.number(field) <= 1:
        raise entry.fail(field, "is a share from 0 to 1")
    return entry.number(field)
