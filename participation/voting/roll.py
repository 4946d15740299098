"""The roll: who may vote in one vote.

It is fixed when voting opens, with everybody who had registered by then and whom the rules of area and age let vote; what must be
proved (a code, a check by staff) is proved by each at their ballot. Ward, age band and sex are copied here, so that a later
move changes no figure. How many are on it, and in which wards, is part of the definition that everybody can read.

Who registers later is not on it. Two officers can add somebody who was left out, for a published reason, and the log says how
many they added. Where a council chose so before opening (`Vote.late_registration`), residents who register while the vote is
open join by the same rule at their first ballot, and their number is published at the close. Nobody leaves the roll except by
an officer's recorded exclusion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, insert, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased, joinedload

from participation.accounts.models import Account, ResidentProfile
from participation.consultations.lifecycle import phase_of
from participation.consultations.models import Consultation
from participation.councils.models import Ward
from participation.counting.ballots import Limits
from participation.eligibility.queries import rule_of
from participation.eligibility.rules import bands_within
from participation.eligibility.service import require_eligible
from participation.extensions import db
from participation.needs.suppression import hide_in_list
from participation.voting.ballot_box import Voter
from participation.voting.definition import read_definition
from participation.voting.models import RollEntry, Vote
from participation.voting.refusals import NotEligible, RegisteredTooLate

# Everybody declares at registration to be at least this old; a vote for older people asks again on the ballot page.
REGISTRATION_AGE = 16
# Wards with fewer people on the roll are not named one by one.
SMALL_WARD = 10
_TABLE = db.metadata.tables["roll_entry"]


@dataclass(frozen=True, slots=True)
class OnRoll:
    """What the roll says of a resident: "eligible" or "excluded", and where and who they were when it was fixed."""

    state: str
    ward: str
    age_band: str | None
    sex: str | None


@dataclass(frozen=True, slots=True)
class Resident:
    """A resident's account, and what the roll of the vote says of them; None while they are not on it."""

    account: Account
    on_roll: OnRoll | None

    @property
    def ward(self) -> str:
        """The code of the ward they vote in."""
        if self.on_roll is not None:
            return self.on_roll.ward
        return self.account.resident.ward.code if self.account.resident else ""


def asks_for_age(consultation: Consultation) -> bool:
    """Whether the ballot page must ask the voter to declare that they are old enough."""
    return consultation.minimum_age > REGISTRATION_AGE


_HOME = aliased(Ward)
# Asked at every cast: written once, so that it is not put together anew each time.
_VOTER = (
    select(Account, RollEntry.state, _HOME.code, RollEntry.age_band, RollEntry.sex)
    .outerjoin(RollEntry, and_(RollEntry.vote_id == bindparam("vote_id"), RollEntry.account_id == Account.id))
    .outerjoin(_HOME, _HOME.id == RollEntry.ward_id)
    .where(Account.id == bindparam("account_id"))
    .options(joinedload(Account.resident).joinedload(ResidentProfile.ward))
)


def resident_of(vote_id: int, account_id: int) -> Resident | None:
    """The account with its profile and its line of the roll, read together."""
    found = db.session.execute(_VOTER, {"vote_id": vote_id, "account_id": account_id}).one_or_none()
    if found is None:
        return None
    account, state, ward, age_band, sex = found
    return Resident(account, None if state is None else OnRoll(state, ward or "", age_band, sex))


def everybody(vote_id: int) -> dict[int, OnRoll]:
    """The whole roll by account, for whoever puts many ballots into the box at once."""
    query = (
        select(RollEntry.account_id, RollEntry.state, Ward.code, RollEntry.age_band, RollEntry.sex)
        .outerjoin(Ward, Ward.id == RollEntry.ward_id)
        .where(RollEntry.vote_id == vote_id, RollEntry.account_id.is_not(None))
    )
    return {
        account: OnRoll(state, ward or "", age, sex)
        for account, state, ward, age, sex in db.session.execute(query)
        if account
    }


def require_voter(*, consultation: Consultation, vote: Vote, account_id: int, declares_age: bool) -> Resident:
    """The resident, if they may vote here. Raises NotEligible, RegisteredTooLate or NotEligibleHere, with the reason in words."""
    resident = resident_of(vote.id, account_id)
    account = resident.account if resident else None
    if (
        resident is None
        or account is None
        or account.disabled_at is not None
        or account.council_id != consultation.council_id
    ):
        raise NotEligible("Only residents registered with this council can vote here.")
    if account.kind != "resident" or account.resident is None:
        raise NotEligible("Staff accounts cannot vote. Sign in with a resident account.")
    if account.confirmed_at is None:
        raise NotEligible("Confirm your email address before you vote. The link is in the email we sent you.")
    _require_not_excluded(resident.on_roll)
    # Area and age of those on the roll were judged when it was fixed.
    fixed = read_definition(vote.definition) if vote.definition is not None else None
    if resident.on_roll is None or fixed is None or fixed.asks_for_proof:
        require_eligible(consultation=consultation, account=account, on_roll=resident.on_roll is not None)
    if resident.on_roll is None and vote.definition is not None and not vote.late_registration:
        raise RegisteredTooLate(contact=consultation.council.contact_email)
    if asks_for_age(consultation) and not declares_age:
        raise NotEligible(
            f"You must be {consultation.minimum_age} or over to vote here, and tick the box that says so."
        )
    return resident


def require_in_time(*, consultation: Consultation, vote: Vote, account_id: int) -> None:
    """Raises RegisteredTooLate for somebody who cannot be on the roll, before they fill in a ballot in vain."""
    phase = phase_of(consultation, "vote")
    if vote.late_registration or phase is None:
        return
    resident = resident_of(vote.id, account_id)
    if resident is None or resident.on_roll is not None:
        return
    confirmed_at = resident.account.confirmed_at
    if vote.definition is not None or (confirmed_at is not None and confirmed_at > phase.opens_at):
        raise RegisteredTooLate(contact=consultation.council.contact_email)


def _require_not_excluded(on_roll: OnRoll | None) -> None:
    if on_roll is not None and on_roll.state != "eligible":
        raise NotEligible("You were taken off the register of this vote. The council can tell you why.")


def limits_for(limits: Limits, resident: Resident | None) -> Limits:
    """The limits of a resident's ballot: in a vote by area their own ward says what is within reach."""
    if limits.areas is None or resident is None or not resident.ward:
        return limits
    return replace(limits, home=resident.ward)


def fix(*, vote: Vote, consultation: Consultation, opens_at: datetime) -> dict[str, Any]:
    """Write the roll of a vote that opens, in one statement; the second time nothing changes.

    How many are on it, for everybody to read: `size`, and by ward code `wards`; wards with few people are only named in `small`.
    """
    columns = ("vote_id", "voter_id", "account_id", "ward_id", "age_band", "sex", "channel", "state")
    people = (
        select(
            literal(vote.id), Account.id, Account.id, ResidentProfile.ward_id, ResidentProfile.age_band, ResidentProfile.sex,
            literal("online"), literal("eligible"),
        )
        .join(ResidentProfile, ResidentProfile.account_id == Account.id)
        .where(*_may_vote(consultation, opens_at))
        .order_by(Account.id)
    )  # fmt: skip
    db.session.execute(_insert().from_select(columns, people).on_conflict_do_nothing())
    found = db.session.execute(
        select(Ward.code, func.count())
        .join(RollEntry, RollEntry.ward_id == Ward.id)
        .where(RollEntry.vote_id == vote.id)
        .group_by(Ward.code)
        .order_by(Ward.code)
    ).all()
    return published_sizes({code: number for code, number in found})  # noqa: C416  a row is no pair for mypy


def published_sizes(wards: Mapping[str, int]) -> dict[str, Any]:
    """The size of a roll as it is published: wards of fewer than ten people, and what would give them away, without a number."""
    codes, numbers = list(wards), list(wards.values())
    small = sum(numbers) > 0 and min(numbers) < SMALL_WARD
    hidden = hide_in_list(numbers, SMALL_WARD, [None] * len(numbers)) if small else set()
    return {
        "size": sum(numbers),
        "wards": {code: number for place, (code, number) in enumerate(wards.items()) if place not in hidden},
        "small": [code for place, code in enumerate(codes) if place in hidden],
    }


def _may_vote(consultation: Consultation, opens_at: datetime) -> list[ColumnElement[bool]]:
    """Registered in time, and within the rules of area and age; the other rules are asked at the ballot."""
    rule = rule_of(consultation.id)
    found: list[ColumnElement[bool]] = [
        Account.council_id == consultation.council_id,
        Account.kind == "resident",
        Account.disabled_at.is_(None),
        Account.confirmed_at <= opens_at,
    ]
    if rule.wards:
        found.append(ResidentProfile.ward_id.in_([number for number, _ in rule.wards]))
    if rule.oldest is not None:
        found.append(or_(ResidentProfile.age_band.is_(None), ResidentProfile.age_band.in_(bands_within(rule.oldest))))
    return found


def join(*, vote_id: int, resident: Resident, channel: str = "online") -> Voter:
    """The resident as a voter, put on the roll if they are not there; the caller knows that they may be.

    Raises NotEligible when they were excluded.
    """
    account, profile, on_roll = resident.account, resident.account.resident, resident.on_roll
    if profile is None:
        raise NotEligible("Only residents can be on the register of a vote.")
    if on_roll is None:
        on_roll = _join(vote_id, account.id, profile, channel)
    elif channel != "online":
        mine = (RollEntry.vote_id == vote_id, RollEntry.voter_id == account.id)
        db.session.execute(update(RollEntry).where(*mine).values(channel=channel))
    _require_not_excluded(on_roll)
    return Voter(account.id, strata(ward=on_roll.ward, age_band=on_roll.age_band, sex=on_roll.sex, channel=channel))


def _join(vote_id: int, account_id: int, profile: ResidentProfile, channel: str) -> OnRoll:
    """A new line of the roll, or the one that another request wrote meanwhile."""
    values = {
        "vote_id": vote_id, "voter_id": account_id, "account_id": account_id, "ward_id": profile.ward_id,
        "age_band": profile.age_band, "sex": profile.sex, "channel": channel, "state": "eligible",
    }  # fmt: skip
    columns = (_TABLE.c.state, _TABLE.c.age_band, _TABLE.c.sex)
    entry = (
        db.session.execute(_insert().on_conflict_do_nothing().returning(*columns), values).one_or_none()
        or db.session.execute(
            select(*columns).where(_TABLE.c.vote_id == vote_id, _TABLE.c.voter_id == account_id)
        ).one()
    )
    return OnRoll(entry[0], profile.ward.code, entry[1], entry[2])


def _insert() -> Any:
    dialect: Any = postgresql if db.session.connection().dialect.name == "postgresql" else sqlite
    return dialect.insert(_TABLE)


def size_of(vote_id: int) -> int:
    """How many are on the roll, those taken off it included."""
    return int(db.session.execute(select(func.count()).where(RollEntry.vote_id == vote_id)).scalar_one())


def strata(*, ward: str = "", age_band: str | None = None, sex: str | None = None, channel: str) -> dict[str, str]:
    """What goes into the envelope about the voter; "" where it is not known."""
    return {"w": ward, "a": age_band or "", "x": sex or "", "c": channel}


def enter_rows(*, vote_id: int, voters: list[tuple[int, str]]) -> None:
    """Put the voters of a past election on the roll: (number, name in the file) each."""
    rows = [
        {"vote_id": vote_id, "voter_id": number, "external_id": name, "channel": "import", "state": "eligible"}
        for number, name in voters
    ]
    for start in range(0, len(rows), 5000):
        db.session.execute(insert(RollEntry), rows[start : start + 5000])
