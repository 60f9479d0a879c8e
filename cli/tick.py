"""`throughline tick`: run everything that is due now, once."""

from __future__ import annotations

from dataclasses import dataclass

import click

from cli.answers import FAULT, Answer, AnsweringCommand
from cli.installation import current_database
from cli.outbox import deliveries_in_words, deliveries_of
from engine.application import Engine
from engine.counted import counted
from engine.errors import SettingsError, UnreadableCheckpoint
from engine.outgoing.delivery import deliver_outgoing
from engine.proof.checkpoints import write_daily


@click.command(cls=AnsweringCommand)
def tick() -> Answer:
    """Run everything that is due now, once, and deliver what waits. Safe to run anywhere, any number at once."""
    with current_database() as installation:
        engine = installation.engine()
        done = engine.tick()
        sent = deliver_outgoing(engine, installation.channels(), engine.clock.now())
        checkpoint = _checkpoint(engine)
    data = {"cases": done.cases, "commands": done.commands, "failed": list(done.failed)} | deliveries_of(sent)
    data["checkpoint"] = checkpoint.number
    text = f"{counted(done.commands, 'command')} on {counted(done.cases, 'case')}; {deliveries_in_words(sent)}"
    text += f"; checkpoint {checkpoint.number}" if checkpoint.number else ""
    problems = [f"could not go on: {', '.join(done.failed)} (see the log)"] if done.failed else []
    problems += [checkpoint.problem] if checkpoint.problem else []
    return Answer(data, "; ".join([text, *problems]), FAULT if problems else 0)


@dataclass(frozen=True, slots=True)
class _Checkpoint:
    """The number of the day's checkpoint when this run wrote it, or why none can be written."""

    number: int | None = None
    problem: str | None = None


def _checkpoint(engine: Engine) -> _Checkpoint:
    try:
        written = write_daily(engine.db, engine.settings, engine.clock.now()).checkpoint
    except (SettingsError, UnreadableCheckpoint) as error:  # what was due has run all the same, and is answered
        return _Checkpoint(problem=f"no checkpoint: {error.message}")
    return _Checkpoint(written.number if written else None)
