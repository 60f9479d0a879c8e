"""`throughline outcomes`: who reaches their targets, by track, and what that earns."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import click
from sqlalchemy import Connection

from care.calendars import local_date
from cli.answers import Answer, AnsweringCommand, table
from cli.installation import current_database
from engine.store.clocks import clock_of
from worklists.outcomes import Judgement, YearOutcome, outcomes_of_year, performance_years
from worklists.programme import GROUPS, STATES, Group, Programme, TrackStanding, in_group, payments_in, programme

_HEADINGS = ("track", "patients", *STATES, "rate", "missing", "medicare", "earned now", "earned then")


class _Share(click.ParamType):
    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            share = Decimal(str(value))
        except InvalidOperation:
            self.fail(f"'{value}' is not a number such as 0.85", param, ctx)
        if not share.is_finite() or share < 0:
            self.fail(f"{value} is not a rate of 0 or more", param, ctx)
        return share


@click.command(cls=AnsweringCommand)
@click.option(
    "--year",
    type=click.IntRange(2000, 9998),
    help="The calendar year of alignment; the latest with cases when absent.",
)
@click.option("--track", type=click.Choice(["eckm", "ckm", "msk", "bh"]), help="Only one track.")
@click.option("--patients", "group", type=click.Choice(GROUPS), help="Also list these patients, each with a sentence.")
@click.option("--substitute-spend", type=_Share(), help="The substitute-spend rate, such as 0.85, where it is known.")
def outcomes(year: int | None, track: str | None, group: Group | None, substitute_spend: Decimal | None) -> Answer:
    """Say by track how many patients have met their targets, are on course, at risk or missed, and what that earns."""
    with current_database() as installation:
        settings = installation.settings
        today = local_date(clock_of(installation.db).now(), settings.zone)
        folder = settings.pathways_dir
        judgement = Judgement(folder, today, settings.zone)
        with installation.db.reading() as connection:
            chosen = _latest_year(connection, today.year) if year is None else year
            found = outcomes_of_year(connection, judgement, chosen, organisation=None)
    payments = payments_in(folder, chosen)
    whole = programme(found, payments, substitute_spend)
    standings = [each for each in whole.tracks if track in (None, each.track)]
    listed = [] if group is None else in_group(found, payments, group, track)
    data = {
        "year": chosen,
        "today": today,
        "threshold": payments.clinical.threshold,
        "substitute_spend": substitute_spend,
        "tracks": [_data(each) for each in standings],
    }
    if group is not None:
        data["patients"] = [_patient(each) for each in listed]
    return Answer(data, _text(chosen, whole, standings, listed, group))


def _latest_year(connection: Connection, this_year: int) -> int:
    """The latest year up to this one in which a case was aligned; this one where there is none."""
    return next((each for each in performance_years(connection, organisation=None) if each <= this_year), this_year)


def _data(standing: TrackStanding) -> dict[str, Any]:
    return {
        "track": standing.track,
        "patients": standing.total,
        **{state.replace(" ", "_"): standing.counts[state] for state in STATES},
        "rate": standing.attainment.rate,
        "rate_if_arrived": standing.if_arrived.rate,
        "missing_to_threshold": standing.missing,
        "within_reach": standing.is_within_reach,
        "medicare": standing.now.payment.medicare,
        "withheld": standing.now.payment.withheld,
        "adjustment": standing.now.adjustment.share,
        "adjustment_because": standing.now.adjustment.because,
        "earned": standing.now.total,
        "adjustment_if_arrived": standing.then.adjustment.share,
        "earned_if_arrived": standing.then.total,
    }


def _patient(each: YearOutcome) -> dict[str, Any]:
    return {
        "patient_id": each.patient_id,
        "case_id": each.case_id,
        "name": each.patient_name,
        "track": each.track,
        "status": each.status,
        "state": each.outcome.state,
        "met": each.outcome.met,
        "of": each.outcome.of,
        "measured_on": each.outcome.measured_on,
        "sentence": each.outcome.sentence,
        "measures": [
            {"measure": one.measure, "role": one.role, "state": one.state, "sentence": one.sentence}
            for one in each.outcome.measures
        ],
    }


def _text(
    year: int, whole: Programme, standings: list[TrackStanding], listed: list[YearOutcome], group: Group | None
) -> str:
    if not whole.tracks:
        return f"No case was aligned in {year}."
    rows = [
        (
            each.track,
            each.total,
            *(each.counts[state] for state in STATES),
            f"{(each.attainment.rate or 0):.1%}",
            each.missing,
            each.now.payment.medicare,
            each.now.total,
            each.then.total,
        )
        for each in standings
    ]
    lines = [f"Aligned in {year}; threshold {whole.payments.clinical.threshold:.0%}; USD of Medicare's part", ""]
    lines.append(table(_HEADINGS, rows))
    if group is not None:
        lines += ["", f"{group}:"]
        lines += [f"{each.patient_name} ({each.case_id}): {each.outcome.sentence}" for each in listed]
    return "\n".join(lines)
