"""Needs that made-up residents write, the moderator's decisions about them, and the support of others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random

from participation import clock
from participation.accounts.models import Account
from participation.cli.demo.content import ConsultationContent, NeedContent
from participation.cli.demo.voices import Voices
from participation.consultations.models import Consultation
from participation.councils.models import Council, Ward
from participation.moderation import service as moderation_service
from participation.moderation.seen import seen_of
from participation.moderation.service import Action
from participation.priorities import service as priority_service
from participation.priorities.models import Priority
from participation.priorities.service import NeedDraft

# One in so many is refused, so that authors and moderators see what that looks like.
REFUSED_ONE_IN = 14
REFUSALS = (
    ("already_happening", "The council has opened this. Call the number on the card if it has not reached you."),
    ("duplicate", "Another resident said the same for your ward. Support theirs, so that it counts."),
    ("unclear", "Tell us who needs this and what is missing today, then send it again."),
)
MOST_SUPPORTERS = 60


def hear_needs(
    *, council: Council, consultation: Consultation, content: ConsultationContent, needs: list[NeedContent],
    people: list[Account], moderator: Account, draw: Random, opens: datetime, until: datetime,
    pauses: Mapping[datetime, Callable[[], None]], voices: Voices,
) -> None:  # fmt: skip
    """Let residents submit between two moments; the newest `content.waiting` stay with the moderators.

    At a pause somebody else acts, on what was decided by then.
    """
    told = _told(needs, content, council.wards, draw)
    moments = sorted(opens + (until - opens) * draw.uniform(0.01, 0.9) for _ in told)
    submitted = []
    for (draft, ward), moment in zip(told, moments, strict=True):
        with clock.frozen_at(moment):
            author = _author(people, ward, draw)
            home = author.resident.ward_id if author.resident else None
            made = priority_service.submit(
                consultation=consultation, author_id=author.id, author_ward_id=home, draft=draft
            )
            voices.show(made)
            submitted.append(made)
    decided = submitted[: len(submitted) - content.waiting]
    ahead = sorted(pauses)
    for number, priority in enumerate(decided, start=1):
        while ahead and ahead[0] < priority.submitted_at:
            pauses[ahead.pop(0)]()
        with clock.frozen_at(min(priority.submitted_at + timedelta(hours=draw.randrange(2, 30)), until)):
            _decide(council, priority, moderator, refused=number % REFUSED_ONE_IN == 0, draw=draw)
            if priority.state == "published":
                _support(priority, people, draw)
                voices.discuss(priority, until)


def _told(
    needs: list[NeedContent], content: ConsultationContent, wards: list[Ward], draw: Random
) -> list[tuple[NeedDraft, Ward | None]]:
    """Each need about the whole council once, those about a ward for different wards, as many as are wanted."""
    chosen: list[tuple[NeedDraft, Ward | None]] = []
    for need in needs:
        if need.group not in content.services:
            continue
        for ward in draw.sample(wards, 7):
            title, text, local = need.in_ward(ward.name)
            about = ward if local else None
            draft = NeedDraft(title=title, need=text, group_code=need.group, ward_code=about.code if about else None)
            chosen.append((draft, about))
            if not local:
                break
    draw.shuffle(chosen)
    return chosen[: content.submissions]


def _author(people: list[Account], ward: Ward | None, draw: Random) -> Account:
    """Somebody of the ward, where the need is about one and somebody lives there."""
    near = [person for person in people if ward and person.resident and person.resident.ward_id == ward.id]
    return draw.choice(near or people)


def _decide(council: Council, priority: Priority, moderator: Account, *, refused: bool, draw: Random) -> None:
    code, note = draw.choice(REFUSALS) if refused else (None, "")
    moderation_service.decide(
        council_id=council.id, seen=seen_of(priority, 0), action=Action.REFUSE if refused else Action.PUBLISH,
        moderator_id=moderator.id, reason_code=code, note=note,
    )  # fmt: skip


def _support(priority: Priority, people: list[Account], draw: Random) -> None:
    """Few needs find many supporters; a need about a ward finds them there first."""
    many = min(int(draw.paretovariate(1.1) * 3), MOST_SUPPORTERS)
    near = [person for person in people if person.resident and person.resident.ward_id == priority.ward_id]
    others = draw.sample(people, many)
    for person in {account.id: account for account in [*near[: many // 2], *others]}.values():
        home = person.resident.ward_id if person.resident else None
        priority_service.support(priority=priority, account_id=person.id, ward_id=home)
