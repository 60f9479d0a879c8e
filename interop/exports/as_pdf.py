"""A case's record to read: who it is about, what happened day by day in sentences, and the tables behind it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from interop.exports.case_record import CaseRecord, Row
from interop.exports.pdf_pages import Column, Pages

# Where tokens stand is for machines; the JSON document has it.
LEFT_OUT = frozenset({"process.moved"})
_NO_MARKS = "Letters that this font does not have are written without their marks; the JSON document has them in full."


def as_pdf(record: CaseRecord) -> bytes:
    """The record on Letter pages; the same record gives the same bytes."""
    head = str(record.case["history_head"])
    pages = Pages(
        title=f"Record of case {record.id}",
        author="Throughline",
        foot=f"{record.id} · {record.case['history_length']} entries · last hash {head[:16]}",
    )
    _about(pages, record)
    _timeline(pages, record)
    _tasks(pages, record)
    _facts(pages, record)
    _proof(pages, record)
    if pages.plain.changed:
        pages.text(_NO_MARKS, size=7.5, muted=True)
    return pages.finished()


def _about(pages: Pages, record: CaseRecord) -> None:
    who, case = record.patient, record.case
    pages.text(f"Record of {who['name']}", size=16, bold=True, after=4)
    written = f"Exported on {_moment(record, record.exported_at)} by {record.exported_by}."
    pages.text(written, muted=True, after=8)
    rows = [
        ("Patient", f"{who['name']}, born {_day(who['birth_date'])} ({who['id']})"),
        ("MBI", who["mbi"] or "not recorded"),
        ("PCP", who["pcp"] or "not recorded"),
        ("Case", f"{case['id']}, track {case['track']}, period {case['period']}"),
        ("Status", f"{case['status']}; aligned on {_day(case['aligned_on'])}"),
        ("Versions", "; ".join(f"{each['title']} {each['number']} ({each['hash'][:12]})" for each in record.versions)),
        ("Entries", f"{case['history_length']}, the last with hash {case['history_head']}"),
    ]
    pages.rows((Column("", 90), Column("")), rows, bold_first=True)


def _timeline(pages: Pages, record: CaseRecord) -> None:
    told = [entry for entry in record.history if entry["kind"] not in LEFT_OUT]
    pages.heading("What happened")
    left_out = len(record.history) - len(told)
    if left_out:
        numbers = f"{left_out} entries that say where tokens of the diagrams stood are left out, so numbers have gaps."
        pages.text(numbers, size=7.5, muted=True)
    named = (Column("Time", 42), Column("What"), Column("Who", 110), Column("Entry", 34))
    columns: Sequence[Column] = named
    for day, entries in groupby(told, key=lambda entry: entry["at"].astimezone(record.zone).date()):
        pages.heading(f"{day:%A} {_day(day)}", size=9)
        pages.rows(columns, [_entry(record, entry) for entry in entries])
        columns = [replace(column, heading="") for column in named]  # said once


def _entry(record: CaseRecord, entry: Row) -> tuple[str, str, str, str]:
    at = entry["at"].astimezone(record.zone)
    said = " ".join([_sentence(entry["summary"]), *_reasons(record, entry)])
    return f"{at:%H:%M}", said, record.names[entry["actor"]], str(entry["seq"])


def _reasons(record: CaseRecord, entry: Row) -> Iterator[str]:
    """Which rows of the tables below led to a decision."""
    if entry["kind"] == "rule.matched":
        for row in record.details(entry).get("required", ()):
            if row.get("annotation"):
                yield f"Table {row.get('decision', '')}, row {row.get('row', '')}: {_sentence(str(row['annotation']))}"


def _tasks(pages: Pages, record: CaseRecord) -> None:
    if not record.tasks:
        return
    pages.heading("Tasks")
    columns = (Column("Task"), Column("Due", 70), Column("What became of it", 240))
    pages.rows(columns, [(task["title"], _day(task["due_on"]), _became(record, task)) for task in record.tasks])


def _became(record: CaseRecord, task: Row) -> str:
    if task["status"] == "open":
        return f"open, with {record.names[task['assignee']]}" if task["assignee"] else "open"
    word = "done" if task["status"] == "done" else "not needed any more"
    by = record.names.get(task["done_by"], task["done_by"]) if task["done_by"] else None
    when = f" on {_moment(record, task['done_at'])}" if task["done_at"] else ""
    late = f"; happened on {_day(task['occurred_on'])}" if task["occurred_on"] else ""
    return f"{word}{when}{f' by {by}' if by and task['status'] == 'done' else ''}{late}"


def _facts(pages: Pages, record: CaseRecord) -> None:
    names = {row["name"] for row in record.facts}
    known = [row for row in record.facts if not _is_item(row["name"], names)]
    if not known:
        return
    pages.heading("What is known")
    left_out = len(record.facts) - len(known)
    if left_out:
        items = f"{left_out} answers to single items of questionnaires stand in the other formats."
        pages.text(items, size=7.5, muted=True)
    columns = (Column("Fact", 150), Column("Value"), Column("True since", 105), Column("From", 70))
    rows = [
        (row["name"], _value(row["value"], row["unit"]), _moment(record, row["effective_at"]), row["source"])
        for row in known
    ]
    pages.rows(columns, rows)


def _proof(pages: Pages, record: CaseRecord) -> None:
    pages.heading("What proves it")
    if record.proof is None:
        pages.text("No checkpoint holds this case yet: one is written every day.")
        return
    statement, leaf = record.proof["statement"], record.proof["leaf"]
    rows: Sequence[tuple[str, str]] = (
        ("Checkpoint", f"{statement['number']} of {statement['day']}, over {statement['cases']} cases"),
        ("Holds", f"{leaf['length']} entries of this case, the last with hash {leaf['head']}"),
        ("Root", statement["root"]),
        ("Key", statement["key_id"]),
        ("Signature", record.proof["signature"]),
    )
    pages.rows((Column("", 90), Column("")), rows, bold_first=True)


def _is_item(name: str, names: Collection[str]) -> bool:
    """Whether a fact answers one item of a questionnaire whose score is a fact, too: `pf6b_1` of `pf6b.raw`."""
    instrument, _, item = name.rpartition("_")
    return item.isdecimal() and f"{instrument}.raw" in names


def _value(value: Any, unit: str | None) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value) or "none"
    return f"{value} {unit}" if unit else str(value)


def _moment(record: CaseRecord, instant: datetime) -> str:
    at = instant.astimezone(record.zone)
    return f"{_day(at.date())} {at:%H:%M}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!", "”")) else f"{text}."
