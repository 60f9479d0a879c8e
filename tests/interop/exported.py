"""A case with everything in it, and what an export makes of it."""

from __future__ import annotations

import re
import zlib
from base64 import a85decode
from datetime import timedelta
from typing import Any

from engine.application import Engine
from engine.proof.checkpoints import write_daily
from interop.exports.case_record import CaseRecord, case_record
from tests.engine.builders import Case, a_case, with_people


def a_told_case(engine: Engine) -> Case:
    """Nine weeks with check-ins, rules, a discharge, a call that was not answered, and a checkpoint at the end."""
    with_people(engine)
    found = a_case(engine).at_week(8)
    found.event("transition.discharged", facility='=HYPERLINK("http://x")')
    found.attempt("call_after_discharge")
    found.at_week(9)
    write_daily(engine.db, engine.settings, engine.clock.now())
    found.set_clock(found.clock() + timedelta(hours=1))
    return found


def record_of(case: Case, by: str = "Iris Lang") -> CaseRecord:
    with case.engine.db.reading() as connection:
        return case_record(case.engine, connection, case.id, by)


def kinds(case: Case) -> list[Any]:
    return [entry["kind"] for entry in case.history()]


def text_of(content: bytes) -> str:
    """The words on the pages of a PDF: the embedded font keeps ASCII as it is."""
    streams = (_inflated(found) for found in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL))
    drawn = (re.findall(rb"\(((?:[^()\\]|\\.)*)\) Tj", stream) for stream in streams)
    return " ".join(_unescaped(line.decode("latin-1")) for lines in drawn for line in lines)


def _unescaped(drawn: str) -> str:
    """Other letters than ASCII have codes of their own, as octal numbers: they are left out."""
    return re.sub(r"\\(.)", r"\1", re.sub(r"\\\d{3}", "", drawn))


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(a85decode(stream.strip().removesuffix(b"~>")))
    except (ValueError, zlib.error):
        return b""  # a font's file
