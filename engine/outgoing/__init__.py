"""What is done in the background, after a command's commit: a registry, one kind of work a file."""

from __future__ import annotations

from engine.outgoing import care_update_send, case_follow_on, case_tell, checkpoint_write, import_fhir, notice_mail
from engine.outgoing.outgoing import Outgoing

OUTGOING: dict[str, Outgoing] = {
    outgoing.operation: outgoing
    for outgoing in (
        care_update_send.OUTGOING,
        case_follow_on.OUTGOING,
        case_tell.OUTGOING,
        checkpoint_write.OUTGOING,
        import_fhir.OUTGOING,
        notice_mail.OUTGOING,
    )
}
