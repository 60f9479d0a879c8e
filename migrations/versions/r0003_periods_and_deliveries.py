"""Cases know which period of care they are; outgoing work knows how often it was tried, and when it is tried again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BEFORE = "written before delivery existed"
_OUTBOX = sa.table(
    "outbox",
    sa.column("id", sa.Integer),
    sa.column("operation", sa.String),
    sa.column("payload", sa.JSON().with_variant(JSONB(), "postgresql")),
    sa.column("status", sa.String),
    sa.column("error", sa.Text),
)


def upgrade() -> None:
    # 1 is the initial period, 2 and above are follow-on periods; those before this revision are all initial ones.
    op.add_column("cases", sa.Column("period", sa.Integer, nullable=False, server_default="1"))
    op.add_column("cases", sa.Column("follows", sa.String(64)))
    op.drop_index("ix_cases_one_open_per_track", table_name="cases")
    _one_open("ix_cases_one_open_per_period", ["patient_id", "track", "period"])
    op.add_column("outbox", sa.Column("attempts", sa.Integer, nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("next_attempt_at", sa.DateTime(timezone=True)))
    op.add_column("outbox", sa.Column("error", sa.Text))
    _end_what_nothing_delivered()


def _end_what_nothing_delivered() -> None:
    """Updates from before there was a delivery hold no content, and nobody waits for them: no worker must try them."""
    connection = op.get_bind()
    waiting = sa.select(_OUTBOX.c.id, _OUTBOX.c.payload).where(
        _OUTBOX.c.operation == "care_update.send", _OUTBOX.c.status == "waiting"
    )
    ended = sa.update(_OUTBOX).where(_OUTBOX.c.id == sa.bindparam("row")).values(status="failed", error=_BEFORE)
    rows = [{"row": row.id} for row in connection.execute(waiting) if "document" not in row.payload]
    if rows:
        connection.execute(ended, rows)


def _one_open(name: str, columns: list[str]) -> None:
    """Of the cases that have not closed there is one of each kind."""
    where = sa.text("closed_at IS NULL")
    op.create_index(name, "cases", columns, unique=True, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index("ix_cases_one_open_per_period", table_name="cases")
    _one_open("ix_cases_one_open_per_track", ["patient_id", "track"])
    op.execute(sa.update(_OUTBOX).where(_OUTBOX.c.error == _BEFORE).values(status="waiting"))
    for column in ("error", "next_attempt_at", "attempts"):
        op.drop_column("outbox", column)
    for column in ("follows", "period"):
        op.drop_column("cases", column)
