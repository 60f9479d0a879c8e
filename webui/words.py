"""How dates, instants, people and codes are said in a page: filters for templates."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from flask import Flask
from markupsafe import Markup, escape

from engine.counted import counted
from webui.access import ROLE_WORDS
from webui.assets import asset
from webui.extension import engine
from webui.htmx import is_part

TRACK_WORDS = {"msk": "MSK", "ckm": "CKM", "eckm": "eCKM", "bh": "BH"}
KIND_WORDS = {
    "intake": "Intake",
    "sdoh": "Social needs",
    "prom": "Measures",
    "plateau": "Plateau",
    "pcp_update": "PCP updates",
    "transition": "Transitions",
    "safety": "Safety",
    "surgery": "Surgery",
    "outreach": "Outreach",
    "review": "Reviews",
    "closure": "Closure",
}
CHANNEL_WORDS = {
    "phone": "Phone",
    "sms": "Text message",
    "email": "Email",
    "portal": "Portal",
    "letter": "Letter",
    "visit": "Visit",
}
OUTCOME_WORDS = {
    "no_answer": "No answer",
    "left_message": "Left a message",
    "reached": "Reached",
    "wrong_number": "Wrong number",
    "declined": "Reached, declined to talk",
}
STATUS_WORDS = {
    "active": "active",
    "paused": "paused",
    "completed": "year completed",
    "unaligned": "unaligned",
    "withdrawn": "withdrew",
    "lost": "lost to contact",
    "deceased": "died",
    "switched": "switched",
}
LANGUAGE_WORDS = {
    "en": "English",
    "es": "Spanish",
    "zh": "Chinese",
    "vi": "Vietnamese",
    "fr": "French",
    "ru": "Russian",
}


def day(value: date) -> str:
    """ "Tue 13 Jan"; with the year when it is not this one."""
    year = "" if value.year == engine().today().year else f" {value.year}"
    return f"{value:%a} {value.day} {value:%b}{year}"


def long_day(value: date) -> str:
    """ "Tuesday 13 January"."""
    return f"{value:%A} {value.day} {value:%B}"


def local(value: datetime) -> datetime:
    """An instant in the organisation's zone."""
    return value.astimezone(engine().zone)


def clock_time(value: datetime) -> str:
    return f"{local(value):%H:%M}"


def home_time(zone: str | None) -> str | None:
    """What o'clock it is where the patient lives; None where that is not known."""
    return f"{engine().clock.now().astimezone(ZoneInfo(zone)):%H:%M}" if zone else None


def age(birth_date: date) -> int:
    today = engine().today()
    return today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))


def language(tag: str | None) -> str | None:
    """A language by its name; its tag where no name is known here."""
    return LANGUAGE_WORDS.get(tag.split("-")[0].lower(), tag) if tag else None


def number(value: Decimal) -> str:
    """A score as people say it: one decimal at most. What is compared with a target is the whole value."""
    shown = round(value, 1)
    return f"{shown:f}".removesuffix(".0")


def plural(count: int, one: str, many: str | None = None) -> str:
    """ "1 task", "3 tasks"."""
    return counted(count, one, many)


def icon(name: str) -> Markup:
    """An icon of the sprite; decoration only, the words beside it say the same."""
    return _icon(asset("icons.svg"), name)


@cache  # a list has a hundred, of few kinds
def _icon(sprite: str, name: str) -> Markup:
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>').format(escape(sprite), name)


def register_words(app: Flask) -> None:
    app.jinja_env.filters.update(
        day=day,
        long_day=long_day,
        local=local,
        clock_time=clock_time,
        age=age,
        language=language,
        number=number,
        plural=plural,
    )
    app.jinja_env.globals.update(
        asset=asset,
        icon=icon,
        home_time=home_time,
        is_part=is_part,
        TRACK_WORDS=TRACK_WORDS,
        KIND_WORDS=KIND_WORDS,
        ROLE_WORDS=ROLE_WORDS,
        CHANNEL_WORDS=CHANNEL_WORDS,
        OUTCOME_WORDS=OUTCOME_WORDS,
        STATUS_WORDS=STATUS_WORDS,
    )
