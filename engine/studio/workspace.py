"""The folder of pathways as it would be with a draft: its own files over its base's, the newest and the shipped."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from engine.bundle import PathwayFiles
from engine.store.scenarios import saved_scenarios
from engine.store.studio import draft_row, files_of
from engine.store.versions import newest_sources, version
from engine.studio.origins import is_changed

_SHIPPED = (
    "*.bpmn",
    "shared/*.bpmn",
    "decisions/*.dmn",
    "forms/*.yaml",
    "instruments/*.yaml",
    "configuration/*.yaml",
    "scenarios/*.yaml",
)


def sources_of(connection: Connection, draft_id: int, shipped: Path) -> dict[str, str]:
    """Every text of the folder by its path, as it would be with the draft; raises NotFound."""
    base = draft_row(connection, draft_id)["base"]
    own = changes_of(connection, draft_id)
    return published_sources(connection, base, shipped) | own


def changes_of(connection: Connection, draft_id: int) -> dict[str, str]:
    """The texts that the draft has of its own; one that was changed back is none, whatever was published since."""
    files = files_of(connection, draft_id)
    return {path: row["text"] for path, row in files.items() if is_changed(row)}


def published_sources(connection: Connection, base: str | None, shipped: Path) -> dict[str, str]:
    """The same without a draft: the files of the version ``base`` over those of the newest versions and the shipped."""
    texts = shipped_texts(shipped) | saved_scenarios(connection)
    for row in newest_sources(connection):  # where two hold different texts of a file, the one published last counts
        texts |= row["sources"]
    return texts if base is None else texts | version(connection, base)["sources"]


def shipped_texts(folder: Path) -> dict[str, str]:
    """The texts of a folder of pathways by their paths in it."""
    files = [file for pattern in _SHIPPED for file in sorted(folder.glob(pattern))]
    read = PathwayFiles(folder).read
    return {path: read(path) for path in (file.relative_to(folder).as_posix() for file in files)}


@contextmanager
def workspace(connection: Connection, draft_id: int, shipped: Path) -> Iterator[Path]:
    """A folder of pathways with the draft in it, which is gone at the end; raises NotFound."""
    with folder_of(sources_of(connection, draft_id, shipped)) as folder:
        yield folder


@contextmanager
def folder_of(texts: dict[str, str]) -> Iterator[Path]:
    """A folder that holds texts by their paths, which is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="throughline-draft-") as name:
        folder = Path(name).resolve()
        for path, text in texts.items():
            file = (folder / path).resolve()
            assert file.is_relative_to(folder), path  # a version's paths are those of files that were published
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        yield folder
