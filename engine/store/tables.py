"""Every table of the database, in one place to read; the queries stand beside it, one module per table group."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from engine.store.columns import Document, Instant

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# -- organisations --------------------------------------------------------------------------------------------------
organisations = Table(
    "organisations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(200), nullable=False),
)

# -- people ---------------------------------------------------------------------------------------------------------
users = Table(
    "users",
    metadata,
    Column("email", String(254), primary_key=True),  # the sign-in and the assignee's name everywhere
    Column("name", String(200), nullable=False),
    Column("role", String(32), nullable=False),  # case_manager | lead | clinical_director | auditor | admin
    Column("password_hash", String(200), nullable=False),
    Column("one_time", Boolean, nullable=False, default=False),  # the password must be changed at first sign-in
    Column("active", Boolean, nullable=False, default=True),
    Column("created_at", Instant, nullable=False),
    Column("organisation", String(32)),  # whose patients they see; None: those of all
)

tokens = Table(
    "tokens",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the token; the token itself is shown once
    Column("email", ForeignKey("users.email"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant),
    Column("revoked_at", Instant),
)

patients = Table(
    "patients",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("sex", String(16)),  # FHIR administrative gender
    Column("mbi", String(11), unique=True),  # Medicare Beneficiary Identifier
    Column("phone", String(40)),
    Column("language", String(40)),  # BCP 47
    Column("time_zone", String(64)),
    Column("conditions", Document, nullable=False),  # [ICD-10-CM code]
    Column("pcp", String(200)),
    Column("equity", Document, nullable=False),  # {dual_eligible?, rural?, disability?, ...}
    Column("source", String(200), unique=True),  # where an imported patient came from: "fhir:Patient/<id>"
    Column("source_digest", String(64)),  # of what was imported; the same again changes nothing
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("organisation", String(32), nullable=False, server_default="main"),  # who cares for them
)
Index("ix_patients_name", patients.c.name)

# What an import brought about a patient before or beside a case: kept as it came, read by the patient page.
observations = Table(
    "observations",
    metadata,
    Column("patient_id", ForeignKey("patients.id"), primary_key=True),
    Column("source", String(200), primary_key=True),  # "fhir:Observation/<id>", "fhir:Encounter/<id>"
    Column("kind", String(16), nullable=False),  # observation | encounter | condition
    Column("code", String(64)),
    Column("display", String(200)),
    Column("value", Document),
    Column("unit", String(40)),
    Column("effective_at", Instant),
)

# -- definitions ----------------------------------------------------------------------------------------------------
versions = Table(
    "versions",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of all its sources: a version is its content
    Column("process_id", String(100), nullable=False),
    Column("number", Integer, nullable=False),  # 1, 2, 3 of its process, for people
    Column("title", String(200), nullable=False),
    Column("track", String(16)),  # of a track's pathway
    Column("tracks", Document),  # of a process that an event starts
    Column("messages", Document, nullable=False),  # the event types that start it
    Column("sources", Document, nullable=False),  # {relative path: text}
    Column("note", Text, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("published_by", String(254), nullable=False),
    Column("effective_from", Instant),  # new cases and events take it from then on; None: from the first
)
Index("ix_versions_process", versions.c.process_id, versions.c.number, unique=True)

# -- the studio: what directors change before it is published -------------------------------------------------------
studio_drafts = Table(
    "studio_drafts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("title", String(200), nullable=False),
    Column("base", ForeignKey("versions.hash")),  # the version it began as; None for a diagram that is new
    Column("main", String(200), nullable=False),  # the file it is opened with
    Column("status", String(16), nullable=False),  # open | published | discarded
    Column("revision", Integer, nullable=False, default=0),  # counts every save of any of its files
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(254), nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("saved_by", String(254), nullable=False),
    Column("published", Document),  # hashes of the versions that it became
    Column("note", Text),  # why it was published, and why over scenarios that failed
)

studio_files = Table(
    "studio_files",
    metadata,
    Column("draft_id", ForeignKey("studio_drafts.id"), primary_key=True),
    Column("path", String(200), primary_key=True),  # as in a folder of pathways
    Column("text", Text, nullable=False),
    Column("revision", Integer, nullable=False),  # of the draft, when this file was saved last
    Column("saved_at", Instant, nullable=False),
    Column("saved_by", String(254), nullable=False),
    Column("saved_in", String(64)),  # the window of an editor, by a name that it made up
    Column("edition", Integer),  # of the text in that window: grows with each change
    Column("made_from", String(64)),  # SHA-256 of the published text at its first save; None for a new file
)

studio_editors = Table(
    "studio_editors",
    metadata,
    Column("draft_id", ForeignKey("studio_drafts.id"), primary_key=True),
    Column("email", ForeignKey("users.email"), primary_key=True),
    Column("path", String(200), nullable=False),  # the file that is open
    Column("seen_at", Instant, nullable=False),
)

studio_walks = Table(
    "studio_walks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("draft_id", ForeignKey("studio_drafts.id"), nullable=False),
    Column("email", ForeignKey("users.email"), nullable=False),
    Column("patient", Document, nullable=False),
    Column("steps", Document, nullable=False),  # what was done, in order: the walk is played anew from them
    Column("saved_at", Instant, nullable=False),
)
Index("ix_studio_walks_draft", studio_walks.c.draft_id, studio_walks.c.email)

scenarios = Table(
    "scenarios",
    metadata,
    Column("path", String(200), primary_key=True),  # scenarios/<name>.yaml, beside those of the folder
    Column("text", Text, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("saved_by", String(254), nullable=False),
)

migration_batches = Table(
    "migration_batches",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("process_id", String(100), nullable=False),
    Column("to_version", ForeignKey("versions.hash"), nullable=False),
    Column("status", String(16), nullable=False),  # moving | proving | done | refused (by the proof) | undone
    Column("undoes", ForeignKey("migration_batches.id")),  # the batch whose cases this one moves back
    Column("moves", Document, nullable=False),  # old element id -> the one that takes its place
    Column("note", Text, nullable=False),
    Column("problem", Text),  # why the proof refused it
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(254), nullable=False),
    Column("finished_at", Instant),
)
# One batch of a process at a time: two directors would move the same cases to two places.
Index(
    "ix_migration_batches_open",
    migration_batches.c.process_id,
    unique=True,
    sqlite_where=text("finished_at IS NULL"),
    postgresql_where=text("finished_at IS NULL"),
)

migration_moves = Table(
    "migration_moves",
    metadata,
    Column("batch_id", ForeignKey("migration_batches.id"), primary_key=True),
    Column("process", ForeignKey("processes.id"), primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("from_version", ForeignKey("versions.hash"), nullable=False),
    Column("to_version", ForeignKey("versions.hash"), nullable=False),
    Column("status", String(16), nullable=False),  # waiting, moved, proven, stuck (as before), back, cannot, passed
    Column("reason", Text),  # why it cannot move, was passed over, or is stuck
    Column("before", Document),  # what it was before: engine.migration.moving.Before
    Column("moved_at", Instant),
)
Index("ix_migration_moves_status", migration_moves.c.batch_id, migration_moves.c.status)
Index("ix_migration_moves_case", migration_moves.c.case_id)

# -- cases ----------------------------------------------------------------------------------------------------------
cases = Table(
    "cases",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("patient_id", ForeignKey("patients.id"), nullable=False),
    Column("track", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("version", ForeignKey("versions.hash"), nullable=False),
    Column("aligned_on", Date, nullable=False),
    Column("period", Integer, nullable=False, server_default="1"),  # 1 is the initial one, above are follow-on periods
    Column("follows", String(64)),  # the case of the period before
    Column("assignee", ForeignKey("users.email")),
    Column("started_at", Instant, nullable=False),
    Column("closed_at", Instant),  # the last process has ended: nothing can happen to the case any more
    Column("paused_at", Instant),
    Column("next_due", Instant),  # the earliest timer of all its running processes
    Column("process_count", Integer, nullable=False, default=0),
    Column("task_count", Integer, nullable=False, default=0),
    Column("fact_count", Integer, nullable=False, default=0),
    Column("command_count", Integer, nullable=False, default=0),
    Column("history_length", Integer, nullable=False, default=0),  # what verify compares the chain with
    Column("history_head", String(64), nullable=False, default=""),
)
Index(
    "ix_cases_next_due",
    cases.c.next_due,
    sqlite_where=text("next_due IS NOT NULL"),
    postgresql_where=text("next_due IS NOT NULL"),
)
Index("ix_cases_patient", cases.c.patient_id)
# One participant per track: a patient is aligned to a track once at a time (CMS ACCESS IG, alignment). The next period
# may begin while the last report of the one before is still to come.
Index(
    "ix_cases_one_open_per_period",
    cases.c.patient_id,
    cases.c.track,
    cases.c.period,
    unique=True,
    sqlite_where=text("closed_at IS NULL"),
    postgresql_where=text("closed_at IS NULL"),
)

processes = Table(
    "processes",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("definition", String(100), nullable=False),
    Column("version", ForeignKey("versions.hash"), nullable=False),
    Column("title", String(200), nullable=False),
    Column("status", String(16), nullable=False),  # active | completed | cancelled
    Column("paused", Boolean, nullable=False, default=False),
    Column("event", Document),  # the latest event it took: {"type", "on", payload members}
    Column("state", Text, nullable=False),
    Column("next_due", Instant),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
)
Index(
    "ix_processes_running",
    processes.c.case_id,
    sqlite_where=text("status = 'active'"),
    postgresql_where=text("status = 'active'"),
)
Index(
    "ix_processes_version",
    processes.c.definition,
    processes.c.version,
    sqlite_where=text("status = 'active'"),
    postgresql_where=text("status = 'active'"),
)

facts = Table(
    "facts",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("name", String(100), nullable=False),
    Column(
        "type", String(8), nullable=False
    ),  # number | string | boolean | date | instant | list | null
    Column("value", Document),
    Column("unit", String(40)),
    Column("effective_at", Instant, nullable=False),  # when it was true
    Column("recorded_at", Instant, nullable=False),  # when it was learnt
    Column(
        "source", String(100), nullable=False
    ),  # form | device | lab | patient | clinician | import | rule
    Column("command", Integer, nullable=False),  # which command of the case wrote it
)
Index("ix_facts_name", facts.c.case_id, facts.c.name, facts.c.effective_at)

# -- people's work --------------------------------------------------------------------------------------------------
tasks = Table(
    "tasks",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("patient_id", ForeignKey("patients.id"), nullable=False),
    Column("process_id", ForeignKey("processes.id"), nullable=False),
    Column("token", Integer, nullable=False),  # which waiting token of the process it answers
    Column("element_id", String(100), nullable=False),
    Column("element_name", String(200), nullable=False),
    Column("process", String(100), nullable=False),  # the definition the element stands in
    Column("version", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("title", String(300), nullable=False),
    Column("why", Text, nullable=False),
    Column("form", String(100), nullable=False),
    Column("context", Document),  # what the form's conditions saw of the token: {"counter": n}
    Column("role", String(32), nullable=False),
    Column("priority", String(8), nullable=False),  # urgent | high | normal
    Column("opens_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("closes_on", Date),  # the end of its window, where it has one
    Column("status", String(16), nullable=False),  # open | done | cancelled
    Column("assignee", ForeignKey("users.email")),
    Column("snoozed_until", Date),
    Column("snooze_reason", Text),
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("done_by", String(254)),
    Column("occurred_on", Date),  # the true date, where it was done before it was recorded
    Column("late_reason", Text),
    CheckConstraint("status IN ('open', 'done', 'cancelled')", name="status"),
)
Index(
    "ix_tasks_open_assignee",
    tasks.c.assignee,
    tasks.c.due_on,
    sqlite_where=text("status = 'open'"),
    postgresql_where=text("status = 'open'"),
)
Index(
    "ix_tasks_open_case",
    tasks.c.case_id,
    sqlite_where=text("status = 'open'"),
    postgresql_where=text("status = 'open'"),
)
Index("ix_tasks_patient", tasks.c.patient_id, tasks.c.created_at)
Index("ix_tasks_process", tasks.c.process_id)

attempts = Table(
    "attempts",
    metadata,
    Column("task_id", ForeignKey("tasks.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(254), nullable=False),
    Column("channel", String(32), nullable=False),  # phone | sms | email | portal | letter | visit
    Column("outcome", String(32), nullable=False),  # reached | no_answer | left_message | wrong_number | ...
    Column("note", Text),
)
Index("ix_attempts_case", attempts.c.case_id, attempts.c.at)

drafts = Table(
    "drafts",
    metadata,
    Column("task_id", ForeignKey("tasks.id"), primary_key=True),
    Column("email", ForeignKey("users.email"), primary_key=True),
    Column("data", Document, nullable=False),
    Column("saved_at", Instant, nullable=False),
)

# -- the record -----------------------------------------------------------------------------------------------------
history = Table(
    "history",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", String(254), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("command", Integer, nullable=False),
    Column("task_id", String(80)),
    Column("process_id", String(80)),
    Column("element_id", String(100)),
    Column("element_name", String(200)),
    Column("version", String(64)),
    Column("summary", Text, nullable=False),
    Column("detail", Text, nullable=False),  # canonical JSON, as it was hashed
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

commands = Table(
    "commands",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(300), unique=True),  # actor and idempotency key
    Column("fingerprint", String(64), nullable=False),  # of what was asked
    Column("kind", String(40), nullable=False),
    Column("case_id", String(64)),
    Column("actor", String(254), nullable=False),
    Column("at", Instant, nullable=False),
    Column("outcome", Document, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),  # the idempotency key of the effect
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("operation", String(64), nullable=False),
    Column("payload", Document, nullable=False),
    Column("status", String(16), nullable=False),  # waiting | done | failed
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("result", Document),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", Instant),  # not before then; None: at once
    Column("error", Text),  # what the last attempt said
)
Index(
    "ix_outbox_waiting",
    outbox.c.id,
    sqlite_where=text("status = 'waiting'"),
    postgresql_where=text("status = 'waiting'"),
)

# -- who saw what, and what was signed ------------------------------------------------------------------------------
accesses = Table(
    "accesses",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("email", String(254), nullable=False),
    Column("role", String(32), nullable=False),
    Column("act", String(16), nullable=False),  # viewed | listed | exported | verified | refused
    Column("page", String(64), nullable=False),  # the route's endpoint: "pages.patient", "api.get_case"
    Column("address", String(300), nullable=False),  # the path that was asked, without its query
    Column("case_id", String(64)),
    Column("detail", Document),  # of an export: format, files with their SHA-256
)
Index("ix_accesses_email", accesses.c.email, accesses.c.id)
Index("ix_accesses_at", accesses.c.at, accesses.c.id)

access_patients = Table(
    "access_patients",
    metadata,
    Column("access_id", ForeignKey("accesses.id"), primary_key=True),
    Column("patient_id", ForeignKey("patients.id"), primary_key=True),
)
Index("ix_access_patients_patient", access_patients.c.patient_id, access_patients.c.access_id)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),  # 1, 2, 3 without gaps
    Column("day", Date, nullable=False, unique=True),  # the organisation's local day
    Column("at", Instant, nullable=False),
    Column("cases", Integer, nullable=False),
    Column("entries", Integer, nullable=False),  # of all histories together
    Column("root", String(64), nullable=False),  # Merkle root over all cases' chain heads
    Column("previous", String(64), nullable=False),  # SHA-256 of the statement before
    Column("key_id", String(64), nullable=False),
    Column("signature", String(128), nullable=False),  # Ed25519 over the statement, hex
)

checkpoint_leaves = Table(
    "checkpoint_leaves",
    metadata,
    Column("checkpoint", ForeignKey("checkpoints.number"), primary_key=True),
    Column("case_id", String(64), primary_key=True),  # only cases whose chain has grown since the one before
    Column("length", Integer, nullable=False),
    Column("head", String(64), nullable=False),
)
Index("ix_checkpoint_leaves_case", checkpoint_leaves.c.case_id, checkpoint_leaves.c.checkpoint)

sandbox_clock = Table(
    "sandbox_clock",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("now", Instant, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
