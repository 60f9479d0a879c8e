"""The record is append-only: the database itself refuses to change or delete a history entry."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MESSAGE = "history is append-only: an entry cannot be changed or deleted; append a correcting entry"

SQLITE = {
    "history_refuses_update": "BEFORE UPDATE ON history",
    "history_refuses_delete": "BEFORE DELETE ON history",
    # INSERT OR REPLACE deletes without a DELETE trigger unless the connection asks for it: refused here.
    "history_refuses_replace": (
        "BEFORE INSERT ON history WHEN EXISTS "
        "(SELECT 1 FROM history WHERE case_id = NEW.case_id AND seq = NEW.seq)"
    ),
}
POSTGRESQL = {
    "history_refuses_change": "BEFORE UPDATE OR DELETE ON history FOR EACH ROW",
    "history_refuses_truncate": "BEFORE TRUNCATE ON history FOR EACH STATEMENT",
}


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        for name, moment in POSTGRESQL.items():
            op.execute(f"CREATE TRIGGER {name} {moment} EXECUTE FUNCTION history_is_append_only()")
        return
    for name, moment in SQLITE.items():
        op.execute(f"CREATE TRIGGER {name} {moment} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END")


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        for name in POSTGRESQL:
            op.execute(f"DROP TRIGGER {name} ON history")
        op.execute("DROP FUNCTION history_is_append_only()")
        return
    for name in SQLITE:
        op.execute(f"DROP TRIGGER {name}")
