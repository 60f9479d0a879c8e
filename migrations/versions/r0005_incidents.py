"""A process whose diagram fails is parked with the reason, until a director settles it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OPEN = sa.text("status = 'open'")


def upgrade() -> None:
    # Nullable and without a default: no row of a big table is written anew.
    op.add_column("processes", sa.Column("parked_at", INSTANT))
    op.create_table(
        "incidents",
        sa.Column("id", sa.String(90), nullable=False),
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("process_id", sa.String(80), nullable=False),
        sa.Column("definition", sa.String(100), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("first_version", sa.String(64), nullable=False),
        sa.Column("diagram", sa.String(100)),
        sa.Column("element_id", sa.String(100)),
        sa.Column("element_name", sa.String(200)),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("as_of", INSTANT, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("opened_by", sa.String(254), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failed_at", INSTANT, nullable=False),
        sa.Column("failed_as_of", INSTANT, nullable=False),
        sa.Column("skips", DOCUMENT, nullable=False),
        sa.Column("kept", DOCUMENT, nullable=False),
        sa.Column("resolved_at", INSTANT),
        sa.Column("resolved_by", sa.String(254)),
        sa.Column("resolution", sa.String(16)),
        sa.Column("reason", sa.Text()),
        sa.CheckConstraint("status IN ('open', 'resolved')", name="ck_incidents_status"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_incidents_case_id"),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name="fk_incidents_process_id"),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
    )
    where = {"sqlite_where": OPEN, "postgresql_where": OPEN}
    op.create_index("ix_incidents_open_process", "incidents", ["process_id"], unique=True, **where)
    op.create_index("ix_incidents_open", "incidents", ["definition", "version", "element_id", "id"], **where)
    op.create_index("ix_incidents_case", "incidents", ["case_id", "opened_at"])


def downgrade() -> None:
    op.drop_table("incidents")
    op.drop_column("processes", "parked_at")
