"""The pages: one module per page, all on one blueprint that asks who is there before it answers."""

from __future__ import annotations

from webui.pages import (
    care_update,
    counts,
    day,
    keys,
    password,
    pathways,
    patient,
    patients,
    programme,
    record,
    report_event,
    sandbox,
    sign_in,
    task,
    task_acts,
    team,
    together,
)
from webui.pages.blueprint import pages

__all__ = [
    "care_update",
    "counts",
    "day",
    "keys",
    "pages",
    "password",
    "pathways",
    "patient",
    "patients",
    "programme",
    "record",
    "report_event",
    "sandbox",
    "sign_in",
    "task",
    "task_acts",
    "team",
    "together",
]
