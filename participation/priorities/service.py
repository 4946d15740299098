"""What residents do with priorities, one function a verb. Each flushes; none commits.

What moderators decide comes in through `publish` and `refuse`: the state is changed here, the decision is kept there.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, replace

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from participation import clock
from participation.accounts.models import Account
from participation.consultations.lifecycle import takes_priorities
from participation.consultations.models import Consultation
from participation.councils.queries import ward_by_code
from participation.eligibility.queries import rule_of
from participation.eligibility.rules import OPEN
from participation.errors import InvalidInput
from participation.extensions import db
from participation.priorities.before import about_to_change
from participation.priorities.editing import changeable
from participation.priorities.merging import all_told_with, let_go
from participation.priorities.models import Contribution, NeedPicture, Priority, PrioritySupport
from participation.priorities.pictures import Picture, PictureRefused
from participation.priorities.queries import same_from, same_unsigned
from participation.priorities.refusals import EditedElsewhere, NeedsAccount, NoLongerYours, NotTaken
from participation.priorities.screening import Screened, keep, screened
from participation.priorities.standing import label

TITLE_LIMIT = 120
ALT_LIMIT = 200
# Photos of one need.
MOST_PICTURES = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class NeedDraft:
    """What a resident typed. `group_code` is one of the consultation's services; without `ward_code` the whole council."""

    title: str
    need: str
    group_code: str
    ward_code: str | None = None


def submit(*, consultation: Consultation, author_id: int, author_ward_id: int | None, draft: NeedDraft) -> Priority:
    """A new priority, supported by its author; shown at once or after a moderator read it, as the consultation says.

    Numbers that must never be shown are replaced before anything is kept; whatever else was found waits for a moderator.

    The same words again from the same author are the first submission once more (a page sent twice). Raises NotTaken.
    """
    _require_open(consultation)
    # One author's submissions wait for each other, so that a page sent twice at once is still seen as one.
    db.session.execute(select(Account.id).where(Account.id == author_id).with_for_update())
    draft, result = screened_draft(draft, consultation.council_id)
    before = same_from(author_id, consultation.id, draft.title, draft.need)
    if before is not None:
        return before
    priority = Priority(
        public_id=new_public_id(),
        consultation_id=consultation.id,
        author_id=author_id,
        author_ward_id=author_ward_id,
        state="published" if consultation.moderation == "post" and not result.found else "waiting",
        shuffle=secrets.randbelow(2**31),
        submitted_at=clock.now(),
    )
    _fill_in(priority, consultation, draft)
    db.session.add(priority)
    db.session.flush()
    keep(priority.id, result)
    _add_support(priority, author_id, author_ward_id)
    label(consultation=consultation, account_id=author_id)
    return priority


def submit_without_account(*, consultation: Consultation, draft: NeedDraft) -> Priority:
    """A need that nobody signed: read by a moderator first, labelled, and supported by nobody until somebody does.

    For consultations that are open to everybody. The same words again, while nobody has decided, are the same need once more.
    Raises NotTaken, or NeedsAccount where an account is needed.
    """
    _require_open(consultation)
    if rule_of(consultation.id).tier != OPEN:
        raise NeedsAccount()
    draft, result = screened_draft(draft, consultation.council_id)
    before = same_unsigned(consultation.id, draft.title, draft.need)
    if before is not None:
        return before
    priority = Priority(
        public_id=new_public_id(), consultation_id=consultation.id, author_id=None, apart=True, state="waiting",
        shuffle=secrets.randbelow(2**31), submitted_at=clock.now(),
    )  # fmt: skip
    _fill_in(priority, consultation, draft)
    db.session.add(priority)
    db.session.flush()
    keep(priority.id, result)
    return priority


def screened_draft(draft: NeedDraft, council_id: int) -> tuple[NeedDraft, Screened]:
    """What may be kept of a draft, and what was found in it; also for the page on which the author checks it."""
    result = screened(draft.title, draft.need, council_id, TITLE_LIMIT)
    return replace(draft, title=result.title, need=result.need), result


def edit(*, priority: Priority, draft: NeedDraft, version: int) -> None:
    """Change what no moderator has published; a refused one goes back to them. What was shown before anybody read it stays
    shown, unless something is found in it now.

    Raises NoLongerYours or EditedElsewhere.
    """
    _require_changeable(priority, version)
    draft, result = screened_draft(draft, priority.consultation.council_id)
    _fill_in(priority, priority.consultation, draft)
    priority.version += 1
    priority.state = "published" if priority.state == "published" and not result.found else "waiting"
    db.session.flush()
    keep(priority.id, result)
    _look_at_alts(priority)


def add_picture(*, priority: Priority, picture: Picture, alt: str, version: int) -> None:
    """Give a need one more photo: moderators read it again.

    Raises NotTaken, EditedElsewhere, NoLongerYours once it is published, or PictureRefused when it has `MOST_PICTURES`.
    """
    _require_changeable(priority, version)
    taken = {one.place for one in priority.pictures}
    place = next((place for place in range(1, MOST_PICTURES + 1) if place not in taken), None)
    if place is None:
        raise PictureRefused(f"A need can have {MOST_PICTURES} photos. Delete one first.")
    written = screened("", alt, priority.consultation.council_id, TITLE_LIMIT)
    db.session.add(
        NeedPicture(
            priority_id=priority.id, place=place, alt=written.need[:ALT_LIMIT], jpeg=picture.jpeg, digest=picture.digest,
            width=picture.width, height=picture.height, added_at=clock.now(),
        )
    )  # fmt: skip
    _pictures_changed(priority)
    keep(priority.id, written, beside=True)


def remove_picture(*, priority: Priority, place: int, version: int) -> None:
    """Delete one photo; one that is gone already changes nothing. Raises NotTaken, EditedElsewhere or NoLongerYours."""
    _require_changeable(priority, version)
    db.session.execute(delete(NeedPicture).where(NeedPicture.priority_id == priority.id, NeedPicture.place == place))
    _pictures_changed(priority)


def _require_changeable(priority: Priority, version: int) -> None:
    _require_open(priority.consultation)
    if priority.version != version:
        raise EditedElsewhere()
    if priority.id not in changeable([priority]):
        raise NoLongerYours()


def _pictures_changed(priority: Priority) -> None:
    priority.version += 1
    priority.state = "waiting"
    db.session.flush()
    db.session.expire(priority, ["pictures"])


def _look_at_alts(priority: Priority) -> None:
    """The words about photos are public as well: what is found in them stands beside what is found in the need."""
    for picture in priority.pictures:
        keep(priority.id, screened("", picture.alt, priority.consultation.council_id, TITLE_LIMIT), beside=True)


def withdraw(*, priority: Contribution) -> None:
    """The author takes it back, at any time: it is no longer shown or counted. Doing it twice changes nothing."""
    if priority.state == "withdrawn":
        return
    about_to_change(priority.consultation)
    priority.state = "withdrawn"
    priority.version += 1
    db.session.flush()
    let_go(priority)


def support(*, priority: Priority, account_id: int, ward_id: int | None) -> None:
    """Support a published priority; once, however often it is sent. Raises NotTaken."""
    _require_supportable(priority)
    _add_support(priority, account_id, ward_id)
    label(consultation=priority.consultation, account_id=account_id)


def stop_supporting(*, priority: Priority, account_id: int) -> None:
    """Take support back while the consultation is open, also from what was merged into it. Raises NotTaken."""
    _require_supportable(priority)
    db.session.execute(
        delete(PrioritySupport).where(
            PrioritySupport.priority_id.in_(all_told_with(priority.id)), PrioritySupport.account_id == account_id
        )
    )


def publish(*, priority: Contribution) -> None:
    """A moderator decided to show it."""
    about_to_change(priority.consultation)
    priority.state = "published"
    db.session.flush()


def refuse(*, priority: Contribution) -> None:
    """A moderator decided not to show it; that is no decision about what was merged into it."""
    about_to_change(priority.consultation)
    priority.state = "refused"
    db.session.flush()
    let_go(priority)


def rewrite(*, priority: Contribution, title: str, need: str) -> None:
    """A moderator hid a part of it, or an appeal brought it back: the words change, and the version with them."""
    priority.title, priority.need = title[:TITLE_LIMIT], need
    priority.version += 1
    db.session.flush()


def _require_open(consultation: Consultation) -> None:
    if not takes_priorities(consultation, clock.now()):
        raise NotTaken()


def _require_supportable(priority: Priority) -> None:
    _require_open(priority.consultation)
    if priority.state != "published":
        raise NotTaken("This need is not published, so it cannot be supported.")


def _fill_in(priority: Priority, consultation: Consultation, draft: NeedDraft) -> None:
    group = next((group for group in consultation.services if group.code == draft.group_code), None)
    if group is None:
        raise InvalidInput("Choose a service from the list.", field="group")
    priority.title, priority.need, priority.group = draft.title, draft.need, group
    priority.ward = ward_by_code(consultation.council_id, draft.ward_code) if draft.ward_code else None


def _add_support(priority: Priority, account_id: int, ward_id: int | None) -> None:
    """The primary key says "once". Support that came through a merge becomes support of its own."""
    dialect = sqlite if db.session.connection().dialect.name == "sqlite" else postgresql
    row = {"priority_id": priority.id, "account_id": account_id, "ward_id": ward_id, "supported_at": clock.now()}
    insert = dialect.insert(PrioritySupport).values(row)
    db.session.execute(
        insert.on_conflict_do_update(index_elements=["priority_id", "account_id"], set_={"merge_id": None})
    )


def new_public_id() -> str:
    """80 random bits, so that addresses cannot be guessed."""
    return base64.b32encode(secrets.token_bytes(10)).decode().lower()
