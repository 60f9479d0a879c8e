"""A draft becomes versions: checked, rehearsed, and published in one transaction, or refused with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from care.calendars import local_date
from engine.bundle import PathwayTexts
from engine.counted import counted
from engine.errors import DefinitionError, InvalidInput, Refused
from engine.publish import publish
from engine.store.database import Database
from engine.store.people import name_of
from engine.store.scenarios import keep_scenario
from engine.store.studio import end_draft, locked_draft
from engine.studio.plan import Concerned, Plan, plan_of
from engine.studio.rehearsal import Performance, Rehearsal, ScenariosFailed, rehearse, scenarios_for

LONGEST_NOTE = 2_000
MOST_AHEAD = timedelta(days=366)  # a mistyped year such as 9999 would be what every later version has to pass over


@dataclass(frozen=True, slots=True)
class Order:
    """What a director asks for. ``pathways`` are the ids of the processes that get the new version; ``effective_on``
    None is at once; ``scenarios_reason`` says why scenarios that fail no longer hold.

    What is confirmed: ``takes_back`` are the processes whose newer version may be taken back, and the paths of such
    scenarios; ``instead_of`` the processes whose planned version may be passed over; ``leaves_out`` the paths of
    changed files that no pathway uses and that are given up.
    """

    note: str
    by: str
    pathways: frozenset[str]
    effective_on: date | None = None
    takes_back: frozenset[str] = frozenset()
    instead_of: frozenset[str] = frozenset()
    leaves_out: frozenset[str] = frozenset()
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
    _check(plan, chosen, order, now, zone)
    rehearsal = rehearse(performances_of(plan, chosen))
    if rehearsal.failed and not order.scenarios_reason.strip():
        raise ScenariosFailed(rehearsal)
    try:
        with db.writing() as connection:
            _refuse_overtaken(connection, plan, shipped)
            return _written(connection, plan, chosen, order, _note(order, rehearsal), now, zone)
    except IntegrityError as error:
        raise Refused("somebody published one of these pathways this moment; look at the plan once more") from error


def performances_of(plan: Plan, chosen: tuple[Concerned, ...]) -> tuple[Performance, ...]:
    """What to play before the chosen pathways are published: each pathway's scenarios with the texts that it gets.

    Pathways that find the same texts are played once, together; so are the draft's own scenarios of other tracks.
    """
    folders: list[tuple[dict[str, str], set[str]]] = []
    for each in chosen:
        texts = {**plan.texts, **each.sources}
        wanted = set(scenarios_for(texts, each.tracks))
        same = next((scenarios for other, scenarios in folders if other == texts), None)
        if same is None:
            folders.append((texts, wanted))
        else:
            same |= wanted
    rest = set(plan.scenarios).difference(*(scenarios for _, scenarios in folders))
    folders.append((dict(plan.texts), rest))
    return tuple(Performance(texts, tuple(sorted(scenarios))) for texts, scenarios in folders if scenarios)


def _chosen(plan: Plan, order: Order) -> tuple[Concerned, ...]:
    return tuple(each for each in plan.concerned if each.process_id in order.pathways)


def _check(plan: Plan, chosen: tuple[Concerned, ...], order: Order, now: datetime, zone: ZoneInfo) -> None:
    if plan.against:
        raise Refused(plan.against[0])
    if plan.findings.errors:
        first = next(found for found in plan.findings.found if found.severity == "error")
        raise Refused(
            f"the draft has {counted(plan.findings.errors, 'error')}; the first: {first.file}, "
            f"{first.element or 'the file'}: {first.message}; {first.hint}"
        )
    today = local_date(now, zone)
    wrong = _wrong(plan, chosen, order, today) or _unconfirmed(plan, chosen, order, now, zone)
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
    elif order.effective_on is not None and order.effective_on > today + MOST_AHEAD:
        wrong["effective_on"] = (
            f"{order.effective_on:%d %B %Y} is more than a year ahead; "
            f"choose a day until {today + MOST_AHEAD:%d %B %Y}."
        )
    gone = sorted(order.pathways - {each.process_id for each in plan.concerned})
    if gone:
        wrong["pathways"] = f"This draft does not concern {', '.join(gone)} any more; look at the plan once more."
    elif plan.concerned and not chosen:
        wrong["pathways"] = "Choose at least one pathway that gets the new version."
    return wrong


def _unconfirmed(
    plan: Plan, chosen: tuple[Concerned, ...], order: Order, now: datetime, zone: ZoneInfo
) -> dict[str, str]:
    """What would be lost unless somebody says that it is meant, by field."""
    found: dict[str, str] = {}
    for name, words in _losses(plan, chosen, order, now, zone):
        found[name] = f"{found[name]} {words}" if name in found else words
    return found


def _losses(
    plan: Plan, chosen: tuple[Concerned, ...], order: Order, now: datetime, zone: ZoneInfo
) -> Iterator[tuple[str, str]]:
    """Each thing that would be lost, with the field that says that it is meant."""
    starts = _starts(order.effective_on, now, zone) or now
    for each in chosen:
        if each.overtaken and each.process_id not in order.takes_back:
            yield (
                "takes_back",
                f"Version {each.number - 1} of {each.title} was published after this draft began, and would be taken "
                f"back in {', '.join(each.overtaken)}. Say that this is meant, or begin a draft from that version.",
            )
        planned = each.replaces_from
        if planned is not None and planned > starts and each.process_id not in order.instead_of:
            yield (
                "instead_of",
                f"Version {each.number - 1} of {each.title} would take effect on "
                f"{planned.astimezone(zone):%d %B %Y}; this one would take its place before. Say that this "
                "is meant, or choose that day or a later one.",
            )
    for scenario in plan.replaced:
        if scenario.overtaken and scenario.path not in order.takes_back:
            yield (
                "takes_back",
                f"The scenario “{scenario.title}” was saved by somebody since this draft changed it, and would be "
                "taken back. Say that this is meant, or take the change of the scenario back.",
            )
    lost = sorted(set(plan.unused) - order.leaves_out)
    if lost:
        yield "leaves_out", f"No pathway uses {', '.join(lost)}: say that this is given up, or use it in one."


def _refuse_overtaken(connection: Connection, plan: Plan, shipped: Path) -> None:
    """Refuse when the draft or what is published is no longer what was checked and rehearsed."""
    row = locked_draft(connection, plan.draft.id)
    if row["status"] != "open":
        raise Refused(f"{name_of(connection, row['saved_by'])} has {row['status']} this draft already")
    if row["revision"] != plan.draft.revision:
        raise Refused(
            f"{name_of(connection, row['saved_by'])} has saved this draft just now; look at it and publish again"
        )
    if plan_of(connection, plan.draft.id, shipped) != plan:
        raise Refused("another version or scenario was published just now; look at the plan once more")


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
    hashes = tuple(_one(connection, each, order, note, now, starts, zone) for each in chosen)
    for path in plan.scenarios:
        keep_scenario(connection, path, plan.texts[path], by=order.by, now=now)
    end_draft(connection, plan.draft.id, "published", by=order.by, now=now, published=hashes, note=note)
    return hashes


def _one(
    connection: Connection,
    each: Concerned,
    order: Order,
    note: str,
    now: datetime,
    starts: datetime | None,
    zone: ZoneInfo,
) -> str:
    files = PathwayTexts(each.sources, "this draft")
    try:
        made, is_new = publish(
            connection,
            files,
            each.main,
            note=note,
            by=order.by,
            now=now,
            effective_from=starts,
            instead_of=each.replaces if each.process_id in order.instead_of else None,
            zone=zone,
        )
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
