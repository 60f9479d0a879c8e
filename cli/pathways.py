"""`throughline pathways`: check diagrams, publish them, list what is published; `test` stands in its own file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
from sqlalchemy import RowMapping

from cli.answers import FAULT, Answer, AnsweringCommand, table
from cli.installation import current_database
from cli.pathways_diff import diff_pathways
from cli.pathways_migrate import migrate_pathway
from cli.pathways_replay import replay_pathway
from cli.pathways_test import test_pathways
from cli.version_names import process_meant
from engine.bundle import PathwayFiles, main_process
from engine.commands import OPERATOR
from engine.counted import counted
from engine.errors import DefinitionError
from engine.lint import Finding, lint_files
from engine.passed_over import passed_over_by
from engine.publish import publish
from engine.safe_xml import UnsafeXml
from engine.store.clocks import clock_of
from engine.store.versions import all_versions, version, versions_in_force

_SHOWN = 60
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def pathways() -> None:
    """Check, test, compare, publish and list pathways."""


pathways.add_command(test_pathways)
pathways.add_command(diff_pathways)
pathways.add_command(migrate_pathway)
pathways.add_command(replay_pathway)


@pathways.command("lint", cls=AnsweringCommand)
@click.argument("files", nargs=-1, required=True, type=_FILE)
def lint_pathways(files: tuple[Path, ...]) -> Answer:
    """Say what is wrong with diagrams and tables; exit 1 when anything is an error."""
    findings = lint_files(list(files), _folder_of(files[0]))
    data = {
        "files": len(files),
        "errors": _errors(findings),
        "findings": [asdict(found) for found in findings],
    }
    return Answer(data, _listed(findings, len(files)), FAULT if _errors(findings) else 0)


@pathways.command("publish", cls=AnsweringCommand)
@click.argument("file", type=_FILE)
@click.option("--note", required=True, help="What changed and why; it stays with the version.")
@click.option(
    "--instead-of",
    "passed",
    metavar="VERSION",
    help="The planned version that this one passes over: its hash or the beginning of it, its number, or msk@3.",
)
def publish_pathway(file: Path, note: str, passed: str | None) -> Answer:
    """Publish the pathway in FILE with all that it uses. Cases that start from now on take it."""
    folder = _folder_of(file)
    main = file.resolve().relative_to(folder).as_posix()
    if _errors(findings := lint_files(_published_with(main, file, folder), folder)):
        data = {"new": False, "errors": _errors(findings), "findings": [asdict(found) for found in findings]}
        return Answer(data, _listed(findings, 1) + "\nnot published", FAULT)
    files = PathwayFiles(folder)
    with current_database() as installation:
        now = clock_of(installation.db).now()
        with installation.db.writing() as connection:
            if passed is not None:
                _, passed = process_meant(connection, main_process(files.read(main), main), passed, now)
            definition, is_new = publish(
                connection,
                files,
                main,
                note=note,
                by=OPERATOR.id,
                now=now,
                instead_of=passed,
                zone=installation.settings.zone,
            )
            kept = version(connection, definition.hash)
    data = {
        "process_id": kept["process_id"],
        "version": kept["hash"],
        "number": kept["number"],
        "new": is_new,
        "findings": [asdict(found) for found in findings],
    }
    said = "published" if is_new else "was published before and stays"
    warned = _listed(findings, 1) + "\n" if findings else ""
    return Answer(data, f"{warned}{kept['process_id']} version {kept['number']} ({kept['hash'][:12]}) {said}")


@pathways.command("list", cls=AnsweringCommand)
def list_pathways() -> Answer:
    """List the published versions, the newest of each process first."""
    with current_database() as installation, installation.db.reading() as connection:
        rows = all_versions(connection)
        taken = {row["hash"] for row in versions_in_force(connection, clock_of(installation.db).now())}
    items = [
        {
            "process_id": row["process_id"],
            "number": row["number"],
            "version": row["hash"],
            "title": row["title"],
            "track": row["track"],
            "tracks": row["tracks"],
            "messages": row["messages"],
            "note": row["note"],
            "published_at": row["published_at"],
            "published_by": row["published_by"],
            "effective_from": row["effective_from"],
            "in_force": row["hash"] in taken,
            "passed_over_by": passed_over_by(row, rows),
        }
        for row in rows
    ]
    shown = [
        (
            r["process_id"],
            r["number"],
            r["hash"][:12],
            r["track"] or "-",
            r["published_at"],
            _takes_effect(r, taken, rows),
            r["title"],
        )
        for r in rows
    ]
    columns = ("process", "no", "version", "track", "published", "takes effect", "title")
    return Answer({"items": items}, table(columns, shown))


def _takes_effect(row: RowMapping, taken: set[str], rows: Sequence[RowMapping]) -> object:
    if row["hash"] in taken:
        return "in force"
    return "never" if passed_over_by(row, rows) is not None else row["effective_from"] or "-"


def _published_with(main: str, file: Path, folder: Path) -> list[Path]:
    """The diagrams and tables that a pathway takes along; the file alone where what it names is not there."""
    try:
        names = PathwayFiles(folder).bundle(main)
    except (DefinitionError, UnsafeXml, OSError, UnicodeDecodeError):
        return [file]
    others = [folder / name for name in names if name.endswith((".bpmn", ".dmn")) and name != main]
    return [file, *others]


def _errors(findings: Sequence[Finding]) -> int:
    return sum(1 for found in findings if found.severity == "error")


def _listed(findings: Sequence[Finding], files: int) -> str:
    lines = [
        f"{found.file}:{found.line or ''}: {found.severity}: {found.element or 'file'}: {found.message} "
        f"[{found.rule}]" + _pointed(found) + (f"\n    {found.hint}" if found.hint else "")
        for found in findings
    ]
    errors = _errors(findings)
    counts = (counted(files, "file"), counted(errors, "error"), counted(len(findings) - errors, "warning"))
    return "\n".join([*lines, ", ".join(counts)])


def _pointed(found: Finding) -> str:
    """The expression, with a mark under the character that the finding is about."""
    if not found.expression or not found.character:
        return ""
    start = max(0, found.character - _SHOWN)  # long texts are cut, so that the mark stands in sight
    text = " ".join(found.expression[start : start + 2 * _SHOWN].split("\n"))
    return f"\n    {text}\n    {' ' * (found.character - 1 - start)}^"


def _folder_of(file: Path) -> Path:
    """The folder of pathways of a file: its own, or the one above for `shared/` and `decisions/`."""
    parent = file.resolve().parent
    return parent.parent if parent.name in ("shared", "decisions") else parent
