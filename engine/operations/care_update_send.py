"""care_update.send: an update to the PCP is composed from the record and goes to the outbox, to be delivered later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from care.care_update import OCCASIONS, as_document, left_out_in_words
from engine.care_updates import digest_of, to_send
from engine.errors import InvalidInput
from engine.feel import shown
from engine.operations.operation import Operation

if TYPE_CHECKING:
    from engine.casework import Casework


def occasion_of(parameters: Mapping[str, Any]) -> str:
    """The occasion that a diagram names, "start" where it names none; raises InvalidInput."""
    occasion = parameters.get("reason") or "start"
    if occasion not in OCCASIONS:
        raise InvalidInput({"reason": f"care_update.send takes one of {', '.join(OCCASIONS)}, not {shown(occasion)}"})
    return str(occasion)


def _run(work: Casework, process_id: str, parameters: Mapping[str, Any]) -> str:
    occasion, what = occasion_of(parameters), parameters.get("what")
    update = to_send(work, occasion, process_id, None if what is None else str(what))
    document = as_document(update)
    digest = digest_of(document)
    payload = {"reason": occasion, "pcp": update.pcp, "recipient": update.recipient}
    work.enqueue("care_update.send", {**payload, "sha256": digest, "document": document})
    left_out = left_out_in_words(update.review.left_out)
    work.note(
        "care_update.composed",
        f"An update to {update.pcp or 'the PCP'} was composed" + (f", without {left_out}" if left_out else ""),
        process_id=process_id,
        detail={**payload, "sha256": digest, "left_out": list(update.review.left_out)},
    )
    return f"An update to {update.pcp or 'the PCP'} is written and waits to be sent ({occasion})"


OPERATION = Operation("care_update.send", "Send an update to the PCP.", frozenset({"reason", "what"}), _run)
