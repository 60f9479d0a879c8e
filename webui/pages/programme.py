"""The programme: are our patients getting better, what does it mean in money, and who stands behind each number?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import render_template, request
from sqlalchemy import Connection

from webui.access import EVERYONE, allowed, visitor
from webui.attainment_bar import AttainmentBar, attainment_bar
from webui.extension import engine
from webui.htmx import is_part
from webui.outcome_words import STATE_WORDS, judgement
from webui.pages.blueprint import pages
from webui.seen import listed
from webui.words import TRACK_WORDS
from worklists.outcomes import YearOutcome, outcomes_of_year, performance_years
from worklists.programme import (
    GROUPS,
    STATES,
    Group,
    Listed,
    Programme,
    TrackStanding,
    in_group,
    page_of,
    payments_in,
    programme,
)

GROUP_WORDS: dict[str, str] = {"all": "everybody", **{s: STATE_WORDS[s] for s in STATES}, "nearest": "nearest"}


@dataclass(frozen=True, slots=True)
class Choice:
    """Which patients are listed, as the address says it."""

    year: int
    track: str | None = None
    group: Group = "all"
    page: int = 1

    def args(self, **changed: Any) -> dict[str, Any]:
        """The address of this choice, or of a changed one, which begins at its first page."""
        chosen = replace(self, **{"page": 1, **changed}) if changed else self
        found: dict[str, Any] = {"year": chosen.year, "track": chosen.track, "group": chosen.group.replace(" ", "-")}
        return found | ({"page": chosen.page} if chosen.page > 1 else {})


@dataclass(frozen=True, slots=True)
class Chip:
    """A choice above the list with how many patients it holds."""

    words: str
    count: int
    choice: Choice
    is_current: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the page shows."""

    choice: Choice
    years: tuple[int, ...]
    programme: Programme
    bars: dict[str, AttainmentBar]
    tracks: tuple[Chip, ...]
    groups: tuple[Chip, ...]
    listed: Listed
    standing: TrackStanding | None


@pages.get("/programme", endpoint="programme")
@allowed(EVERYONE)
def programme_page() -> str:
    """The page; a part of it alone when htmx changes what is chosen."""
    with engine().db.reading() as connection:
        years = performance_years(connection, organisation=visitor().organisation)
        choice = _chosen(years)
        found = [] if choice is None else _outcomes(connection, choice.year)
    shown = None if choice is None else _shown(choice, tuple(years), found)
    listed([] if shown is None else [each.patient_id for each in shown.listed.items])
    template = "partials/_programme.html" if is_part() else "pages/programme.html"
    return render_template(template, shown=shown, GROUP_WORDS=GROUP_WORDS, STATES=STATES)


def _outcomes(connection: Connection, year: int) -> list[YearOutcome]:
    return outcomes_of_year(connection, judgement(), year, organisation=visitor().organisation)


def _chosen(years: list[int]) -> Choice | None:
    """What the address asks for; what it says wrongly is left aside, and this year is shown before another."""
    if not years:
        return None
    asked = request.args.get("year", type=int)
    this = engine().today().year
    year = next((each for each in (asked, this) if each in years), years[0])
    track = request.args.get("track")
    group = request.args.get("group", "all").replace("-", " ")
    return Choice(
        year=year,
        track=track if track in TRACK_WORDS else None,
        group=next((each for each in GROUPS if each == group), "all"),
        page=max(request.args.get("page", 1, type=int), 1),
    )


def _shown(choice: Choice, years: tuple[int, ...], found: list[YearOutcome]) -> Shown:
    payments = payments_in(engine().settings.pathways_dir, choice.year)
    whole = programme(found, payments)
    counts = {group: len(in_group(found, payments, group, choice.track)) for group in GROUPS}
    return Shown(
        choice=choice,
        years=years,
        programme=whole,
        bars={each.track: attainment_bar(each, payments.clinical.threshold) for each in whole.tracks},
        tracks=_track_chips(choice, whole),
        groups=tuple(
            Chip(GROUP_WORDS[group], counts[group], replace(choice, group=group, page=1), group == choice.group)
            for group in GROUPS
        ),
        listed=page_of(in_group(found, payments, choice.group, choice.track), choice.page),
        standing=next((each for each in whole.tracks if each.track == choice.track), None),
    )


def _track_chips(choice: Choice, whole: Programme) -> tuple[Chip, ...]:
    every = Chip("All tracks", whole.total, replace(choice, track=None, page=1), choice.track is None)
    return (
        every,
        *(
            Chip(
                TRACK_WORDS[each.track],
                each.total,
                replace(choice, track=each.track, page=1),
                choice.track == each.track,
            )
            for each in whole.tracks
        ),
    )
