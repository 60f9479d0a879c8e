"""Which published text a file of a draft was made from: what a later version has changed since is seen by that."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import Connection, RowMapping

from engine.store.scenarios import saved_scenarios
from engine.store.versions import newest_sources, version


def made_from(connection: Connection, base: str | None, path: str) -> str | None:
    """The fingerprint of the text that is published of a file, seen from a draft of ``base``; None when none is.

    Its base's, else that of the version published last, else that of a scenario that a director has saved.
    """
    held = {} if base is None else version(connection, base)["sources"]
    if path not in held:
        held = saved_scenarios(connection)
        for row in newest_sources(connection):
            held |= row["sources"]
    return fingerprint(held[path]) if path in held else None


def is_changed(file: RowMapping) -> bool:
    """Whether a draft's file has another text than the published one that it was made from."""
    return bool(fingerprint(file["text"]) != file["made_from"])


def fingerprint(text: str) -> str:
    """The SHA-256 of a text, in hexadecimal digits."""
    return sha256(text.encode()).hexdigest()
