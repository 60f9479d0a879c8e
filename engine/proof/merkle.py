"""Which one hash stands for all leaves, and how a leaf shows that it is one of them (RFC 6962, section 2.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

# A leaf and a node begin differently, so that nobody can pass off one as the other.
_LEAF, _NODE = b"\x00", b"\x01"


@dataclass(frozen=True, slots=True)
class Step:
    """A hash on the way from a leaf to the root, and on which side of the way it stands."""

    side: Literal["left", "right"]
    hash: bytes


def leaf_hash(content: bytes) -> bytes:
    """SHA-256 over 0x00 and the leaf's content."""
    return hashlib.sha256(_LEAF + content).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over hashes of leaves; of none it is the hash of nothing."""
    if not leaves:
        return hashlib.sha256().digest()
    level = list(leaves)
    while len(level) > 1:
        paired = [_node(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
        # The last one of an odd number goes up as it is: that is RFC 6962's tree, read from below.
        level = paired + level[-1:] if len(level) % 2 else paired
    return level[0]


def audit_path(leaves: Sequence[bytes], index: int) -> list[Step]:
    """What leads from the leaf at ``index`` to the root, the nearest first; raises IndexError."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"there is no leaf {index} among {len(leaves)}")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*audit_path(leaves[:split], index), Step("right", root(leaves[split:]))]
    return [*audit_path(leaves[split:], index - split), Step("left", root(leaves[:split]))]


def root_by(leaf: bytes, path: Sequence[Step]) -> bytes:
    """The root to which a path leads from a leaf: the leaf is in the tree when it is the tree's own."""
    found = leaf
    for step in path:
        found = _node(step.hash, found) if step.side == "left" else _node(found, step.hash)
    return found


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def _split(size: int) -> int:
    """The largest power of two below a size."""
    return 1 << ((size - 1).bit_length() - 1)
