"""A driver that answers a task's form from nothing but its JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator


def answers_to(schema: Mapping[str, Any], **chosen: Any) -> dict[str, Any]:
    """Valid answers: the chosen ones, and the first that is allowed for all else that is needed."""
    properties = schema["properties"]
    data = {name: value for name, value in chosen.items() if name in properties}
    needed = list(schema.get("required", []))
    needed += [field for each in schema.get("x-instruments", []) if each["required"] for field in each["fields"]]
    validator = Draft202012Validator(schema)
    while needed:
        for name in needed:
            data.setdefault(name, _first(properties[name]))
        # What one answer makes necessary (if/then) shows when the answers so far are checked.
        needed = [
            name
            for error in validator.iter_errors(data)
            if error.validator == "required"
            for name in error.validator_value
            if name not in data
        ]
    return data


def _first(field: Mapping[str, Any]) -> Any:
    if "oneOf" in field:
        return field["oneOf"][0]["const"]
    if field["type"] == "array":
        return [_first(field["items"])]
    if field.get("format") == "date":
        return "2026-01-13"
    return {"integer": field.get("minimum", 0), "number": field.get("minimum", 0), "boolean": True,
            "string": "As the patient said."}[field["type"]]  # fmt: skip
