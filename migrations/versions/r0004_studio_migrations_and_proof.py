"""The studio's drafts, migrations in batches, organisations, who saw what, and signed checkpoints of the record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

# What has been seen and what has been signed stays as it was written, like the history itself.
APPEND_ONLY = {
    "accesses": "id = NEW.id",
    "access_patients": "access_id = NEW.access_id AND patient_id = NEW.patient_id",
    "checkpoints": "number = NEW.number OR day = NEW.day",
    "checkpoint_leaves": "checkpoint = NEW.checkpoint AND case_id = NEW.case_id",
}
# Those that refer to another before it.
DROPPED = (
    "migration_moves",
    "studio_walks",
    "studio_files",
    "studio_editors",
    "studio_drafts",
    "migration_batches",
    "checkpoint_leaves",
    "access_patients",
    "scenarios",
    "organisations",
    "checkpoints",
    "accesses",
)
MESSAGE = "what was seen and what was signed is append-only: a row of it cannot be changed or deleted"


def upgrade() -> None:
    _tables()
    _columns()
    _refuse_changes()


def _tables() -> None:
    op.create_table(
        "accesses",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("page", sa.String(64), nullable=False),
        sa.Column("address", sa.String(300), nullable=False),
        sa.Column("case_id", sa.String(64)),
        sa.Column("detail", DOCUMENT),
        sa.PrimaryKeyConstraint("id", name="pk_accesses"),
    )
    op.create_index("ix_accesses_email", "accesses", ["email", "id"])
    op.create_index("ix_accesses_at", "accesses", ["at", "id"])
    op.create_table(
        "checkpoints",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("key_id", sa.String(64), nullable=False),
        sa.Column("signature", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_checkpoints"),
        sa.UniqueConstraint("day", name="uq_checkpoints_day"),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisations"),
    )
    op.create_table(
        "scenarios",
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("saved_by", sa.String(254), nullable=False),
        sa.PrimaryKeyConstraint("path", name="pk_scenarios"),
    )
    op.create_table(
        "access_patients",
        sa.Column("access_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["access_id"], ["accesses.id"], name="fk_access_patients_access_id"),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name="fk_access_patients_patient_id"),
        sa.PrimaryKeyConstraint("access_id", "patient_id", name="pk_access_patients"),
    )
    op.create_index("ix_access_patients_patient", "access_patients", ["patient_id", "access_id"])
    op.create_table(
        "checkpoint_leaves",
        sa.Column("checkpoint", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["checkpoint"], ["checkpoints.number"], name="fk_checkpoint_leaves_checkpoint"),
        sa.PrimaryKeyConstraint("checkpoint", "case_id", name="pk_checkpoint_leaves"),
    )
    op.create_index("ix_checkpoint_leaves_case", "checkpoint_leaves", ["case_id", "checkpoint"])
    op.create_table(
        "migration_batches",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("process_id", sa.String(100), nullable=False),
        sa.Column("to_version", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("undoes", sa.Integer()),
        sa.Column("moves", DOCUMENT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.String(254), nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.ForeignKeyConstraint(["to_version"], ["versions.hash"], name="fk_migration_batches_to_version"),
        sa.ForeignKeyConstraint(["undoes"], ["migration_batches.id"], name="fk_migration_batches_undoes"),
        sa.PrimaryKeyConstraint("id", name="pk_migration_batches"),
    )
    op.create_index(
        "ix_migration_batches_open",
        "migration_batches",
        ["process_id"],
        unique=True,
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_table(
        "studio_drafts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("base", sa.String(64)),
        sa.Column("main", sa.String(200), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.String(254), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("saved_by", sa.String(254), nullable=False),
        sa.Column("published", DOCUMENT),
        sa.Column("note", sa.Text()),
        sa.ForeignKeyConstraint(["base"], ["versions.hash"], name="fk_studio_drafts_base"),
        sa.PrimaryKeyConstraint("id", name="pk_studio_drafts"),
    )
    op.create_table(
        "studio_editors",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["studio_drafts.id"], name="fk_studio_editors_draft_id"),
        sa.ForeignKeyConstraint(["email"], ["users.email"], name="fk_studio_editors_email"),
        sa.PrimaryKeyConstraint("draft_id", "email", name="pk_studio_editors"),
    )
    op.create_table(
        "studio_files",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("saved_by", sa.String(254), nullable=False),
        sa.Column("saved_in", sa.String(64)),
        sa.Column("edition", sa.Integer()),
        sa.Column("made_from", sa.String(64)),
        sa.ForeignKeyConstraint(["draft_id"], ["studio_drafts.id"], name="fk_studio_files_draft_id"),
        sa.PrimaryKeyConstraint("draft_id", "path", name="pk_studio_files"),
    )
    op.create_table(
        "studio_walks",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("patient", DOCUMENT, nullable=False),
        sa.Column("steps", DOCUMENT, nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["studio_drafts.id"], name="fk_studio_walks_draft_id"),
        sa.ForeignKeyConstraint(["email"], ["users.email"], name="fk_studio_walks_email"),
        sa.PrimaryKeyConstraint("id", name="pk_studio_walks"),
    )
    op.create_index("ix_studio_walks_draft", "studio_walks", ["draft_id", "email"])
    op.create_table(
        "migration_moves",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("process", sa.String(80), nullable=False),
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("from_version", sa.String(64), nullable=False),
        sa.Column("to_version", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("before", DOCUMENT),
        sa.Column("moved_at", INSTANT),
        sa.ForeignKeyConstraint(["batch_id"], ["migration_batches.id"], name="fk_migration_moves_batch_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_migration_moves_case_id"),
        sa.ForeignKeyConstraint(["from_version"], ["versions.hash"], name="fk_migration_moves_from_version"),
        sa.ForeignKeyConstraint(["process"], ["processes.id"], name="fk_migration_moves_process"),
        sa.ForeignKeyConstraint(["to_version"], ["versions.hash"], name="fk_migration_moves_to_version"),
        sa.PrimaryKeyConstraint("batch_id", "process", name="pk_migration_moves"),
    )
    op.create_index("ix_migration_moves_case", "migration_moves", ["case_id"])
    op.create_index("ix_migration_moves_status", "migration_moves", ["batch_id", "status"])


def _columns() -> None:
    """One organisation cares for everybody who is there; who sees the patients of all is named when they are made."""
    op.add_column("patients", sa.Column("organisation", sa.String(32), server_default="main", nullable=False))
    op.add_column("users", sa.Column("organisation", sa.String(32)))
    op.add_column("versions", sa.Column("effective_from", INSTANT))
    op.create_index(
        "ix_processes_version",
        "processes",
        ["definition", "version"],
        sqlite_where=sa.text("status = 'active'"),
        postgresql_where=sa.text("status = 'active'"),
    )
    op.execute(sa.text("INSERT INTO organisations (id, name) VALUES ('main', 'Main organisation')"))
    op.execute(sa.text("UPDATE users SET organisation = 'main' WHERE role IN ('case_manager', 'lead')"))


def _refuse_changes() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION record_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for table in APPEND_ONLY:
        for name, moment in _triggers(table).items():
            if op.get_context().dialect.name == "postgresql":
                op.execute(f"CREATE TRIGGER {name} {moment} EXECUTE FUNCTION record_is_append_only()")
            else:
                op.execute(f"CREATE TRIGGER {name} {moment} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END")


def _triggers(table: str) -> dict[str, str]:
    if op.get_context().dialect.name == "postgresql":
        return {
            f"{table}_refuses_change": f"BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW",
            f"{table}_refuses_truncate": f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT",
        }
    return {
        f"{table}_refuses_update": f"BEFORE UPDATE ON {table}",
        f"{table}_refuses_delete": f"BEFORE DELETE ON {table}",
        # INSERT OR REPLACE deletes without a DELETE trigger unless the connection asks for it: refused here.
        f"{table}_refuses_replace": (
            f"BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {APPEND_ONLY[table]})"
        ),
    }


def downgrade() -> None:
    for table in APPEND_ONLY:
        for name in _triggers(table):
            on = f" ON {table}" if op.get_context().dialect.name == "postgresql" else ""
            op.execute(f"DROP TRIGGER {name}{on}")
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION record_is_append_only()")
    op.drop_index("ix_processes_version", "processes")
    op.drop_column("versions", "effective_from")
    op.drop_column("users", "organisation")
    op.drop_column("patients", "organisation")
    for table in DROPPED:
        op.drop_table(table)
