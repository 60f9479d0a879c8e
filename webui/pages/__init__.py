"""The pages: one module per page, all on one blueprint that asks who is there before it answers."""

from __future__ import annotations

from webui.pages import (
    counts,
    day,
    keys,
    password,
    pathways,
    patient,
    patients,
    record,
    report_event,
    sandbox,
    sign_in,
    task,
    task_acts,
    team,
)
from webui.pages.blueprint import pages

__all__ = [
    "counts",
    "day",
    "keys",
    "pages",
    "password",
    "pathways",
    "patient",
    "patients",
    "record",
    "report_event",
    "sandbox",
    "sign_in",
    "task",
    "task_acts",
    "team",
]
