"""A draft becomes versions: checked, rehearsed, and published in one transaction, or refused with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from care.calendars import local_date
from engine.bundle import PathwayTexts
from engine.errors import DefinitionError, InvalidInput, Refused
from engine.publish import publish
from engine.store.database import Database
from engine.store.people import name_of
from engine.store.scenarios import keep_scenario
from engine.store.studio import end_draft, locked_draft
from engine.studio.plan import Concerned, Plan, plan_of
from engine.studio.rehearsal import Rehearsal, ScenariosFailed, rehearse, scenarios_for

LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class Order:
    """What a director asks for. ``pathways`` are the ids of the processes that get the new version, ``takes_back`` of
    those whose newer version may be taken back; ``effective_on`` None is at once; ``scenarios_reason`` says why
    scenarios that fail no longer hold."""

    note: str
    by: str
    pathways: frozenset[str]
    effective_on: date | None = None
    takes_back: frozenset[str] = frozenset()
    scenarios_reason: str = ""


def publish_draft(
    db: Database, draft_id: int, order: Order, *, shipped: Path, now: datetime, zone: ZoneInfo
) -> tuple[str, ...]:
    """Publish a draft; returns the hashes of the versions that it became.

    Raises InvalidInput by field for what the order lacks, ScenariosFailed when scenarios fail without a reason, Refused
    for everything else that stands against it. Then nothing is written.
    """
    with db.reading() as connection:
        plan = plan_of(connection, draft_id, shipped)
    chosen = _chosen(plan, order)
    _check(plan, chosen, order, local_date(now, zone))
    rehearsal = rehearse(plan.texts, scenarios_of(plan, chosen))
    if rehearsal.failed and not order.scenarios_reason.strip():
        raise ScenariosFailed(rehearsal)
    try:
        with db.writing() as connection:
            _refuse_overtaken(connection, plan, shipped)
            return _written(connection, plan, chosen, order, _note(order, rehearsal), now, zone)
    except IntegrityError as error:
        raise Refused("somebody published one of these pathways this moment; look at the plan once more") from error


def scenarios_of(plan: Plan, chosen: tuple[Concerned, ...]) -> tuple[str, ...]:
    """The scenarios to play before the chosen pathways are published."""
    tracks = {track for each in chosen for track in each.tracks}
    return scenarios_for(plan.texts, tracks, plan.scenarios)


def _chosen(plan: Plan, order: Order) -> tuple[Concerned, ...]:
    return tuple(each for each in plan.concerned if each.process_id in order.pathways)


def _check(plan: Plan, chosen: tuple[Concerned, ...], order: Order, today: date) -> None:
    if plan.against:
        raise Refused(plan.against[0])
    if plan.findings.errors:
        first = next(found for found in plan.findings.found if found.severity == "error")
        raise Refused(
            f"the draft has {_counted(plan.findings.errors, 'error')}; the first: {first.file}, "
            f"{first.element or 'the file'}: {first.message}; {first.hint}"
        )
    wrong = _wrong(plan, chosen, order, today)
    if wrong:
        raise InvalidInput(wrong)


def _wrong(plan: Plan, chosen: tuple[Concerned, ...], order: Order, today: date) -> dict[str, str]:
    """What the order lacks, by field."""
    wrong: dict[str, str] = {}
    if not order.note.strip():
        wrong["note"] = "Write what changes and why: it stays with the version."
    elif len(order.note) > LONGEST_NOTE:
        wrong["note"] = f"Write at most {LONGEST_NOTE:,} characters; these are {len(order.note):,}."
    if order.effective_on is not None and order.effective_on < today:
        wrong["effective_on"] = f"{order.effective_on:%d %B %Y} is over; choose today or a later day."
    if plan.concerned and not chosen:
        wrong["pathways"] = "Choose at least one pathway that gets the new version."
    for each in chosen:
        if each.overtaken and each.process_id not in order.takes_back:
            wrong["takes_back"] = (
                f"Version {each.number - 1} of {each.title} was published after this draft began, and would be taken "
                f"back in {', '.join(each.overtaken)}. Say that this is meant, or begin a draft from that version."
            )
    return wrong


def _refuse_overtaken(connection: Connection, plan: Plan, shipped: Path) -> None:
    """Refuse when the draft or what is published is no longer what was checked and rehearsed."""
    row = locked_draft(connection, plan.draft.id)
    if row["status"] != "open":
        raise Refused(f"{name_of(connection, row['saved_by'])} has {row['status']} this draft already")
    if row["revision"] != plan.draft.revision:
        raise Refused(
            f"{name_of(connection, row['saved_by'])} has saved this draft just now; look at it and publish again"
        )
    if plan_of(connection, plan.draft.id, shipped).concerned != plan.concerned:
        raise Refused("another version was published just now; look at the plan once more")


def _written(
    connection: Connection,
    plan: Plan,
    chosen: tuple[Concerned, ...],
    order: Order,
    note: str,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[str, ...]:
    starts = _starts(order.effective_on, now, zone)
    hashes = tuple(_one(connection, each, note=note, by=order.by, now=now, starts=starts) for each in chosen)
    for path in plan.scenarios:
        keep_scenario(connection, path, plan.texts[path], by=order.by, now=now)
    end_draft(connection, plan.draft.id, "published", by=order.by, now=now, published=hashes)
    return hashes


def _one(connection: Connection, each: Concerned, *, note: str, by: str, now: datetime, starts: datetime | None) -> str:
    files = PathwayTexts(each.sources, "this draft")
    try:
        made, is_new = publish(connection, files, each.main, note=note, by=by, now=now, effective_from=starts)
    except DefinitionError as error:
        raise Refused(f"{each.title} cannot be published: {error.message}") from error
    if not is_new:
        raise Refused(f"this is word for word an older version of {each.title}, which is kept; change something in it")
    return made.hash


def _starts(on: date | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The beginning of the local day, None for at once."""
    return None if on is None or on <= local_date(now, zone) else datetime.combine(on, time(), zone)


def _note(order: Order, rehearsal: Rehearsal) -> str:
    if not rehearsal.failed:
        return order.note.strip()
    names = ", ".join(report.title for report in rehearsal.failed)
    return f"{order.note.strip()}\nScenarios that no longer hold: {names}. {order.scenarios_reason.strip()}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
