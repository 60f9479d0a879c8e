"""Who cares for a patient, and what the patient agreed to at intake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping

from care.calendars import local_date
from care.form_documents import FormField
from engine.definitions import Definition
from engine.store.facts import decoded, latest
from engine.store.people import name_of


@dataclass(frozen=True, slots=True)
class Carer:
    """Somebody of the care team."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Consent:
    """What was agreed at intake: ``words`` in order, and the patient's own goal."""

    words: tuple[str, ...]
    goal: str | None


def care_team(connection: Connection, case: RowMapping, patient: Mapping[str, Any]) -> tuple[Carer, ...]:
    """Who cares for the patient, as far as it is known."""
    team = [Carer(patient["pcp"], "PCP")] if patient["pcp"] else []
    if case["assignee"]:
        team.append(Carer(name_of(connection, case["assignee"]), "case manager"))
    return tuple(team)


def consent(connection: Connection, case: RowMapping, definition: Definition, zone: ZoneInfo) -> Consent:
    """What the patient agreed to at intake, in the words of the intake form."""
    given = latest(connection, case["id"], "intake.consent")
    if given is None:
        return Consent(("Not asked yet.",), None)
    on = _day(local_date(given["effective_at"], zone))
    words = [f"Given on {on}." if given["value"] == "given" else f"Declined on {on}."]
    labels = _labels(definition)
    for fact, lead in (("intake.preferred_channel", "Best reached by"), ("intake.assistance", "Helps to take part:")):
        row = latest(connection, case["id"], fact)
        if row is not None and row["value"]:
            chosen = row["value"] if isinstance(row["value"], list) else [row["value"]]
            said = (labels.get(fact, {}).get(str(each), str(each)).lower() for each in chosen)
            words.append(f"{lead} {', '.join(said)}.")
    goal = latest(connection, case["id"], "intake.goal")
    return Consent(tuple(words), None if goal is None else str(decoded(dict(goal))))


def _labels(definition: Definition) -> dict[str, dict[str, str]]:
    """Of each choice of the intake form: its options' labels by fact and value."""
    form = definition.forms.get("intake")
    fields = () if form is None else form.fields
    return {
        each.fact: {str(option.value): option.label for option in each.options}
        for each in fields
        if isinstance(each, FormField) and each.options
    }


def _day(on: date) -> str:
    return f"{on:%a} {on.day} {on:%b %Y}"
