"""The access record as it is read: what somebody did again and again is one line, with how often and when."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping

from care.calendars import local_date
from engine.store.accesses import EXPORTED, LISTED, VERIFIED
from webui.access_words import act_words, whole_page
from webui.words import plural


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that somebody did on one day. ``patient`` is (id, name) where it was about one that is not the page's.

    ``files`` are names with their SHA-256, of an export.
    """

    numbers: tuple[int, ...]  # of the accesses that are folded in it, the latest first
    day: date
    first: datetime
    last: datetime
    count: int
    email: str
    name: str
    role: str
    act: str
    words: str  # before the patient's name
    rest: str  # and after it
    address: str
    case_id: str | None
    patient: tuple[str, str] | None
    many: bool
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class About:
    """What lines are told with: people's names, and by access the patients whom it was about."""

    names: Mapping[str, str]
    whom: Mapping[int, frozenset[str]]
    patients: Mapping[str, str]
    only: str | None  # the patient whose page it is, who needs no naming
    zone: ZoneInfo


def lines(rows: Iterable[RowMapping], about: About) -> list[Line]:
    """The rows, the latest first, folded: what one person did in the same way on one day stands once."""
    folded: dict[str, list[RowMapping]] = {}
    for row in rows:
        folded.setdefault(_sameness(row, about), []).append(row)
    return [_line(each, about) for each in folded.values()]


def _sameness(row: RowMapping, about: About) -> str:
    """Rows with the same text stand in one line; an export or a verification always stands for itself."""
    day = local_date(row["at"], about.zone)
    alone = row["id"] if row["act"] in (EXPORTED, VERIFIED) else None
    page = whole_page(row["page"])
    whom = None if row["act"] == LISTED else sorted(about.whom.get(row["id"], ()))
    case_id = None if row["act"] == LISTED or page == "pages.patient" else row["case_id"]
    return json.dumps([str(day), row["email"], row["act"], page, case_id, row["detail"], whom, alone])


def _line(rows: Sequence[RowMapping], about: About) -> Line:
    latest = rows[0]
    everybody = frozenset().union(*(about.whom.get(row["id"], ()) for row in rows))
    is_list = latest["act"] == LISTED
    one = min(everybody, default="")
    patient = (one, about.patients.get(one, one)) if one and one != about.only and not is_list else None
    page = whole_page(latest["page"])
    whom = "the name" if about.only else plural(len(everybody), "name")
    words, rest = act_words(latest["act"], latest["page"], latest["detail"], whom)
    return Line(
        numbers=tuple(row["id"] for row in rows),
        day=local_date(latest["at"], about.zone),
        first=rows[-1]["at"],
        last=latest["at"],
        count=max(Counter(row["page"] for row in rows).values()),
        email=latest["email"],
        name=about.names.get(latest["email"], latest["email"]),
        role=latest["role"],
        act=latest["act"],
        words=words,
        rest=rest,
        address=latest["address"],
        case_id=None if page == "pages.patient" else latest["case_id"],
        patient=patient,
        many=is_list and about.only is None,
        files=tuple(_files(latest["detail"] or {})),
    )


def _files(detail: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """The files of an export with their hashes, and the manifest that holds them."""
    manifest = {"manifest": detail["manifest"]} if "manifest" in detail else {}
    return [(str(name), str(digest)) for name, digest in {**detail.get("files", {}), **manifest}.items()]
