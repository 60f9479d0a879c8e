"""Who is mailed that something waits for them after a command: of an urgent task, an incident, work that was given up.

A notice names no patient and no case: a mail is read on many screens. It leads to the page that tells, behind sign-in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.casework import Casework
from engine.commands import AnyCommand, RecordDelivery
from engine.notifier import Notifier
from engine.store.outbox import add_outgoing
from engine.store.people import colleagues

OPERATION = "notice.mail"


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is said, the page that it leads to, and who is told beside the case's own manager."""

    subject: str
    page: str
    roles: frozenset[str]
    tells_assignee: bool


URGENT = Occasion("An urgent task waits for you", "/day", frozenset(), True)
INCIDENT = Occasion("A pathway stands still", "/incidents", frozenset({"clinical_director"}), False)
GIVEN_UP = Occasion("Background work was given up", "/background", frozenset({"lead", "clinical_director"}), False)


def add_notices(work: Casework, command: AnyCommand, notifier: Notifier) -> None:
    """Write down who is to be mailed, in the command's own transaction; nothing where notices are off."""
    if not notifier.is_on:
        return
    rows = []
    for occasion in dict.fromkeys(_occasions(work, command)):
        # A mail each: a mailbox that is gone must keep nobody else from theirs.
        rows += [_row(work, occasion, address, notifier) for address in _told(work, occasion)]
    add_outgoing(work.connection, rows)


def _occasions(work: Casework, command: AnyCommand) -> Iterator[Occasion]:
    if any(task["priority"] == "urgent" and task["status"] == "open" for task in work.opened):
        yield URGENT
    if work.parked:
        yield INCIDENT
    if isinstance(command, RecordDelivery) and command.error is not None:
        yield GIVEN_UP


def _told(work: Casework, occasion: Occasion) -> Sequence[str]:
    """The addresses of those who see the patient; of an urgent task that is nobody's, the team leads'."""
    people = {row["email"]: row for row in colleagues(work.connection, work.patient["organisation"])}
    assignee = work.case["assignee"]
    if occasion.tells_assignee and assignee in people:
        return [] if assignee == work.actor.id else [assignee]  # who has just caused it sees it
    roles = occasion.roles or {"lead"}
    return sorted(email for email, row in people.items() if row["role"] in roles)


def _row(work: Casework, occasion: Occasion, address: str, notifier: Notifier) -> dict[str, object]:
    payload = {
        "to": [address],
        "subject": occasion.subject,
        "link": f"{notifier.site}{occasion.page}",
        "organisation": work.patient["organisation"],
    }
    return {
        "case_id": None,
        "operation": OPERATION,
        "payload": payload,
        "status": "waiting",
        "created_at": work.now,
    }
