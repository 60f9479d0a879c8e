"""What a database lacks that was made between two releases, while 0003 and 0004 were still shorter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import online

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
# What 0003 says of updates that it finds in the outbox.
BEFORE = "written before delivery existed"
OUTBOX = sa.table(
    "outbox",
    sa.column("id", sa.Integer),
    sa.column("operation", sa.String),
    sa.column("payload", DOCUMENT),
    sa.column("status", sa.String),
    sa.column("error", sa.Text),
)
# SQLite's triggers of 0004 that its first form lacked, with what makes two rows the same one.
REPLACED = {
    "accesses": "id = NEW.id",
    "access_patients": "access_id = NEW.access_id AND patient_id = NEW.patient_id",
    "checkpoints": "number = NEW.number OR day = NEW.day",
    "checkpoint_leaves": "checkpoint = NEW.checkpoint AND case_id = NEW.case_id",
}
MESSAGE = "what was seen and what was signed is append-only: a row of it cannot be changed or deleted"


def upgrade() -> None:
    """Looks at what is there, so that it may be run again; nothing is to be done in a database of a release."""
    if "ix_cases_one_open_per_track" in _indexes("cases"):
        _second_form_of_0003()
    online.in_batches(OUTBOX, _without_content())
    if "moves" not in _columns("migration_batches"):
        _second_form_of_0004()
    if "note" not in _columns("studio_drafts"):
        op.add_column("studio_drafts", sa.Column("note", sa.Text()))
    for name, kind in (("saved_in", sa.String(64)), ("edition", sa.Integer()), ("made_from", sa.String(64))):
        if name not in _columns("studio_files"):
            op.add_column("studio_files", sa.Column(name, kind))


def _second_form_of_0003() -> None:
    open_ = _where("closed_at IS NULL")
    columns = ["patient_id", "track", "period"]
    online.create_index("ix_cases_one_open_per_period", "cases", columns, unique=True, **open_)
    online.drop_index("ix_cases_one_open_per_track", "cases")


def _without_content() -> sa.Update:
    """Updates to the PCP from before there was a delivery: they hold no document, and no worker must try them."""
    hold_none = OUTBOX.c.payload["document"].as_string().is_(None)
    are = (OUTBOX.c.operation == "care_update.send", OUTBOX.c.status == "waiting", hold_none)
    return sa.update(OUTBOX).where(*are).values(status="failed", error=BEFORE)


def _second_form_of_0004() -> None:
    """No program that had its first form wrote to these tables: columns that must not be empty can be added."""
    active = _where("status = 'active'")
    online.create_index("ix_processes_version", "processes", ["definition", "version"], **active)
    with op.batch_alter_table("migration_batches") as table:
        table.add_column(sa.Column("moves", DOCUMENT, nullable=False))
        table.add_column(sa.Column("problem", sa.Text()))
    with op.batch_alter_table("migration_moves") as table:
        table.add_column(sa.Column("to_version", sa.String(64), nullable=False))
        table.add_column(sa.Column("before", DOCUMENT))
        table.create_foreign_key("fk_migration_moves_to_version", "versions", ["to_version"], ["hash"])
    with op.batch_alter_table("studio_files") as table:
        table.add_column(sa.Column("saved_at", INSTANT, nullable=False))
        table.add_column(sa.Column("saved_by", sa.String(254), nullable=False))
    unfinished = _where("finished_at IS NULL")
    op.create_index("ix_migration_batches_open", "migration_batches", ["process_id"], unique=True, **unfinished)
    op.create_index("ix_migration_moves_status", "migration_moves", ["batch_id", "status"])
    op.create_index("ix_accesses_at", "accesses", ["at", "id"])
    if op.get_context().dialect.name == "sqlite":
        for table_name, same in REPLACED.items():
            there = f"BEFORE INSERT ON {table_name} WHEN EXISTS (SELECT 1 FROM {table_name} WHERE {same})"
            said = f"SELECT RAISE(ABORT, '{MESSAGE}');"
            op.execute(f"CREATE TRIGGER {table_name}_refuses_replace {there} BEGIN {said} END")


def _indexes(table: str) -> set[str | None]:
    return {index["name"] for index in sa.inspect(op.get_bind()).get_indexes(table)}


def _columns(table: str) -> set[str]:
    return {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}


def _where(condition: str) -> dict[str, sa.TextClause]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def downgrade() -> None:
    """Nothing: what it added belongs to 0003 and 0004."""
