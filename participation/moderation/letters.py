"""Mails to authors: what was decided about their need, why, and what they can do next. Written with the act they tell of."""

from __future__ import annotations

from participation.accounts.models import Account
from participation.extensions import db
from participation.moderation.models import ModerationAppeal, ModerationDecision
from participation.moderation.reasons import REASON
from participation.priorities.models import Priority, PriorityMerge
from participation.web.mail import public_link, write_mail

_SUBJECTS = {
    "publish": "your need is published",
    "refuse": "we did not publish your need",
    "hide_part": "we published your need without a part of it",
}


def tell_author(*, priority: Priority, decision: ModerationDecision) -> None:
    """Write the mail in the running transaction; nothing when the author erased their account."""
    bodies = {"publish": _published, "refuse": _refused, "hide_part": _part_hidden}
    body = bodies[decision.action](priority, decision)
    _send(priority, f"moderation:{decision.id}", _SUBJECTS[decision.action], body)


def tell_appellant(*, priority: Priority, appeal: ModerationAppeal) -> None:
    """What another moderator decided about the author's appeal."""
    overturned = appeal.outcome == "overturned"
    body = (
        f"You asked us to look again at our decision about this need:\n\n{priority.title}\n\n"
        f"Another moderator, who had not decided about it before, {'agreed with you' if overturned else 'confirmed it'}.\n\n"
        f"Their answer to you:\n\n{appeal.answer}\n"
    )
    if overturned:
        body += f"\nYour need is shown again:\n\n{_page(priority)}\n"
    else:
        body += (
            "\nIf you still think this is wrong, you can use the council’s complaints procedure, and after that the "
            "Local Government and Social Care Ombudsman.\n"
        )
    _send(priority, f"appeal:{appeal.decision_id}", "what came of your appeal", body)


def tell_of_merge(*, merge: PriorityMerge, undone: bool) -> None:
    """To both authors: their needs stand together from now on, or apart again."""
    both = f"“{merge.merged.title}” and “{merge.kept.title}”"
    for role, priority in (("merged", merge.merged), ("kept", merge.kept)):
        if undone:
            subject, told = "your need stands on its own again", f"A moderator parted two needs again: {both}."
        else:
            subject = "your need was merged with another one"
            told = (
                f"Two needs say the same: {both}. A moderator merged them. Both texts are kept, everybody who supported "
                "either counts once, and nothing is lost. If you think they say different things, tell us."
            )
        where = priority if undone else merge.kept
        _send(
            priority,
            f"merge:{merge.id}:{role}:{'undone' if undone else 'made'}",
            subject,
            f"{told}\n\n{_page(where)}\n",
        )


def _published(priority: Priority, decision: ModerationDecision) -> str:
    return (
        f"You told us what you need in “{priority.consultation.title}”:\n\n{priority.title}\n\n"
        f"A moderator read it and published it. Other residents can support it:\n\n{_page(priority)}\n{_note(decision)}"
    )


def _refused(priority: Priority, decision: ModerationDecision) -> str:
    return (
        f"You told us what you need in “{priority.consultation.title}”:\n\n{priority.title}\n\n"
        f"A moderator read it and did not publish it.\n\nWhy: {_advice(decision)}\n{_note(decision)}\n"
        f"While the consultation is open you can change it and send it again. Within 28 days you can also ask another "
        f"moderator to look at it:\n\n{_mine(priority)}\n"
    )


def _part_hidden(priority: Priority, decision: ModerationDecision) -> str:
    return (
        f"You told us what you need in “{priority.consultation.title}”. A moderator published it, and hid a part of it:\n\n"
        f"{priority.title}\n\n{priority.need}\n\nWhy: {_advice(decision)}\n{_note(decision)}\n"
        f"Within 28 days you can ask another moderator to look at it:\n\n{_mine(priority)}\n"
    )


def _advice(decision: ModerationDecision) -> str:
    return REASON[decision.reason_code or "unclear"].author


def _note(decision: ModerationDecision) -> str:
    return f"\nThe moderator’s note to you:\n\n{decision.note}\n" if decision.note else ""


def _page(priority: Priority) -> str:
    return public_link(
        "priorities.priority",
        council_slug=priority.consultation.council.slug, slug=priority.consultation.slug, public_id=priority.public_id,
    )  # fmt: skip


def _mine(priority: Priority) -> str:
    return public_link("priorities.mine", council_slug=priority.consultation.council.slug)


def _send(priority: Priority, key: str, subject: str, body: str) -> None:
    author = db.session.get(Account, priority.author_id) if priority.author_id else None
    if author is None:
        return
    council = priority.consultation.council
    foot = (
        f"\n{council.full_name}\nYou cannot reply to this email. "
        f"If you think this is wrong, contact us at {council.contact_email}.\n"
    )
    write_mail(
        key=key,
        council_id=council.id,
        recipient=author.email,
        subject=f"{council.full_name}: {subject}",
        body=body + foot,
    )
