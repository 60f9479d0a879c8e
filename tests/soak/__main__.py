"""`make soak`: a year of many cases while web and workers are killed at random, beside the same year undisturbed.

`python -m tests.soak --help` names the options. Exit 1 where anything differs, or where there was less than was asked
for. PostgreSQL is the one that THROUGHLINE_TEST_POSTGRES_URL names, else one of its own.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import click

from engine.clock import stopwatch
from tests.databases import Postgres, postgres_url, quick_folder
from tests.soak.comparison import Compared, compare, outcome_of
from tests.soak.disturbed import Disturbance, Story, walk_disturbed
from tests.soak.people import Size
from tests.soak.place import Place
from tests.soak.shown import shown
from tests.soak.undisturbed import year_undisturbed

_WORKERS = {"postgresql": 2, "sqlite": 1}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run must have had: else it shows less than it says."""

    kills: int
    minutes: float


@click.command()
@click.option("--database", type=click.Choice([*_WORKERS, "both"]), default="postgresql", show_default=True)
@click.option("--cases", type=click.IntRange(2), default=500, show_default=True)
@click.option("--days", type=click.IntRange(2), default=365, show_default=True, help="That each case is walked.")
@click.option("--pause", type=click.FloatRange(0.05), default=0.6, show_default=True, help="Mean seconds to a kill.")
@click.option("--kills", default=1000, show_default=True, help="At least so many, else exit 1.")
@click.option("--minutes", default=10.0, show_default=True, help="At least so long, else exit 1.")
@click.option("--afternoons", is_flag=True, help="The clock stands still twice a working day, not once.")
@click.option("--every", default=1, show_default=True, help="The clock stands still on one day of so many.")
@click.option("--seed", default=1, show_default=True)
def soak(
    database: str,
    cases: int,
    days: int,
    pause: float,
    kills: int,
    minutes: float,
    afternoons: bool,
    every: int,
    seed: int,
) -> None:
    """Walk cases through a year while web and workers are killed; compare with the same year undisturbed."""
    warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR")
    size, asked = Size(cases, days, seed, afternoons, every), Asked(kills, minutes)
    beside = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    with quick_folder("throughline-soak-") as folder, beside:
        walked = beside.submit(year_undisturbed, folder / "undisturbed", size)
        for each in ("postgresql", "sqlite") if database == "both" else (database,):
            with _url(each, folder) as url:
                place, seconds = Place(url, folder / each), stopwatch()
                story = walk_disturbed(place, size, Disturbance(pause, _WORKERS[each]), partial(shown, each))
                outcome = outcome_of(place, story.walk.told)
            undisturbed, commands, took = walked.result()
            click.echo(f"undisturbed, one process on SQLite: {commands:,} commands in {took:.0f} s")
            compared = compare(outcome, undisturbed)
            _tell(each, size, story, compared, seconds())
            faults = [*_missing(story, asked), *story.read_faults, *compared.differences]
            if faults:
                click.echo("\n".join(faults))
                sys.exit(1)


@contextmanager
def _url(database: str, folder: Path) -> Iterator[str]:
    if database == "sqlite":
        yield f"sqlite:///{folder}/sqlite/throughline.db"
        return
    with postgres_url(os.environ) as server, Postgres.prepared(server) as databases, databases.empty_database() as url:
        yield url


def _missing(story: Story, asked: Asked) -> list[str]:
    """What there was less of than was asked for."""
    found = []
    if story.kills < asked.kills:
        found.append(f"{story.kills} kills are fewer than {asked.kills}: lower --pause, or walk more cases")
    if story.seconds < 60 * asked.minutes:
        found.append(f"it took {story.seconds / 60:.1f} minutes, less than {asked.minutes:g}: walk more cases")
    return found


def _tell(database: str, size: Size, story: Story, compared: Compared, seconds: float) -> None:
    """The summary, as it stands in docs/reliability.md."""
    workers = _WORKERS[database]
    counts = compared.counts
    deaths = _by_process(story.deaths)
    click.echo(f"""
| {database} | |
|---|---|
| cases, days each, seed | {counts["cases"]:,}, {size.days}, {size.seed} |
| processes | 1 web, {workers} worker{"s" if workers > 1 else ""} |
| killing went on for | {story.seconds / 60:.1f} minutes ({seconds / 60:.1f} with start and comparison) |
| kills | {story.kills:,}: {deaths} |
| what was under way there | {_in_words(_by_doing(story.deaths))} |
| asked again with the same key | {_in_words(story.again)} |
| attempts of killed workers that were made again | {story.attempts_ended} |
| commands | {counts["commands"]:,} ({counts["commands"] / story.seconds:.0f} a second) |
| compared | {_in_words(Counter({name: n for name, n in counts.items() if name != "commands"}))} |
| errors in logs | {_in_words(story.errors) or "none"} |
| reads beside | {story.reads.total():,}, {len(story.read_faults)} kinds of failure |
| differences | {len(compared.differences) or "none"} |
""")


def _by_process(deaths: Counter[tuple[str, str]]) -> str:
    found: Counter[str] = Counter()
    for (name, _), count in deaths.items():
        found[name] += count
    return _in_words(found)


def _by_doing(deaths: Counter[tuple[str, str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for (name, doing), count in deaths.items():
        found[f"{name.partition('-')[0]} {doing}"] += count
    return found


def _in_words(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items()))


if __name__ == "__main__":
    soak()
