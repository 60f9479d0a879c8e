"""Facts: kept by numbers, read and written in words.

`facts` is a view that gives each value with the words that its row has numbers for, and into which a fact is written
as into a table: triggers find the numbers, and give new ones (revision 0014).
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from engine.store.columns import Document, Instant
from engine.store.tables.metadata import metadata

views = MetaData()

facts = Table(
    "facts",
    views,
    Column("case_id", String(64), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("name", String(100), nullable=False),
    Column("type", String(8), nullable=False),  # number | string | boolean | date | instant | list | null
    Column("value", Document),
    Column("unit", String(40)),
    Column("effective_at", Instant, nullable=False),  # when it was true
    Column("recorded_at", Instant),  # when it was learnt; null: when it was true
    Column("source", String(100), nullable=False),  # form | device | lab | patient | clinician | import | rule
    Column("command", Integer, nullable=False),  # which command of the case wrote it
)

# Eight columns, wide ones first: PostgreSQL then spends as little on each row as it can.
fact_values = Table(
    "fact_values",
    metadata,
    Column("effective_at", Instant, nullable=False),
    Column("recorded_at", Instant),
    Column("seq", Integer, nullable=False),
    Column("command", Integer, nullable=False),
    Column("case_number", ForeignKey("cases.number"), nullable=False),
    Column("name_mark", ForeignKey("fact_names.mark"), nullable=False),
    Column("kind_mark", ForeignKey("fact_kinds.mark"), nullable=False),
    Column("value", JSON),
    # As they are read: the values of one name, in the order in which they were true.
    PrimaryKeyConstraint("case_number", "name_mark", "effective_at", "seq", name="pk_fact_values"),
    sqlite_with_rowid=False,
)

fact_names = Table(
    "fact_names",
    metadata,
    Column("mark", Integer, primary_key=True, autoincrement=True),
    Column("name", String(100), nullable=False, unique=True),
)

# What values of one name mostly have in common.
fact_kinds = Table(
    "fact_kinds",
    metadata,
    Column("mark", Integer, primary_key=True, autoincrement=True),
    Column("type", String(8), nullable=False),
    Column("source", String(100), nullable=False),
    Column("unit", String(40), nullable=False),  # empty: none
    UniqueConstraint("type", "source", "unit"),
)
