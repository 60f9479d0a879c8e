"""What the security tests share: the application on SQLite with a user of every role and a second organisation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from engine.application import Engine
from tests.webui.builders import Patient, a_patient
from tests.webui.conftest import app, dana, db, engine, library, visit
from tests.webui.everybody import Walker, with_everybody

__all__ = ["app", "dana", "db", "engine", "library", "visit"]  # the pages' own fixtures, here too


@pytest.fixture
def everybody(engine: Engine) -> Engine:
    """All roles, and the people of the organisation in the north, each with an API token."""
    with_everybody(engine)
    return engine


@pytest.fixture
def zora(everybody: Engine) -> Patient:
    """A patient of the main organisation, past her intake and baseline."""
    return a_patient(everybody, "Zora Quillfeather", mbi="1EG4TE5MK73").enrolled()


@pytest.fixture
def walker_of(app: Flask, everybody: Engine) -> Callable[[str], Walker]:
    return lambda name: Walker.of(app, name)
