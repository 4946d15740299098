"""The Merkle tree, held against the published vectors and against itself."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.voting.log import merkle

VECTORS = Path(__file__).parent / "vectors"
# The leaves and roots of the reference tree of RFC 6962 implementations (transparency-dev/merkle, testonly/constants.go).
LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def vectors(name: str) -> list[Any]:
    lines = [json.loads(line) for line in (VECTORS / name).read_text().splitlines()]
    return [pytest.param(line, id=line["name"]) for line in lines]


def raw(text: str) -> bytes:
    return base64.b64decode(text)


def hashed(number: int) -> list[bytes]:
    return [merkle.leaf_hash(b"leaf %d" % place) for place in range(number)]


def test_there_are_196_vectors() -> None:
    assert len(vectors("inclusion.jsonl")) == len(vectors("consistency.jsonl")) == 98


@pytest.mark.parametrize("vector", vectors("inclusion.jsonl"))
def test_inclusion(vector: dict[str, Any]) -> None:
    included = merkle.includes(
        index=vector["leafIdx"], size=vector["treeSize"], hashed_leaf=raw(vector["leafHash"]), root=raw(vector["root"]),
        proof=[raw(node) for node in vector["proof"] or ()],
    )  # fmt: skip
    assert included is not vector["wantErr"]


@pytest.mark.parametrize("vector", vectors("consistency.jsonl"))
def test_consistency(vector: dict[str, Any]) -> None:
    continued = merkle.continues(
        first=vector["size1"], second=vector["size2"], first_root=raw(vector["root1"]), second_root=raw(vector["root2"]),
        proof=[raw(node) for node in vector["proof"] or ()],
    )  # fmt: skip
    assert continued is not vector["wantErr"]


def test_published_roots() -> None:
    tree = merkle.CompactRange()
    assert tree.root() == merkle.EMPTY_ROOT
    for leaf, root in zip(LEAVES, ROOTS, strict=True):
        tree.append(merkle.leaf_hash(bytes.fromhex(leaf)))
        assert tree.root().hex() == root


@given(st.integers(0, 130))
def test_a_range_goes_on_where_it_was_put_down(size: int) -> None:
    leaves = hashed(size + 3)
    tree = merkle.CompactRange()
    for leaf in leaves[:size]:
        tree.append(leaf)
    again = merkle.CompactRange.from_bytes(size, tree.to_bytes())
    for leaf in leaves[size:]:
        again.append(leaf)
    assert again.root() == merkle.root_of(leaves)


def test_a_range_of_another_size_is_refused() -> None:
    tree = merkle.CompactRange()
    for leaf in hashed(5):
        tree.append(leaf)
    for size, text in ((6, b""), (4, tree.to_bytes()), (5, tree.to_bytes()[:-1]), (5, b"")):
        with pytest.raises(ValueError):
            merkle.CompactRange.from_bytes(size, text)


def test_every_leaf_of_every_small_tree_is_proven_and_no_other() -> None:
    for size in range(1, 34):
        leaves = hashed(size)
        root = merkle.root_of(leaves)
        for index, leaf in enumerate(leaves):
            proof = merkle.inclusion_proof(leaves, index)
            assert merkle.includes(index=index, size=size, hashed_leaf=leaf, proof=proof, root=root)
            wrong = merkle.leaf_hash(b"another")
            assert not merkle.includes(index=index, size=size, hashed_leaf=wrong, proof=proof, root=root)
            for other in range(size):
                found = merkle.includes(index=other, size=size, hashed_leaf=leaf, proof=proof, root=root)
                assert found == (other == index)


def test_every_small_tree_continues_each_before_it() -> None:
    for second in range(1, 34):
        leaves = hashed(second)
        for first in range(1, second + 1):
            before = merkle.root_of(leaves[:first])
            proof = merkle.consistency_proof(leaves, first)
            told = {"first": first, "second": second, "first_root": before, "second_root": merkle.root_of(leaves)}
            assert merkle.continues(proof=proof, **told)
            forged = merkle.root_of([*hashed(first - 1), merkle.leaf_hash(b"another")])
            assert not merkle.continues(proof=proof, **{**told, "first_root": forged})


def test_what_is_not_there_has_no_proof() -> None:
    for size, index in ((0, 0), (3, 3), (3, -1)):
        with pytest.raises(ValueError):
            merkle.inclusion_proof(hashed(size), index)
    for size, first in ((0, 0), (3, 0), (3, 4)):
        with pytest.raises(ValueError):
            merkle.consistency_proof(hashed(size), first)
