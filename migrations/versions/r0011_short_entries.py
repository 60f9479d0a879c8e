"""Where entries of the record are kept short. Those that are there stay as they are: the record is append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    marks = op.create_table(
        "version_marks",
        sa.Column("mark", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_version_marks"),
        sa.UniqueConstraint("hash", name="uq_version_marks_hash"),
    )
    versions = sa.table("versions", sa.column("hash", sa.String))
    op.execute(marks.insert().from_select(["hash"], sa.select(versions.c.hash).order_by(versions.c.hash)))
    op.add_column("history", sa.Column("packed_detail", sa.LargeBinary()))
    op.add_column("history", sa.Column("seal", sa.LargeBinary()))
    op.add_column("history", sa.Column("version_mark", sa.Integer()))


def downgrade() -> None:
    """Only where nothing has been written since: the release before cannot read what is kept short."""
    history = sa.table("history", sa.column("seal", sa.LargeBinary))
    query = sa.select(sa.func.count()).select_from(history).where(history.c.seal.is_not(None))
    if op.get_bind().scalar(query):
        raise RuntimeError("the record has entries in the short form of 0011: go back by restoring a backup")
    for name in ("version_mark", "seal", "packed_detail"):
        op.drop_column("history", name)
    op.drop_table("version_marks")
