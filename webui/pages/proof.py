"""Is the record whole: one case's, verified from its page, and all of them with the checkpoints that hold them."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.errors import Refused, SettingsError
from engine.proof.readable import newest_checkpoints
from engine.proof.result import Verification
from engine.proof.verification import Trust, verify_everything, verify_one
from engine.store.accesses import VERIFIED
from engine.store.cases import case
from engine.store.patients import patient
from webui.access import AUDITORS, EVERYONE, allowed
from webui.acts import note_act
from webui.extension import engine
from webui.htmx import is_part
from webui.pages.blueprint import pages

_PAGE = 31  # a month of checkpoints


@pages.post("/cases/<case_id>/verify")
@allowed(EVERYONE)
def verify_case(case_id: str) -> ResponseReturnValue:
    """The result in words: for htmx the part of the page that holds it, else a page."""
    trust = _trust()
    with engine().db.reading() as connection:
        row = case(connection, case_id)
        who = patient(connection, row["patient_id"])
        proof = verify_one(connection, case_id, trust)
    _note([row["patient_id"]], case_id, proof)
    if is_part():
        return render_template("partials/_proof.html", proof=proof, now=engine().clock.now())
    return render_template("pages/proof.html", proof=proof, case=row, patient=who, now=engine().clock.now())


@pages.get("/record/verify")
@allowed(AUDITORS)
def verify_all() -> str:
    """The checkpoints there are, the newest first."""
    return _all(None)


@pages.post("/record/verify")
@allowed(AUDITORS)
def verify_all_now() -> ResponseReturnValue:
    """Verifies every case and every checkpoint, and says what was found."""
    trust = _trust()
    with engine().db.reading() as connection:
        proof = verify_everything(connection, trust)
    _note([], None, proof)
    if is_part():
        return render_template("partials/_proof.html", proof=proof, now=engine().clock.now())
    return _all(proof)


def _all(proof: Verification | None) -> str:
    before = request.args.get("before", type=int)
    with engine().db.reading() as connection:
        found = newest_checkpoints(connection, before, _PAGE)
    earlier = found[-1][0] if found and found[-1][0] > 1 else None
    return render_template(
        "pages/verify_all.html",
        proof=proof,
        checkpoints=found,
        earlier=earlier,
        before=before,
        now=engine().clock.now(),
    )


def _trust() -> Trust:
    try:
        return Trust.of(engine().settings)
    except SettingsError as error:
        raise Refused(f"the record cannot be verified, because {error.message}") from error


def _note(patients: Sequence[str], case_id: str | None, proof: Verification) -> None:
    """Who verified what, and what came of it, stands in the access record."""
    note_act(VERIFIED, patients, case_id, {"whole": proof.is_whole, "sentence": proof.sentence})
