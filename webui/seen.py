"""Whom a page showed to its visitor: gathered while it is drawn, and written down before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from flask import Response, current_app, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from engine.store.accesses import LISTED, VIEWED, Access, add_access, is_repeated
from webui.access import current_visitor
from webui.extension import engine

# They answer an address about a patient and show nothing of one: what is being written, kept from time to time.
_SHOWS_NOBODY = frozenset({"pages.draft", "pages.draft_together"})
# They write down what they did with a case in words of their own.
_TOLD_BY_THEMSELVES = frozenset({"pages.verify_case", "pages.download_export"})
_SHOWN_AGAIN = frozenset({409, 422})  # a form that comes back with what is wrong stands on the patient's page


@dataclass(slots=True)
class Seen:
    """Patients who were looked at, each with the case; those whose names stood in a list, and what was searched for."""

    viewed: dict[str, str | None] = field(default_factory=dict)
    listed: dict[str, None] = field(default_factory=dict)
    searched: str | None = None


def saw(patient_id: str, case_id: str | None = None) -> None:
    """This answer shows something of one patient."""
    viewed = _seen().viewed
    viewed[patient_id] = case_id or viewed.get(patient_id)


def listed(patient_ids: Iterable[str], *, searched: str | None = None) -> None:
    """This answer holds a list with these patients' names in it, found by the words that were searched for."""
    seen = _seen()
    seen.listed.update(dict.fromkeys(patient_ids))
    seen.searched = searched or seen.searched


def record_seen(response: Response, unrecorded: Callable[[], ResponseReturnValue]) -> Response:
    """After a view: writes down whom the answer shows. What cannot be written down is not shown either."""
    new = list(_accesses()) if _shows(response) else []
    if not new:
        return response
    try:
        _write(new)
    except SQLAlchemyError as error:
        current_app.logger.error("an access could not be recorded, so the answer was withheld", exc_info=error)
        return current_app.make_response(unrecorded())
    return response


def _write(new: list[Access]) -> None:
    """One short transaction; none where all of it is a view that was recorded a moment ago."""
    with engine().db.reading() as connection:
        fresh = [each for each in new if not is_repeated(connection, each)]
    if not fresh:
        return
    with engine().db.writing() as connection:
        for each in fresh:
            add_access(
                connection,
                at=each.at,
                email=each.email,
                role=each.role,
                act=each.act,
                page=each.page,
                address=each.address,
                patients=each.patients,
                case_id=each.case_id,
                detail=each.detail,
            )


def _accesses() -> Iterator[Access]:
    """Each patient who was looked at is one access, all who stood in lists another."""
    who, seen = current_visitor(), _seen()
    if who is None:
        return
    where = (engine().clock.now(), who.email, who.role)
    page, address = str(request.endpoint), request.path
    for patient_id, case_id in seen.viewed.items():
        yield Access(*where, VIEWED, page, address, (patient_id,), case_id)
    if seen.listed:
        detail = None if seen.searched is None else {"searched": seen.searched}
        yield Access(*where, LISTED, page, address, tuple(seen.listed), None, detail)


def _shows(response: Response) -> bool:
    if request.method == "HEAD" or request.endpoint in _SHOWS_NOBODY or "HX-Redirect" in response.headers:
        return False
    if response.status_code < 300:
        return request.endpoint not in _TOLD_BY_THEMSELVES
    return response.status_code in _SHOWN_AGAIN and _is_page(response)


def _is_page(response: Response) -> bool:
    return response.mimetype == "text/html"


def _seen() -> Seen:
    if "seen" not in g:
        g.seen = Seen()
    found: Seen = g.seen
    return found
