"""`throughline backup`: make a backup while everybody works, say whether it is whole, put it back."""

from __future__ import annotations

from pathlib import Path

import click

from cli.answers import FAULT, Answer, AnsweringCommand
from cli.installation import any_database
from engine.backup.making import Made, make
from engine.backup.restoring import Restored, restore
from engine.backup.verifying import Verified, verify, verify_files
from engine.clock import SystemClock
from engine.counted import counted

_MEGA = 1_000_000


@click.group()
def backup() -> None:
    """Make, verify and restore backups of the database and of what the record is verified with."""


@backup.command("create", cls=AnsweringCommand)
@click.option("--to", type=click.Path(path_type=Path), help="A folder, or a file .zip; 'backups' in the data folder.")
@click.option("--keep", type=click.IntRange(1), help="Remove the oldest ones of the folder beyond this many.")
@click.option("--with-keys", is_flag=True, help="Put the private signing key and the secret key in it, too.")
def create_backup(to: Path | None, keep: int | None, with_keys: bool) -> Answer:
    """Make a backup, while others work; it is there whole or not at all."""
    with any_database() as installation:
        now = SystemClock().now()  # of a sandbox, too: when it was made, not when it plays
        made = make(installation.db, installation.settings, to, now, with_keys=with_keys, keep=keep)
    return Answer(_as_data(made), _in_words(made))


@backup.command("verify", cls=AnsweringCommand)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--quick", is_flag=True, help="Its files alone, by their hashes; put nothing back.")
def verify_backup(file: Path, quick: bool) -> Answer:
    """Say whether a backup is whole, by its hashes and by putting it back elsewhere; each fault exits 1."""
    with any_database() as installation:
        found = verify_files(file) if quick else verify(file, installation.settings)
    data = {"ok": not found.faults, "faults": found.faults, "was_put_back": found.was_put_back}
    return Answer({**data, "manifest": found.manifest.content}, _verified(file, found), FAULT if found.faults else 0)


@backup.command("restore", cls=AnsweringCommand)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Where the database holds anything: it is kept under another name.")
def restore_backup(file: Path, force: bool) -> Answer:
    """Put a backup in the database's place, bring it to the current schema, verify its records; a fault exits 1."""
    with any_database() as installation:
        done = restore(file, installation.db, installation.settings, over=force)
    data = {
        "cases": done.manifest.cases,
        "entries": done.manifest.entries,
        "kept": done.kept,
        "lost": done.lost,
        "added": done.added,
        "ok": done.found.is_whole,
        "sentence": done.found.sentence,
        "faults": [f"{fault.where}: {fault.problem}" for fault in done.found.faults],
    }
    return Answer(data, _restored(file, done), 0 if done.found.is_whole else FAULT)


def _as_data(made: Made) -> dict[str, object]:
    return {
        "file": made.file,
        "size": made.size,
        "removed": list(made.removed),
        "manifest": made.manifest.content,
    }


def _in_words(made: Made) -> str:
    held = f"{counted(made.manifest.cases, 'case')}, {counted(made.manifest.entries, 'entry', 'entries')}"
    lines = [f"wrote {made.file}: {held}, revision {made.manifest.revision}, {made.size / _MEGA:.1f} MB"]
    if made.manifest.holds_keys:
        lines.append("it holds the private signing key and the secret key: keep it as you keep those")
    else:
        lines.append("it holds no private key: keep the signing key and the secret key elsewhere")
    lines += [f"removed {file}" for file in made.removed]
    return "\n".join(lines)


def _verified(file: Path, found: Verified) -> str:
    if found.faults:
        return "\n".join([f"{file} is not whole:", *found.faults])
    how = "put back elsewhere, its records end as they did" if found.was_put_back else "its files are as they were made"
    held = f"{counted(found.manifest.cases, 'case')}, {counted(found.manifest.entries, 'entry', 'entries')}"
    return f"{file} is whole: {how}; {held}, of {found.manifest.made_at}"


def _restored(file: Path, done: Restored) -> str:
    held = f"{counted(done.manifest.cases, 'case')}, {counted(done.manifest.entries, 'entry', 'entries')}"
    lines = [f"restored {file}: {held}, of {done.manifest.made_at}"]
    lines += [f"the database before is kept as {done.kept}"] if done.kept else []
    lines += [f"put back {name}" for name in done.added]
    lines += [f"LOST: {each}" for each in done.lost]
    lines += [f"{fault.where}: {fault.problem}" for fault in done.found.faults]
    return "\n".join([*lines, done.found.sentence])
