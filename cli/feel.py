"""`throughline feel`: evaluate an expression, or a file of them, with the functions that pathways have."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from cli.answers import Answer, AnsweringCommand
from cli.feel_explained import explained_answer, show_warnings, warning_json
from cli.feel_values import from_json, to_json
from engine.clock import SystemClock
from engine.feel import FeelError, Value, compile_expression, long_names, to_text
from engine.functions import FUNCTIONS

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(cls=AnsweringCommand)
@click.argument("expression", required=False)
@click.option("--data", type=_FILE, help="A JSON object with the names that the expression reads.")
@click.option("--explain", "explained", is_flag=True, help="Show the value of each part of the expression.")
@click.option("--batch", type=_FILE, help='JSON lines of {"id", "expression", "data"}; answers line by line.')
def feel(expression: str | None, data: Path | None, explained: bool, batch: Path | None) -> Answer | None:
    """Evaluate a FEEL expression, with the functions that pathways may call.

    now() and today() are the machine's, unless the data has a `now` and a `today` of its own.

    \b
    throughline feel '1 + 1'
    throughline feel 'date("2026-07-06") + duration("P60D")'
    throughline feel -- '-1 + 2'
    throughline feel 'nrs.score > 4' --data facts.json
    throughline feel 'nrs.score > 4 and case.day > 28' --data facts.json --explain
    """
    if (expression is None) == (batch is None):
        raise click.UsageError("give one expression, or --batch with a file of them")
    if batch is not None:
        if data is not None or explained:
            raise click.UsageError("--data and --explain go with one expression; a batch line has its own data")
        return _answer_batch(batch)
    assert expression is not None
    scope = with_clock(_scope(data))
    return explained_answer(expression, scope) if explained else _answer_one(expression, scope)


def with_clock(scope: dict[str, Value]) -> dict[str, Value]:
    """The scope with the machine's `now` and `today` where it has none of its own."""
    now = SystemClock().now().replace(microsecond=0)
    return {"now": now, "today": now.date(), **scope}


def _answer_one(expression: str, scope: dict[str, Value]) -> Answer:
    compiled = compile_expression(expression, functions=FUNCTIONS, names=frozenset(long_names(scope)))
    found = compiled.evaluate_with_warnings(scope)
    show_warnings(found.warnings)
    data = {"value": to_json(found.value), "warnings": [warning_json(each, expression) for each in found.warnings]}
    return Answer(data, to_text(found.value))


def _answer_batch(file: Path) -> Answer | None:
    answers = _answers(file)
    if click.get_current_context().meta["as_json"]:
        return Answer(list(answers), "")
    for answer in answers:
        click.echo(json.dumps(answer, ensure_ascii=False))
    return None


def _answers(file: Path) -> Iterator[dict[str, Any]]:
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _answer_line(line, number)
    except UnicodeDecodeError as error:
        raise click.BadParameter(f"{file}: is not UTF-8 ({error.reason})", param_hint="--batch") from error


def _answer_line(line: str, number: int) -> dict[str, Any]:
    """The answer to one line; one that cannot be read is answered as well, and the rest goes on."""
    identity = None
    try:
        asked = json.loads(line)
        if not isinstance(asked, dict) or not isinstance(asked.get("expression"), str):
            return {"id": _identity(asked), "error": f'line {number}: needs {{"id", "expression", "data"}}'}
        identity = asked.get("id")
        scope = from_json({"context": asked.get("data") or {}})
        if not isinstance(scope, dict) or not isinstance(asked.get("data") or {}, dict):
            raise ValueError("data must be an object of names")
        names = frozenset(long_names(scope))
        compiled = compile_expression(asked["expression"], functions=FUNCTIONS, names=names)
        value = compiled.evaluate(with_clock(scope))
        return {"id": identity, "value": to_json(value)}
    except FeelError as error:
        return {"id": identity, "error": error.message}
    except RecursionError:
        return {"id": identity, "error": f"line {number}: the data is nested too deep"}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return {"id": identity, "error": f"line {number}: {error}"}


def _identity(asked: Any) -> Any:
    return asked.get("id") if isinstance(asked, dict) else None


def _scope(file: Path | None) -> dict[str, Value]:
    if file is None:
        return {}
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        scope = from_json(document)
    except RecursionError as error:
        raise click.BadParameter(f"{file}: the data is nested too deep", param_hint="--data") from error
    except (ValueError, FeelError) as error:
        raise click.BadParameter(f"{file}: {error}", param_hint="--data") from error
    if not isinstance(scope, dict):
        raise click.BadParameter(f"{file}: holds no JSON object", param_hint="--data")
    return scope
