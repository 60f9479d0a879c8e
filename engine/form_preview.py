"""What a form that is being written would ask, of whom, and what is wrong with its text, on which line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from care.calendars import local_date
from care.errors import CareError, ConfigurationError, did_you_mean
from care.forms import Form, form_from, json_schema
from care.instruments import Instrument, instrument_from
from engine.errors import DefinitionError
from engine.feel import FeelError, compile_expression
from engine.functions import FUNCTIONS
from engine.measure_files import measures_in
from engine.scope import Scope
from engine.yaml_text import read_yaml

_WEEK = 12  # of the imaginary case: the middle of a year's plan
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_Y = "the text cannot be read as YAML"


@dataclass(frozen=True, slots=True)
class FormPreview:
    """The form as JSON Schema, and the fields that are not asked of this patient, each with its condition."""

    title: str
    description: str | None
    schema: Mapping[str, Any]
    unasked: tuple[tuple[str, str], ...]


class FormFault(Exception):
    """A text that is no form: why, and on which line when that is known."""

    def __init__(self, message: str, line: int | None) -> None:
        super().__init__(message, line)
        self.message, self.line = message, line


def form_preview(text: str, sources: Mapping[str, str], track: str, now: datetime, zone: ZoneInfo) -> FormPreview:
    """The form for somebody in a track of whom nothing is known yet; raises FormFault.

    ``sources`` hold the instruments and measures that it may ask.
    """
    form = _form(text)
    for name in form.instruments:
        if f"instruments/{name}.yaml" not in sources:
            known = [path[len("instruments/") : -len(".yaml")] for path in sources if path.startswith("instruments/")]
            raise FormFault(f"there is no instrument '{name}'; {did_you_mean(name, known)}", _line_with(text, name))
    scope = _imagined(track, now, zone)
    holds = {each.when: _holds(each.when, scope, text) for each in form.fields if each.when is not None}
    try:
        schema = json_schema(form, _instruments(form, sources), lambda when: holds[when], measures_in(sources))
    except CareError as error:
        raise FormFault(error.message, _line_of(text, getattr(error, "field", ""))) from error
    except DefinitionError as error:
        raise FormFault(error.message, None) from error
    unasked = tuple((_name(each), each.when) for each in form.fields if each.when is not None and not holds[each.when])
    return FormPreview(form.title, form.description, schema, unasked)


def _form(text: str) -> Form:
    try:
        document = read_yaml(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None)
        raise FormFault(f"{_Y}: {problem}" if problem else _Y, mark.line + 1 if mark else None) from error
    if not isinstance(document, dict):
        raise FormFault("this is no form: it begins with id, title and fields", 1)
    try:
        return form_from(document)
    except ConfigurationError as error:
        raise FormFault(_said(error), _line_of(text, error.field)) from error


def _said(error: ConfigurationError) -> str:
    """ "field 3, titel is not a known field": the place in words, then what is wrong with it."""
    message = error.message.removeprefix(f"{error.document}: ").removeprefix(f"{error.field}: ")
    place = error.field.replace("fields[", "field ").replace("options[", "option ").replace("].", ", ").replace("]", "")
    return f"{place} {message}".strip()


def _instruments(form: Form, sources: Mapping[str, str]) -> dict[str, Instrument]:
    """Those that the form asks, as far as they are there."""
    paths = {name: f"instruments/{name}.yaml" for name in form.instruments}
    return {name: instrument_from(read_yaml(sources[path])) for name, path in paths.items() if path in sources}


def _holds(when: str, scope: Scope, text: str) -> bool:
    try:
        return compile_expression(when, functions=FUNCTIONS).evaluate(scope) is True
    except FeelError as error:
        raise FormFault(f"when '{when}': {error}", _line_with(text, when)) from error


def _imagined(track: str, now: datetime, zone: ZoneInfo) -> Scope:
    today = local_date(now, zone)
    case = {"track": track, "status": "active", "period": "initial", "day": 7 * _WEEK, "week": _WEEK}
    return Scope({"case": case, "patient": {}, "today": today, "now": now}, lambda name: None, lambda name: [])


def _name(field: Any) -> str:
    named = (getattr(field, kind, None) for kind in ("title", "instrument", "measure"))
    return str(next(name for name in named if name))


def _line_of(text: str, path: str) -> int | None:
    """The line of a field's path ("fields[2].type") in the text; of the nearest that is there."""
    node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # as read_yaml reads it
    line = None
    for name, index in _STEP.findall(path):
        found = _child(node, name, index)
        if found is None:
            break
        node, line = found
    return line


def _child(node: Any, name: str, index: str) -> tuple[Any, int] | None:
    if index and isinstance(node, yaml.SequenceNode) and 0 < int(index) <= len(node.value):
        item = node.value[int(index) - 1]
        return item, item.start_mark.line + 1
    if name and isinstance(node, yaml.MappingNode):
        return next(((value, key.start_mark.line + 1) for key, value in node.value if key.value == name), None)
    return None


def _line_with(text: str, words: str) -> int | None:
    return next((number for number, line in enumerate(text.splitlines(), start=1) if words[:40] in line), None)
