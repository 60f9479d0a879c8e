"""What each command does: one handler a file, found by the command's type."""

from __future__ import annotations

from engine import commands
from engine.handlers import (
    assign_task,
    claim_task,
    close_case,
    complete_task,
    deliver_event,
    drop_outgoing,
    fire_timers,
    log_attempt,
    migrate_process,
    pause_case,
    record_delivery,
    resume_case,
    retry_incident,
    retry_outgoing,
    skip_incident,
    snooze_task,
    withdraw_patient,
)
from engine.handlers.handler import Handler

# StartCase stands apart: its case does not exist yet (engine.handlers.start_case).
HANDLERS: dict[type, Handler] = {
    commands.CompleteTask: complete_task.HANDLER,
    commands.DeliverEvent: deliver_event.HANDLER,
    commands.FireTimers: fire_timers.HANDLER,
    commands.PauseCase: pause_case.HANDLER,
    commands.ResumeCase: resume_case.HANDLER,
    commands.WithdrawPatient: withdraw_patient.HANDLER,
    commands.CloseCase: close_case.HANDLER,
    commands.AssignTask: assign_task.HANDLER,
    commands.ClaimTask: claim_task.HANDLER,
    commands.SnoozeTask: snooze_task.HANDLER,
    commands.LogAttempt: log_attempt.HANDLER,
    commands.RecordDelivery: record_delivery.HANDLER,
    commands.RetryOutgoing: retry_outgoing.HANDLER,
    commands.DropOutgoing: drop_outgoing.HANDLER,
    commands.MigrateProcess: migrate_process.HANDLER,
    commands.RetryIncident: retry_incident.HANDLER,
    commands.SkipIncident: skip_incident.HANDLER,
}
