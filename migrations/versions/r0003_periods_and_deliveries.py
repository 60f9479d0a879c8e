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
    op.add_column("outbox", sa.Column("attempts", sa.Integer, nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("next_attempt_at", sa.DateTime(timezone=True)))
    op.add_column("outbox", sa.Column("error", sa.Text))


def downgrade() -> None:
    for column in ("error", "next_attempt_at", "attempts"):
        op.drop_column("outbox", column)
    for column in ("follows", "period"):
        op.drop_column("cases", column)
