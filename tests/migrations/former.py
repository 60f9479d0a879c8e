"""Databases as earlier versions of the program left them: their own revisions, their own rows."""

from __future__ import annotations

import json
import lzma
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, select
from sqlalchemy.engine import make_url

import migrations
from engine.store.database import Database

DATA = Path(__file__).parent / "data"
NAMES = sorted(file.name.partition(".")[0] for file in DATA.glob("*.json.xz"))

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Former:
    """What tools/migration_fixture.py wrote down of a commit."""

    name: str
    content: Mapping[str, Any]

    @classmethod
    def named(cls, name: str) -> Former:
        return cls(name, json.loads(lzma.decompress((DATA / f"{name}.json.xz").read_bytes())))

    def make(self, db: Database, folder: Path) -> None:
        """Into an empty database: the schema by the commit's own revisions, then its rows; its files into a folder."""
        for name, text in self.content["files"].items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        self._make_schema(db, folder / "former-revisions")
        if db.dialect == "sqlite":
            self._fill_sqlite(db)
        else:
            self._fill_postgresql(db)

    def _make_schema(self, db: Database, folder: Path) -> None:
        (folder / "versions").mkdir(parents=True)
        shutil.copy(Path(migrations.__file__).with_name("env.py"), folder)
        for name, text in self.content["revisions"].items():
            (folder / "versions" / name).write_text(text, encoding="utf-8")
        for name, text in self.content.get("beside_revisions", {}).items():
            (folder / name).write_text(text, encoding="utf-8")
        config = Config()
        config.set_main_option("script_location", str(folder))
        with db.alone() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def _fill_sqlite(self, db: Database) -> None:
        with db.writing() as connection:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            for name, table in self._tables():
                marks = ", ".join("?" for _ in table["columns"])
                columns = ", ".join(f'"{column}"' for column in table["columns"])
                statement = f"INSERT OR IGNORE INTO {name} ({columns}) VALUES ({marks})"
                rows = [tuple(bytes.fromhex(v["hex"]) if _is_bytes(v) else v for v in row) for row in table["rows"]]
                connection.exec_driver_sql(statement, rows)

    def _fill_postgresql(self, db: Database) -> None:
        """Through text, which PostgreSQL reads as whatever the column is: SQLite's form of it is one it knows."""
        url = make_url(db.url).set(drivername="postgresql").render_as_string(hide_password=False)
        with closing(psycopg.connect(url)) as connection, connection.transaction():
            connection.execute("SET TIME ZONE 'UTC'")
            connection.execute("SET session_replication_role = replica")  # in any order, whatever refers to whatever
            for name, table in self._tables():
                types = dict(
                    connection.execute(
                        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
                        "WHERE attrelid = %s::regclass AND attnum > 0",
                        (name,),
                    ).fetchall()
                )
                columns = ", ".join(f'"{column}"' for column in table["columns"])
                casts = ", ".join(f"%s::text::{types[column]}" for column in table["columns"])
                statement = f"INSERT INTO {name} ({columns}) VALUES ({casts}) ON CONFLICT DO NOTHING"
                rows = [[_as_text(value) for value in row] for row in table["rows"]]
                connection.cursor().executemany(statement, rows)
                if types.get("id") == "integer":
                    last = f"(SELECT max(id) FROM {name})"
                    connection.execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {last})")

    def _tables(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        yield from ((name, table) for name, table in self.content["tables"].items() if name != "alembic_version")


def _is_bytes(value: Any) -> bool:
    return isinstance(value, dict)  # {"hex": text}; all else that a column keeps is a number or a text


def _as_text(value: Any) -> str | None:
    if value is None:
        return None
    return rf"\x{value['hex']}" if _is_bytes(value) else str(value)


def rows_of(db: Database, columns: Mapping[str, list[str]] | None = None) -> Rows:
    """Every row of every table and view, of the columns that are named; of all that there are when none are."""
    found, metadata = {}, MetaData()
    with db.reading() as connection:
        metadata.reflect(connection, views=True, only=list(columns) if columns else None)
        for name, table in metadata.tables.items():
            named = [table.c[column] for column in columns[name]] if columns else list(table.c)
            rows = connection.execute(select(*named).order_by(*table.primary_key)).mappings()
            found[name] = [dict(row) for row in rows]
    return found


def columns_of(rows: Rows) -> dict[str, list[str]]:
    """Which columns the rows have, by table; a table without rows says none and is left out."""
    return {name: list(found[0]) for name, found in rows.items() if found}


@contextmanager
def empty_sqlite(folder: Path) -> Iterator[Database]:
    """A SQLite file without a schema."""
    db = Database(f"sqlite:///{folder}/former.db", synchronous="OFF")
    try:
        yield db
    finally:
        db.dispose()
