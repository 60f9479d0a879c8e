"""`throughline checkpoints`: the signed checkpoints over all cases' records, and the key that signs them."""

from __future__ import annotations

import click

from cli.answers import DONE, FAULT, Answer, AnsweringCommand, table
from cli.installation import current_database
from engine.counted import counted
from engine.errors import NotFound
from engine.proof.checkpoints import Written, write_daily
from engine.proof.files import content_of
from engine.proof.readable import newest_checkpoints
from engine.proof.signing_key import known_keys, public_folder, signing_key
from engine.proof.statement import Leaf, Row, Statement
from engine.store import checkpoints as store


@click.group()
def checkpoints() -> None:
    """Write and show the signed checkpoints that a record cut short or an old backup shows against."""


@checkpoints.command("write", cls=AnsweringCommand)
def write_checkpoint() -> Answer:
    """Write the day's checkpoint where there is none yet, and files that are missing; exit 1 when a file differs."""
    with current_database() as installation:
        written = write_daily(installation.db, installation.settings, installation.engine().clock.now())
    data = {
        "checkpoint": written.checkpoint.content if written.checkpoint else None,
        "files": list(written.files),
        "differing": list(written.differing),
    }
    return Answer(data, _in_words(written), FAULT if written.differing else 0)


@checkpoints.command("list", cls=AnsweringCommand)
@click.option("--limit", default=31, show_default=True, type=click.IntRange(1), help="The most it shows.")
def list_checkpoints(limit: int) -> Answer:
    """List the checkpoints, the newest first; exit 1 when one of them cannot be read."""
    with current_database() as installation, installation.db.reading() as connection:
        found = newest_checkpoints(connection, None, limit)
    items = [{"number": number, "is_readable": row is not None, **(row or {})} for number, row in found]
    text = table(("number", "day", "cases", "entries", "root", "key"), [_line(*each) for each in found])
    return Answer({"items": items}, text, DONE if all(each["is_readable"] for each in items) else FAULT)


@checkpoints.command("show", cls=AnsweringCommand)
@click.argument("number", type=click.IntRange(1))
def show_checkpoint(number: int) -> Answer:
    """Show a checkpoint as its file says it; exit 1 when its signature is not that of a known key."""
    with current_database() as installation, installation.db.reading() as connection:
        row = store.checkpoint_by_number(connection, number)
        if row is None:
            raise NotFound("checkpoint", str(number))
        leaves = [Leaf.of(leaf) for leaf in store.leaves_of(connection, number)]
        key = known_keys(installation.settings.signing_key).get(row["key_id"])
    statement = Statement.of(row)
    is_signed = key is not None and key.verifies(row["signature"], statement.text)
    data = content_of(row, leaves, key.pem if key else None) | {"is_signed": is_signed}
    lines = [*(f"{name}: {value}" for name, value in statement.content.items()), f"signature: {row['signature']}"]
    lines.append("signed by a key that is known here" if is_signed else "NOT signed by a key that is known here")
    lines.append(f"{counted(len(leaves), 'case')} had grown since the one before")
    return Answer(data, "\n".join(lines), 0 if is_signed else FAULT)


@checkpoints.command("key", cls=AnsweringCommand)
def show_key() -> Answer:
    """Print the public key that verifies checkpoints; makes the pair where there is none."""
    with current_database() as installation:
        file = installation.settings.signing_key
        public = signing_key(file).public
        known = sorted(known_keys(file))
    data = {"id": public.id, "public_key": public.pem, "file": file, "known": known}
    return Answer(data, f"{public.pem}id: {public.id}\n{counted(len(known), 'key')} known in {public_folder(file)}")


def _line(number: int, row: Row | None) -> tuple[object, ...]:
    if row is None:
        return number, "cannot be read", None, None, None, None
    return number, row["day"], row["cases"], row["entries"], row["root"][:16], row["key_id"][:16]


def _in_words(written: Written) -> str:
    made = written.checkpoint
    lines = ["the day has its checkpoint already"]
    if made is not None:
        held = f"{counted(made.cases, 'case')}, {made.entries} entries"
        lines = [f"checkpoint {made.number} of {made.day}: {held}, root {made.root[:16]}"]
    lines += [f"wrote {name}" for name in written.files]
    lines += [f"{name} says something else than the database; see 'history verify'" for name in written.differing]
    return "\n".join(lines)
