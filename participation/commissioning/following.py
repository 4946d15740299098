"""Staff follow a service and are told when a needs summary about it is frozen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from participation.accounts.models import Account
from participation.commissioning.models import NeedsRecord, ServiceFollower
from participation.extensions import db, insert_unless_there
from participation.web.mail import public_link
from participation.web.mail_texts import write_letter


def follow(*, group_id: int, account_id: int, now: datetime) -> None:
    """Be told of this service; twice is once."""
    values = {"group_id": group_id, "account_id": account_id, "since": now}
    insert_unless_there(ServiceFollower, values, unique=("group_id", "account_id"))


def unfollow(*, group_id: int, account_id: int) -> None:
    db.session.execute(
        delete(ServiceFollower).where(ServiceFollower.group_id == group_id, ServiceFollower.account_id == account_id)
    )


def follows(*, group_id: int, account_id: int) -> bool:
    return db.session.get(ServiceFollower, (group_id, account_id)) is not None


def tell(made: NeedsRecord) -> None:
    """One mail to everybody who follows a service of the consultation, but not to who froze the version."""
    services = [group.id for group in made.consultation.services]
    query = (
        select(ServiceFollower)
        .join(Account, Account.id == ServiceFollower.account_id)
        .where(ServiceFollower.group_id.in_(services), Account.kind == "staff", Account.id != made.created_by)
        .options(joinedload(ServiceFollower.account), joinedload(ServiceFollower.group))
        .order_by(ServiceFollower.account_id, ServiceFollower.group_id)
    )
    council = made.consultation.council
    link = public_link("commissioning.record", council_slug=council.slug, public_id=made.public_id)
    for follower in db.session.scalars(query):
        write_letter(
            "needs_frozen", council=council, recipient=follower.account.email, page=link,
            key=f"needs:{made.public_id}:{follower.account_id}", consultation=made.consultation, version=made.version,
            service=follower.group.plain_name,
        )  # fmt: skip
