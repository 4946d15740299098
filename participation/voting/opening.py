"""Opening the box: the one moment at which ballots and voters are parted.

Everything happens in memory and in one transaction: decrypt, drop the voters, shuffle with the operating system's
generator, cut into batches, and write trackers and ballots of a batch apart from each other, each in sorted order. Who
took part is written in voter order. Tables by group that were named before opening are counted in memory meanwhile. Then
the sealed rows and the box key are gone, so a second opening is impossible, and a backup without the key opens nothing. If
anything in the box is not as it was put there, nothing is changed at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from random import SystemRandom

from sqlalchemy import insert

from participation import clock
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.consultations.models import Consultation
from participation.counting.payloads import canonical
from participation.extensions import db
from participation.voting import additions, ballot_box, board, box_log, breakdowns, sequencer
from participation.voting.definition import BATCH_SIZE, SMALLEST_BOARD, definition_of
from participation.voting.keys import server_keys, unwrapped
from participation.voting.models import BoardBallot, BoardTracker, Participation, StratumTally, Vote
from participation.voting.refusals import BoxDamaged
from participation.voting.sealing import Envelope, Opener

_ROWS_AT_ONCE = 5000


def part_voters_from_ballots(
    *, vote: Vote, consultation: Consultation, actor_id: int | None, box_key: bytes | None = None
) -> None:
    """Write the board and who took part, and destroy box and key. The caller holds the vote and knows that it is closed.

    Without a `box_key` from its holders, it is the one under the server's own key.

    Raises BoxDamaged; then nothing was changed.
    """
    box_log.hold(vote.id)
    additions.require_recorded(vote)
    # Exclusions since the close go into the log first: its ballots are the ones that must be in the box.
    sequencer.sequence(vote)
    voters, envelopes = _opened(vote, box_key or _held_by_server(vote))
    SystemRandom().shuffle(envelopes)
    _write_board(vote.id, envelopes)
    _insert(StratumTally, breakdowns.tallies(vote.id, definition_of(vote, consultation), envelopes))
    _log_opening(vote, len(envelopes))
    _insert(Participation, [{"vote_id": vote.id, "voter_id": voter} for voter in voters])
    ballot_box.empty(vote.id)
    vote.box_wrapped_key = None
    vote.status = "opened"
    vote.opened_at = clock.now()
    db.session.flush()
    record(
        council_id=consultation.council_id, tag=Tag.VOTE_OPENED, subject=f"vote:{vote.id}", actor_id=actor_id,
        role="staff" if actor_id else "system", facts={"vote": vote.public_id},
    )  # fmt: skip


def _held_by_server(vote: Vote) -> bytes:
    if vote.box_wrapped_key is None:
        raise BoxDamaged(problem="the key of this box was destroyed")
    return unwrapped(server_keys(), vote.public_id, vote.box_wrapped_key)


def _opened(vote: Vote, box_key: bytes) -> tuple[list[int], list[Envelope]]:
    """The voters in their order, and the ballots, from here on without them."""
    opener = Opener(vote=vote.public_id, box_private_key=box_key)
    voters: list[int] = []
    envelopes: list[Envelope] = []
    logged = box_log.verified_ballots(vote)
    for voter_id, ciphertext in ballot_box.live_ciphertexts(vote=vote, logged=logged):
        voters.append(voter_id)
        envelopes.append(opener.open(ciphertext))
    if len({envelope.tracker for envelope in envelopes}) < len(envelopes):
        raise BoxDamaged(problem="two ballots have one tracker, which happens only when a ballot was copied")
    return voters, envelopes


def _log_opening(vote: Vote, ballots: int) -> None:
    """Bind the board to the log of the box, before anybody has counted it."""
    signed = board.sign(vote)
    facts = {
        "ballots": ballots, "batches": signed.size if signed else 0, "board": signed.root.hex() if signed else "",
    }  # fmt: skip
    sequencer.act(vote, "open", facts)


def batches(total: int) -> list[int]:
    """The sizes of the batches: 25 each, the last one up to 49; one batch of whatever there is below 50."""
    if total == 0:
        return []
    whole = max(1, total // BATCH_SIZE)
    return [BATCH_SIZE] * (whole - 1) + [total - BATCH_SIZE * (whole - 1)]


def _write_board(vote_id: int, envelopes: list[Envelope]) -> None:
    waiting = iter(envelopes)
    ballots: list[dict[str, object]] = []
    trackers: list[tuple[str, int]] = []
    for batch, size in enumerate(batches(len(envelopes)), start=1):
        together = list(islice(waiting, size))
        payloads = sorted(canonical(envelope.payload) for envelope in together)
        ballots += [
            {"vote_id": vote_id, "batch": batch, "slot": slot, "payload": payload}
            for slot, payload in enumerate(payloads, start=1)
        ]
        trackers += [(envelope.tracker, batch) for envelope in together]
    _insert(BoardBallot, ballots)
    # Too few ballots to hide in make no board: then a tracker would lead to its ballot.
    if len(envelopes) >= SMALLEST_BOARD:
        rows = [{"vote_id": vote_id, "tracker": tracker, "batch": batch} for tracker, batch in sorted(trackers)]
        _insert(BoardTracker, rows)


def _insert(
    table: type[BoardBallot | BoardTracker | Participation | StratumTally], rows: Sequence[Mapping[str, object]]
) -> None:
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        db.session.execute(insert(table), list(rows[start : start + _ROWS_AT_ONCE]))
