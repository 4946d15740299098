"""The board: the opened ballots as everybody may read them, in batches.

One line a batch: its trackers and its ballots, each sorted, so that no tracker stands beside its ballot. The lines are the
leaves of a log of their own, whose one checkpoint is signed at the opening: afterwards no ballot can be moved or altered unseen.
"""

from __future__ import annotations

from collections.abc import Iterator

from participation.voting import box_log, queries
from participation.voting.definition import canonical_json
from participation.voting.log.leaves import board_origin
from participation.voting.log.merkle import CompactRange, leaf_hash
from participation.voting.models import SignedCheckpoint, Vote


def lines_of(vote_id: int) -> Iterator[str]:
    """The lines in the order of the batches; none when there is no board."""
    trackers = dict(queries.trackers_by_batch(vote_id))
    if not trackers:
        return
    for batch, payloads in queries.payloads_by_batch(vote_id):
        yield f'{{"ballots":[{",".join(payloads)}],"batch":{batch},"trackers":{canonical_json(trackers[batch])}}}'


def sign(vote: Vote) -> SignedCheckpoint | None:
    """Sign the board as it was written; None when there is none."""
    tree = CompactRange()
    for line in lines_of(vote.id):
        tree.append(leaf_hash(line.encode()))
    return box_log.sign(board_origin(vote.public_id), tree) if tree.size else None


def checkpoint_of(vote: Vote) -> SignedCheckpoint | None:
    """The signed checkpoint of the board."""
    return box_log.latest(board_origin(vote.public_id))
