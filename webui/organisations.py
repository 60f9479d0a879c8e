"""Whether a visitor sees a patient: asked before every view that names one, so that no view can forget to ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.errors import NotFound
from engine.store.accesses import REFUSED
from engine.store.organisations import Subject, subject
from webui.access import visitor
from webui.acts import note_act
from webui.extension import engine
from webui.seen import saw

# What an address may name a patient by, in the order in which its parts are looked at.
NAMED_BY: Mapping[str, str] = {"patient_id": "patient", "case_id": "case", "task_id": "task", "incident_id": "incident"}


def subjects_in(in_path: Mapping[str, Any]) -> list[Subject]:
    """Before a view: whom the parts of its address are about.

    Raises NotFound for another organisation's patient exactly as for one that is not there.
    """
    return [subject_for_visitor(kind, str(in_path[name])) for name, kind in NAMED_BY.items() if name in in_path]


def saw_all(subjects: Iterable[Subject]) -> None:
    """Whoever an address names counts as seen once the view has answered."""
    for each in subjects:
        saw(each.patient_id, each.case_id)


def subject_for_visitor(kind: str, identity: str) -> Subject:
    """Whom the id of a patient, a case, a task or an incident is about.

    Raises NotFound when there is none, and for another organisation's, which is then recorded as refused.
    """
    with engine().db.reading() as connection:
        found = subject(connection, kind, identity)
    if visitor().organisation not in (None, found.organisation):
        note_act(REFUSED, [found.patient_id], found.case_id)
        raise NotFound(kind, identity)
    return found
