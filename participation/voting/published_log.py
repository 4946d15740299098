"""The log of a vote as published files: its lines, its checkpoints, the acts of officers it is bound to, and the keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from participation.audit.record import chain_of
from participation.consultations.models import Consultation
from participation.voting import board, box_log
from participation.voting.definition import Definition, canonical_json
from participation.voting.log.leaves import board_origin, box_origin
from participation.voting.log.notes import NoteKey
from participation.voting.models import Vote


def box(vote: Vote) -> bytes:
    """The lines of the log, each as it was hashed."""
    return "".join(line + "\n" for line in box_log.lines_of(vote.id)).encode()


def checkpoints(vote: Vote) -> bytes:
    """Every signed checkpoint of the box in order, then that of the board; a blank line between them."""
    notes = [signed.note for signed in box_log.checkpoints_of(box_origin(vote.public_id))]
    of_board = board.checkpoint_of(vote)
    return "\n".join([*notes, *([of_board.note] if of_board else [])]).encode()


def keys(definition: Definition) -> bytes:
    """The public keys: logs as signed notes name them, receipts in hexadecimal."""
    log_key = bytes.fromhex(definition.facts["log_public_key"])
    lines = [
        f"box {NoteKey(box_origin(definition.vote), log_key)}",
        f"board {NoteKey(board_origin(definition.vote), log_key)}",
        f"receipts {definition.facts['receipt_public_key']}",
    ]
    return "".join(line + "\n" for line in lines).encode()


def officers_acts(vote: Vote, consultation: Consultation, *, until: int | None = None) -> bytes:
    """The council's governance record from this vote's first act to its result: its own acts in full, others as links.

    `until` is the event of the publication, for the one moment at which the log does not name it yet.

    A link is the hash of an event about something else: enough to see that nothing was cut out of the chain.
    """
    subjects = {f"vote:{vote.id}", f"consultation:{consultation.id}"}
    return "".join(line + "\n" for line in _acts(consultation.council_id, subjects, until or _head(vote))).encode()


def _acts(council_id: int, subjects: set[str], head: int) -> Iterator[str]:
    begun = False
    for event in chain_of(council_id, until=head):
        ours = event.subject in subjects
        if ours:
            yield canonical_json(
                {"hash": event.hash, "index": event.index, "previous": event.previous_hash, "public": event.public}
            )
        elif begun:
            yield canonical_json({"hash": event.hash, "index": event.index})
        begun = begun or ours


def _head(vote: Vote) -> int:
    """The event at which the result was published, as the log of the box says."""
    found = 0
    for line in box_log.lines_of(vote.id):
        if line.startswith('{"result":'):
            found = int(json.loads(line)["result"]["audit"][0])
    return found


# The files that are public while the vote is open as well.
LIVE: Mapping[str, Callable[[Vote, Definition], bytes]] = {
    "box.jsonl": lambda vote, _: box(vote),
    "checkpoints.txt": lambda vote, _: checkpoints(vote),
    "keys.txt": lambda _, definition: keys(definition),
}
