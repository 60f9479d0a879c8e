"""What a patient needs beside care, who cares for them, and what they agreed to, from the facts of the case."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, select

from care.calendars import local_date
from care.form_documents import FormField
from engine.definitions import Definition
from engine.store.facts import decoded, latest
from engine.store.people import name_of
from engine.store.tables import history, tasks

SCREEN, REFERRAL, FOLLOW_UP = "sdoh_screen", "sdoh_referral", "sdoh_follow_up"  # the forms
INSTRUMENT = "hrsn"
Tone = Literal["good", "late", "plain"]
_MET: Mapping[str, tuple[str, Tone]] = {
    "met": ("met ✓", "good"),
    "stop": ("not met, and nothing more wanted or to offer", "plain"),
    "refer_again": ("not met, to be referred again", "late"),
}


@dataclass(frozen=True, slots=True)
class Need:
    """A social need and how far its referral has come; ``task_id`` is what is to do about it now."""

    title: str
    words: str
    tone: Tone
    task_id: str | None


@dataclass(frozen=True, slots=True)
class Needs:
    """What the social needs screen said, in words, and each need that it found."""

    words: str
    found: tuple[Need, ...]
    task_id: str | None


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


def needs(connection: Connection, case: RowMapping, definition: Definition, zone: ZoneInfo) -> Needs:
    """The needs that the screen found, each with its referral."""
    asked = _tasks(connection, case["id"])
    screen = latest(connection, case["id"], "sdoh.screen_outcome")
    open_screen = next((t["id"] for t in asked if t["form"] == SCREEN and t["status"] == "open"), None)
    if screen is None:
        words = "The screen is to do." if open_screen else "Not asked yet."
        return Needs(words, (), open_screen)
    on = _day(local_date(screen["effective_at"], zone))
    if screen["value"] == "declined":
        return Needs(f"The patient declined the screen on {on}.", (), None)
    found = latest(connection, case["id"], f"{INSTRUMENT}.needs")
    names = [] if found is None else list(found["value"])
    if not names:
        return Needs(f"None found on {on}.", (), None)
    answers = _answers(connection, case["id"], asked)
    titles = _titles(definition)
    each = (_need(titles.get(name, name), number, asked, answers, zone) for number, name in enumerate(names, start=1))
    help_wanted = latest(connection, case["id"], "sdoh.wants_help")
    declined = help_wanted is not None and help_wanted["value"] == "no"
    return Needs(f"Asked on {on}{'; no help wanted then' if declined else ''}.", tuple(each), None)


def _need(
    title: str, number: int, asked: list[RowMapping], answers: Mapping[str, Mapping[str, Any]], zone: ZoneInfo
) -> Need:
    """The state of one need: what the latest of its tasks says."""
    own = [t for t in asked if t["form"] in (REFERRAL, FOLLOW_UP) and (t["context"] or {}).get("counter") == number]
    if not own:
        return Need(title, "found", "late", None)
    last = own[-1]
    if last["status"] == "open":
        referred = _referred(own[:-1], answers, zone)
        todo = "referral to do" if last["form"] == REFERRAL else "ask whether it was met"
        return Need(title, f"{referred}; {todo}" if referred else todo, "late", last["id"])
    if last["status"] == "cancelled":
        return Need(title, "left open when the case ended", "plain", None)
    given = answers.get(last["id"], {})
    if last["form"] == REFERRAL:
        return Need(title, _referral_words(last, given, zone), "plain", None)
    words, tone = _MET.get(str(given.get("need_met")), ("asked", "plain"))
    referred = _referred(own, answers, zone)
    on = _day(_done_on(last, zone))
    return Need(title, "; ".join(filter(None, (referred, f"{words}, {on}"))), tone, None)


def _referred(earlier: list[RowMapping], answers: Mapping[str, Mapping[str, Any]], zone: ZoneInfo) -> str | None:
    done = [t for t in earlier if t["form"] == REFERRAL and t["status"] == "done"]
    return _referral_words(done[-1], answers.get(done[-1]["id"], {}), zone) if done else None


def _referral_words(task: RowMapping, given: Mapping[str, Any], zone: ZoneInfo) -> str:
    on = _day(_done_on(task, zone))
    outcome = given.get("outcome")
    if outcome == "declined":
        return f"declined a referral, {on}"
    if outcome == "already_helped":
        return f"someone helps already, {on}"
    return f"referred to {given['referred_to']}, {on}" if given.get("referred_to") else f"referred, {on}"


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


def _titles(definition: Definition) -> dict[str, str]:
    instrument = definition.instruments.get(INSTRUMENT)
    return {} if instrument is None else {each.name: each.title for each in instrument.scoring.domains}


def _tasks(connection: Connection, case_id: str) -> list[RowMapping]:
    """The tasks about social needs, oldest first."""
    query = (
        select(tasks)
        .where(tasks.c.case_id == case_id, tasks.c.form.in_((SCREEN, REFERRAL, FOLLOW_UP)))
        .order_by(tasks.c.created_at, tasks.c.id)
    )
    return list(connection.execute(query).mappings())


def _answers(connection: Connection, case_id: str, asked: list[RowMapping]) -> dict[str, Mapping[str, Any]]:
    """What each of these tasks was answered, by task: facts of one name are shared by all needs, answers are not."""
    ids = [task["id"] for task in asked if task["status"] == "done"]
    query = select(history.c.task_id, history.c.detail).where(
        history.c.case_id == case_id, history.c.kind == "task.completed", history.c.task_id.in_(ids)
    )
    return {task_id: json.loads(detail)["data"] for task_id, detail in connection.execute(query)}


def _done_on(task: RowMapping, zone: ZoneInfo) -> date:
    done_on: date = task["occurred_on"] or local_date(task["done_at"], zone)
    return done_on


def _day(on: date) -> str:
    return f"{on:%a} {on.day} {on:%b %Y}"
