"""`throughline organisations`: who cares for patients here, each seen by its own people."""

from __future__ import annotations

import click

from cli.answers import Answer, AnsweringCommand, table
from cli.installation import current_database
from engine.store.organisations import add_organisation, all_organisations


@click.group()
def organisations() -> None:
    """Create and list organisations."""


@organisations.command("create", cls=AnsweringCommand)
@click.argument("organisation_id", metavar="ID")
@click.option("--name", required=True, help="As people know it.")
def create_organisation(organisation_id: str, name: str) -> Answer:
    """Create an organisation; its case managers and leads see its patients and no others."""
    with current_database() as installation, installation.db.writing() as connection:
        add_organisation(connection, organisation_id, name)
    return Answer({"id": organisation_id, "name": name.strip()}, f"{organisation_id}  {name.strip()}")


@organisations.command("list", cls=AnsweringCommand)
def list_organisations() -> Answer:
    """List the organisations."""
    with current_database() as installation, installation.db.reading() as connection:
        items = [{"id": row["id"], "name": row["name"]} for row in all_organisations(connection)]
    return Answer({"items": items}, table(("id", "name"), [(each["id"], each["name"]) for each in items]))
