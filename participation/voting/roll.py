"""The roll: who may vote in one vote.

A resident joins at their first cast while the vote is open, because registration stays open during the vote: people
who hear of a vote on its last day may still take part, and a roll fixed at opening would shut out exactly those who are
new to the council's website. What is fixed instead is the rule of who joins, and once on the roll nobody leaves it except by an
officer's recorded exclusion. The ward, age band and sex are copied here, so that a later move changes no figure.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from participation.accounts.models import Account, ResidentProfile
from participation.consultations.models import Consultation
from participation.counting.ballots import Limits
from participation.eligibility.service import require_eligible
from participation.extensions import db
from participation.voting.ballot_box import Voter
from participation.voting.models import RollEntry
from participation.voting.refusals import NotEligible

# Everybody declares at registration to be at least this old; a vote for older people asks again on the ballot page.
REGISTRATION_AGE = 16


def asks_for_age(consultation: Consultation) -> bool:
    """Whether the ballot page must ask the voter to declare that they are old enough."""
    return consultation.minimum_age > REGISTRATION_AGE


def account_with_profile(account_id: int) -> Account | None:
    query = (
        select(Account)
        .where(Account.id == account_id)
        .options(joinedload(Account.resident).joinedload(ResidentProfile.ward))
    )
    return db.session.execute(query).scalar_one_or_none()


def require_voter(*, consultation: Consultation, account_id: int, declares_age: bool) -> Account:
    """The account, if it may vote here. Raises NotEligible, or NotEligibleHere, with the reason in words."""
    account = account_with_profile(account_id)
    if account is None or account.disabled_at is not None or account.council_id != consultation.council_id:
        raise NotEligible("Only residents registered with this council can vote here.")
    if account.kind != "resident" or account.resident is None:
        raise NotEligible("Staff accounts cannot vote. Sign in with a resident account.")
    if account.confirmed_at is None:
        raise NotEligible("Confirm your email address before you vote. The link is in the email we sent you.")
    require_eligible(consultation=consultation, account=account)
    if asks_for_age(consultation) and not declares_age:
        raise NotEligible(
            f"You must be {consultation.minimum_age} or over to vote here, and tick the box that says so."
        )
    return account


def limits_for(limits: Limits, account: Account | None) -> Limits:
    """The limits of a resident's ballot: in a vote by area their own ward says what is within reach."""
    if limits.areas is None or account is None or account.resident is None:
        return limits
    return replace(limits, home=account.resident.ward.code)


def join(*, vote_id: int, account: Account, channel: str = "online") -> Voter:
    """Put a resident on the roll, once; the second time nothing changes. Raises NotEligible when they were excluded."""
    profile = account.resident
    if profile is None:
        raise NotEligible("Only residents can be on the register of a vote.")
    values = {
        "vote_id": vote_id, "voter_id": account.id, "account_id": account.id, "ward_id": profile.ward_id,
        "age_band": profile.age_band, "sex": profile.sex, "channel": channel, "state": "eligible",
    }  # fmt: skip
    dialect: Any = postgresql if db.session.connection().dialect.name == "postgresql" else sqlite
    table = db.metadata.tables["roll_entry"]
    columns = (table.c.state, table.c.age_band, table.c.sex)
    entry = db.session.execute(
        dialect.insert(table).values(**values).on_conflict_do_nothing().returning(*columns)
    ).one_or_none()
    if entry is None:
        entry = db.session.execute(
            select(*columns).where(table.c.vote_id == vote_id, table.c.voter_id == account.id)
        ).one()
    state, age_band, sex = entry
    if state != "eligible":
        raise NotEligible("You were taken off the register of this vote. The council can tell you why.")
    return Voter(account.id, strata(ward=profile.ward.code, age_band=age_band, sex=sex, channel=channel))


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
