"""Calls made from the OpenAPI document, right and wrong ones: no failure of ours, and every answer as it says.

`FUZZ_EXAMPLES=2000` asks for so many examples of each call instead of a few.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.schemas import APIOperation

from tests.webui.builders import Patient
from tests.webui.everybody import BY_ROLE

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "8"))
load_all_checks()
# Whether a right call is possible just now (a form's answers, an event's payload, a colleague) no schema says.
LEFT_OUT = {"positive_data_acceptance"}
CHOSEN = [check for check in CHECKS.get_all() if check.__name__ not in LEFT_OUT]
NOT_READ = frozenset({400, 415})  # a right call is never told that it cannot be read


def _operations(app: Flask) -> list[APIOperation]:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    return [found.ok() for found in schema.get_all_operations()]


def _known(patient: Patient) -> Mapping[str, str]:
    """Ids that lead somewhere, by the names that the document gives them."""
    return {"patient_id": patient.id, "case_id": patient.case_id, "task_id": patient.tasks()[0]["id"]}


def _put(operation: APIOperation, mode: GenerationMode, send: Callable[[Any], None]) -> None:
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def put(case: Any) -> None:
        send(case)

    put()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("role", sorted(BY_ROLE))
def test_no_call_breaks_the_api_or_its_word(app: Flask, zora: Patient, role: str, mode: GenerationMode) -> None:
    """Every call by every role: statuses, types, headers and bodies are those of the document, and never a 500."""
    known, right = _known(zora), mode is GenerationMode.POSITIVE
    headers = {"Authorization": f"Bearer token of {BY_ROLE[role]}"}

    def send(case: Any) -> None:
        if right:
            case.path_parameters |= {name: known[name] for name in case.path_parameters if name in known}
        # A wrong call may also be one that leaves the token out.
        answer = case.call_and_validate(headers=headers if "Authorization" in case.headers else {}, checks=CHOSEN)
        assert not (right and answer.status_code in NOT_READ), answer.text

    for operation in _operations(app):
        _put(operation, mode, send)
