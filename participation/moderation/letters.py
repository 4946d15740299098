"""Mails to authors: what was decided about their need, why, and what they can do next. Written with the act they tell of.

The words are in templates/mails, in the languages that the council declares.
"""

from __future__ import annotations

from participation.accounts.models import Account
from participation.extensions import db
from participation.moderation.models import ModerationAppeal, ModerationDecision
from participation.moderation.reasons import REASON
from participation.priorities.models import Comment, Contribution, PriorityMerge
from participation.web.mail import public_link
from participation.web.mail_texts import write_letter

_TEMPLATES = {"publish": "published", "refuse": "refused", "hide_part": "part_hidden"}


def tell_author(*, priority: Contribution, decision: ModerationDecision) -> None:
    """Write the mail in the running transaction; nothing when the author erased their account."""
    reason = REASON[decision.reason_code or "unclear"]
    _send(priority, f"moderation:{decision.id}", _TEMPLATES[decision.action], reason=reason, note=decision.note)


def tell_appellant(*, priority: Contribution, appeal: ModerationAppeal) -> None:
    """What another moderator decided about the author's appeal."""
    overturned = appeal.outcome == "overturned"
    _send(
        priority,
        f"appeal:{appeal.decision_id}",
        "appeal_decided",
        overturned=overturned,
        answer=appeal.answer,
        shown=priority.state in ("published", "merged"),
    )


def tell_of_merge(*, merge: PriorityMerge, undone: bool) -> None:
    """To both authors: their needs stand together from now on, or apart again."""
    titles = {"merged": merge.merged.title, "kept": merge.kept.title}
    for role, priority in (("merged", merge.merged), ("kept", merge.kept)):
        key = f"merge:{merge.id}:{role}:{'undone' if undone else 'made'}"
        page = _page(priority if undone else merge.kept)
        _send(priority, key, "parted" if undone else "merged", **{**titles, "page": page})


def _page(priority: Contribution) -> str:
    """The page of a need; of a comment, that of the need or option it is about."""
    council_slug, slug = priority.consultation.council.slug, priority.consultation.slug
    if isinstance(priority, Comment) and priority.option is not None:
        return public_link("comments.option", council_slug=council_slug, slug=slug, code=priority.option.code)
    shown = priority.about if isinstance(priority, Comment) and priority.about is not None else priority
    return public_link(
        "priorities.priority",
        council_slug=council_slug, slug=slug, public_id=shown.public_id,
    )  # fmt: skip


def _send(priority: Contribution, key: str, template: str, **facts: object) -> None:
    author = db.session.get(Account, priority.author_id) if priority.author_id else None
    if author is None:
        return
    council = priority.consultation.council
    told: dict[str, object] = {
        "consultation": priority.consultation, "title": priority.title, "text": priority.need,
        "kind": "comment" if isinstance(priority, Comment) else "need",
        "on_option": isinstance(priority, Comment) and priority.option_id is not None, "page": _page(priority),
        "mine": public_link("priorities.mine", council_slug=council.slug),
    }  # fmt: skip
    write_letter(template, council=council, recipient=author.email, key=key, **{**told, **facts})
