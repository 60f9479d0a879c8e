"""Sessions stand in the database, so that they can be ended; a second factor; times at which secrets run out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    # Nullable and without a default: no row is written anew.
    op.add_column("users", sa.Column("one_time_until", INSTANT))
    op.add_column("tokens", sa.Column("expires_at", INSTANT))
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("device", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["email"], ["users.email"], name="fk_sessions_email"),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
    )
    op.create_index("ix_sessions_email_started_at", "sessions", ["email", "started_at"])
    op.create_table(
        "second_factors",
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("sealed", sa.String(200), nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["email"], ["users.email"], name="fk_second_factors_email"),
        sa.PrimaryKeyConstraint("email", name="pk_second_factors"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("used_at", INSTANT),
        sa.ForeignKeyConstraint(["email"], ["users.email"], name="fk_recovery_codes_email"),
        sa.PrimaryKeyConstraint("digest", name="pk_recovery_codes"),
    )
    op.create_index("ix_recovery_codes_email", "recovery_codes", ["email"])


def downgrade() -> None:
    for table in ("recovery_codes", "second_factors", "sessions"):
        op.drop_table(table)
    op.drop_column("tokens", "expires_at")
    op.drop_column("users", "one_time_until")
