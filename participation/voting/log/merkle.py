"""Merkle trees of RFC 9162, section 2.1: what lets anybody check that a log only ever grew.

A log of n leaves has one root. An inclusion proof shows that a leaf is under a root, a consistency proof that a smaller tree
is the beginning of a larger one. Leaves and inner nodes are hashed under different prefixes, so that neither can pass for the
other. `CompactRange` holds all that is needed to go on hashing a log: at most one node for each power of two.

The verifiers are strict: a root or a leaf of another length, a proof with an entry too many, and a tree of no leaves
prove nothing. Checked on the published vectors of transparency-dev/merkle (tests/pure/voting_log).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf's content."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node over its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class CompactRange:
    """The right edge of a growing tree: the roots of its whole subtrees, largest first."""

    def __init__(self, size: int = 0, nodes: Sequence[bytes] = ()) -> None:
        """Raises ValueError when these are not the nodes of a tree of that size."""
        if len(nodes) != size.bit_count() or any(len(node) != SIZE for node in nodes):
            raise ValueError("these nodes are not the right edge of a tree of this size")
        self.size = size
        self.nodes = list(nodes)

    def append(self, hashed_leaf: bytes) -> None:
        """One more leaf, given its hash."""
        node, merged = hashed_leaf, self.size
        while merged & 1:
            node = node_hash(self.nodes.pop(), node)
            merged >>= 1
        self.nodes.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root of the tree so far."""
        if not self.nodes:
            return EMPTY_ROOT
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = node_hash(node, root)
        return root

    def to_bytes(self) -> bytes:
        """The nodes, one after the other; the size is kept elsewhere."""
        return b"".join(self.nodes)

    @classmethod
    def from_bytes(cls, size: int, text: bytes) -> CompactRange:
        """Read back what `to_bytes` wrote. Raises ValueError."""
        return cls(size, [text[start : start + SIZE] for start in range(0, len(text), SIZE)])


def root_of(hashed_leaves: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes."""
    tree = CompactRange()
    for hashed in hashed_leaves:
        tree.append(hashed)
    return tree.root()


def inclusion_proof(hashed_leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The nodes beside the way from this leaf up to the root, lowest first. Raises ValueError for a leaf there is not."""
    size = len(hashed_leaves)
    if not 0 <= index < size:
        raise ValueError("there is no such leaf")
    if size == 1:
        return []
    half = _split(size)
    if index < half:
        return [*inclusion_proof(hashed_leaves[:half], index), root_of(hashed_leaves[half:])]
    return [*inclusion_proof(hashed_leaves[half:], index - half), root_of(hashed_leaves[:half])]


def consistency_proof(hashed_leaves: Sequence[bytes], first: int) -> list[bytes]:
    """The nodes that show the tree of the `first` leaves to be the beginning of the tree of all. Raises ValueError."""
    if not 0 < first <= len(hashed_leaves):
        raise ValueError("there is no such earlier tree")
    return _subproof(hashed_leaves, first, known=True)


def _subproof(hashed_leaves: Sequence[bytes], first: int, *, known: bool) -> list[bytes]:
    size = len(hashed_leaves)
    if first == size:
        return [] if known else [root_of(hashed_leaves)]
    half = _split(size)
    if first <= half:
        return [*_subproof(hashed_leaves[:half], first, known=known), root_of(hashed_leaves[half:])]
    return [*_subproof(hashed_leaves[half:], first - half, known=False), root_of(hashed_leaves[:half])]


def _split(size: int) -> int:
    """The largest power of two below a size of two or more."""
    return int(1 << ((size - 1).bit_length() - 1))


def includes(*, index: int, size: int, hashed_leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows this leaf at this place of the tree of this size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or any(len(part) != SIZE for part in (hashed_leaf, root, *proof)):
        return False
    place, last, found = index, size - 1, hashed_leaf
    for sibling in proof:
        if not last:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return not last and found == root


def continues(*, first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of `first` leaves is the beginning of that of `second` (RFC 9162, 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    if not proof or any(len(part) != SIZE for part in (first_root, second_root, *proof)):
        return False
    nodes = iter([first_root, *proof] if first & (first - 1) == 0 else proof)
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = next(nodes)
    for node in nodes:
        if not last:
            return False
        if place & 1 or place == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, node)
        place, last = place >> 1, last >> 1
    return not last and old == first_root and new == second_root
