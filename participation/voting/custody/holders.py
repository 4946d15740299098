"""The three key-holders of a vote: named by an officer, each with a phrase of their own, rehearsed before the launch.

The box key is made the moment the third phrase is there, wrapped for each pair, and forgotten. When a holder changes, or makes
a new phrase, there is a new box key; phrases of the others stay good.
"""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import delete, exists, select
from sqlalchemy.orm import joinedload, selectinload

from participation import clock
from participation.accounts.models import Account, RoleGrant
from participation.accounts.roles import Role, permissions_of
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.consultations import service as consultation_service
from participation.consultations.lifecycle import Move
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.voting.custody import phrases, wraps
from participation.voting.custody.kinds import TWO_OF_THREE
from participation.voting.keys import new_box_key
from participation.voting.models import KeyHolder, KeyWrap, Vote
from participation.voting.queries import vote_of
from participation.voting.refusals import HoldersRefused, NotAHolder, WrongPhrase, WrongStep
from participation.web.access import Permission
from participation.web.mail_texts import write_letter

SLOTS = (1, 2, 3)
# How many of them open a box.
NEEDED = 2


def holders_of(vote_id: int) -> list[KeyHolder]:
    """The key-holders by slot, with their accounts."""
    query = select(KeyHolder).where(KeyHolder.vote_id == vote_id).order_by(KeyHolder.slot)
    return list(db.session.scalars(query.options(joinedload(KeyHolder.account))))


def holder_of(vote_id: int, account_id: int) -> KeyHolder:
    """Raises NotAHolder."""
    found = next((one for one in holders_of(vote_id) if one.account_id == account_id), None)
    if found is None:
        raise NotAHolder()
    return found


def candidates(council_id: int) -> list[Account]:
    """Who may be named: staff with the role of a key-holder, by name."""
    has_role = exists().where(RoleGrant.account_id == Account.id, RoleGrant.role == Role.KEY_HOLDER.value)
    query = (
        select(Account)
        .where(Account.council_id == council_id, Account.kind == "staff", Account.disabled_at.is_(None), has_role)
        .options(selectinload(Account.grants))
        .order_by(Account.name, Account.id)
    )
    return list(db.session.scalars(query))


def name_of(account: Account) -> str:
    return account.name or account.email


def name_holders(*, consultation: Consultation, account_ids: Sequence[int], actor_id: int) -> None:
    """Name the three of a draft. Who stays keeps slot and phrase; the box gets a new key once all have phrases again.

    Raises MoveRefused after the launch, WrongStep for a vote with one key, HoldersRefused.
    """
    vote = _of_draft(consultation)
    named = _require_fit(consultation, account_ids, actor_id)
    before = holders_of(vote.id)
    if {one.account_id for one in before} == set(named):
        return
    db.session.execute(delete(KeyWrap).where(KeyWrap.vote_id == vote.id))
    vote.box_public_key = None
    for one in before:
        if one.account_id not in named:
            db.session.delete(one)
    db.session.flush()
    kept = {one.account_id: one.slot for one in before if one.account_id in named}
    free = iter([slot for slot in SLOTS if slot not in kept.values()])
    new = [account for account_id, account in named.items() if account_id not in kept]
    db.session.add_all(KeyHolder(vote_id=vote.id, slot=next(free), account_id=account.id) for account in new)
    db.session.flush()
    for account in new:
        _tell(vote, consultation, account)
    _record(vote, consultation, Tag.KEY_HOLDERS_NAMED, actor_id)


def make_phrase(*, consultation: Consultation, account_id: int) -> str:
    """A new phrase for one holder, in place of any before; this is the only time it can be read."""
    vote = _of_draft(consultation)
    holder = holder_of(vote.id, account_id)
    phrase, holder.salt = phrases.new_phrase(), phrases.new_salt()
    holder.check_tag = phrases.tag_of(phrases.key_of(phrase, holder.salt))
    holder.confirmed_at = None
    db.session.flush()
    _make_box_key(vote)
    _record(vote, consultation, Tag.KEY_PHRASE_MADE, account_id, holder.slot)
    return phrase


def rehearse(*, consultation: Consultation, account_id: int, phrase: str) -> None:
    """A holder types the phrase back, until the box is opened: it is compared, and nothing of the key changes.

    Two people may have launched though one had not (`doubts`); typed back later, all know that any two can open the box.
    Raises WrongPhrase, or WrongStep once there is no box to be opened.
    """
    vote = _with_holders(consultation)
    if vote.status not in ("preparing", "frozen", "closed") or consultation.state == "withdrawn":
        raise WrongStep("This vote needs no phrases any more.")
    holder = holder_of(vote.id, account_id)
    require_phrase(holder, phrase)
    if holder.confirmed_at is None:
        holder.confirmed_at = clock.now()
        db.session.flush()
        _record(vote, consultation, Tag.KEY_REHEARSED, account_id, holder.slot)


def require_phrase(holder: KeyHolder, phrase: str) -> X25519PrivateKey:
    """The private key of a holder's phrase. Raises WrongPhrase."""
    if holder.salt is None or len(phrase) > phrases.LONGEST_TYPED:
        raise WrongPhrase()
    key = phrases.key_of(phrase, holder.salt)
    if phrases.tag_of(key) != holder.check_tag:
        raise WrongPhrase()
    return key


def problems(vote: Vote) -> list[str]:
    """What is missing before residents may vote; nothing for a vote with one key.

    Every holder needs a phrase, for the box key is made from all three, and two must have shown that they kept theirs: with
    fewer, the box might never be opened.
    """
    if vote.custody != TWO_OF_THREE:
        return []
    three = holders_of(vote.id)
    if len(three) < len(SLOTS):
        return ["Name three key-holders for the vote: any two of them open the box together."]
    if len(_unready(three)) <= len(SLOTS) - NEEDED and all(one.check_tag for one in three):
        return []
    return _told(three)


def doubts(vote: Vote) -> list[str]:
    """The one holder who has not typed the phrase back, where the other two have: they can open the box together."""
    if vote.custody != TWO_OF_THREE or problems(vote):
        return []
    return [
        f"{sentence} If it was lost, the box can be opened only while both other key-holders have theirs."
        for sentence in _told(holders_of(vote.id))
    ]


def _unready(three: Sequence[KeyHolder]) -> list[KeyHolder]:
    return [one for one in three if one.confirmed_at is None]


def _told(three: Sequence[KeyHolder]) -> list[str]:
    return [
        f"{name_of(one.account)} must "
        + (
            "type the key-holder’s phrase once, to show that it was kept."
            if one.check_tag
            else "make a key-holder’s phrase."
        )
        for one in _unready(three)
    ]


def forget(vote_id: int) -> None:
    """Remove holders and wraps, when a draft changes to one key."""
    for table in (KeyWrap, KeyHolder):
        db.session.execute(delete(table).where(table.vote_id == vote_id))


def wraps_of(vote_id: int) -> list[wraps.Wrap]:
    """What is stored of the box key; nothing once it was destroyed."""
    rows = db.session.scalars(select(KeyWrap).where(KeyWrap.vote_id == vote_id).order_by(KeyWrap.pair))
    return [wraps.Wrap(row.pair, row.ephemeral, row.nonce, row.blob) for row in rows]


def _make_box_key(vote: Vote) -> None:
    """Once all three have phrases: a key pair, of which the private half is wrapped and forgotten."""
    public_keys = {one.slot: one.check_tag for one in holders_of(vote.id) if one.check_tag is not None}
    if len(public_keys) < len(SLOTS):
        return
    vote.box_public_key, private = new_box_key()
    db.session.execute(delete(KeyWrap).where(KeyWrap.vote_id == vote.id))
    db.session.add_all(
        KeyWrap(vote_id=vote.id, pair=one.pair, ephemeral=one.ephemeral, nonce=one.nonce, blob=one.blob)
        for one in wraps.wrapped_for_pairs(vote=vote.public_id, box_key=private, holders=public_keys)
    )
    db.session.flush()


def _of_draft(consultation: Consultation) -> Vote:
    consultation_service.require_move(consultation, Move.EDIT)
    return _with_holders(consultation)


def _with_holders(consultation: Consultation) -> Vote:
    vote = vote_of(consultation.id, lock=True)
    if vote.custody != TWO_OF_THREE:
        raise WrongStep("This vote has one key, which the server holds. It has no key-holders.")
    return vote


def _require_fit(consultation: Consultation, account_ids: Sequence[int], actor_id: int) -> dict[int, Account]:
    known = {account.id: account for account in candidates(consultation.council_id)}
    if len(set(account_ids)) != len(SLOTS) or not set(account_ids) <= set(known):
        raise HoldersRefused("Choose three different people who have the role of a key-holder.")
    named = {account_id: known[account_id] for account_id in account_ids}
    if actor_id in named:
        raise HoldersRefused("You cannot name yourself. Who runs the vote must not hold a key of its box.")
    for account in named.values():
        if Permission.ADMINISTER in permissions_of([grant.role for grant in account.grants]):
            raise HoldersRefused(f"{name_of(account)} is an administrator, and so cannot hold a key.")
    return named


def _tell(vote: Vote, consultation: Consultation, account: Account) -> None:
    write_letter(
        "holder_named", council=consultation.council, recipient=account.email, consultation=consultation,
        key=f"holder:{vote.public_id}:{account.id}:{clock.now().isoformat()}",
    )  # fmt: skip


def _record(vote: Vote, consultation: Consultation, tag: Tag, actor_id: int, slot: int | None = None) -> None:
    record(
        council_id=consultation.council_id, tag=tag, subject=f"vote:{vote.id}", actor_id=actor_id, role="staff",
        facts={"vote": vote.public_id, **({"slot": slot} if slot else {})},
    )  # fmt: skip
