"""Facts lie by case, name and time, as they are read; when one was learnt is said where it differs.

On SQLite the table is made anew without a row number of its own, so that there is no index beside it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import online

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_BY_NAME = ["case_id", "name", "effective_at", "seq"]
_BY_NUMBER = ["case_id", "seq"]


def upgrade() -> None:
    """May be run again: each step is done where it is missing."""
    if op.get_context().dialect.name == "sqlite":
        _made_anew(_BY_NAME, learnt_is_required=False, by_row_number=False)
        return
    _key_of(_BY_NAME)
    op.alter_column("facts", "recorded_at", nullable=True)
    online.drop_index("ix_facts_name", "facts")


def downgrade() -> None:
    op.execute("UPDATE facts SET recorded_at = effective_at WHERE recorded_at IS NULL")
    if op.get_context().dialect.name == "sqlite":
        _made_anew(_BY_NUMBER, learnt_is_required=True, by_row_number=True)
        op.create_index("ix_facts_name", "facts", _BY_NAME[:3])
        return
    op.alter_column("facts", "recorded_at", nullable=False)
    _key_of(_BY_NUMBER)
    online.create_index("ix_facts_name", "facts", _BY_NAME[:3])


def _key_of(columns: list[str]) -> None:
    """On PostgreSQL: the key's index is made beside, then takes the place of the one that is there."""
    if sa.inspect(op.get_bind()).get_pk_constraint("facts")["constrained_columns"] == columns:
        return
    online.create_index("pk_facts_anew", "facts", columns, unique=True)
    op.execute(
        "ALTER TABLE facts DROP CONSTRAINT pk_facts, ADD CONSTRAINT pk_facts PRIMARY KEY USING INDEX pk_facts_anew"
    )


def _made_anew(key: list[str], *, learnt_is_required: bool, by_row_number: bool) -> None:
    required = " NOT NULL" if learnt_is_required else ""
    op.execute(f"""
        CREATE TABLE facts_anew (
            case_id VARCHAR(64) NOT NULL,
            seq INTEGER NOT NULL,
            name VARCHAR(100) NOT NULL,
            type VARCHAR(8) NOT NULL,
            value JSON,
            unit VARCHAR(40),
            effective_at DATETIME NOT NULL,
            recorded_at DATETIME{required},
            source VARCHAR(100) NOT NULL,
            command INTEGER NOT NULL,
            CONSTRAINT pk_facts PRIMARY KEY ({", ".join(key)}),
            CONSTRAINT fk_facts_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
        ){"" if by_row_number else " WITHOUT ROWID"}
    """)
    columns = "case_id, seq, name, type, value, unit, effective_at, recorded_at, source, command"
    op.execute(f"INSERT INTO facts_anew ({columns}) SELECT {columns} FROM facts ORDER BY {', '.join(key)}")
    op.drop_table("facts")
    op.rename_table("facts_anew", "facts")
