"""`throughline pathways diff`: what is different between two versions or files of a pathway, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import Connection

from cli.answers import Answer, AnsweringCommand
from cli.installation import current_database
from cli.version_names import WAYS, version_meant
from engine.bundle import PathwayFiles
from engine.compare import Comparison, compare
from engine.counted import counted
from engine.store.clocks import clock_of
from engine.store.versions import version

_FOLDERS = ("shared", "decisions", "forms", "instruments", "configuration")
_FILES = (".bpmn", ".dmn", ".yaml")
_WAYS = f"{WAYS}, or a file"


@dataclass(frozen=True, slots=True)
class _Side:
    """What stands on one side: how it is called, and its sources."""

    title: str
    sources: Mapping[str, str]
    hash: str | None


@click.command("diff", cls=AnsweringCommand)
@click.argument("before")
@click.argument("after")
def diff_pathways(before: str, after: str) -> Answer:
    """Say what AFTER has that BEFORE has not, by file and element.

    Each is a version's hash (six digits at least), `msk@3` (a process and its number), `msk` (what is in force), or a
    file with what it takes along. That they differ is no fault: the exit code is 0.
    """
    one, other = _sides((before, after))
    found = compare(one.sources, other.sources)
    data = {
        "before": {"title": one.title, "version": one.hash},
        "after": {"title": other.title, "version": other.hash},
        "same": found.is_same,
        "changes": [asdict(change) for change in found.changes],
        "rewritten": list(found.rewritten),
    }
    return Answer(data, "\n".join(_lines(one, other, found)))


def _sides(wanted: tuple[str, str]) -> tuple[_Side, _Side]:
    if all(_is_file(each) for each in wanted):  # two files need no database
        return _of_file(wanted[0]), _of_file(wanted[1])
    with current_database() as installation, installation.db.reading() as connection:
        now = clock_of(installation.db).now()
        one, other = (
            _of_file(each) if _is_file(each) else _published(connection, each, now)
            for each in wanted
        )
        return one, other


def _is_file(wanted: str) -> bool:
    return wanted.endswith(_FILES) or "/" in wanted


def _of_file(wanted: str) -> _Side:
    file = Path(wanted).resolve()
    if not file.is_file():
        raise click.UsageError(f"there is no file '{wanted}'; give {_WAYS}")
    folder = file.parent.parent if file.parent.name in _FOLDERS else file.parent
    main = file.relative_to(folder).as_posix()
    files = PathwayFiles(folder)
    try:
        sources = files.bundle(main) if main.endswith(".bpmn") else {main: files.read(main)}
    except UnicodeDecodeError as error:
        raise click.UsageError(f"'{wanted}', or what it takes along, is not in UTF-8; save it as UTF-8") from error
    return _Side(wanted, sources, None)


def _published(connection: Connection, wanted: str, now: datetime) -> _Side:
    row = version(connection, version_meant(connection, wanted, now))
    return _Side(f"{row['process_id']} version {row['number']}", row["sources"], row["hash"])


def _lines(one: _Side, other: _Side, found: Comparison) -> Iterable[str]:
    yield f"from {one.title} to {other.title}"
    for file, changes in found.by_file().items():
        yield f"\n{file}"
        yield from (f"  {change.what:<8} {change.sentence}" for change in changes)
    yield ""
    for file in found.rewritten:
        yield f"{file} is written differently and says the same"
    yield _counts(found) if found.changes else "these two say the same"


def _counts(found: Comparison) -> str:
    files = counted(len(found.by_file()), "file")
    kinds = ((what, sum(1 for change in found.changes if change.what == what)) for what in _ORDER)
    return f"{files}: " + ", ".join(f"{number} {what}" for what, number in kinds if number)


_ORDER = ("added", "removed", "changed", "moved")
