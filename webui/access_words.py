"""What each access was, in words: which page showed a patient, and which list their name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.store.accesses import EXPORTED, LISTED, REFUSED, VERIFIED, VIEWED

# By endpoint: what "looked at ..." goes on with. A test says which route about a patient is missing.
PAGES: Mapping[str, str] = {
    "pages.task": "a task",
    "pages.care_update_preview": "a draft of an update to the PCP",
    "pages.care_update_preview_pdf": "the PDF of a draft of an update to the PCP",
    "pages.care_update": "an update to the PCP",
    "pages.care_update_pdf": "the PDF of an update to the PCP",
    "pages.care_update_fhir": "the FHIR document of an update to the PCP",
    "pages.patient": "the patient page",
    "pages.report": "the form that reports an event",
    "pages.together": "the tasks to be done together",
    "pages.case_record": "the record",
    "pages.record_entry": "an entry of the record",
    "pages.access_record": "the access record",
    "pages.export_case": "the page that exports the record",
    "pages.verify_case": "the record",
    "api.add_patient": "the data",
    "api.get_patient": "the data",
    "api.get_case": "the case",
    "api.list_facts": "the facts",
    "api.list_history": "the history",
    "api.get_incident": "an incident",
    "pages.incident": "an incident",
    "api.get_work": "background work",
    "pages.background_work": "background work",
    "api.get_task": "a task",
    "api.list_accesses": "the access record",
    "api.start_case": "the data",
    "api.deliver_event": "the case",
    "throughline history show": "the record",
}
# What a page fetches as it is drawn or is sent to, and the page itself: in the access record they stand in one line.
PARTS: Mapping[str, str] = {
    "pages.patient_diagram": "pages.patient",
    "pages.record_at": "pages.case_record",
    "pages.record_moments": "pages.case_record",
    "pages.download_export": "pages.export_case",
    "pages.send_report": "pages.report",
    "pages.do_together": "pages.together",
    "pages.draft_together": "pages.together",
    **dict.fromkeys((f"pages.{act}_migration" for act in ("begin", "run", "undo")), "pages.migrate"),
    "pages.migration_batch": "pages.migrate",
    "pages.replay_some": "pages.replay",
    **dict.fromkeys(("pages.complete", "pages.attempt", "pages.snooze", "pages.assign", "pages.draft"), "pages.task"),
    **{f"api.{act}_task": "api.get_task" for act in ("complete", "claim", "release", "assign", "snooze")},
    "api.log_attempt": "api.get_task",
    **dict.fromkeys(("pages.retry_incident", "pages.skip_incident"), "pages.incident"),
    **dict.fromkeys(("api.retry_incident", "api.skip_incident"), "api.get_incident"),
    "pages.retry_alike": "pages.incidents",
    **dict.fromkeys(("pages.retry_work", "pages.drop_work"), "pages.background_work"),
    **dict.fromkeys(("api.retry_work", "api.drop_work"), "api.get_work"),
}
# By endpoint: what "in ..." goes on with. A task's page has My day beside it.
LISTS: Mapping[str, str] = {
    "pages.team": "Team",
    "pages.patients": "Patients",
    "pages.programme": "Programme",
    "pages.record": "Record",
    "pages.access_record": "Who saw it",
    "pages.one_access": "Who saw it",
    "pages.replay": "a replay",
    "pages.migrate": "a migration",
    "api.list_patients": "the list of patients of the API",
    "api.list_worklist": "the worklist of the API",
    "api.list_incidents": "the list of incidents of the API",
    "pages.incidents": "Incidents",
    "api.list_work": "the list of background work of the API",
    "pages.background": "Background work",
}


def whole_page(page: str) -> str:
    """The page that a part belongs to; a page itself."""
    return PARTS.get(page, page)


def page_words(page: str) -> str:
    return PAGES.get(whole_page(page), f"“{page.rpartition('.')[2].replace('_', ' ')}”")


def list_words(page: str) -> str:
    return LISTS.get(whole_page(page), "My day")


def act_words(act: str, page: str, detail: Mapping[str, Any] | None, whom: str) -> tuple[str, str]:
    """What somebody did, as it stands before and after the patient's name: ("exported the record", " as PDF").

    ``whom`` are the names that a list held.
    """
    through = " through the API" if page.startswith("api.") else ""
    if act == VIEWED:
        return f"looked at {page_words(page)}", through
    if act == LISTED:
        searched = f", searching for “{detail['searched']}”" if detail and detail.get("searched") else ""
        return f"saw {whom} in {list_words(page)}{searched}", ""
    if act == EXPORTED:
        return "exported the record", _format(detail or {})
    if act == VERIFIED:
        return f"verified {'all records' if page == 'pages.verify_all_now' else 'the record'}", _result(detail or {})
    if act == REFUSED:
        return f"asked for {page_words(page)}", f"{through} and was refused: the patient is another organisation’s"
    return act, ""


def _result(detail: Mapping[str, Any]) -> str:
    if "whole" not in detail:
        return ""
    return ", found whole" if detail["whole"] else ", found not whole"


def _format(detail: Mapping[str, Any]) -> str:
    return f" as {', '.join(str(name).upper() for name in detail['formats'])}" if detail.get("formats") else ""
