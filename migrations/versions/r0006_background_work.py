"""Background work of every kind stands in the outbox; on PostgreSQL a queue carries it."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

from migrations import online

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
# The schema of the queue as this release of the library has it. A newer one comes with a revision of its own, which
# applies the library's own migrations; a test compares the copy with what is installed.
QUEUE = Path(__file__).parent.parent / "procrastinate_3_10.sql"
QUEUE_VERSION = "procrastinate 3.10"
_NEW = (
    ("key", sa.String(120)),
    ("requested_by", sa.String(254)),
    ("ended_by", sa.String(254)),
    ("reason", sa.Text),
)
_ENDED = sa.text("status IN ('failed', 'dropped')")
_KEYED = sa.text("key IS NOT NULL")


def upgrade() -> None:
    """May be run again: the tables change in one transaction, then the indexes are made beside whoever works."""
    if "tried_before" not in {each["name"] for each in sa.inspect(op.get_bind()).get_columns("outbox")}:
        _change_tables()
    online.create_index("ix_outbox_ended_otherwise", "outbox", ["status", "id"], **_where(_ENDED))
    online.create_index("ix_outbox_key", "outbox", ["key"], unique=True, **_where(_KEYED))


def _change_tables() -> None:
    # Nullable, or with a constant default: PostgreSQL writes no row anew.
    for name, kind in _NEW:
        op.add_column("outbox", sa.Column(name, kind))
    op.add_column("outbox", sa.Column("tried_before", sa.Integer, nullable=False, server_default="0"))
    _case_may_be_missing(True)
    op.create_table(
        "outbox_attempts",
        sa.Column("outbox_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("error", sa.Text),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="fk_outbox_attempts_outbox_id"),
        sa.PrimaryKeyConstraint("outbox_id", "number", name="pk_outbox_attempts"),
    )
    op.create_table(
        "outbox_files",
        sa.Column("outbox_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="fk_outbox_files_outbox_id"),
        sa.PrimaryKeyConstraint("outbox_id", "number", name="pk_outbox_files"),
    )
    if op.get_bind().dialect.name == "postgresql":
        _set_up_the_queue()


def _case_may_be_missing(missing: bool) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("outbox", "case_id", nullable=missing)  # a note in the catalogue: no row is read
        return
    # SQLite cannot change a column: the table is written anew, with its index, as its documentation says.
    op.drop_index("ix_outbox_waiting", table_name="outbox")
    with op.batch_alter_table("outbox") as table:
        table.alter_column("case_id", existing_type=sa.String(64), nullable=missing)
    op.create_index("ix_outbox_waiting", "outbox", ["id"], **_where(sa.text("status = 'waiting'")))


def _where(condition: sa.TextClause) -> dict[str, sa.TextClause]:
    return {"sqlite_where": condition, "postgresql_where": condition}


def _set_up_the_queue() -> None:
    # The driver itself: many statements at once, and percent signs that are no parameters.
    driver = op.get_bind().connection.driver_connection
    driver.execute(QUEUE.read_text(encoding="utf-8"))
    op.execute(f"COMMENT ON TABLE procrastinate_jobs IS '{QUEUE_VERSION}'")
    # Work that waits needs no job of its own: a worker's sweep finds it within a minute.


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _take_down_the_queue()
    op.drop_table("outbox_files")
    op.drop_table("outbox_attempts")
    op.drop_index("ix_outbox_key", table_name="outbox")
    op.drop_index("ix_outbox_ended_otherwise", table_name="outbox")
    op.execute("DELETE FROM outbox WHERE case_id IS NULL")
    op.execute("UPDATE outbox SET status = 'failed' WHERE status = 'dropped'")
    _case_may_be_missing(False)
    for name in ("tried_before", *reversed([name for name, _ in _NEW])):
        op.drop_column("outbox", name)


def _take_down_the_queue() -> None:
    for table in ("events", "periodic_defers", "jobs", "workers"):
        op.execute(f"DROP TABLE procrastinate_{table} CASCADE")
    op.execute(
        """DO $$ DECLARE each record; BEGIN
        FOR each IN SELECT oid::regprocedure AS name FROM pg_proc
            WHERE proname LIKE 'procrastinate\\_%' AND pronamespace = current_schema()::regnamespace
        LOOP EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', each.name); END LOOP; END $$"""
    )
    for kind in ("procrastinate_job_to_defer_v1", "procrastinate_job_status", "procrastinate_job_event_type"):
        op.execute(f"DROP TYPE IF EXISTS {kind} CASCADE")
