"""`throughline tick`: run everything that is due now, once."""

from __future__ import annotations

import click

from cli.answers import FAULT, Answer, AnsweringCommand, counted
from cli.installation import current_database


@click.command(cls=AnsweringCommand)
def tick() -> Answer:
    """Run everything that is due now, once. Safe to run anywhere, any number at once."""
    with current_database() as installation:
        done = installation.engine().tick()
    data = {"cases": done.cases, "commands": done.commands, "failed": list(done.failed)}
    text = f"{counted(done.commands, 'command')} on {counted(done.cases, 'case')}"
    if done.failed:
        return Answer(data, f"{text}; could not go on: {', '.join(done.failed)} (see the log)", FAULT)
    return Answer(data, text)
