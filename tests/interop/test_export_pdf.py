"""The PDF export: readable, the same bytes for the same record, and quick for a long one."""

from __future__ import annotations

import re
import time
from dataclasses import replace

from engine.application import Engine
from interop.exports.archive import FORMATS
from interop.exports.as_pdf import LEFT_OUT, as_pdf
from interop.exports.case_record import CaseRecord
from tests.engine.builders import a_case, on_sqlite
from tests.interop.exported import a_told_case, record_of, text_of

pytestmark = on_sqlite


def long_record(record: CaseRecord, entries: int) -> CaseRecord:
    """The same case, having gone on for years."""
    times = entries // len(record.history) + 1
    history = [{**entry, "seq": n} for n, entry in enumerate([*record.history] * times, start=1)][:entries]
    return replace(record, history=history)


def test_it_tells_the_whole_story(engine: Engine) -> None:
    """Who it is about, every entry's sentence but those about tokens, what became of tasks, values, and the proof."""
    case = a_told_case(engine)
    record = record_of(case)
    text = text_of(as_pdf(record)).replace(" ", "")
    told = [entry["summary"] for entry in case.history() if entry["kind"] not in LEFT_OUT]
    letters = [re.sub(r"[^\x21-\x7e]", "", sentence) for sentence in told]
    assert [each for each in letters if each not in re.sub(r"[^\x21-\x7e]", "", text)] == []
    assert "RecordofAdaLong" in text
    assert "byIrisLang." in text
    assert "Table" in text
    assert case.row["history_head"] in text
    assert record.proof is not None
    assert record.proof["statement"]["root"] in text


def test_the_same_record_gives_the_same_bytes(engine: Engine) -> None:
    """No clock and no chance in it; a record that has grown gives others."""
    case = a_told_case(engine)
    before = as_pdf(record_of(case))
    assert before == as_pdf(record_of(case))
    case.event("measure.recorded", code="29463-7", value=80)
    assert as_pdf(record_of(case)) != before
    assert b"/Lang (en-US)" in before
    assert b"/FontFile2" in before


def test_two_thousand_entries_are_exported_in_a_breath(engine: Engine) -> None:
    """All formats together: no more than a few milliseconds an entry, also on a busy machine."""
    record = long_record(record_of(a_told_case(engine)), 2000)
    as_pdf(record)  # fonts are read once in a process
    start = time.process_time()
    for each in FORMATS.values():
        for write in each.files.values():
            assert write(record)
    assert time.process_time() - start < 4


def test_odd_texts_stay_on_the_page(engine: Engine) -> None:
    """Words longer than a line, cells longer than a page, letters that the font lacks."""
    record = record_of(a_case(engine))
    (first, *rest) = record.history
    odd = {**first, "summary": f"{'x' * 3000} Žofia 张 \x07 {'word ' * 3000}"}
    content = as_pdf(replace(record, history=[odd, *rest]))
    assert len(re.findall(rb"/Type /Page\b", content)) > 2
