"""What a command answers, and how every command shows it: text for a person, or one JSON document."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import DatabaseError

from care.errors import CareError
from cli.exit_codes import exit_code
from engine.errors import DefinitionError, SettingsError, ThroughlineError
from engine.feel import FeelError
from engine.safe_xml import UnsafeXml

DONE, FAULT, WRONG_CALL = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found or did: ``data`` for programs, ``text`` for people, ``code`` for the shell."""

    data: Any
    text: str
    code: int = DONE


class AnsweringCommand(click.Command):
    """A command that returns an Answer; takes --json, and turns our errors into messages and exit codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(
            click.Option(["--json", "as_json"], is_flag=True, help="Answer with one JSON document on stdout.")
        )

    def invoke(self, ctx: click.Context) -> None:
        as_json = ctx.params.pop("as_json")
        ctx.meta["as_json"] = as_json
        try:
            answer: Answer | None = super().invoke(ctx)
        except (ThroughlineError, CareError, FeelError) as error:
            answer = failure(error)
        except UnsafeXml as error:
            answer = failure(DefinitionError(error.source, None, error.rule, error.message))
        except DatabaseError as error:
            answer = failure(SettingsError("THROUGHLINE_DATABASE_URL", f"the database does not answer: {error.orig}"))
        if answer is not None:  # a command that answered line by line returns none
            show(answer, as_json=as_json)
            ctx.exit(answer.code)


def failure(error: ThroughlineError | CareError | FeelError) -> Answer:
    """The answer of a command that raised one of our errors."""
    return Answer({"error": {"code": error.code, "message": error.message}}, error.message, exit_code(error))


def show(answer: Answer, *, as_json: bool) -> None:
    """Prints an answer: JSON or text on stdout; the text of what went wrong on stderr."""
    if as_json:
        click.echo(json.dumps(answer.data, default=_plain, ensure_ascii=False))
    failed = answer.code != DONE and isinstance(answer.data, Mapping) and "error" in answer.data
    if failed:
        click.echo(f"throughline: {answer.text}", err=True)
    elif not as_json and answer.text:
        click.echo(answer.text)


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Rows in columns as wide as their widest cell."""
    cells = [list(headings), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]
    return "\n".join(line.rstrip() for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return value.strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else str(value)


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
