"""How a case shows, without the database, that a signed checkpoint holds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from engine.proof import merkle
from engine.proof.signing_key import PublicKey
from engine.proof.statement import Leaf, Statement
from engine.store import checkpoints as store


def inclusion(connection: Connection, case_id: str, keys: Mapping[str, PublicKey]) -> dict[str, Any] | None:
    """The last checkpoint with its signature, the case's leaf and the path from it to the root; None without one."""
    row = store.last_checkpoint(connection)
    leaves = [Leaf.of(leaf) for leaf in store.current_leaves(connection)]
    index = next((at for at, leaf in enumerate(leaves) if leaf.case_id == case_id), None)
    if row is None or index is None:
        return None
    key = keys.get(row["key_id"])
    path = merkle.audit_path([leaf.hash for leaf in leaves], index)
    return {
        "statement": Statement.of(row).content,
        "signature": row["signature"],
        "public_key": key.pem if key else None,
        "leaf": leaves[index].content,
        "path": [{"side": step.side, "hash": step.hash.hex()} for step in path],
    }
