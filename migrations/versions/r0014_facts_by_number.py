"""Facts are kept by numbers: of the case, of the name, of what values of one name have in common.

`facts` is a view from here on, which is read and written as the table was, by the version before as well. On
PostgreSQL the facts that are there are copied while everybody works, and what is written meanwhile by a trigger.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import online

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CASES_AT_ONCE = 100
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

_COLUMNS = "effective_at, recorded_at, seq, command, case_number, name_mark, kind_mark, value"
_COPIED = f"""
    INSERT INTO fact_values ({_COLUMNS})
    SELECT f.effective_at, f.recorded_at, f.seq, f.command, c.number, n.mark, k.mark, {{value}}
    FROM facts f
    JOIN cases c ON c.id = f.case_id
    JOIN fact_names n ON n.name = f.name
    JOIN fact_kinds k ON k.type = f.type AND k.source = f.source AND k.unit = coalesce(f.unit, '')
"""
_NAMES = "INSERT INTO fact_names (name) SELECT DISTINCT name FROM facts"
_KINDS = "INSERT INTO fact_kinds (type, source, unit) SELECT DISTINCT type, source, coalesce(unit, '') FROM facts"
_VIEW = """
    CREATE VIEW facts AS
    SELECT c.id AS case_id, v.seq, n.name, k.type, {value} AS value, {unit} AS unit, v.effective_at, v.recorded_at,
           k.source, v.command
    FROM fact_values v
    JOIN cases c ON c.number = v.case_number
    JOIN fact_names n ON n.mark = v.name_mark
    JOIN fact_kinds k ON k.mark = v.kind_mark
"""
_KEPT_BY_POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION keep_fact() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_name integer;
    of_kind integer;
BEGIN
    SELECT mark INTO of_name FROM fact_names WHERE name = NEW.name;
    IF NOT FOUND THEN
        INSERT INTO fact_names (name) VALUES (NEW.name) ON CONFLICT DO NOTHING;
        SELECT mark INTO of_name FROM fact_names WHERE name = NEW.name;
    END IF;
    SELECT mark INTO of_kind FROM fact_kinds
    WHERE type = NEW.type AND source = NEW.source AND unit = coalesce(NEW.unit, '');
    IF NOT FOUND THEN
        INSERT INTO fact_kinds (type, source, unit) VALUES (NEW.type, NEW.source, coalesce(NEW.unit, ''))
        ON CONFLICT DO NOTHING;
        SELECT mark INTO of_kind FROM fact_kinds
        WHERE type = NEW.type AND source = NEW.source AND unit = coalesce(NEW.unit, '');
    END IF;
    INSERT INTO fact_values ({_COLUMNS})
    VALUES (NEW.effective_at, NEW.recorded_at, NEW.seq, NEW.command,
            (SELECT number FROM cases WHERE id = NEW.case_id), of_name, of_kind, NEW.value::json);
    RETURN NEW;
END $$
"""
_KEPT_BY_SQLITE = f"""
CREATE TRIGGER facts_are_kept INSTEAD OF INSERT ON facts BEGIN
    INSERT INTO fact_names (name)
    SELECT NEW.name WHERE NOT EXISTS (SELECT 1 FROM fact_names WHERE name = NEW.name);
    INSERT INTO fact_kinds (type, source, unit)
    SELECT NEW.type, NEW.source, coalesce(NEW.unit, '') WHERE NOT EXISTS (
        SELECT 1 FROM fact_kinds WHERE type = NEW.type AND source = NEW.source AND unit = coalesce(NEW.unit, '')
    );
    INSERT INTO fact_values ({_COLUMNS})
    VALUES (NEW.effective_at, NEW.recorded_at, NEW.seq, NEW.command,
            (SELECT number FROM cases WHERE id = NEW.case_id),
            (SELECT mark FROM fact_names WHERE name = NEW.name),
            (SELECT mark FROM fact_kinds
             WHERE type = NEW.type AND source = NEW.source AND unit = coalesce(NEW.unit, '')),
            NEW.value);
END
"""
_NUMBERED_BY_SQLITE = """
CREATE TRIGGER cases_are_numbered AFTER INSERT ON cases WHEN NEW.number IS NULL BEGIN
    UPDATE cases SET number = (SELECT coalesce(max(number), 0) + 1 FROM cases) WHERE id = NEW.id;
END
"""


def upgrade() -> None:
    """May be run again: each step is done where it is missing."""
    if op.get_context().dialect.name == "sqlite":
        _on_sqlite()
    elif not _is_view():
        _number_cases()
        _keep_beside()
        _copy()
        _change_places()


def _on_sqlite() -> None:
    op.add_column("cases", sa.Column("number", sa.Integer()))
    op.execute("UPDATE cases SET number = rowid")
    op.create_index("ix_cases_number", "cases", ["number"], unique=True)
    op.execute(_NUMBERED_BY_SQLITE)
    _create_tables()
    for statement in (_NAMES, _KINDS, f"{_COPIED.format(value='f.value')} ORDER BY 5, 6, 1, 3"):
        op.execute(statement)
    op.drop_table("facts")
    op.execute(_VIEW.format(value="v.value", unit="nullif(k.unit, '')"))
    op.execute(_KEPT_BY_SQLITE)


def _is_view() -> bool:
    return "facts" in sa.inspect(op.get_bind()).get_view_names()


def _number_cases() -> None:
    op.execute("CREATE SEQUENCE IF NOT EXISTS cases_number_seq AS integer")
    op.execute("ALTER TABLE cases ADD COLUMN IF NOT EXISTS number integer")
    op.execute("ALTER TABLE cases ALTER COLUMN number SET DEFAULT nextval('cases_number_seq')")
    op.execute("ALTER SEQUENCE cases_number_seq OWNED BY cases.number")
    some = f"SELECT id FROM cases WHERE number IS NULL ORDER BY id LIMIT {online.ROWS_AT_ONCE}"
    numbered = sa.text(f"UPDATE cases SET number = DEFAULT WHERE id IN ({some})")
    with online.by_statements():
        while op.get_bind().execute(numbered).rowcount:
            pass
    online.create_index("ix_cases_number", "cases", ["number"], unique=True)


def _keep_beside() -> None:
    """From the end of this transaction on, whoever writes a fact writes it in both forms."""
    if not sa.inspect(op.get_bind()).has_table("fact_values"):
        _lock("EXCLUSIVE")
        _create_tables()
        op.execute(_KEPT_BY_POSTGRESQL)
        op.execute(
            "CREATE TRIGGER facts_are_kept AFTER INSERT ON facts FOR EACH ROW EXECUTE FUNCTION keep_fact()"
        )


def _copy() -> None:
    with online.by_statements():
        bind = op.get_bind()
        for statement in (_NAMES, _KINDS):
            bind.execute(sa.text(f"{statement} ON CONFLICT DO NOTHING"))
        last = bind.scalar(sa.text("SELECT max(number) FROM cases")) or 0
        copied = sa.text(
            f"{_COPIED.format(value='f.value::json')} WHERE c.number BETWEEN :first AND :last ON CONFLICT DO NOTHING"
        )
        for first in range(1, last + 1, CASES_AT_ONCE):
            bind.execute(copied, {"first": first, "last": first + CASES_AT_ONCE - 1})
        missing = bind.scalar(sa.text("SELECT (SELECT count(*) FROM facts) - (SELECT count(*) FROM fact_values)"))
        if missing:
            raise RuntimeError(f"{missing} facts were not copied: the table facts is left as it is")


def _change_places() -> None:
    _lock("ACCESS EXCLUSIVE")
    op.drop_table("facts")
    # Casts, as statements that are prepared by the version before may not find other types than there were.
    op.execute(_VIEW.format(value="v.value::jsonb", unit="nullif(k.unit, '')::varchar(40)"))
    op.execute("CREATE TRIGGER facts_are_kept INSTEAD OF INSERT ON facts FOR EACH ROW EXECUTE FUNCTION keep_fact()")


def _lock(mode: str) -> None:
    """Both tables, as a key between them is made or dropped, in the order in which commands lock them.

    Otherwise a command that has its case and waits for facts has the other lock that this waits for, time after time.
    """
    op.execute(f"LOCK TABLE cases, facts IN {mode} MODE")


def _create_tables() -> None:
    op.create_table(
        "fact_names",
        sa.Column("mark", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_fact_names"),
        sa.UniqueConstraint("name", name="uq_fact_names_name"),
    )
    op.create_table(
        "fact_kinds",
        sa.Column("mark", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("type", sa.String(8), nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_fact_kinds"),
        sa.UniqueConstraint("type", "source", "unit", name="uq_fact_kinds_type"),
    )
    op.create_table(
        "fact_values",
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True)),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("command", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("name_mark", sa.Integer(), nullable=False),
        sa.Column("kind_mark", sa.Integer(), nullable=False),
        sa.Column("value", sa.JSON()),
        sa.PrimaryKeyConstraint("case_number", "name_mark", "effective_at", "seq", name="pk_fact_values"),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name="fk_fact_values_case_number"),
        sa.ForeignKeyConstraint(["name_mark"], ["fact_names.mark"], name="fk_fact_values_name_mark"),
        sa.ForeignKeyConstraint(["kind_mark"], ["fact_kinds.mark"], name="fk_fact_values_kind_mark"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Back into a table of words; on PostgreSQL under a lock, for development.

    Only where no entry has been written since: the release before cannot read how their sentences are kept.
    """
    short = "SELECT count(*) FROM history WHERE summary = '' AND packed_detail IS NOT NULL"
    if op.get_bind().scalar(sa.text(short)):
        raise RuntimeError("the record has entries in the short form of 0014: go back by restoring a backup")
    is_sqlite = op.get_context().dialect.name == "sqlite"
    op.create_table(
        "facts_in_words",
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("type", sa.String(8), nullable=False),
        sa.Column("value", DOCUMENT),
        sa.Column("unit", sa.String(40)),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True)),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("command", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "name", "effective_at", "seq", name="pk_facts"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_facts_case_id"),
        sqlite_with_rowid=False,
    )
    columns = "case_id, seq, name, type, value, unit, effective_at, recorded_at, source, command"
    op.execute(f"INSERT INTO facts_in_words ({columns}) SELECT {columns} FROM facts ORDER BY 1, 3, 7, 2")
    op.execute("DROP VIEW facts")
    op.rename_table("facts_in_words", "facts")
    for name in ("fact_values", "fact_kinds", "fact_names"):
        op.drop_table(name)
    if is_sqlite:
        op.execute("DROP TRIGGER cases_are_numbered")
    else:
        op.execute("DROP FUNCTION keep_fact()")
    op.drop_index("ix_cases_number", "cases")
    op.drop_column("cases", "number")
