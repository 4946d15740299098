"""Mails to authors: what was decided about their need, why, and what they can do next. Written with the act they tell of."""

from __future__ import annotations

from participation.accounts.models import Account
from participation.extensions import db
from participation.moderation.models import ModerationAppeal, ModerationDecision
from participation.moderation.reasons import REASON
from participation.priorities.models import Comment, Contribution, PriorityMerge
from participation.web.mail import public_link, write_mail

_SUBJECTS = {
    "publish": "your {name} is published",
    "refuse": "we did not publish your {name}",
    "hide_part": "we published your {name} without a part of it",
}


def tell_author(*, priority: Contribution, decision: ModerationDecision) -> None:
    """Write the mail in the running transaction; nothing when the author erased their account."""
    bodies = {"publish": _published, "refuse": _refused, "hide_part": _part_hidden}
    body = bodies[decision.action](priority, decision)
    _send(priority, f"moderation:{decision.id}", _SUBJECTS[decision.action].format(name=_name(priority)), body)


def tell_appellant(*, priority: Contribution, appeal: ModerationAppeal) -> None:
    """What another moderator decided about the author's appeal."""
    overturned = appeal.outcome == "overturned"
    body = (
        f"You asked us to look again at our decision about this {_name(priority)}:\n\n{priority.title}\n\n"
        f"Another moderator, who had not decided about it before, {'agreed with you' if overturned else 'confirmed it'}.\n\n"
        f"Their answer to you:\n\n{appeal.answer}\n"
    )
    if overturned:
        body += f"\nYour {_name(priority)} is shown again:\n\n{_page(priority)}\n"
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


def _name(priority: Contribution) -> str:
    return "comment" if isinstance(priority, Comment) else "need"


def _opening(priority: Contribution) -> str:
    said = "You commented on a need" if isinstance(priority, Comment) else "You told us what you need"
    return f"{said} in “{priority.consultation.title}”"


def _answer(priority: Contribution) -> str:
    return "read" if isinstance(priority, Comment) else "support"


def _published(priority: Contribution, decision: ModerationDecision) -> str:
    return (
        f"{_opening(priority)}:\n\n{priority.title}\n\n"
        f"A moderator read it and published it. Other residents can {_answer(priority)} it:\n\n{_page(priority)}\n"
        f"{_note(decision)}"
    )


def _refused(priority: Contribution, decision: ModerationDecision) -> str:
    return (
        f"{_opening(priority)}:\n\n{priority.title}\n\n"
        f"A moderator read it and did not publish it.\n\nWhy: {_advice(decision)}\n{_note(decision)}\n"
        f"While the consultation is open you can change it and send it again. Within 28 days you can also ask another "
        f"moderator to look at it:\n\n{_mine(priority)}\n"
    )


def _part_hidden(priority: Contribution, decision: ModerationDecision) -> str:
    return (
        f"{_opening(priority)}. A moderator published it, and hid a part of it:\n\n"
        f"{priority.title}\n\n{priority.need}\n\nWhy: {_advice(decision)}\n{_note(decision)}\n"
        f"Within 28 days you can ask another moderator to look at it:\n\n{_mine(priority)}\n"
    )


def _advice(decision: ModerationDecision) -> str:
    return REASON[decision.reason_code or "unclear"].author


def _note(decision: ModerationDecision) -> str:
    return f"\nThe moderator’s note to you:\n\n{decision.note}\n" if decision.note else ""


def _page(priority: Contribution) -> str:
    """The page of a need; of a comment, that of the need it is about."""
    shown = priority.about if isinstance(priority, Comment) else priority
    return public_link(
        "priorities.priority",
        council_slug=priority.consultation.council.slug, slug=priority.consultation.slug, public_id=shown.public_id,
    )  # fmt: skip


def _mine(priority: Contribution) -> str:
    return public_link("priorities.mine", council_slug=priority.consultation.council.slug)


def _send(priority: Contribution, key: str, subject: str, body: str) -> None:
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
