"""`throughline tick`: run everything that is due now, once."""

from __future__ import annotations

import click

from cli.answers import FAULT, Answer, AnsweringCommand, counted
from cli.installation import current_database
from cli.outbox import deliveries_in_words, deliveries_of
from engine.outgoing.delivery import deliver_outgoing


@click.command(cls=AnsweringCommand)
def tick() -> Answer:
    """Run everything that is due now, once, and deliver what waits. Safe to run anywhere, any number at once."""
    with current_database() as installation:
        engine = installation.engine()
        done = engine.tick()
        sent = deliver_outgoing(engine, installation.channels(), engine.clock.now())
    data = {"cases": done.cases, "commands": done.commands, "failed": list(done.failed)} | deliveries_of(sent)
    text = f"{counted(done.commands, 'command')} on {counted(done.cases, 'case')}; {deliveries_in_words(sent)}"
    if done.failed:
        return Answer(data, f"{text}; could not go on: {', '.join(done.failed)} (see the log)", FAULT)
    return Answer(data, text)
