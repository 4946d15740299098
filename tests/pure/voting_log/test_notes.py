"""Signed notes, checkpoints and inclusion proofs as files."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from participation.voting.log import merkle
from participation.voting.log.notes import Checkpoint, InclusionProof, NoteKey, NoteRefused, opened, signed

# The worked example of the Go package sumdb/note, which the C2SP format comes from.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""
SECRET = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
KEY = NoteKey("example.org/log", SECRET.public_key().public_bytes_raw())


def test_a_published_note_is_read() -> None:
    key = NoteKey.parse(GO_KEY)
    assert opened(GO_NOTE, key).endswith("what your problem is.\n")
    assert str(key) == GO_KEY
    with pytest.raises(NoteRefused):
        opened(GO_NOTE.replace("answer", "question"), key)


def test_a_checkpoint_goes_there_and_back() -> None:
    checkpoint = Checkpoint("example.org/log", 20852163, b"r" * 32)
    note = checkpoint.signed(SECRET)
    assert note.startswith("example.org/log\n20852163\n")
    assert Checkpoint.opened(note, KEY) == checkpoint
    assert Checkpoint.opened(note, NoteKey.parse(str(KEY))) == checkpoint


def test_signatures_of_others_are_left_alone() -> None:
    checkpoint = Checkpoint("example.org/log", 1, b"r" * 32)
    witness = signed(checkpoint.text, name="witness.example", key=Ed25519PrivateKey.from_private_bytes(b"w" * 32))
    cosigned = checkpoint.signed(SECRET) + witness.rpartition("\n\n")[2]
    assert Checkpoint.opened(cosigned, KEY) == checkpoint
    with pytest.raises(NoteRefused):
        Checkpoint.opened(witness, KEY)


@pytest.mark.parametrize(
    "text",
    [
        "", "a\n", "a\n\nb\n", "example.org/log\n01\ncg==\n", "example.org/log\n1\ncg==\n",
        "another\n1\n" + "A" * 43 + "=\n", "example.org/log\n1\nno base64!\n", "example.org/log\n-1\n" + "A" * 43 + "=\n",
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    for note in (text, signed(text or "\n", name=KEY.name, key=SECRET)):
        with pytest.raises(NoteRefused):
            Checkpoint.opened(note, KEY)


def test_another_key_under_the_same_name_is_refused() -> None:
    note = Checkpoint(KEY.name, 1, b"r" * 32).signed(Ed25519PrivateKey.from_private_bytes(b"f" * 32))
    with pytest.raises(NoteRefused):
        Checkpoint.opened(note, KEY)


@pytest.mark.parametrize("text", ["", "a", "a+00000000+AAAA", GO_KEY.replace("c74f", "c74e"), GO_KEY[:-4]])
def test_a_damaged_key_is_refused(text: str) -> None:
    with pytest.raises(NoteRefused):
        NoteKey.parse(text)


def test_a_proof_is_a_file_of_its_own() -> None:
    leaves = [merkle.leaf_hash(b"%d" % place) for place in range(7)]
    note = Checkpoint(KEY.name, 7, merkle.root_of(leaves)).signed(SECRET)
    proof = InclusionProof(3, b"3", tuple(merkle.inclusion_proof(leaves, 3)), note)
    again = InclusionProof.parse(proof.text)
    assert again == proof
    checkpoint = Checkpoint.opened(again.note, KEY)
    assert merkle.includes(
        index=again.index,
        size=checkpoint.size,
        hashed_leaf=merkle.leaf_hash(again.leaf),
        proof=again.nodes,
        root=checkpoint.root,
    )
    for damaged in (
        "",
        proof.text.replace("index 3", "index 03"),
        proof.text.replace("tlog", "log"),
        proof.text.replace("extra ", ""),
        "a\n\nb",
    ):
        with pytest.raises(NoteRefused):
            InclusionProof.parse(damaged)
