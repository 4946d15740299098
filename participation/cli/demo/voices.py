"""What made-up residents add to needs and options: comments for and against, pictures, and how they found that it turned out."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from participation import clock
from participation.accounts.models import Account
from participation.cli.demo.content import CommentContent, SatisfactionContent, VoicesContent
from participation.cli.demo.drawings import png_of
from participation.consultations import satisfaction
from participation.consultations.models import CommissioningOption, Consultation
from participation.councils.models import Council
from participation.moderation import service as moderation
from participation.moderation.seen import seen_of
from participation.moderation.service import Action
from participation.priorities import comments
from participation.priorities import service as priorities
from participation.priorities.comments import CommentDraft
from participation.priorities.models import Comment, Priority
from participation.priorities.pictures import made_anew


class Voices:
    """The voices of one consultation; each comment and each picture is used once, on the first need that it fits."""

    def __init__(
        self, content: VoicesContent, council: Council, people: list[Account], moderator: Account, seed: int
    ) -> None:
        self.comments, self.photos = list(content.comments), list(content.photos)
        self.council, self.people, self.moderator = council, people, moderator
        # A draw of its own, so that what else is drawn stays as it was.
        self.draw = Random(seed)  # noqa: S311  drawn to be repeated, not to be secret

    def show(self, priority: Priority) -> None:
        """Add a picture to a need that was just sent."""
        for photo in [one for one in self.photos if one.need == priority.title][:1]:
            self.photos.remove(photo)
            priorities.add_picture(
                priority=priority, picture=made_anew(png_of(photo.drawing)), alt=photo.alt, version=priority.version
            )

    def discuss(self, priority: Priority, until: datetime) -> None:
        """What others say about a published need in the days after, read by the moderator an hour later."""
        for one in [one for one in self.comments if one.need == priority.title]:
            self.comments.remove(one)
            # What still waits was said in the last day.
            hours = self.draw.randrange(3, 24)
            said = (
                until - timedelta(hours=hours)
                if one.waiting
                else min(clock.now() + timedelta(hours=self.draw.randrange(3, 60)), until - timedelta(hours=2))
            )
            self._say(priority, one, said)

    def discuss_options(self, consultation: Consultation, opens: datetime, until: datetime) -> None:
        """What residents say about the options of a consultation, spread over the days in which they can."""
        options = {option.code: option for option in consultation.options}
        hours = int((until - opens).total_seconds()) // 3600
        for one in [one for one in self.comments if one.option in options]:
            self.comments.remove(one)
            said = self.draw.randrange(3, 24) if one.waiting else self.draw.randrange(24, max(hours, 26))
            self._say(options[one.option], one, until - timedelta(hours=said))

    def _say(self, about: Priority | CommissioningOption, one: CommentContent, said: datetime) -> None:
        with clock.frozen_at(said):
            made = self._comment(about, one)
        if not one.waiting:
            with clock.frozen_at(said + timedelta(hours=1)):
                moderation.decide(
                    council_id=self.council.id, seen=seen_of(made, 0), action=Action.PUBLISH,
                    moderator_id=self.moderator.id,
                )  # fmt: skip

    def _comment(self, about: Priority | CommissioningOption, one: CommentContent) -> Comment:
        author = self.draw.choice(self.people)
        ward_id = author.resident.ward_id if author.resident else None
        return comments.submit(
            about=about, author_id=author.id, author_ward_id=ward_id, draft=CommentDraft(one.stance, one.text)
        )


def say_how_it_turned_out(
    consultation: Consultation, content: SatisfactionContent, people: list[Account], draw: Random
) -> None:
    """Some residents answer the three questions; the clock stands in an open round."""
    scale = list(satisfaction.SCALE)
    shares = {"met": content.met, "told": content.told, "heard": content.heard}
    for person in draw.sample(people, content.people):
        answers = {question: draw.choices(scale, weights)[0] for question, weights in shares.items()}
        satisfaction.say(consultation=consultation, account_id=person.id, answers=answers)
