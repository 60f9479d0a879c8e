"""The console script `throughline`: finds the group or command that is asked for and runs it."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module

import click

# Name -> "module:object". Only what is asked for is imported: `throughline feel` needs no web framework.
COMMANDS = {
    "backup": "cli.backup:backup",
    "cases": "cli.cases:cases",
    "checkpoints": "cli.checkpoints:checkpoints",
    "clock": "cli.clock:clock",
    "db": "cli.db:db",
    "demo": "cli.demo:demo",
    "doctor": "cli.doctor:doctor",
    "feel": "cli.feel:feel",
    "history": "cli.history:history",
    "incidents": "cli.incidents:incidents",
    "organisations": "cli.organisations:organisations",
    "outbox": "cli.outbox:outbox",
    "outcomes": "cli.outcomes:outcomes",
    "pathways": "cli.pathways:pathways",
    "patients": "cli.patients:patients",
    "score": "cli.score:score",
    "serve": "cli.serve:serve",
    "tick": "cli.tick:tick",
    "tokens": "cli.tokens:tokens",
    "users": "cli.users:users",
    "worker": "cli.worker:worker",
}


class Commands(click.Group):
    """The commands of the table above, each imported when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        close = get_close_matches(args[0], COMMANDS, n=1) if args and args[0] not in COMMANDS else []
        if close:
            ctx.fail(f"no such command '{args[0]}'; did you mean '{close[0]}'?")
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, name = target.partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="throughline")
def main() -> None:
    """Throughline runs the BPMN diagram of each ACCESS track and keeps the record of every patient.

    Settings are environment variables THROUGHLINE_*; `throughline doctor` shows them.
    """
