"""`throughline pathways replay`: play recorded cases again on another version and say who would have gone elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

import click

from care.calendars import local_date
from cli.answers import Answer, AnsweringCommand
from cli.installation import current_database
from cli.progress import progress
from cli.version_names import process_meant
from engine.counted import counted
from engine.replay import KINDS, VERDICTS, Replay, cases_to_replay, replayer, target_of_version, told


@click.command("replay", cls=AnsweringCommand)
@click.argument("track")
@click.option("--to", "wanted", required=True, help="The version: its hash or number, or msk@3.")
@click.option("--cases", "most", type=click.IntRange(1), default=50, show_default=True, help="At most so many cases.")
def replay_pathway(track: str, wanted: str, most: int) -> Answer:
    """Play the records of running cases of TRACK (or of a process) again on another version, from their first day.

    Says who would have taken another path, got stuck or lost a timer. Nothing real is touched. That somebody would have
    is no fault: the exit code is 0.
    """
    with current_database() as installation:
        engine = installation.engine()
        with engine.db.reading() as connection:
            _, digest = process_meant(connection, track, wanted, engine.clock.now())
            target = target_of_version(connection, digest)
            waiting = cases_to_replay(connection, target, most)
        with replayer(engine, target) as play:
            found = [play(case_id) for case_id in progress(waiting, total=len(waiting), label="cases")]
    counts = {verdict: sum(each.verdict == verdict for each in found) for verdict in VERDICTS}
    data = {"version": target.hash, "counts": counts, "cases": [asdict(each) for each in found]}
    return Answer(data, "\n".join(_lines(found, counts, engine.zone)))


def _lines(found: Sequence[Replay], counts: dict[Any, int], zone: ZoneInfo) -> list[str]:
    if not found:
        return ["no running case is on another version: there is nothing to compare"]
    lines = [f"{counted(len(found), 'case')} played again"]
    lines += [f"  {number} {VERDICTS[verdict]}" for verdict, number in counts.items() if number]
    for each in found:
        if each.verdict != "same" or each.moved:
            lines += ["", *_of_case(each, zone)]
    return lines


def _of_case(each: Replay, zone: ZoneInfo) -> list[str]:
    lines = [f"{each.case_id} ({each.patient}) {VERDICTS[each.verdict]}"]
    if each.moved:
        until = local_date(each.until, zone)
        lines.append(f"  compared up to {until:%a %-d %b %Y}: then it was moved to another version")
    lines += [f"  {each.reason}"] if each.reason else []
    for line in told(each.differences):
        more = f" (and {line.more} more like it)" if line.more else ""
        lines.append(f"  {KINDS[line.kind]}: {line.sentence}{more}")
    return lines + [f"  assumed: {line}" for line in each.assumed]
