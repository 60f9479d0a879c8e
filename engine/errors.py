"""Everything that can go wrong in the engine, as one tree.

ThroughlineError                    code, message: what happened and what to do
├── NaiveInstant                    a datetime without a time zone was given
├── SettingsError                   a setting is wrong; names it
├── DefinitionError                 a diagram, table or form cannot be used; names file and element
│   ├── UnknownProcess
│   ├── UnknownElement
│   └── ExpressionFailed            an expression of a running diagram has no usable value
├── NotFound                        no such patient, case, task, user
├── Refused                         the call is right, the moment is not (409)
│   ├── TaskTaken                   somebody else was first; says who and when
│   ├── CaseClosed
│   ├── ProcessParked               its diagram failed; a clinical director has to settle the incident first
│   ├── SavedMeanwhile              a draft's file was saved by somebody else, or elsewhere; holds what was saved
│   ├── UnreadableCheckpoint        a checkpoint was changed so that it cannot be read any more
│   ├── KeyReused                   an idempotency key came back with another body
│   └── NotASandbox
├── InvalidInput                    fields are wrong; errors by field (422)
├── BackupFailed                    no backup could be made, or none put back; nothing is left half done
├── Busy                            others hold what this needs; nothing was done, try again (503)
└── OutcomeUnknown                  the connection broke at the commit: look whether it was done (503)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime


class ThroughlineError(Exception):
    """Base of all errors that a person can act upon."""

    code = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NaiveInstant(ThroughlineError):
    code = "naive-instant"

    def __init__(self, value: datetime) -> None:
        super().__init__(f"{value.isoformat()} has no time zone; give an instant such as 2026-01-13T09:00:00-05:00")
        self.value = value


class SettingsError(ThroughlineError):
    code = "settings"

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")
        self.name = name


class DefinitionError(ThroughlineError):
    """A definition cannot be used. ``file``, ``element`` and ``rule`` say where and why."""

    code = "definition"

    def __init__(self, file: str, element: str | None, rule: str, problem: str) -> None:
        place = f"{file}: {element}" if element else file
        super().__init__(f"{place}: {problem} [{rule}]")
        self.file, self.element, self.rule, self.problem = file, element, rule, problem


class UnknownProcess(DefinitionError):
    code = "unknown-process"


class UnknownElement(DefinitionError):
    code = "unknown-element"


class ExpressionFailed(DefinitionError):
    """An expression of a running diagram has no usable value; ``words`` say so without any value that it met."""

    code = "expression-failed"

    def __init__(self, file: str, element: str | None, rule: str, problem: str, words: str | None = None) -> None:
        super().__init__(file, element, rule, problem)
        self.words = words


class NotFound(ThroughlineError):
    code = "not-found"

    def __init__(self, kind: str, identity: str) -> None:
        super().__init__(f"no {kind} '{identity}'")
        self.kind, self.identity = kind, identity


class Refused(ThroughlineError):
    code = "refused"


class TaskTaken(Refused):
    """A lost race: ``by`` was first, at ``at``."""

    code = "task-taken"

    def __init__(self, task_id: str, status: str, by: str, at: datetime, seconds_ago: int) -> None:
        verb = "completed" if status == "done" else "ended"
        super().__init__(f"task '{task_id}' was {verb} by {by} {ago(seconds_ago)}")
        self.task_id, self.status, self.by, self.at, self.seconds_ago = task_id, status, by, at, seconds_ago


class SavedMeanwhile(Refused):
    """A save that was made from an older text than the one kept: ``by`` saved ``text`` at ``at``, as ``revision``;
    ``origin`` is the fingerprint of the published text that it is a change of.

    ``is_own`` when that was the same person, in another window.
    """

    code = "saved-meanwhile"

    def __init__(
        self, path: str, by: str, at: datetime, text: str, revision: int, *, origin: str, is_own: bool
    ) -> None:
        who = "you have, in another window," if is_own else f"{by} has"
        super().__init__(f"{who} saved '{path}' since you opened it here; take that text, or keep yours over it")
        self.path, self.by, self.at, self.text, self.revision, self.is_own = path, by, at, text, revision, is_own
        self.origin = origin


class CaseClosed(Refused):
    code = "case-closed"

    def __init__(self, case_id: str, status: str) -> None:
        super().__init__(f"case '{case_id}' is closed ({status}); nothing more can happen to it")
        self.case_id, self.status = case_id, status


class ProcessParked(Refused):
    """Nothing happens to a process while it is parked; ``is_kept`` says that what was asked is carried out later."""

    code = "process-parked"

    def __init__(self, title: str, incident: str, *, is_kept: bool, has_first: bool = False) -> None:
        if is_kept:
            then = "what you entered is kept and will be carried out in your name when that is settled"
        elif has_first:
            then = "an answer that was given before is kept and will be carried out; this one is not"
        else:
            then = "try again when that is settled"
        super().__init__(
            f"“{title}” is parked: its diagram cannot go on (incident '{incident}'). "
            f"A clinical director sees it under Incidents; {then}"
        )
        self.incident, self.is_kept = incident, is_kept


class UnreadableCheckpoint(Refused):
    code = "unreadable-checkpoint"

    def __init__(self) -> None:
        super().__init__(
            "a checkpoint in the database cannot be read: it was changed from outside of the program; keep the "
            "database as it is, and run 'throughline history verify', which says what is wrong"
        )


class KeyReused(Refused):
    code = "key-reused"

    def __init__(self, key: str) -> None:
        super().__init__(f"idempotency key '{key}' was used before with another body; use a new key")
        self.key = key


class NotASandbox(Refused):
    code = "not-a-sandbox"

    def __init__(self) -> None:
        super().__init__("this database is live: its clock cannot be moved; make a sandbox with 'db init --sandbox'")


class InvalidInput(ThroughlineError):
    """Input that cannot be taken; ``errors`` maps each field to what is wrong with it."""

    code = "invalid-input"

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {problem}" for field, problem in errors.items()))
        self.errors = dict(errors)


class BackupFailed(ThroughlineError):
    """A backup could not be made, is not whole, or cannot be put back; what was there before is there still."""

    code = "backup-failed"


class Busy(ThroughlineError):
    """Others hold what this needs, for longer than it waits: nothing was done, and it may be asked for again."""

    code = "busy"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}; nothing was done, try again in a few seconds")


class ScannerAway(Busy):
    """The virus scanner does not answer, so no file is taken."""

    def __init__(self) -> None:
        super().__init__("the virus scanner does not answer, and no file is taken that it has not looked at")


class OutcomeUnknown(ThroughlineError):
    """The connection to the database broke while a transaction was being committed."""

    code = "outcome-unknown"

    def __init__(self) -> None:
        super().__init__(
            "the connection to the database broke at the last moment: this may have been done, or not; "
            "look whether it was before you do it again"
        )


def ago(seconds: int) -> str:
    """How long ago, in words: "4 seconds ago", "3 minutes ago"."""
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if count != 1 else ''} ago"
    return f"{seconds} second{'s' if seconds != 1 else ''} ago"
