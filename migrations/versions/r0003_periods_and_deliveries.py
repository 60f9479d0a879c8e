"""Cases know which period of care they are; outgoing work knows how often it was tried, and when it is tried again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # 1 is the initial period, 2 and above are follow-on periods; those before this revision are all initial ones.
    op.add_column("cases", sa.Column("period", sa.Integer, nullable=False, server_default="1"))
    op.add_column("cases", sa.Column("follows", sa.String(64)))
    op.drop_index("ix_cases_one_open_per_track", table_name="cases")
    _one_open("ix_cases_one_open_per_period", ["patient_id", "track", "period"])
    op.add_column("outbox", sa.Column("attempts", sa.Integer, nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("next_attempt_at", sa.DateTime(timezone=True)))
    op.add_column("outbox", sa.Column("error", sa.Text))


def _one_open(name: str, columns: list[str]) -> None:
    """Of the cases that have not closed there is one of each kind."""
    where = sa.text("closed_at IS NULL")
    op.create_index(name, "cases", columns, unique=True, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_cases_one_open_per_period", table_name="cases")
    _one_open("ix_cases_one_open_per_track", ["patient_id", "track"])
    for column in ("error", "next_attempt_at", "attempts"):
        op.drop_column("outbox", column)
    for column in ("follows", "period"):
        op.drop_column("cases", column)
