"""The tree over all cases: any change of a leaf shows in the root, and a path shows that a leaf is in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.proof.merkle import Step, audit_path, leaf_hash, root, root_by

LEAVES = st.lists(st.binary(max_size=8), min_size=1, max_size=40).map(lambda all_: [leaf_hash(each) for each in all_])
# The leaves with which implementations of Certificate Transparency (RFC 6962) are compared, and roots over the first n.
CT_LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
CT_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


@pytest.mark.parametrize("size", CT_ROOTS)
def test_it_is_the_tree_of_rfc_6962(size: int) -> None:
    """Another implementation comes to the same roots."""
    leaves = [leaf_hash(bytes.fromhex(each)) for each in CT_LEAVES[:size]]
    assert root(leaves).hex() == CT_ROOTS[size]


@given(LEAVES, st.data())
def test_the_root_changes_with_any_leaf(leaves: list[bytes], data: st.DataObject) -> None:
    """Changed, left out, added or exchanged with another: the root is another."""
    at = data.draw(st.integers(0, len(leaves) - 1))
    other = [*leaves[:at], leaf_hash(b"something else, longer than any of the leaves"), *leaves[at + 1 :]]
    assert root(other) != root(leaves)
    assert root([*leaves[:at], *leaves[at + 1 :]]) != root(leaves)
    assert root([*leaves, leaves[at]]) != root(leaves)
    if leaves[0] != leaves[at]:
        exchanged = [leaves[at], *leaves[1:at], leaves[0], *leaves[at + 1 :]]
        assert root(exchanged) != root(leaves)


@given(LEAVES, st.data())
def test_a_path_leads_from_its_leaf_to_the_root_and_from_no_other(leaves: list[bytes], data: st.DataObject) -> None:
    """No longer than the tree is high; a wrong leaf, a changed step or a changed side leads elsewhere."""
    at = data.draw(st.integers(0, len(leaves) - 1))
    path = audit_path(leaves, at)
    assert root_by(leaves[at], path) == root(leaves)
    assert len(path) <= (len(leaves) - 1).bit_length()
    assert root_by(leaf_hash(b"a leaf that is longer than the others"), path) != root(leaves)
    for place, step in enumerate(path):
        forged = Step(step.side, bytes(32))
        assert root_by(leaves[at], [*path[:place], forged, *path[place + 1 :]]) != root(leaves)


def test_a_node_cannot_be_passed_off_as_a_leaf() -> None:
    """Two leaves and one leaf that holds their hashes have different roots."""
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert root([left, right]) != root([leaf_hash(left + right)])


def test_sides_matter() -> None:
    """A step on the wrong side does not lead to the root."""
    leaves = [leaf_hash(b"a"), leaf_hash(b"b")]
    (step,) = audit_path(leaves, 0)
    assert root_by(leaves[0], [replace(step, side="left")]) != root(leaves)


def test_there_is_no_path_from_a_leaf_that_is_not_there() -> None:
    with pytest.raises(IndexError, match="no leaf 2 among 2"):
        audit_path([leaf_hash(b"a"), leaf_hash(b"b")], 2)
