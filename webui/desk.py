"""The desk: the list with its counts and chips, as the page and the partial show it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import request

from webui.access import visitor
from webui.extension import engine
from webui.seen import listed
from webui.words import KIND_WORDS, TRACK_WORDS
from worklists.caseload import Caseload, Counts
from worklists.day import MyDay, my_day
from worklists.filters import STEP, Filter, View


@dataclass(frozen=True, slots=True)
class Chip:
    """A choice above the list: its words, how many tasks it holds, and the filter that it stands for."""

    words: str
    count: Counts
    chosen: Filter
    is_current: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """A list as it is shown: what was chosen, what is there, what else could be chosen."""

    chosen: Filter
    day: MyDay
    counts: Counts
    views: tuple[Chip, ...]
    tracks: tuple[Chip, ...]
    kinds: tuple[Chip, ...]
    today: date

    @property
    def more(self) -> Filter:
        return replace(self.chosen, show=self.chosen.show + STEP)


def chosen_filter() -> Filter:
    """What the request's address (or the form sent from it) asks to see."""
    return Filter.from_args(request.values, default=default_view())


def default_view() -> View:
    """An auditor has no tasks of their own: they look at the team's."""
    return "mine" if visitor().may_work else "team"


def desk(chosen: Filter) -> Desk:
    who, today = visitor(), engine().today()
    whose: dict[str, Any] = {
        "email": who.email,
        "role": who.role,
        "organisation": who.organisation,
        "today": today,
    }
    asked = replace(chosen, show=STEP)  # how much of it is shown changes no count
    with engine().db.reading(planned_once=not chosen.q) as connection:  # what is searched for decides how
        day = my_day(connection, chosen, **whose)
        load = Caseload(connection, **whose)
        found = {Filter(view): load.brief(Filter(view)) for view, _ in _views(who.may_work) if view != chosen.view}
        found |= {each: load.counts(each) for each in {Filter(chosen.view), asked}}
        tracks = load.by_track(Filter(chosen.view))
        kinds = load.by_kind(Filter(chosen.view, chosen.track))
    listed(day.patients(), searched=chosen.q)
    return Desk(
        chosen=chosen,
        day=day,
        counts=found[asked],
        views=tuple(
            Chip(words, found[Filter(view)], replace(chosen, view=view, show=STEP), view == chosen.view)
            for view, words in _views(who.may_work)
            if found[Filter(view)].total or view in (chosen.view, default_view(), "unassigned")
        ),
        tracks=_chips(chosen, "track", tracks, TRACK_WORDS),
        kinds=_chips(chosen, "kind", kinds, KIND_WORDS),
        today=today,
    )


def _views(may_work: bool) -> tuple[tuple[View, str], ...]:
    own: tuple[tuple[View, str], ...] = (("mine", "Mine"), ("snoozed", "Snoozed")) if may_work else ()
    return (*own[:1], ("unassigned", "Unassigned"), ("team", "Team"), *own[1:])


def _chips(chosen: Filter, field: str, found: dict[str, Counts], words: dict[str, str]) -> tuple[Chip, ...]:
    """One chip for each value there is; the chosen one, pressed again, lets go."""
    current = getattr(chosen, field)
    if len(found) < 2 and current is None:
        return ()
    if current is not None and current not in found:
        found = {**found, current: Counts()}
    return tuple(
        Chip(
            words.get(value, value),
            count,
            _with(chosen, field, None if value == current else value),
            value == current,
        )
        for value, count in found.items()
    )


def _with(chosen: Filter, field: str, value: str | None) -> Filter:
    changed: dict[str, Any] = {field: value, "show": STEP}
    return replace(chosen, **changed)
