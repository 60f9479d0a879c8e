"""Numbers and days that nothing can have, wherever an address takes one: never a failure of ours."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from engine.application import Engine
from tests.webui.builders import a_patient
from tests.webui.everybody import BY_ROLE, Address, Walker, addresses, with_everybody

BEYOND = str(2**63)  # what no database's integers hold
QUERIES = ("before", "after", "on", "day", "seq", "around", "year", "page", "person", "patient")
ABSURD = (BEYOND, "-" + BEYOND, "9999-12-31", "0001-01-01")


@pytest.mark.parametrize("role", ["clinical_director", "auditor"])
def test_a_number_beyond_all_leads_nowhere(app: Flask, engine: Engine, role: str) -> None:
    """Every address that takes a number, with every method: nothing is shown, and nothing fails."""
    with_everybody(engine)
    rules = list(app.url_map.iter_rules())
    numbers = {name for rule in rules for name in rule.arguments if f"<int:{name}>" in rule.rule}
    assert numbers >= {"draft_id", "batch_id", "seq", "access_id"}
    walked = addresses(app, a_patient(engine).enrolled(), **dict.fromkeys(numbers, BEYOND))
    walker = Walker.of(app, BY_ROLE[role])
    found = {(each.method, each.path): walker.call(each)[0] for each in walked if BEYOND in each.path}
    assert {key: status for key, status in found.items() if status == 200 or status >= 500} == {}


@pytest.mark.parametrize("role", ["clinical_director", "auditor"])
def test_a_query_that_makes_no_sense_is_no_failure(app: Flask, engine: Engine, role: str) -> None:
    """Every page that asks for one of these."""
    with_everybody(engine)
    walked = [each for each in addresses(app, a_patient(engine).enrolled()) if each.method == "GET"]
    walker = Walker.of(app, BY_ROLE[role])
    asked = [(each, walker.call(each)[0]) for page in walked for each in _asking(app, page)]
    assert len(asked) > 40
    assert [(each.path, status) for each, status in asked if status >= 500] == []


def _asking(app: Flask, page: Address) -> Iterator[Address]:
    view: Any = app.view_functions[page.endpoint]
    module = inspect.getmodule(inspect.unwrap(view))
    source = inspect.getsource(module) if module is not None else ""
    for name in QUERIES:
        if f'"{name}"' in source:
            for value in ABSURD:
                yield replace(page, path=f"{page.path}?{name}={value}")
