"""`throughline cases`: start a case."""

from __future__ import annotations

from datetime import date

import click

from cli.answers import Answer, AnsweringCommand
from cli.installation import current_database
from cli.instants import DAY
from engine.commands import OPERATOR, StartCase


@click.group()
def cases() -> None:
    """Enrol patients in tracks."""


@cases.command("start", cls=AnsweringCommand)
@click.option("--patient", "patient_id", required=True, help="The patient's id, such as p12.")
@click.option("--track", required=True, help="msk, ckm, eckm or bh.")
@click.option("--aligned-on", type=DAY, help="The day of alignment, day 0; today when absent.")
@click.option("--assignee", help="The email of the user who gets the case's tasks.")
def start_case(patient_id: str, track: str, aligned_on: date | None, assignee: str | None) -> Answer:
    """Start a case on the newest version of the track's pathway; prints its id."""
    command = StartCase(patient_id, track, aligned_on, assignee)
    with current_database() as installation:
        outcome = installation.engine().execute(command, actor=OPERATOR)
    data = {
        "case_id": outcome.case_id,
        "id": outcome.case_id,
        "status": outcome.status,
        "tasks": list(outcome.tasks),
    }
    return Answer(data, outcome.case_id)
