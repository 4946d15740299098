"""The mail to an author whose need was decided about: what, why, and what to do next."""

from __future__ import annotations

from participation.accounts.models import Account
from participation.extensions import db
from participation.moderation.models import ModerationDecision
from participation.moderation.reasons import REASON
from participation.priorities.models import Priority
from participation.web.mail import public_link, write_mail


def tell_author(*, priority: Priority, decision: ModerationDecision) -> None:
    """Write the mail in the running transaction; nothing when the author erased their account."""
    author = db.session.get(Account, priority.author_id) if priority.author_id else None
    if author is None:
        return
    council = priority.consultation.council
    published = decision.action == "publish"
    write_mail(
        key=f"moderation:{decision.id}",
        council_id=council.id,
        recipient=author.email,
        subject=f"{council.full_name}: {'your need is published' if published else 'we did not publish your need'}",
        body=_published(priority, decision) if published else _refused(priority, decision),
    )


def _published(priority: Priority, decision: ModerationDecision) -> str:
    page = public_link(
        "priorities.priority",
        council_slug=priority.consultation.council.slug, slug=priority.consultation.slug, public_id=priority.public_id,
    )  # fmt: skip
    return (
        f"You told us what you need in “{priority.consultation.title}”:\n\n{priority.title}\n\n"
        f"A moderator read it and published it. Other residents can support it:\n\n{page}\n{_note(decision)}{_foot(priority)}"
    )


def _refused(priority: Priority, decision: ModerationDecision) -> str:
    mine = public_link("priorities.mine", council_slug=priority.consultation.council.slug)
    reason = REASON[decision.reason_code or "unclear"]
    return (
        f"You told us what you need in “{priority.consultation.title}”:\n\n{priority.title}\n\n"
        f"A moderator read it and did not publish it.\n\nWhy: {reason.author}\n{_note(decision)}\n"
        f"While the consultation is open you can change it and send it again:\n\n{mine}\n{_foot(priority)}"
    )


def _note(decision: ModerationDecision) -> str:
    return f"\nThe moderator’s note to you:\n\n{decision.note}\n" if decision.note else ""


def _foot(priority: Priority) -> str:
    council = priority.consultation.council
    return (
        f"\n{council.full_name}\nYou cannot reply to this email. "
        f"If you think this is wrong, contact us at {council.contact_email}.\n"
    )
